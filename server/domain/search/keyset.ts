import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { badInput } from '../../shared/errors.ts';
import { isUuid } from '../../shared/ids.ts';
import { decodeCursor, encodeCursor, type Page } from '../../shared/pages.ts';

/** One column of an order. Pages continue behind the last row's values instead of counting rows from the start. */
export interface SortColumn {
  readonly name: string;
  readonly expression: RawBuilder<unknown>;
  readonly descending: boolean;
  readonly type: 'int4' | 'int8' | 'float8' | 'text' | 'uuid' | 'timestamptz';
  /** May be null; as to the database, null is then the greatest value of all. */
  readonly nullable?: true;
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

/**
 * The column that sorts by a double: first the numbers, then NaN, then what lacks it, in either direction. To the database NaN is
 * the greatest number, and null is greater still; and -NaN is NaN.
 */
export const byNumber = (name: string, expression: RawBuilder<unknown>, descending: boolean): SortColumn[] => [
  {
    name,
    expression: descending ? sql`-${expression}` : expression,
    descending: false,
    type: 'float8',
    nullable: true,
  },
];

/** `order by` over the columns' names in the query that selects them. */
export const orderBy = (columns: readonly SortColumn[]): RawBuilder<unknown> =>
  sql.join(columns.map(({ name, descending }) => sql`${sql.ref(name)} ${sql.raw(descending ? 'desc' : 'asc')}`));

export const selectColumns = (columns: readonly SortColumn[]): RawBuilder<unknown> =>
  sql.join(columns.map(({ name, expression }) => sql`${expression} as ${sql.ref(name)}`));

export type Key = (string | number | null)[];

/** True for rows behind `key`, whatever the directions. */
export function behind(columns: readonly SortColumn[], key: Key): RawBuilder<SqlBool> {
  const alternatives = columns.map((column, i) => {
    const equal = columns.slice(0, i).map((before, j) => at(before, key[j]!));
    return sql`(${sql.join([...equal, past(column, key[i]!)], sql` and `)})`;
  });
  // implied by the rest, but the one form by which an index is entered at the right place
  const start = notBefore(columns[0]!, key[0]!);
  return sql<SqlBool>`${start} and (${sql.join(alternatives, sql` or `)})`;
}

type Part = string | number | null;

const at = (column: SortColumn, part: Part): RawBuilder<SqlBool> =>
  part === null ? sql`${sql.ref(column.name)} is null` : sql`${sql.ref(column.name)} = ${parameter(column, part)}`;

function past(column: SortColumn, part: Part): RawBuilder<SqlBool> {
  const ref = sql.ref(column.name);
  if (column.descending) return part === null ? sql`${ref} is not null` : sql`${ref} < ${parameter(column, part)}`;
  if (part === null) return sql`false`;
  const greater = sql<SqlBool>`${ref} > ${parameter(column, part)}`;
  return column.nullable ? sql`(${greater} or ${ref} is null)` : greater;
}

function notBefore(column: SortColumn, part: Part): RawBuilder<SqlBool> {
  const ref = sql.ref(column.name);
  if (part === null) return column.descending ? sql`true` : sql`${ref} is null`;
  if (column.descending) return sql`${ref} <= ${parameter(column, part)}`;
  const rest = sql<SqlBool>`${ref} >= ${parameter(column, part)}`;
  return column.nullable ? sql`(${rest} or ${ref} is null)` : rest;
}

const orderName = (list: string, columns: readonly SortColumn[]): string =>
  `${list}:${columns.map(({ name, descending }) => `${name}${descending ? '-' : '+'}`).join(',')}`;

/** The token that stands behind a row, for this list in this order and no other. */
export const tokenOf = (list: string, columns: readonly SortColumn[], row: SortedRow): string =>
  encodeCursor(orderName(list, columns), keyOfRow(columns, row));

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

/** As `order by` would compare two rows, for columns that are no text: how texts compare is the database's business. */
export function compareRows(columns: readonly SortColumn[]): (a: SortedRow, b: SortedRow) => number {
  const rank = (value: unknown): number => (value === null ? 2 : Number.isNaN(value) ? 1 : 0);
  return (a, b) => {
    for (const { name, descending } of columns) {
      const [x, y] = [a[name], b[name]].map((value) => (value instanceof Date ? value.getTime() : value)) as [
        number,
        number,
      ];
      const order = rank(x) - rank(y) || (x < y ? -1 : x > y ? 1 : 0);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}

export type SortedRow = Readonly<Record<string, unknown>>;

/** The values by which a row is sorted: what stands in its token. */
export const keyOfRow = (columns: readonly SortColumn[], row: SortedRow): Key =>
  columns.map(({ name }) => toKey(row[name]));

function toKey(value: unknown): string | number | null {
  if (value === null) return null;
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return String(value);
  return value as string | number;
}

function isSound({ type, nullable }: SortColumn, part: string | number | null): boolean {
  if (part === null) return nullable === true;
  if (type === 'uuid') return typeof part === 'string' && isUuid(part);
  if (type === 'text') return typeof part === 'string' && !part.includes('\0');
  if (type === 'timestamptz') return typeof part === 'number' && !Number.isNaN(new Date(part).getTime());
  if (type === 'int8') return /^-?\d{1,19}$/.test(String(part)) && BigInt.asIntN(64, BigInt(part)) === BigInt(part);
  if (type === 'int4') return Number.isInteger(part) && Math.abs(Number(part)) < 2 ** 31;
  return typeof part === 'number' || part === 'Infinity' || part === '-Infinity' || part === 'NaN';
}

const parameter = ({ type }: SortColumn, part: string | number): RawBuilder<unknown> =>
  sql`${type === 'timestamptz' ? new Date(part) : part}::${sql.raw(type)}`;

/** A page of the sorted rows, of which one more than the limit says that others follow. */
export function pageOfSorted<Row extends SortedRow, View extends object>(
  list: string,
  columns: readonly SortColumn[],
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
): Page<View> {
  const page = rows.slice(0, limit).map((row) => [view(row), row] as const);
  const rowOf = new Map(page);
  return {
    rows: page.map(([one]) => one),
    hasNextPage: rows.length > limit,
    cursorOf: (one) => tokenOf(list, columns, rowOf.get(one)!),
  };
}
