import { sql, type RawBuilder, type SqlBool } from 'kysely';
import {
  compareKeyed,
  compareNumber,
  compareText,
  compareTime,
  unknownKey,
  type Condition,
  type Ordering,
} from '../search/condition.ts';
import { byNumber, byText, byTime, type SortColumn } from '../search/keyset.ts';

// What runs can be filtered and ordered by, in GraphQL and in MLflow's language alike, as parts of statements on `run`.

type Term = Pick<Condition, 'entity' | 'key'>;

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
const runIdAttribute = { ...attribute('run.id', 'text', 'Run.mlflowId'), column: sql`replace(run.id::text, '-', '')` };
const startedAttribute = attribute('run.started_at', 'time', 'Run.startedAt');
const nameAttribute = attribute('run.name', 'text', 'Run.name');

const attributes: Readonly<Record<string, Attribute>> = {
  run_id: runIdAttribute,
  'run id': runIdAttribute,
  run_name: nameAttribute,
  'run name': nameAttribute,
  status: attribute('run.status', 'text', 'Run.status'),
  kind: attribute('run.kind', 'text', 'Run.kind'),
  start_time: startedAttribute,
  created: startedAttribute,
  end_time: attribute('run.ended_at', 'time', 'Run.endedAt'),
  user_id: attribute('run.user_name', 'text', 'Run.userName'),
  artifact_uri: attribute('run.artifact_uri', 'text', 'Run.artifactUri'),
};

/** A run may read a version of a dataset, or a dataset of which no version was named. */
const inputs = {
  name: { column: sql`coalesce(v.label, d.name)`, coordinates: ['DatasetVersion.name', 'Dataset.name'] },
  digest: { column: sql`v.digest`, coordinates: ['DatasetVersion.digest'] },
  context: { column: sql`i.context`, coordinates: ['RunInput.context'] },
} as const;

/** The fields that a condition or an order term tells of: what the searcher must be allowed to filter or order by. */
export function coordinatesOfRunSearch(term: Term, field: string): readonly string[] {
  switch (term.entity) {
    case 'metric':
      return ['Run.metrics', 'Metric.key', 'Metric.value'];
    case 'param':
      return ['Run.params'];
    case 'tag':
      return ['Run.tags'];
    case 'dataset':
      return ['Run.inputs', 'RunInput.asset', ...inputOf(term, field).coordinates];
    case 'attribute':
      return [attributeOf(term, field).coordinate];
  }
}

/** Ties, and the order of whoever asks for none: newest start first, then by id. What has not started is newer than all that has. */
export const newestFirst: readonly [SortColumn, SortColumn] = [
  { name: 'sort_started', expression: sql`run.started_at`, descending: true, type: 'timestamptz', nullable: true },
  { name: 'sort_id', expression: sql`run.id`, descending: false, type: 'uuid' },
];

/** The order without what comes of itself: ties are newest first anyway. */
export function withoutTies(order: readonly Ordering[]): readonly Ordering[] {
  const newest = order.findIndex(
    (term) => term.entity === 'attribute' && term.descending && attributeOf(term, 'order_by') === startedAttribute,
  );
  return newest < 0 ? order : order.slice(0, newest);
}

/** The columns of an order, ties included. */
export function sortColumnsOfRuns(order: readonly Ordering[]): SortColumn[] {
  return [...withoutTies(order).flatMap(sortColumns), ...newestFirst];
}

/** The latest value of a metric over all its series in the run; a settled run has it at hand. */
const latestOf = (key: string): RawBuilder<unknown> => sql`(case when run.open_since is null
  then (select m.value from run_metric m where m.run_id = run.id and m.key = ${key})
  else (select s.latest_value from metric_series s where s.run_id = run.id and s.key = ${key}
         order by s.latest_step desc, s.latest_at desc, s.latest_value desc limit 1) end)`;

const keyed = (table: 'run_param' | 'run_tag'): RawBuilder<unknown> =>
  sql`select from ${sql.table(table)} t where t.run_id = run.id`;

/** A condition on the row `run`. */
export function predicateOnRun(condition: Condition): RawBuilder<SqlBool> {
  switch (condition.entity) {
    case 'metric':
      return compareNumber(latestOf(condition.key), condition);
    case 'param':
      return compareKeyed(keyed('run_param'), condition);
    case 'tag':
      return compareKeyed(keyed('run_tag'), condition);
    case 'dataset':
      return onInput([condition, ...(condition.together ?? [])]);
    case 'attribute': {
      const { column, type } = attributeOf(condition, 'filter');
      return type === 'time' ? compareTime(column, condition) : compareText(column, condition);
    }
  }
}

function onInput(conditions: readonly Condition[]): RawBuilder<SqlBool> {
  const predicates = conditions.map((one) => compareText(inputOf(one, 'filter').column, one));
  return sql<SqlBool>`exists (
    select from run_input i
      left join dataset_version v on v.asset_key = i.asset_key left join dataset d on d.asset_key = i.asset_key
     where i.run_id = run.id and (v.asset_key is not null or d.asset_key is not null) and ${sql.join(predicates, sql` and `)})`;
}

function inputOf(term: Term, field: string) {
  if (field === 'order_by' || !Object.hasOwn(inputs, term.key)) throw unknownKey(term, field);
  return inputs[term.key as keyof typeof inputs];
}

function attributeOf(term: Term, field: string): Attribute {
  const key = term.key.toLowerCase();
  if (!Object.hasOwn(attributes, key)) throw unknownKey(term, field);
  return attributes[key]!;
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
  if (column === startedAttribute.column) return [{ ...newestFirst[0], name, descending }];
  return type === 'time' ? byTime(name, column, descending) : byText(name, column, descending);
}
