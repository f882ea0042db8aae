import DataLoader from 'dataloader';
import { sql, type Expression, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import { pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { uuids } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import type { Context, LoaderFor } from '../context.ts';
import type { Condition, Ordering, Search } from '../search/condition.ts';
import type { Tables } from '../tables.ts';
import { behind, compareRows, keyOfRow, keyOfToken, orderBy, selectColumns, pageOfSorted, type Key, type SortColumn, type SortedRow } from '../search/keyset.ts'; // prettier-ignore
import { runColumns, runView, sheetColumns, sheetOfRun, type RunRow, type RunSheet, type RunView } from './run.read-model.ts'; // prettier-ignore
import { newestFirst, predicateOnRun, sortColumnsOfRuns } from './runs.search.ts';
import { candidatesOf, experimentCount, scopeOnRun, segmentsOf, type RunScope, type Segment } from './runs.source.ts';

export interface RunSearch extends Search, RunScope {
  /** Brings along what `sheetOfRun` would load next, if one statement finds the page. */
  readonly sheets?: true;
}

type Row = RunRow & SortedRow;

/** How much a search looks at before it turns to the other way. */
export interface Effort {
  /** A condition with fewer matches is where it starts: to count so far costs less than a look at the order. */
  readonly rare: number;
  /** So many entries of the index that gives the order, and no more. */
  readonly inVain: number;
  /** Conditions with fewer matches are asked for all of them. */
  readonly few: number;
}

/** A search of one caller, and what it reads by. */
interface Searching extends Pick<Context, 'actor' | 'access' | 'loader'> {
  readonly read: Kysely<Tables>;
}

/**
 * Conditions are asked past row security, under the scope that the statement itself has: an index made by a function that is not leakproof
 * (`left`) serves nobody whom a policy binds, and the search would look at every run.
 */
const readFor = ({ store }: Context, { conditions }: Search): Kysely<Tables> =>
  conditions.length > 0 ? store.derive : store.read;

/** Runs by conditions that all hold, in order; ties by newest start, then id. */
export async function searchRuns(
  context: Context,
  search: RunSearch,
  effort: Effort = { rare: 200, few: 20_000, inVain: 5_000 },
): Promise<Page<RunView>> {
  const columns = sortColumnsOfRuns(search.order);
  const from = keyOfToken('runs', columns, search.token);
  const { actor, access, loader } = context;
  const searching = { actor, access, loader, read: readFor(context, search) };
  const rows = experimentCount(search) === 0 ? [] : await find(searching, { ...search, columns, from }, effort);
  return toPage(rows, columns, search.limit);
}

interface Plan extends RunSearch {
  readonly columns: readonly SortColumn[];
  readonly from: Key | undefined;
}

/**
 * The rows of a page and one more. The database's planner errs by factors of ten between the two ways that there are, so the choice is
 * made here: from the runs that match a condition if those are rare, which a capped count tells; else along the index that gives the
 * order while enough of its entries match, and only then from the few that match.
 */
async function find(context: Searching, plan: Plan, effort: Effort): Promise<Row[]> {
  const { actor } = context;
  const { columns, conditions } = plan;
  // the index of runs by start, and the rows in its order: nothing to choose
  if (conditions.length === 0 && columns.length === newestFirst.length)
    return page(context, plan, scopeOnRun(actor, plan), usualLimits.includes(plan.limit) ? prepared : sql``);
  const candidates = conditions.flatMap((condition) => {
    const ids = candidatesOf(actor, plan, condition);
    return ids ? [{ condition, ids }] : [];
  });
  const rare = await fewOf(context, candidates, effort.rare);
  if (rare.length > 0) return filterFirst(context, plan, rare);
  const segments = effort.inVain > 0 ? segmentsOf(actor, plan, plan.order, plan.from) : undefined;
  const rows = segments && (await orderDriven(context, plan, segments, effort.inVain));
  if (rows) return rows;
  const few = candidates.length > 1 ? await fewOf(context, candidates, effort.few) : [];
  return filterFirst(context, plan, few.length > 0 ? few : candidates);
}

/** A condition, and the ids of the settled runs that match it. */
interface Candidates {
  readonly condition: Condition;
  readonly ids: RawBuilder<unknown>;
}

/** Those with fewer matches than the cap. */
async function fewOf(
  { read }: Searching,
  candidates: readonly Candidates[],
  cap: number,
): Promise<readonly Candidates[]> {
  if (candidates.length === 0 || cap === 0) return [];
  const counts = candidates.map(({ ids }) => sql`(select count(*) from (${ids} limit ${cap}) c)`);
  const { rows } = await sql<{ counts: number[] }>`select array[${sql.join(counts)}] as counts`.execute(read);
  return candidates.filter((_, i) => rows[0]!.counts[i]! < cap);
}

/**
 * What most clients ask for. To plan a page newest first takes as long as to run it; for these it is planned once. For any other number that a
 * client thinks of, PostgreSQL would have to keep another plan.
 */
const usualLimits: readonly number[] = [20, 50, 100, 1_000];

/** All that match, sorted. Candidates are settled runs, known to match; each open one is looked at as well. */
async function filterFirst(context: Searching, plan: Plan, candidates: readonly Candidates[]): Promise<Row[]> {
  const within = scopeOnRun(context.actor, plan);
  if (candidates.length === 0) return page(context, plan, within);
  const known = new Set(candidates.map(({ condition }) => condition));
  const ids = sql.join(candidates.map((one) => one.ids), sql` intersect `); // prettier-ignore
  within.push(
    sql<SqlBool>`run.id in ((${ids}) union all select id from run where open_since is not null)`,
    ...[...known].map((one) => sql<SqlBool>`(run.open_since is null or ${predicateOnRun(one)})`),
  );
  const conditions = plan.conditions.filter((one) => !known.has(one));
  return page(context, { ...plan, conditions }, within);
}

async function page(
  { read, loader, access }: Searching,
  plan: Plan,
  within: readonly Expression<SqlBool>[],
  mark = sql``,
): Promise<Row[]> {
  const found = matching(plan, within);
  if (!plan.sheets) return (await found.execute(read)).rows;
  const { rows } = await sql<Row & (RunSheet | { run_id: null })>`${mark}
    select * from (${found}) found left join lateral (select ${sheetColumns(access)} from run_sheet s where s.run_id = found.id) s on true
     order by ${orderBy(plan.columns)}`.execute(read);
  for (const row of rows) loader(sheetOfRun).prime(row.id, row.run_id === null ? null : row);
  return rows;
}

/** Along the index, in batches that grow, until the page is full; undefined when too much was looked at in vain. */
async function orderDriven(
  { read, actor }: Searching,
  plan: Plan,
  segments: readonly Segment[],
  inVain: number,
): Promise<Row[] | undefined> {
  const { columns, conditions, limit } = plan;
  const scope = scopeOnRun(actor, plan);
  const leavesOut = columns.length > newestFirst.length; // the index of runs by start has the open ones too
  const open = leavesOut
    ? matching(plan, [...scope, sql<SqlBool>`run.open_since is not null`]).execute(read)
    : undefined;
  open?.catch(() => {}); // awaited below, unless the other statement fails first
  const found: Row[] = [];
  let looked = 0;
  let batch = conditions.length > 0 ? 3 * (limit + 1) : limit + 1;
  for (const [i, { entries, only }] of segments.entries()) {
    for (let from = i === 0 ? plan.from : undefined, more = true; more && found.length <= limit; batch *= 4) {
      const where = [...scope, only, ...conditions.map(predicateOnRun)];
      const { rows } = await sql<Row>`
        select e.*, r.* from (${entries(from, batch)}) e
          left join lateral (select ${runFields} from run where run.id = e.sort_id and ${sql.join(where, sql` and `)} limit 1) r on true
      `.execute(read); // prettier-ignore
      rows.sort(compareRows(columns));
      found.push(...rows.filter(({ id }) => id !== null));
      looked += rows.length;
      more = rows.length === batch;
      const ahead = looked + ((limit + 1 - found.length) * looked) / Math.max(found.length, 1); // at the rate so far
      if (more && found.length <= limit && ahead > inVain + 4 * limit) return undefined;
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
     order by ${orderBy(columns)} limit ${sql.lit(limit + 1)}`;
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
  return (context) =>
    new DataLoader<RunsRequest & { parent: string }, Page<RunView>, string>(
      async (requests) => {
        const pages = new Map<string, Page<RunView>>();
        for (const group of Map.groupBy(requests, (request) => keyOf({ ...request, parent: '' })).values()) {
          const search = toRunSearch(group[0]!);
          const columns = sortColumnsOfRuns(search.order);
          const from = keyOfToken('runs', columns, search.token);
          const within = [sql<SqlBool>`${sql.ref(`run.${parent}`)} = p.id`, ...scopeOnRun(context.actor, search)];
          const { rows } = await sql<Row>`
            select r.* from unnest(${uuids(group.map((request) => request.parent))}) p(id)
             cross join lateral (${matching({ ...search, columns, from }, within)}) r`.execute(
            readFor(context, search),
          );
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
