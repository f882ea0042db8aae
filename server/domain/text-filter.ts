import type { ExpressionBuilder, ReferenceExpression, Expression, SqlBool } from 'kysely';
import { badInput } from '../shared/errors.ts';
import { checkText } from '../shared/json.ts';

/** Conditions on a text; all that are given must hold. */
export interface TextFilter {
  eq?: string | null;
  /** At most 100. */
  in?: string[] | null;
  /** Case does not matter. */
  contains?: string | null;
}

/** The filter as predicates on a text column; BAD_INPUT names `field`. */
export function matches<DB, TB extends keyof DB>(
  eb: ExpressionBuilder<DB, TB>,
  column: ReferenceExpression<DB, TB>,
  filter: TextFilter,
  field: string,
): Expression<SqlBool> {
  const conditions: Expression<SqlBool>[] = [];
  for (const text of [filter.eq, filter.contains, ...(filter.in ?? [])]) if (text) checkText(text, field);
  if (filter.eq != null) conditions.push(eb(column, '=', filter.eq as never));
  if (filter.in != null) {
    if (filter.in.length > 100) throw badInput(`${field}.in`, 'At most 100 values.');
    conditions.push(eb(column, 'in', (filter.in.length ? filter.in : [null]) as never));
  }
  if (filter.contains != null) {
    conditions.push(eb(column, 'ilike', `%${filter.contains.replace(/[\\%_]/g, '\\$&')}%` as never));
  }
  return eb.and(conditions);
}
