import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { badInput } from '../shared/errors.ts';
import { checkText } from '../shared/json.ts';
import { checkPattern, compareText, type Condition } from './search/condition.ts';

/** Conditions on a text; all that are given must hold. */
export interface TextFilter {
  eq?: string | null;
  ne?: string | null;
  /** At most 100. */
  in?: string[] | null;
  /** At most 100. */
  notIn?: string[] | null;
  /** SQL's pattern. */
  like?: string | null;
  /** As `like`; case does not matter. */
  ilike?: string | null;
  /** Case does not matter. */
  contains?: string | null;
  isNull?: boolean | null;
}

/** One comparison of some value that is named elsewhere. */
export type Comparison = Pick<Condition, 'operator' | 'value'>;

/** What the filter says, as comparisons; BAD_INPUT names `field`. */
export function comparisonsOfText(filter: TextFilter, field: string): Comparison[] {
  const { eq, ne, like, ilike, contains, isNull } = filter;
  for (const list of ['in', 'notIn'] as const) {
    if ((filter[list]?.length ?? 0) > 100) throw badInput(`${field}.${list}`, 'At most 100 values.');
  }
  const comparisons: Comparison[] = [];
  const add = (operator: Condition['operator'], value: string | readonly string[] | null | undefined): void => {
    if (value === null || value === undefined) return;
    for (const text of typeof value === 'string' ? [value] : value) checkText(text, field);
    if (operator.endsWith('LIKE')) checkPattern(value as string, field);
    comparisons.push({ operator, value });
  };
  add('=', eq);
  add('!=', ne);
  add('IN', filter.in);
  add('NOT IN', filter.notIn);
  add('LIKE', like);
  add('ILIKE', ilike);
  add('ILIKE', contains && `%${contains.replace(/[\\%_]/g, '\\$&')}%`);
  if (isNull !== null && isNull !== undefined) {
    comparisons.push({ operator: isNull ? 'IS NULL' : 'IS NOT NULL', value: null });
  }
  return comparisons;
}

/** The filter as a predicate on a text column; BAD_INPUT names `field`. */
export function matches(column: string, filter: TextFilter, field: string): RawBuilder<SqlBool> {
  const predicates = comparisonsOfText(filter, field).map((one) =>
    compareText(sql.ref(column), { entity: 'attribute', key: field, ...one }),
  );
  return predicates.length > 0 ? sql<SqlBool>`(${sql.join(predicates, sql` and `)})` : sql<SqlBool>`true`;
}
