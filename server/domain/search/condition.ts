import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { badInput } from '../../shared/errors.ts';

export type Operator =
  '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'ILIKE' | 'IN' | 'NOT IN' | 'IS NULL' | 'IS NOT NULL';

export const entities = ['metric', 'param', 'tag', 'attribute', 'dataset'] as const;
export type Entity = (typeof entities)[number];

/** How much one search may ask for. */
export const limits = { conditions: 100, orderings: 20 };

/** One comparison of a search: `metric.accuracy > 0.9`. */
export interface Condition {
  readonly entity: Entity;
  readonly key: string;
  readonly operator: Operator;
  /** A list for IN and NOT IN; null for IS NULL and IS NOT NULL. */
  readonly value: string | number | readonly string[] | null;
  /** Further conditions on the same thing, where a run has many: they must hold of one and the same dataset. */
  readonly together?: readonly Condition[];
}

/** A dataset on which metrics were measured; any of its digests when none is given. */
export interface MeasuredOn {
  readonly name: string;
  readonly digest?: string | undefined;
}

/** One term of an order: `metric.accuracy DESC`. */
export interface Ordering {
  readonly entity: Entity;
  readonly key: string;
  readonly descending: boolean;
  /** Counts only measurements on this dataset. */
  readonly on?: MeasuredOn | undefined;
}

/** What a search asks for, whatever the list. */
export interface Search {
  readonly conditions: readonly Condition[];
  readonly order: readonly Ordering[];
  /** Rows of one page. */
  readonly limit: number;
  /** The token of the page before; '' for the first. */
  readonly token: string;
}

type Predicate = RawBuilder<SqlBool>;

const symbols: Partial<Record<Operator, string>> = {
  '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=', LIKE: 'like', ILIKE: 'ilike',
}; // prettier-ignore

const onAny: readonly Operator[] = ['IS NULL', 'IS NOT NULL'];
const onText: readonly Operator[] = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN', ...onAny];
const onNumber: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=', ...onAny];

/** The condition on a text expression. BAD_INPUT for an operator or a value that text does not have. */
export function compareText(column: RawBuilder<unknown>, condition: Condition): Predicate {
  const { operator, value } = condition;
  requireOperator(condition, onText);
  const missing = isMissing(column, condition);
  if (missing) return missing;
  if (Array.isArray(value)) {
    const found = sql<SqlBool>`${column} = any(${sql.val([...(value as string[])])}::text[])`;
    return operator === 'IN' ? found : sql<SqlBool>`not (${found})`;
  }
  if (typeof value !== 'string') throw badInput('filter', `The value of ${nameOf(condition)} must be a quoted text.`);
  if (operator === 'LIKE' || operator === 'ILIKE') checkPattern(value, 'filter');
  return sql<SqlBool>`${column} ${symbol(operator)} ${value}::text`;
}

/** BAD_INPUT for a pattern that the database cannot read. */
export function checkPattern(pattern: string, field: string): void {
  if (/(?<!\\)(?:\\\\)*\\$/.test(pattern)) {
    throw badInput(field, 'A pattern may not end with a lone backslash.', 'Write two for the character itself.');
  }
}

/** The condition on a double. NaN is greater than all numbers to the database, and none of them to a reader. */
export function compareNumber(column: RawBuilder<unknown>, condition: Condition): Predicate {
  const missing = isMissing(column, condition);
  if (missing) return missing;
  return sql<SqlBool>`nullif(${column}, 'NaN') ${symbol(condition.operator)} ${numberOf(condition)}::float8`;
}

/** The condition on a time, given in milliseconds since 1970. */
export function compareTime(column: RawBuilder<unknown>, condition: Condition): Predicate {
  const missing = isMissing(column, condition);
  if (missing) return missing;
  const at = new Date(numberOf(condition));
  if (Number.isNaN(at.getTime())) throw badInput('filter', `The value of ${nameOf(condition)} is not a time.`);
  return sql<SqlBool>`${column} ${symbol(condition.operator)} ${at}::timestamptz`;
}

/**
 * The condition on the value that a thing has under a key, in a table of (key, value): true when there is such a row and it
 * matches, as MLflow has it. `rows` selects from the table with the alias `t`.
 */
export function compareKeyed(rows: RawBuilder<unknown>, condition: Condition): Predicate {
  const { operator, key } = condition;
  const found = sql`exists (${rows} and t.key = ${key}`;
  if (operator === 'IS NULL') return sql<SqlBool>`not ${found})`;
  if (operator === 'IS NOT NULL') return sql<SqlBool>`${found})`;
  return sql<SqlBool>`${found} and ${compareText(sql`t.value`, condition)})`;
}

function isMissing(column: RawBuilder<unknown>, { operator }: Condition): Predicate | undefined {
  if (operator === 'IS NULL') return sql<SqlBool>`${column} is null`;
  return operator === 'IS NOT NULL' ? sql<SqlBool>`${column} is not null` : undefined;
}

export const nameOf = ({ entity, key }: Pick<Condition, 'entity' | 'key'>): string => `${entity}.${key}`;

export const unknownKey = (one: Pick<Condition, 'entity' | 'key'>, field: string) =>
  badInput(field, `Nothing can be searched by ${nameOf(one)} here.`);

function numberOf(condition: Condition): number {
  requireOperator(condition, onNumber);
  if (typeof condition.value !== 'number')
    throw badInput('filter', `The value of ${nameOf(condition)} must be a number.`);
  return condition.value;
}

function requireOperator(condition: Condition, allowed: readonly Operator[]): void {
  if (allowed.includes(condition.operator)) return;
  throw badInput(
    'filter',
    `${nameOf(condition)} cannot be compared by ${condition.operator}; use ${allowed.join(', ')}.`,
  );
}

const symbol = (operator: Operator): RawBuilder<unknown> => sql.raw(symbols[operator]!);
