import { sql } from 'kysely';
import { idFromName, isUuid } from '../../shared/ids.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Tx } from '../store.ts';
import type { LineageEvent } from './event.ts';
import { mergeFacets } from './facets.ts';

interface FacetRow {
  id: string;
  facets: JsonObject;
  facet_times: Record<string, string> | null;
}

/** The job of that name, made when it is missing, with the newest of its facets. Its id follows from its name. */
export async function recordJob(tx: Tx, projectId: string, job: LineageEvent['job'], at: Date): Promise<string | null> {
  if (!job) return null;
  const id = idFromName('job', projectId, job.namespace, job.name);
  const { rows } = await sql<FacetRow>`
    insert into job (id, project_id, namespace, name, facets, facet_times, created_at, updated_at)
    values (${id}, ${projectId}, ${job.namespace}, ${job.name}, '{}', '{}', ${tx.now}, ${tx.now})
    on conflict (project_id, namespace, name) do update set updated_at = excluded.updated_at
    returning id, facets, facet_times`.execute(tx.db);
  await storeFacets(tx, 'job', rows[0]!, job.facets, at);
  return rows[0]!.id;
}

/** A producer's run id as ours: itself when it is a UUID, else one that follows from it. */
export const runIdOf = (projectId: string, external: string): string => {
  const lower = external.toLowerCase();
  return isUuid(lower) ? lower : idFromName('run', projectId, external);
};

/** Of all that a run's events said, the last of these is its state. */
const ranks = sql.lit(['SCHEDULED', 'RUNNING', 'FINISHED', 'KILLED', 'FAILED'].join(','));
const rankOf = (status: unknown) => sql`array_position(string_to_array(${ranks}, ','), ${status})`;

/**
 * The run of that id, made when it is missing. A run that MLflow tracks keeps its own status, kind and name. An id that
 * another project already uses says nothing of that project's run: here it stands for a run of its own.
 */
export async function recordRun(
  tx: Tx,
  projectId: string,
  jobId: string | null,
  { run, job, at }: LineageEvent,
): Promise<string | null> {
  if (!run) return null;
  const found =
    (await upsertRun(tx, projectId, jobId, runIdOf(projectId, run.id), { run, job, at })) ??
    (await upsertRun(tx, projectId, jobId, idFromName('run', projectId, run.id), { run, job, at }))!;
  const merged = await storeFacets(tx, 'run', found, run.facets, at);
  const parent = parentOf(merged);
  if (parent !== undefined) {
    await tx.db
      .updateTable('run')
      .set({ parent_run_id: runIdOf(projectId, parent) })
      .where('id', '=', found.id)
      .where('parent_run_id', 'is distinct from', runIdOf(projectId, parent))
      .execute();
  }
  return found.id;
}

async function upsertRun(
  tx: Tx,
  projectId: string,
  jobId: string | null,
  id: string,
  { run, job, at }: Pick<LineageEvent, 'job' | 'at'> & { run: NonNullable<LineageEvent['run']> },
): Promise<FacetRow | undefined> {
  const { rows } = await sql<FacetRow>`
    insert into run (id, project_id, job_id, kind, name, status, user_name, started_at, ended_at, lifecycle, external_id, facets,
                     facet_times, first_event_at, last_event_at, created_at)
    values (${id}, ${projectId}, ${jobId}, 'TRANSFORMATION', ${job?.name ?? null}, ${run.status ?? 'RUNNING'}, '', ${at},
            ${run.ended ? at : null}, 'active', ${run.id}, '{}', '{}', ${at}, ${at}, ${tx.now})
    on conflict (id) do update set
      job_id = least(run.job_id, excluded.job_id),
      name = case when run.experiment_id is null then least(run.name, excluded.name) else run.name end,
      status = case when run.experiment_id is null and ${rankOf(sql`excluded.status`)} > ${rankOf(sql`run.status`)}
                    then excluded.status else run.status end,
      started_at = least(run.started_at, excluded.started_at),
      ended_at = case when run.experiment_id is null then greatest(run.ended_at, excluded.ended_at) else run.ended_at end,
      external_id = coalesce(run.external_id, excluded.external_id),
      first_event_at = least(run.first_event_at, excluded.first_event_at),
      last_event_at = greatest(run.last_event_at, excluded.last_event_at)
    where run.project_id = excluded.project_id
    returning id, facets, facet_times`.execute(tx.db);
  return rows[0];
}

async function storeFacets(
  tx: Tx,
  table: 'job' | 'run',
  row: FacetRow,
  said: NonNullable<LineageEvent['job']>['facets'],
  at: Date,
): Promise<JsonObject> {
  const { facets, times, changed } = mergeFacets({ facets: row.facets, times: row.facet_times ?? {} }, said, at);
  if (changed) {
    await sql`update ${sql.table(table)} set facets = ${JSON.stringify(facets)}::jsonb, facet_times = ${JSON.stringify(times)}::jsonb
               where id = ${row.id}`.execute(tx.db);
  }
  return facets;
}

/** The run id in the newest `parent` facet. */
function parentOf(facets: JsonObject): string | undefined {
  const parent = facets['parent'] as { run?: { runId?: unknown } } | undefined;
  const id = parent?.run?.runId;
  return typeof id === 'string' && id !== '' ? id : undefined;
}
