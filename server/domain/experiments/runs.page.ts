import DataLoader from 'dataloader';
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import { badInput } from '../../shared/errors.ts';
import { idOf, isUuid } from '../../shared/ids.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { uuids } from '../../storage/arrays.ts';
import type { Context, LoaderFor } from '../context.ts';
import { matches, type TextFilter } from '../text-filter.ts';
import { inScope } from '../scope.ts';
import type { Tables } from '../tables.ts';
import type { RunKind, RunStatus } from './run.entity.ts';
import { runColumns, runView, type RunRow, type RunView } from './run.read-model.ts';

export interface RunWhere {
  experimentId?: string | null;
  status?: RunStatus[] | null;
  kind?: RunKind[] | null;
  name?: TextFilter | null;
  startedAfter?: Date | null;
  startedBefore?: Date | null;
}

/** Runs that have not started are newer than all that have. */
export type RunOrder = 'desc' | 'asc';

export interface RunsRequest extends PageRequest {
  where: RunWhere;
  orderBy: RunOrder;
}

/** A page of all runs that the actor sees, deleted ones left out. */
export async function pageOfRuns(context: Context, request: RunsRequest): Promise<Page<RunView>> {
  const rows = await chosen(context, request, context.store.read).execute();
  return toPage(rows, request);
}

/** Pages of the runs below each of several parents: one statement for all that ask for the same page. */
function pageBelow(parent: 'experiment_id' | 'job_id'): LoaderFor<RunsRequest & { parent: string }, Page<RunView>> {
  return (context) =>
    new DataLoader<RunsRequest & { parent: string }, Page<RunView>, string>(
      async (requests) => {
        const pages = new Map<string, Page<RunView>>();
        const db = context.store.read;
        for (const group of Map.groupBy(requests, (request) => keyOf({ ...request, parent: '' })).values()) {
          // a part of a statement: the counter of statements must not take it for one
          const below = chosen(context, group[0]!, db.withoutPlugins()).whereRef(`run.${parent}`, '=', sql.ref('p.id'));
          const rows = await db
            .selectFrom(
              sql<{ id: string }>`unnest(${uuids(group.map((request) => request.parent))})`.as<'p'>(sql`p(id)`),
            )
            .innerJoinLateral(below.as('r'), (join) => join.onTrue())
            .selectAll('r')
            .execute();
          const rowsOf = Map.groupBy(rows as RunRow[], (row) => row[parent]!);
          for (const request of group) pages.set(keyOf(request), toPage(rowsOf.get(request.parent) ?? [], request));
        }
        return requests.map((request) => pages.get(keyOf(request))!);
      },
      { cacheKeyFn: keyOf },
    );
}

export const runsOfExperiment = pageBelow('experiment_id');
export const runsOfJob = pageBelow('job_id');

const keyOf = ({ parent, where, orderBy, first, after }: RunsRequest & { parent: string }): string =>
  JSON.stringify([parent, where, orderBy, first, after ?? null]);

function chosen({ actor }: Context, { where, orderBy, first, after }: RunsRequest, db: Kysely<Tables>) {
  const size = pageSize(first);
  let query: SelectQueryBuilder<Tables, 'run', RunRow> = db
    .selectFrom('run')
    .select(runColumns)
    .where(inScope(actor, 'run.project_id'))
    .where('run.lifecycle', '=', 'active')
    .orderBy('run.started_at', orderBy)
    .orderBy('run.id', orderBy)
    .limit(size + 1);
  if (where.experimentId) {
    query = query.where('run.experiment_id', '=', idOf(where.experimentId, ['Experiment'], 'where.experimentId'));
  }
  if (where.status) query = query.where('run.status', 'in', orNone(where.status));
  if (where.kind) query = query.where('run.kind', 'in', orNone(where.kind));
  if (where.name) query = query.where((eb) => matches(eb, 'run.name', where.name!, 'where.name'));
  if (where.startedAfter) query = query.where('run.started_at', '>', where.startedAfter);
  if (where.startedBefore) query = query.where('run.started_at', '<', where.startedBefore);
  const from = decodeCursor(after, orderOf(orderBy), 2);
  return from ? query.where(past(orderBy, ...checked(from))) : query;
}

/** An empty list matches nothing. */
const orNone = <T extends string>(values: T[]): T[] => (values.length > 0 ? values : ['' as T]);

const orderOf = (orderBy: RunOrder): string => `runs:started:${orderBy}`;

function checked([at, id]: (string | number | null)[]): [Date | null, string] {
  const time = typeof at === 'number' ? new Date(at) : null;
  if (!isUuid(String(id)) || Number.isNaN(time?.getTime())) {
    throw badInput('after', 'This cursor does not belong to this list.', 'Start again without `after`.');
  }
  return [time, String(id)];
}

function past(orderBy: RunOrder, at: Date | null, id: string) {
  if (orderBy === 'desc') {
    return at
      ? sql<boolean>`(run.started_at, run.id) < (${at}::timestamptz, ${id}::uuid)`
      : sql<boolean>`(run.started_at is not null or run.id < ${id}::uuid)`;
  }
  return at
    ? sql<boolean>`((run.started_at, run.id) > (${at}::timestamptz, ${id}::uuid) or run.started_at is null)`
    : sql<boolean>`(run.started_at is null and run.id > ${id}::uuid)`;
}

function toPage(rows: RunRow[], { first, orderBy }: RunsRequest): Page<RunView> {
  return pageOf(rows.map(runView), first, (run) =>
    encodeCursor(orderOf(orderBy), [run.startedAt?.getTime() ?? null, run.uuid]),
  );
}
