import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { badInput } from '../../shared/errors.ts';
import { isUuid } from '../../shared/ids.ts';
import { decodeCursor, encodeCursor } from '../../shared/pages.ts';

/** One column of an order, never null. Pages continue behind the last row's values instead of counting rows from the start. */
export interface SortColumn {
  readonly name: string;
  readonly expression: RawBuilder<unknown>;
  readonly descending: boolean;
  readonly type: 'int4' | 'int8' | 'float8' | 'text' | 'uuid' | 'timestamptz';
}

/** The columns that sort by a text that may be missing: what lacks it comes last, in either direction. */
export const byText = (name: string, expression: RawBuilder<unknown>, descending: boolean): SortColumn[] => [
  { name: `${name}_missing`, expression: sql`(${expression} is null)::int`, descending: false, type: 'int4' },
  { name, expression: sql`coalesce(${expression}, '')`, descending, type: 'text' },
];

export const byTime = (name: string, expression: RawBuilder<unknown>, descending: boolean): SortColumn[] => [
  { name: `${name}_missing`, expression: sql`(${expression} is null)::int`, descending: false, type: 'int4' },
  { name, expression: sql`coalesce(${expression}, to_timestamp(0))`, descending, type: 'timestamptz' },
];

/** As `byText` for a double: first the numbers, then NaN, then what lacks it. */
export const byNumber = (name: string, expression: RawBuilder<unknown>, descending: boolean): SortColumn[] => [
  {
    name: `${name}_kind`,
    expression: sql`case when ${expression} is null then 2 when ${expression} = 'NaN' then 1 else 0 end`,
    descending: false,
    type: 'int4',
  },
  { name, expression: sql`coalesce(nullif(${expression}, 'NaN'), 0)`, descending, type: 'float8' },
];

/** `order by` over the columns' names in the query that selects them. */
export const orderBy = (columns: readonly SortColumn[]): RawBuilder<unknown> =>
  sql.join(columns.map(({ name, descending }) => sql`${sql.ref(name)} ${sql.raw(descending ? 'desc' : 'asc')}`));

export const selectColumns = (columns: readonly SortColumn[]): RawBuilder<unknown> =>
  sql.join(columns.map(({ name, expression }) => sql`${expression} as ${sql.ref(name)}`));

type Key = (string | number | null)[];

/** True for rows behind `key`, whatever the directions. */
export function behind(columns: readonly SortColumn[], key: Key): RawBuilder<SqlBool> {
  const values = columns.map((column, i) => parameter(column, key[i]!));
  const alternatives = columns.map(({ name, descending }, i) => {
    const equal = columns.slice(0, i).map((before, j) => sql`${sql.ref(before.name)} = ${values[j]!}`);
    return sql`(${sql.join([...equal, sql`${sql.ref(name)} ${sql.raw(descending ? '<' : '>')} ${values[i]!}`], sql` and `)})`;
  });
  const [first] = columns;
  // implied by the rest, but the one form by which an index is entered at the right place
  const start = sql`${sql.ref(first!.name)} ${sql.raw(first!.descending ? '<=' : '>=')} ${values[0]!}`;
  return sql<SqlBool>`${start} and (${sql.join(alternatives, sql` or `)})`;
}

const orderName = (list: string, columns: readonly SortColumn[]): string =>
  `${list}:${columns.map(({ name, descending }) => `${name}${descending ? '-' : '+'}`).join(',')}`;

/** The token that stands behind a row, for this list in this order and no other. */
export const tokenOf = (list: string, columns: readonly SortColumn[], row: Readonly<Record<string, unknown>>): string =>
  encodeCursor(
    orderName(list, columns),
    columns.map(({ name }) => toKey(row[name])),
  );

/** The key in a token; BAD_INPUT when it belongs to another list or order. */
export function keyOfToken(list: string, columns: readonly SortColumn[], token: string): Key | undefined {
  const key = decodeCursor(
    token || undefined,
    orderName(list, columns),
    columns.map(() => 'any' as const),
  );
  const sound = key?.every((part, i) => isSound(columns[i]!, part)) ?? true;
  if (!sound) throw badInput('page_token', 'This token does not belong to this search.');
  return key;
}

function toKey(value: unknown): string | number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
  return value as string | number;
}

function isSound({ type }: SortColumn, part: string | number | null): boolean {
  if (type === 'uuid') return typeof part === 'string' && isUuid(part);
  if (type === 'text') return typeof part === 'string' && !part.includes('\0');
  if (type === 'timestamptz') return typeof part === 'number' && !Number.isNaN(new Date(part).getTime());
  if (type === 'int8') return /^-?\d{1,18}$/.test(String(part)) || Number.isSafeInteger(part);
  if (type === 'int4') return Number.isInteger(part) && Math.abs(Number(part)) < 2 ** 31;
  return typeof part === 'number' || part === 'Infinity' || part === '-Infinity' || part === 'NaN';
}

const parameter = ({ type }: SortColumn, part: string | number | null): RawBuilder<unknown> =>
  sql`${type === 'timestamptz' ? new Date(part as number) : part}::${sql.raw(type)}`;
