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
  type MeasuredOn,
  type Ordering,
  type Search,
} from '../search/condition.ts';
import { behind, byNumber, byText, byTime, keyOfToken, orderBy, selectColumns, tokenOf, type SortColumn } from '../search/keyset.ts'; // prettier-ignore
import { loggedModelView, modelView, versionView, type LoggedModelView, type ModelVersionView, type ModelView } from './models.views.ts'; // prettier-ignore

export interface Found<View> {
  rows: View[];
  /** Undefined on the last page. */
  nextToken: string | undefined;
}

interface Attribute {
  readonly column: RawBuilder<unknown>;
  readonly type: 'text' | 'number' | 'time';
  /** The field that it tells of. */
  readonly coordinate: string;
}

/** What MLflow's clients can search in one list of models. `row` is the table's own alias, beside `asset`. */
interface Searchable<View> {
  readonly list: string;
  readonly from: RawBuilder<unknown>;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The fields that params, tags and metrics tell of; absent where the list has none. */
  readonly params?: string;
  readonly tags: string;
  readonly metrics?: string;
  /** The order when none is asked for. */
  readonly unordered?: readonly SortColumn[];
  readonly ties: readonly SortColumn[];
  view(row: never): View;
}

const text = (column: RawBuilder<unknown>, coordinate: string): Attribute => ({ column, type: 'text', coordinate });
const time = (column: RawBuilder<unknown>, coordinate: string): Attribute => ({ column, type: 'time', coordinate });
const created = (type: string) => time(sql`row.created_at`, `${type}.createdAt`);
const updated = (type: string) => time(sql`row.updated_at`, `${type}.createdAt`);
const hex = (column: string) => sql`replace(${sql.ref(column)}::text, '-', '')`;
const saidOrOwnRun = sql`coalesce(${hex('row.run_id')}, row.said_run)`;
const newestFirst: SortColumn = { name: 'sort_key', expression: sql`asset.key`, descending: true, type: 'int8' };

export const loggedModelSearch: Searchable<LoggedModelView> = {
  list: 'logged-models',
  from: sql`logged_model row`,
  attributes: {
    name: text(sql`row.name`, 'LoggedModel.name'),
    model_id: text(sql`'m-' || ${hex('asset.id')}`, 'LoggedModel.mlflowId'),
    model_type: text(sql`row.model_type`, 'LoggedModel.modelType'),
    status: text(sql`row.status`, 'LoggedModel.status'),
    source_run_id: text(saidOrOwnRun, 'LoggedModel.run'),
    creation_timestamp: created('LoggedModel'),
    creation_time: created('LoggedModel'),
    last_updated_timestamp: updated('LoggedModel'),
  },
  params: 'LoggedModel.params',
  tags: 'LoggedModel.mlflowTags',
  metrics: 'Run.metrics',
  ties: [newestFirst],
  view: loggedModelView,
};

export const modelSearch: Searchable<ModelView> = {
  list: 'registered-models',
  from: sql`model row`,
  attributes: {
    name: text(sql`row.name`, 'Model.name'),
    creation_timestamp: created('Model'),
    last_updated_timestamp: updated('Model'),
    timestamp: updated('Model'),
  },
  tags: 'Model.mlflowTags',
  ties: [
    { name: 'sort_name', expression: sql`row.name`, descending: false, type: 'text' },
    { ...newestFirst, descending: false },
  ],
  view: modelView,
};

export const versionSearch: Searchable<ModelVersionView> = {
  list: 'model-versions',
  from: sql`(select model_version.*, model.name as model_name from model_version join model on model.asset_key = model_key) row`,
  attributes: {
    name: text(sql`row.model_name`, 'ModelVersion.model'),
    version_number: { column: sql`row.version::float8`, type: 'number', coordinate: 'ModelVersion.version' },
    run_id: text(saidOrOwnRun, 'ModelVersion.run'),
    source_path: text(sql`row.source`, 'ModelVersion.source'),
    creation_timestamp: created('ModelVersion'),
    last_updated_timestamp: updated('ModelVersion'),
  },
  tags: 'ModelVersion.mlflowTags',
  unordered: [{ name: 'sort_updated', expression: sql`row.updated_at`, descending: true, type: 'timestamptz' }],
  ties: [
    { name: 'sort_model', expression: sql`row.model_name`, descending: false, type: 'text' },
    { name: 'sort_version', expression: sql`row.version`, descending: true, type: 'int4' },
    newestFirst,
  ],
  view: versionView,
};

/** The fields that a condition or an order term tells of: what the searcher must be allowed to filter or order by. */
export const coordinatesOfModelSearch =
  (searchable: Pick<Searchable<unknown>, 'attributes' | 'params' | 'tags' | 'metrics'>) =>
  (term: Pick<Condition, 'entity' | 'key'>, field: string): readonly string[] => {
    if (term.entity === 'attribute') return [attributeOf(searchable, term, field).coordinate];
    const { metrics: metric, params: param, tags: tag } = searchable;
    const coordinate = { metric, param, tag, dataset: undefined }[term.entity];
    if (coordinate === undefined) throw unknownKey(term, field);
    return term.entity === 'metric' ? [coordinate, 'Metric.key', 'Metric.value'] : [coordinate];
  };

/** What matches all conditions, in order. `within` narrows the list beforehand; with `datasets`, conditions speak of metrics on them. */
export async function search<View>(
  { store, actor }: Context,
  searchable: Searchable<View>,
  { conditions, order, limit, token }: Search,
  within: RawBuilder<SqlBool> = sql`true`,
  datasets: readonly MeasuredOn[] = [],
): Promise<Found<View>> {
  const { list, from, ties, unordered = [] } = searchable;
  const asked = order.flatMap((term, place) => sortColumns(searchable, term, place));
  const columns = [...(order.length > 0 ? asked : unordered), ...ties];
  const last = keyOfToken(list, columns, token);
  const where = [
    inScope(actor, 'asset.project_id'),
    sql`row.deleted_at is null`,
    within,
    ...conditions.map((one) => predicate(searchable, one, datasets)),
  ];
  const { rows } = await sql<Record<string, unknown>>`
    select * from (
      select row.*, asset.key, asset.id, asset.kind, asset.name, asset.project_id, ${selectColumns(columns)}
        from ${from} join asset on asset.key = row.asset_key where ${sql.join(where, sql` and `)}) found
     ${last ? sql`where ${behind(columns, last)}` : sql``}
     order by ${orderBy(columns)} limit ${limit + 1}`.execute(store.read);
  const page = rows.slice(0, limit);
  return {
    rows: page.map((row) => searchable.view(row as never)),
    nextToken: rows.length > limit ? tokenOf(list, columns, page.at(-1)!) : undefined,
  };
}

/** As `search`, for the logged models of these experiments; with `datasets`, for those that were measured on one of them. */
export const searchLoggedModels = (
  context: Context,
  experimentIds: readonly string[],
  asked: Search,
  datasets: readonly MeasuredOn[] = [],
): Promise<Found<LoggedModelView>> => {
  const inExperiments = sql<SqlBool>`row.experiment_id = any(${uuids(experimentIds)})`;
  const measured = datasets.length > 0 ? sql`exists (select ${seriesOfModel(datasets)})` : sql`true`;
  return search(context, loggedModelSearch, asked, sql<SqlBool>`${inExperiments} and ${measured}`, datasets);
};

function attributeOf(
  { attributes }: Pick<Searchable<unknown>, 'attributes'>,
  term: Pick<Condition, 'entity' | 'key'>,
  field: string,
): Attribute {
  if (!Object.hasOwn(attributes, term.key)) throw unknownKey(term, field);
  return attributes[term.key]!;
}

const keyed = (column: 'params' | 'tags') => sql`select from jsonb_each_text(${sql.ref(`row.${column}`)}) t where true`;

/** The series of its own project that measured the logged model: a run may name any model. */
function seriesOfModel(datasets: readonly MeasuredOn[]): RawBuilder<unknown> {
  const on = datasets.map(({ name, digest }) =>
    digest === undefined
      ? sql`s.dataset_name = ${name}`
      : sql`(s.dataset_name = ${name} and s.dataset_digest = ${digest})`,
  );
  return sql`
    from metric_series s join run r on r.id = s.run_id and r.project_id = asset.project_id
   where s.model_id = asset.id::text and s.model_id <> '' ${on.length > 0 ? sql`and (${sql.join(on, sql` or `)})` : sql``}`;
}

/** The latest value of a metric over those series. */
const latestMetric = (key: string, datasets: readonly MeasuredOn[]): RawBuilder<unknown> => sql`(
  select s.latest_value ${seriesOfModel(datasets)} and s.key = ${key}
   order by s.latest_step desc, s.latest_at desc, s.latest_value desc limit 1)`;

/** MLflow's registry also keeps prompts; what was never marked as one is none. */
const promptTag = 'mlflow.prompt.is_prompt';

function predicate(
  searchable: Searchable<unknown>,
  condition: Condition,
  datasets: readonly MeasuredOn[],
): RawBuilder<SqlBool> {
  coordinatesOfModelSearch(searchable)(condition, 'filter');
  if (condition.entity === 'metric') return compareNumber(latestMetric(condition.key, datasets), condition);
  if (condition.entity === 'param') return compareKeyed(keyed('params'), condition);
  if (condition.entity === 'tag') {
    const opposite = condition.key === promptTag && condition.operator === '!=';
    if (!opposite) return compareKeyed(keyed('tags'), condition);
    return sql<SqlBool>`not ${compareKeyed(keyed('tags'), { ...condition, operator: '=' })}`;
  }
  const { column, type } = attributeOf(searchable, condition, 'filter');
  if (type === 'time') return compareTime(column, condition);
  return type === 'number' ? compareNumber(column, condition) : compareText(column, condition);
}

function sortColumns(searchable: Searchable<unknown>, term: Ordering, place: number): SortColumn[] {
  coordinatesOfModelSearch(searchable)(term, 'order_by');
  const name = `sort_${place}`;
  const { entity, key, descending } = term;
  if (entity === 'metric') return byNumber(name, latestMetric(key, term.on ? [term.on] : []), descending);
  if (entity === 'param' || entity === 'tag')
    return byText(name, sql`${sql.ref(`row.${entity}s`)} ->> ${key}`, descending);
  const { column, type } = attributeOf(searchable, term, 'order_by');
  if (type === 'time') return byTime(name, column, descending);
  return type === 'number' ? byNumber(name, column, descending) : byText(name, column, descending);
}
