import DataLoader from 'dataloader';
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { uuids } from '../../storage/arrays.ts';
import type { Context, LoaderFor } from '../context.ts';
import type { Condition, Ordering, Search } from '../search/condition.ts';
import { behind, compareRows, keyOfRow, keyOfToken, orderBy, selectColumns, pageOfSorted, type Key, type SortColumn, type SortedRow } from '../search/keyset.ts'; // prettier-ignore
import { runColumns, runView, type RunRow, type RunView } from './run.read-model.ts';
import { newestFirst, predicateOnRun, sortColumnsOfRuns } from './runs.search.ts';
import { candidatesOf, scopeOnRun, segmentsOf, type RunScope, type Segment } from './runs.source.ts';

export interface RunSearch extends Search, RunScope {}

type Row = RunRow & SortedRow;

/** How much a search looks at before it turns to the other way. */
export interface Effort {
  /** Below so many matches of one condition, these are looked at one by one. */
  readonly few: number;
  /** So many entries of an index are looked at in vain. */
  readonly inVain: number;
}

/** Runs by conditions that all hold, in order; ties by newest start, then id. */
export async function searchRuns(
  context: Context,
  search: RunSearch,
  effort: Effort = { few: 5_000, inVain: 5_000 },
): Promise<Page<RunView>> {
  const columns = sortColumnsOfRuns(search.order);
  const from = keyOfToken('runs', columns, search.token);
  const rows = search.experimentIds?.length === 0 ? [] : await find(context, { ...search, columns, from }, effort);
  return toPage(rows, columns, search.limit);
}

interface Plan extends RunSearch {
  readonly columns: readonly SortColumn[];
  readonly from: Key | undefined;
}

/**
 * The rows of a page and one more. The database's planner errs by factors of ten between the two ways that there are, so the choice is
 * made here: by the few runs that match one condition, or along the index that gives the order, until the page is full.
 */
async function find(context: Context, plan: Plan, effort: Effort): Promise<Row[]> {
  const { actor } = context;
  const candidates = plan.conditions.flatMap((one) => candidatesOf(actor, plan, one) ?? []);
  const few = await fewest(context, candidates, effort.few);
  if (few) return filterFirst(context, plan, [few]);
  const segments = segmentsOf(actor, plan, plan.order, plan.from);
  const rows = segments && (await orderDriven(context, plan, segments, effort.inVain));
  return rows ?? (await filterFirst(context, plan, candidates));
}

/** Of the candidates the fewest, if these are below the cap. */
async function fewest(
  { store }: Context,
  candidates: readonly RawBuilder<unknown>[],
  cap: number,
): Promise<RawBuilder<unknown> | undefined> {
  if (candidates.length === 0 || cap === 0) return undefined;
  const counts = candidates.map((one) => sql`(select count(*) from (${one} limit ${cap}) c)`);
  const { rows } = await sql<{ counts: number[] }>`select array[${sql.join(counts)}] as counts`.execute(store.read);
  const least = Math.min(...rows[0]!.counts);
  return least < cap ? candidates[rows[0]!.counts.indexOf(least)] : undefined;
}

/** All that match, sorted. Candidates are settled runs; each open one is looked at as well. */
async function filterFirst(
  { store, actor }: Context,
  plan: Plan,
  candidates: readonly RawBuilder<unknown>[],
): Promise<Row[]> {
  const within = scopeOnRun(actor, plan);
  if (candidates.length > 0) {
    within.push(sql<SqlBool>`run.id in (
      (${sql.join(candidates, sql` intersect `)}) union all select id from run where open_since is not null)`);
  }
  const { rows } = await matching(plan, within).execute(store.read);
  return rows;
}

/** Along the index, in batches that grow, until the page is full; undefined when too much was looked at in vain. */
async function orderDriven(
  { store, actor }: Context,
  plan: Plan,
  segments: readonly Segment[],
  inVain: number,
): Promise<Row[] | undefined> {
  const { columns, conditions, limit, experimentIds } = plan;
  const scope = scopeOnRun(actor, plan);
  const leavesOut = columns.length > newestFirst.length; // the index of runs by start has the open ones too
  const open = leavesOut
    ? matching(plan, [...scope, sql<SqlBool>`run.open_since is not null`]).execute(store.read)
    : undefined;
  open?.catch(() => {}); // awaited below, unless the other statement fails first
  const found: Row[] = [];
  let looked = 0;
  let batch = conditions.length > 0 || (experimentIds?.length ?? 0) > 1 ? 3 * (limit + 1) : limit + 1;
  for (const [i, { entries, only }] of segments.entries()) {
    for (let from = i === 0 ? plan.from : undefined, more = true; more && found.length <= limit; batch *= 4) {
      const where = [...scope, only, ...conditions.map(predicateOnRun)];
      const { rows } = await sql<Row>`
        select e.*, r.* from (${entries(from, batch)}) e
          left join lateral (select ${runFields} from run where run.id = e.sort_id and ${sql.join(where, sql` and `)} limit 1) r on true
      `.execute(store.read); // prettier-ignore
      rows.sort(compareRows(columns));
      found.push(...rows.filter(({ id }) => id !== null));
      looked += rows.length;
      more = rows.length === batch;
      const ahead = looked + ((limit + 1 - found.length) * looked) / Math.max(found.length, 1); // at the rate so far
      if (more && ahead > inVain + 4 * limit) return undefined;
      if (more) from = keyOfRow(columns, rows.at(-1)!);
    }
  }
  if (open) found.push(...(await open).rows);
  return found.sort(compareRows(columns)).slice(0, limit + 1);
}

const runFields = sql.join(runColumns.map((name) => sql.ref(name)));

/** One page and a row more of all that match, sorted. */
function matching(
  { columns, conditions, from, limit }: Omit<Plan, keyof RunScope>,
  within: readonly Expression<SqlBool>[],
): RawBuilder<Row> {
  const where = [...within, ...conditions.map(predicateOnRun)];
  return sql<Row>`
    select * from (select ${runFields}, ${selectColumns(columns)} from run where ${sql.join(where, sql` and `)}) found
     ${from ? sql`where ${behind(columns, from)}` : sql``}
     order by ${orderBy(columns)} limit ${limit + 1}`;
}

const toPage = (rows: readonly Row[], columns: readonly SortColumn[], limit: number): Page<RunView> =>
  pageOfSorted('runs', columns, rows, limit, runView);

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
          const within = [sql<SqlBool>`${sql.ref(`run.${parent}`)} = p.id`, ...scopeOnRun(actor, search)];
          const { rows } = await sql<Row>`
            select r.* from unnest(${uuids(group.map((request) => request.parent))}) p(id)
             cross join lateral (${matching({ ...search, columns, from }, within)}) r`.execute(store.read);
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
