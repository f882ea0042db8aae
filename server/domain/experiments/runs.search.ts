import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { uuids } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { inScope } from '../scope.ts';
import {
  compareKeyed,
  compareNumber,
  compareText,
  compareTime,
  unknownKey,
  type Condition,
  type Ordering,
  type Search,
} from '../search/condition.ts';
import {
  behind,
  byNumber,
  byText,
  byTime,
  keyOfToken,
  orderBy,
  selectColumns,
  tokenOf,
  type SortColumn,
} from '../search/keyset.ts';
import type { Lifecycle } from './experiment.entity.ts';
import { runView, type RunRow, type RunView } from './run.read-model.ts';

export interface RunSearch extends Search {
  readonly experimentIds: readonly string[];
  readonly lifecycles: readonly Lifecycle[];
}

export interface FoundRuns {
  runs: RunView[];
  /** Undefined on the last page. */
  nextToken: string | undefined;
}

interface Attribute {
  readonly column: RawBuilder<unknown>;
  readonly type: 'text' | 'time';
  /** The field that it tells of. */
  readonly coordinate: string;
}

const attribute = (column: string, type: Attribute['type'], coordinate: string): Attribute => ({
  column: type === 'text' ? sql`${sql.ref(column)}::text` : sql.ref(column),
  type,
  coordinate,
});
const runIdAttribute = { ...attribute('run.id', 'text', 'Run.id'), column: sql`replace(run.id::text, '-', '')` };
const startedAttribute = attribute('run.started_at', 'time', 'Run.startedAt');
const nameAttribute = attribute('run.name', 'text', 'Run.name');

const attributes: Readonly<Record<string, Attribute>> = {
  run_id: runIdAttribute,
  'run id': runIdAttribute,
  run_name: nameAttribute,
  'run name': nameAttribute,
  status: attribute('run.status', 'text', 'Run.status'),
  start_time: startedAttribute,
  created: startedAttribute,
  end_time: attribute('run.ended_at', 'time', 'Run.endedAt'),
  user_id: attribute('run.user_name', 'text', 'Run.userName'),
  artifact_uri: attribute('run.artifact_uri', 'text', 'Run.artifactUri'),
};

const fields = { metric: 'Run.metrics', param: 'Run.params', tag: 'Run.tags', dataset: 'Run.inputs' } as const;

/** The field that a condition or an order term tells of: what the searcher must be allowed to filter or order by. */
export function coordinateOfRunSearch(term: Pick<Condition, 'entity' | 'key'>, field: string): string {
  return term.entity === 'attribute' ? attributeOf(term, field).coordinate : fields[term.entity];
}

/** Runs by conditions that all hold, in order; ties by newest start, then id. */
export async function searchRuns({ store, actor }: Context, search: RunSearch): Promise<FoundRuns> {
  const { experimentIds, lifecycles, conditions, order, limit, token } = search;
  if (experimentIds.length === 0) return { runs: [], nextToken: undefined };
  const columns = [...order.flatMap(sortColumns), ...newestFirst];
  const from = keyOfToken('runs', columns, token);
  const where = [
    // a plain equality lets the index give the order
    experimentIds.length === 1
      ? sql`run.experiment_id = ${experimentIds[0]!}::uuid`
      : sql`run.experiment_id = any(${uuids(experimentIds)})`,
    lifecycles.length === 1
      ? sql`run.lifecycle = ${lifecycles[0]!}`
      : sql`run.lifecycle = any(${sql.val([...lifecycles])}::text[])`,
    inScope(actor, 'run.project_id'),
    ...conditions.map(predicate),
  ];
  const { rows } = await sql<RunRow & Record<string, unknown>>`
    select * from (select run.*, ${selectColumns(columns)} from run where ${sql.join(where, sql` and `)}) found
     ${from ? sql`where ${behind(columns, from)}` : sql``}
     order by ${orderBy(columns)} limit ${limit + 1}`.execute(store.read); // prettier-ignore
  const page = rows.slice(0, limit);
  return {
    runs: page.map(runView),
    nextToken: rows.length > limit ? tokenOf('runs', columns, page.at(-1)!) : undefined,
  };
}

/** A run of an experiment always has a start, so that this order is the index's own. */
const newestFirst: readonly SortColumn[] = [
  { name: 'sort_started', expression: sql`run.started_at`, descending: true, type: 'timestamptz' },
  { name: 'sort_id', expression: sql`run.id`, descending: false, type: 'uuid' },
];

function attributeOf(term: Pick<Condition, 'entity' | 'key'>, field: string): Attribute {
  const key = term.key.toLowerCase();
  if (!Object.hasOwn(attributes, key)) throw unknownKey(term, field);
  return attributes[key]!;
}

/** The latest value of a metric over all its series in the run. */
const latestOf = (key: string): RawBuilder<unknown> => sql`(
  select s.latest_value from metric_series s where s.run_id = run.id and s.key = ${key}
   order by s.latest_step desc, s.latest_at desc, s.latest_value desc limit 1)`;

const keyed = (table: 'run_param' | 'run_tag'): RawBuilder<unknown> =>
  sql`select from ${sql.table(table)} t where t.run_id = run.id`;

function predicate(condition: Condition): RawBuilder<SqlBool> {
  switch (condition.entity) {
    case 'metric':
      return compareNumber(latestOf(condition.key), condition);
    case 'param':
      return compareKeyed(keyed('run_param'), condition);
    case 'tag':
      return compareKeyed(keyed('run_tag'), condition);
    case 'dataset':
      return onDataset(condition);
    case 'attribute': {
      const { column, type } = attributeOf(condition, 'filter');
      return type === 'time' ? compareTime(column, condition) : compareText(column, condition, true);
    }
  }
}

function onDataset(condition: Condition): RawBuilder<SqlBool> {
  const columns: Readonly<Record<string, string>> = { name: 'v.label', digest: 'v.digest', context: 'i.context' };
  if (!Object.hasOwn(columns, condition.key)) throw unknownKey(condition, 'filter');
  return sql<SqlBool>`exists (
    select from run_input i join dataset_version v on v.asset_key = i.asset_key
     where i.run_id = run.id and ${compareText(sql.ref(columns[condition.key]!), condition, true)})`;
}

function sortColumns(term: Ordering, place: number): SortColumn[] {
  const { entity, key, descending } = term;
  const name = `sort_${place}`;
  if (entity === 'metric') return byNumber(name, latestOf(key), descending);
  if (entity === 'param' || entity === 'tag') {
    const table = entity === 'param' ? 'run_param' : 'run_tag';
    return byText(
      name,
      sql`(select t.value from ${sql.table(table)} t where t.run_id = run.id and t.key = ${key})`,
      descending,
    );
  }
  if (entity === 'dataset') throw unknownKey(term, 'order_by');
  const { column, type } = attributeOf(term, 'order_by');
  return type === 'time' ? byTime(name, column, descending) : byText(name, column, descending);
}
