import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Page } from '../../shared/pages.ts';
import type { Context } from '../context.ts';
import { inScope } from '../scope.ts';
import {
  compareKeyed,
  compareText,
  compareTime,
  unknownKey,
  type Condition,
  type Ordering,
  type Search,
} from '../search/condition.ts';
import {
  behind,
  byText,
  byTime,
  keyOfToken,
  orderBy,
  selectColumns,
  pageOfSorted,
  type SortColumn,
} from '../search/keyset.ts';
import type { Lifecycle } from './experiment.entity.ts';
import { experimentView, type ExperimentRow, type ExperimentView } from './experiment.read-model.ts';

export interface ExperimentSearch extends Search {
  readonly lifecycles: readonly Lifecycle[];
}

const attributes = {
  name: { column: sql`name`, type: 'text', coordinate: 'Experiment.name' },
  experiment_id: { column: sql`number::text`, type: 'text', coordinate: 'Experiment.number' },
  creation_time: { column: sql`created_at`, type: 'time', coordinate: 'Experiment.createdAt' },
  last_update_time: { column: sql`updated_at`, type: 'time', coordinate: 'Experiment.createdAt' },
} as const;

/** The fields that a condition or an order term tells of. */
export const coordinatesOfExperimentSearch = (term: Pick<Condition, 'entity' | 'key'>, field: string): string[] => [
  term.entity === 'tag' ? 'Experiment.tags' : attributeOf(term, field).coordinate,
];

/** Experiments by conditions that all hold, in order; newest first unless said. */
export async function searchExperiments(
  { store, actor }: Context,
  { lifecycles, conditions, order, limit, token }: ExperimentSearch,
): Promise<Page<ExperimentView>> {
  const columns = [...order.flatMap(sortColumns), ...newestFirst];
  const from = keyOfToken('experiments', columns, token);
  const where = [
    inScope(actor, 'project_id'),
    sql`lifecycle = any(${sql.val([...lifecycles])}::text[])`,
    ...conditions.map(predicate),
  ];
  const { rows } = await sql<ExperimentRow & Record<string, unknown>>`
    select * from (select experiment.*, ${selectColumns(columns)} from experiment where ${sql.join(where, sql` and `)}) found
     ${from ? sql`where ${behind(columns, from)}` : sql``}
     order by ${orderBy(columns)} limit ${limit + 1}`.execute(store.read); // prettier-ignore
  return pageOfSorted('experiments', columns, rows, limit, experimentView);
}

const newestFirst: readonly SortColumn[] = [
  { name: 'sort_created', expression: sql`created_at`, descending: true, type: 'timestamptz' },
  { name: 'sort_id', expression: sql`id`, descending: true, type: 'uuid' },
];

function attributeOf(term: Pick<Condition, 'entity' | 'key'>, field: string) {
  const { entity, key } = term;
  if (entity !== 'attribute' || !Object.hasOwn(attributes, key)) throw unknownKey(term, field);
  return attributes[key as keyof typeof attributes];
}

function predicate(condition: Condition): RawBuilder<SqlBool> {
  if (condition.entity === 'tag') {
    return compareKeyed(sql`select from experiment_tag t where t.experiment_id = experiment.id`, condition);
  }
  const { column, type } = attributeOf(condition, 'filter');
  return type === 'time' ? compareTime(column, condition) : compareText(column, condition);
}

function sortColumns(term: Ordering, place: number): SortColumn[] {
  const { column, type } = attributeOf(term, 'order_by');
  const name = `sort_${place}`;
  if (term.key === 'experiment_id') {
    return [{ name, expression: sql`number::float8`, descending: term.descending, type: 'float8' }];
  }
  return type === 'time' ? byTime(name, column, term.descending) : byText(name, column, term.descending);
}
