import { sql, type RawBuilder } from 'kysely';
import { uuids } from '../../storage/arrays.ts';
import { oneByKey } from '../loader.ts';
import type { Store } from '../store.ts';

export interface Rhythm {
  runId: string;
  jobId: string;
  /** Null while there is too little to tell by. */
  seconds: number | null;
}

/** How many of a job's last runs tell its rhythm, and how many intervals it takes at least. */
const lastRuns = 20;
const fewestIntervals = 3;

/**
 * A job's rhythm in seconds: the interval between starts that nine in ten of its last 20 runs keep (so that weekends count and one outage
 * does not), or the span of the newest run's nominal time when that is longer.
 */
const rhythmOf = (job: RawBuilder<unknown>): RawBuilder<number | null> => sql`(
  select greatest(
           case when count(r.gap) >= ${sql.lit(fewestIntervals)} then percentile_cont(0.9) within group (order by r.gap) end,
           max(r.nominal) filter (where r.n = 1))
    from (
      select row_number() over w as n, extract(epoch from started_at - lead(started_at) over w)::float8 as gap,
             extract(epoch from (facets #>> '{nominalTime,nominalEndTime}')::timestamptz
               - (facets #>> '{nominalTime,nominalStartTime}')::timestamptz)::float8 as nominal
        from (select * from run where job_id = ${job} and started_at is not null order by started_at desc limit ${sql.lit(lastRuns + 1)}) l
      window w as (order by started_at desc, id)) r)`;

/** The rhythm of the job of each run; runs without a job are left out. */
export async function rhythmsOf(store: Store, runIds: readonly string[]): Promise<Rhythm[]> {
  const { rows } = await sql<Rhythm>`
    with job_of as (select id, job_id from run where id = any(${uuids(runIds)}) and job_id is not null),
    rhythm as (select j.job_id, ${rhythmOf(sql`j.job_id`)} as seconds from (select distinct job_id from job_of) j)
    select o.id as "runId", o.job_id as "jobId", h.seconds from job_of o join rhythm h using (job_id)`.execute(
    store.derive,
  );
  return rows;
}

export const rhythmOfRun = oneByKey<string, Rhythm>(
  ({ store }, runIds) => rhythmsOf(store, runIds),
  (row) => row.runId,
);

/** Not seen for more than twice the rhythm; never while none is known. */
export const isStale = (lastSeen: Date, rhythm: number | null, now: Date): boolean =>
  rhythm !== null && rhythm > 0 && now.getTime() - lastSeen.getTime() > 2_000 * rhythm;
