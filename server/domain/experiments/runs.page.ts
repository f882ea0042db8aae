import DataLoader from 'dataloader';
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { uuids } from '../../storage/arrays.ts';
import type { Context, LoaderFor } from '../context.ts';
import { inScope } from '../scope.ts';
import type { Condition, Ordering, Search } from '../search/condition.ts';
import { behind, keyOfToken, orderBy, selectColumns, tokenOf, type SortColumn } from '../search/keyset.ts';
import type { Lifecycle } from './experiment.entity.ts';
import { runColumns, runView, type RunRow, type RunView } from './run.read-model.ts';
import { predicateOnRun, sortColumnsOfRuns } from './runs.search.ts';

export interface RunSearch extends Search {
  /** All that the actor sees when left out. */
  readonly experimentIds?: readonly string[];
  readonly lifecycles: readonly Lifecycle[];
}

type Row = RunRow & Record<string, unknown>;

/** Runs by conditions that all hold, in order; ties by newest start, then id. */
export async function searchRuns({ store, actor }: Context, search: RunSearch): Promise<Page<RunView>> {
  const { experimentIds, limit, token } = search;
  const columns = sortColumnsOfRuns(search.order);
  const from = keyOfToken('runs', columns, token);
  if (experimentIds?.length === 0) return toPage([], columns, limit);
  const { rows } = await matching(search, columns, from, scopeOf(actor, search)).execute(store.read);
  return toPage(rows, columns, limit);
}

function scopeOf(actor: Actor, { experimentIds: ids }: RunSearch): Expression<SqlBool>[] {
  const seen = inScope(actor, 'run.project_id');
  if (ids === undefined) return [seen];
  // a plain equality lets the index give the order
  return [
    seen,
    ids.length === 1 ? sql`run.experiment_id = ${ids[0]!}::uuid` : sql`run.experiment_id = any(${uuids(ids)})`,
  ];
}

/** One page and a row more: all that match, sorted. */
function matching(
  { lifecycles, conditions, limit }: Pick<RunSearch, 'lifecycles' | 'conditions' | 'limit'>,
  columns: readonly SortColumn[],
  from: ReturnType<typeof keyOfToken>,
  within: readonly Expression<SqlBool>[],
): RawBuilder<Row> {
  const where = [
    ...within,
    lifecycles.length === 1
      ? sql`run.lifecycle = ${lifecycles[0]!}`
      : sql`run.lifecycle = any(${sql.val([...lifecycles])}::text[])`,
    ...conditions.map(predicateOnRun),
  ];
  return sql<Row>`
    select * from (select ${sql.join(runColumns.map((name) => sql.ref(name)))}, ${selectColumns(columns)}
                     from run where ${sql.join(where, sql` and `)}) found
     ${from ? sql`where ${behind(columns, from)}` : sql``}
     order by ${orderBy(columns)} limit ${limit + 1}`;
}

function toPage(rows: readonly Row[], columns: readonly SortColumn[], limit: number): Page<RunView> {
  const page = rows.slice(0, limit).map((row) => [runView(row), row] as const);
  const rowOf = new Map(page);
  return {
    rows: page.map(([view]) => view),
    hasNextPage: rows.length > limit,
    cursorOf: (view) => tokenOf('runs', columns, rowOf.get(view)!),
  };
}

export interface RunsRequest extends PageRequest {
  readonly experimentId?: string | undefined;
  readonly conditions: readonly Condition[];
  readonly order: readonly Ordering[];
}

/** The search that a page of a GraphQL list asks for: runs that are not deleted. */
export const toRunSearch = ({ experimentId, conditions, order, first, after }: RunsRequest): RunSearch => ({
  ...(experimentId !== undefined && { experimentIds: [experimentId] }),
  conditions,
  order,
  lifecycles: ['active'],
  limit: pageSize(first),
  token: after ?? '',
});

/** Pages of the runs below each of several parents: one statement for all that ask for the same page. */
function pageBelow(parent: 'experiment_id' | 'job_id'): LoaderFor<RunsRequest & { parent: string }, Page<RunView>> {
  return ({ store, actor }) =>
    new DataLoader<RunsRequest & { parent: string }, Page<RunView>, string>(
      async (requests) => {
        const pages = new Map<string, Page<RunView>>();
        for (const group of Map.groupBy(requests, (request) => keyOf({ ...request, parent: '' })).values()) {
          const search = toRunSearch(group[0]!);
          const columns = sortColumnsOfRuns(search.order);
          const from = keyOfToken('runs', columns, search.token);
          const within = [sql<SqlBool>`${sql.ref(`run.${parent}`)} = p.id`, ...scopeOf(actor, search)];
          const { rows } = await sql<Row>`
            select r.* from unnest(${uuids(group.map((request) => request.parent))}) p(id)
             cross join lateral (${matching(search, columns, from, within)}) r`.execute(store.read);
          const rowsOf = Map.groupBy(rows, (row) => row[parent]!);
          for (const request of group) {
            pages.set(keyOf(request), toPage(rowsOf.get(request.parent) ?? [], columns, search.limit));
          }
        }
        return requests.map((request) => pages.get(keyOf(request))!);
      },
      { cacheKeyFn: keyOf },
    );
}

export const runsOfExperiment = pageBelow('experiment_id');
export const runsOfJob = pageBelow('job_id');

const keyOf = ({ parent, experimentId, conditions, order, first, after }: RunsRequest & { parent: string }): string =>
  JSON.stringify([parent, experimentId, conditions, order, first, after ?? null], (_, value: unknown) =>
    typeof value === 'number' ? String(value) : value,
  );
