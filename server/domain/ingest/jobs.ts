import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import { idFromName, runIdFrom } from '../../shared/ids.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { RunStatus } from '../experiments/run.entity.ts';
import { mergeAll, storedOf, type Facets, type StoredFacets } from '../facets.ts';
import type { Tx } from '../store.ts';
import type { LineageEvent } from './event.ts';

interface FacetRow {
  id: string;
  facets: JsonObject;
  facet_times: Record<string, string> | null;
}

interface RunRow extends FacetRow {
  parent_run_id: string | null;
}

/** What events say of one thing's facets. */
interface Said {
  key: string;
  facets: Facets;
  at: Date;
}

const jobIdOf = (projectId: string, job: NonNullable<LineageEvent['job']>): string =>
  idFromName('job', projectId, job.namespace, job.name);

/** The job of each event, made where it is missing, with the newest of its facets. Its id follows from its name. */
export async function recordJobs(
  tx: Tx,
  projectId: string,
  events: readonly LineageEvent[],
): Promise<(event: LineageEvent) => string | null> {
  const said = events.flatMap(({ job, at }) =>
    job ? [{ key: jobIdOf(projectId, job), job, facets: job.facets, at }] : [],
  );
  const jobs = [
    ...new Map(said.map(({ key, job: { namespace, name } }) => [key, { id: key, namespace, name }])).values(),
  ];
  if (jobs.length > 0) {
    const { rows } = await sql<FacetRow>`${prepared}
      insert into job (id, project_id, namespace, name, facets, facet_times, created_at, updated_at)
      select j.id, ${projectId}::uuid, j.namespace, j.name, '{}', '{}', ${tx.now}::timestamptz, ${tx.now}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as j(id uuid, namespace text, name text) order by j.id
      on conflict (project_id, namespace, name) do update set updated_at = excluded.updated_at
      returning id, facets, facet_times`.execute(tx.db);
    await storeFacets(tx, 'job', rows, said);
  }
  return ({ job }) => (job ? jobIdOf(projectId, job) : null);
}

/** Of all that a run's events said, the last of these is its state. */
const statusOrder: readonly RunStatus[] = ['SCHEDULED', 'RUNNING', 'FINISHED', 'KILLED', 'FAILED'];
const ranks = sql.lit(statusOrder.join(','));
const rankOf = (status: unknown) => sql`array_position(string_to_array(${ranks}, ','), ${status})`;

interface RunSighting {
  id: string;
  external: string;
  job: string | null;
  otherJobs: string[];
  name: string | null;
  status: RunStatus;
  first: Date;
  last: Date;
  ended: Date | null;
}

/**
 * The run of each event, made where it is missing. A run that MLflow tracks keeps its own status, kind and name. An id that another
 * project already uses says nothing of that project's run: here it stands for a run of its own.
 */
export async function recordRuns(
  tx: Tx,
  projectId: string,
  events: readonly LineageEvent[],
  jobOf: (event: LineageEvent) => string | null,
): Promise<(event: LineageEvent) => string | null> {
  const ids = new Map<string, string>();
  const runs = new Map<string, RunSighting>();
  for (const event of events) {
    if (!event.run) continue;
    const id = runIdFrom(projectId, event.run.id);
    ids.set(event.run.id, id);
    const seen = runs.get(id);
    const one = sightingOf(id, event, event.run, jobOf(event));
    runs.set(id, seen ? together(seen, one) : one);
  }
  if (runs.size === 0) return () => null;
  const found = await upsertRuns(tx, projectId, [...runs.values()]);
  const own = new Set(found.map(({ id }) => id));
  const taken = [...runs.values()].filter(({ id }) => !own.has(id)).map((run) => ({ ...run, id: idFromName('run', projectId, run.external), was: run.id })); // prettier-ignore
  if (taken.length > 0) {
    found.push(...(await upsertRuns(tx, projectId, taken)));
    for (const [external, id] of ids) ids.set(external, taken.find(({ was }) => was === id)?.id ?? id);
  }
  const said = events.flatMap(({ run, at }) => (run ? [{ key: ids.get(run.id)!, facets: run.facets, at }] : []));
  await storeParents(tx, projectId, found, await storeFacets(tx, 'run', found, said));
  return ({ run }) => (run ? ids.get(run.id)! : null);
}

function sightingOf(id: string, { job, at }: LineageEvent, run: NonNullable<LineageEvent['run']>, jobId: string | null): RunSighting {
  return {
    id,
    external: run.id,
    job: jobId,
    otherJobs: [],
    name: job?.name ?? null,
    status: run.status ?? 'RUNNING',
    first: at,
    last: at,
    ended: run.ended ? at : null,
  };
} // prettier-ignore

/** Two sightings of one run, as the statement below would merge them. */
function together(a: RunSighting, b: RunSighting): RunSighting {
  const least = <T extends string>(x: T | null, y: T | null): T | null => (x === null || (y !== null && y < x) ? y : x);
  const latest = (x: Date | null, y: Date | null): Date | null => (x === null || (y !== null && y > x) ? y : x);
  const job = least(a.job, b.job);
  const jobs = new Set([a.job, b.job, ...a.otherJobs, ...b.otherJobs].filter((one) => one !== null));
  return {
    id: a.id,
    external: least(a.external, b.external)!,
    job,
    otherJobs: [...jobs].filter((one) => one !== job).sort(),
    name: least(a.name, b.name),
    status: statusOrder.indexOf(a.status) >= statusOrder.indexOf(b.status) ? a.status : b.status,
    first: a.first < b.first ? a.first : b.first,
    last: a.last > b.last ? a.last : b.last,
    ended: latest(a.ended, b.ended),
  };
}

async function upsertRuns(tx: Tx, projectId: string, runs: readonly RunSighting[]): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`${prepared}
    insert into run (id, project_id, job_id, other_jobs, kind, name, status, user_name, started_at, ended_at, lifecycle, external_id, facets,
                     facet_times, first_event_at, last_event_at, created_at)
    select r.id, ${projectId}::uuid, r.job, nullif(r."otherJobs", '{}'), 'TRANSFORMATION', r.name, r.status, '', r.first, r.ended, 'active', r.external, '{}', '{}',
           r.first, r.last, ${tx.now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(runs)}::jsonb) as r(id uuid, job uuid, "otherJobs" uuid[], name text, status text, external text,
             first timestamptz, last timestamptz, ended timestamptz) order by r.id
    on conflict (id) do update set
      job_id = least(run.job_id, excluded.job_id),
      other_jobs = (select array_agg(distinct j order by j) from unnest(array[run.job_id, excluded.job_id] || run.other_jobs || excluded.other_jobs) j
                     where j > least(run.job_id, excluded.job_id)),
      name = case when run.experiment_id is null then least(run.name collate "C", excluded.name) else run.name end,
      status = case when run.experiment_id is null and ${rankOf(sql`excluded.status`)} > ${rankOf(sql`run.status`)}
                    then excluded.status else run.status end,
      started_at = least(run.started_at, excluded.started_at),
      ended_at = case when run.experiment_id is null then greatest(run.ended_at, excluded.ended_at) else run.ended_at end,
      external_id = least(run.external_id collate "C", excluded.external_id),
      first_event_at = least(run.first_event_at, excluded.first_event_at),
      last_event_at = greatest(run.last_event_at, excluded.last_event_at)
    where run.project_id = excluded.project_id
    returning id, parent_run_id, facets, facet_times`.execute(tx.db);
  return rows;
}

/** Stores the newest of each facet; what each row has now, by id. */
async function storeFacets(
  tx: Tx,
  table: 'job' | 'run',
  rows: readonly FacetRow[],
  said: readonly Said[],
): Promise<Map<string, StoredFacets>> {
  const { now, updates } = mergeAll(new Map(rows.map((row) => [row.id, storedOf(row)])), said);
  if (updates.length > 0) {
    await sql`${prepared}
      update ${sql.table(table)} t set facets = coalesce(u.facets, t.facets), facet_times = u.times
        from jsonb_to_recordset(${JSON.stringify(updates)}::jsonb) as u(key uuid, facets jsonb, times jsonb)
       where t.id = u.key`.execute(tx.db);
  }
  return now;
}

/** The parent in the newest `parent` facet; a run of which none was ever said keeps the one that MLflow told. */
async function storeParents(
  tx: Tx,
  projectId: string,
  rows: readonly RunRow[],
  facets: ReadonlyMap<string, StoredFacets>,
): Promise<void> {
  const parents = rows.flatMap(({ id, parent_run_id }) => {
    const stored = facets.get(id)!;
    if (!('parent' in stored.times)) return [];
    const told = parentOf(stored.facets);
    const parent = told === undefined ? null : runIdFrom(projectId, told);
    return parent === parent_run_id ? [] : [{ id, parent }];
  });
  if (parents.length === 0) return;
  await sql`${prepared}
    update run r set parent_run_id = p.parent
      from jsonb_to_recordset(${JSON.stringify(parents)}::jsonb) as p(id uuid, parent uuid)
     where r.id = p.id`.execute(tx.db);
}

function parentOf(facets: JsonObject): string | undefined {
  const parent = facets['parent'] as { run?: { runId?: unknown } } | undefined;
  const id = parent?.run?.runId;
  return typeof id === 'string' && id !== '' ? id : undefined;
}
