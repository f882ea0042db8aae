import type { ExpressionBuilder, ReferenceExpression, Expression, SqlBool } from 'kysely';
import { Field, InputType } from 'type-graphql';
import { badInput } from '../../shared/errors.ts';
import { checkText } from '../../shared/json.ts';

@InputType('StringFilter', { description: 'All conditions given must hold.' })
export class StringFilter {
  @Field(() => String, { nullable: true })
  eq?: string | null;
  @Field(() => [String], { nullable: true, description: 'At most 100.' })
  in?: string[] | null;
  @Field(() => String, { nullable: true, description: 'Case does not matter.' })
  contains?: string | null;
}

/** The filter as predicates on a text column. */
export function matches<DB, TB extends keyof DB>(
  eb: ExpressionBuilder<DB, TB>,
  column: ReferenceExpression<DB, TB>,
  filter: StringFilter,
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
