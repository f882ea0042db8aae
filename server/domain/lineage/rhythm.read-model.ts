import { sql } from 'kysely';
import type { JsonObject } from '../../shared/json.ts';
import { uuids } from '../../storage/arrays.ts';
import { momentIn } from '../facets.views.ts';
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

interface Starts {
  runId: string;
  jobId: string;
  /** The interval between starts that nine in ten of a job's last runs keep, so that weekends count and one outage does not. */
  interval: number | null;
  /** The newest run's facet, as the producer sent it. */
  nominal: JsonObject | null;
}

/** The rhythm of the job of each run, in seconds: the interval between its starts, or the span of the newest run's nominal time if that is longer. */
export async function rhythmsOf(store: Store, runIds: readonly string[]): Promise<Rhythm[]> {
  const { rows } = await sql<Starts>`
    with job_of as (select id, job_id from run where id = any(${uuids(runIds)}) and job_id is not null),
    rhythm as (
      select j.job_id,
             case when count(r.gap) >= ${sql.lit(fewestIntervals)} then percentile_cont(0.9) within group (order by r.gap) end as interval,
             (array_agg(r.nominal order by r.n))[1] as nominal
        from (select distinct job_id from job_of) j cross join lateral (
          select row_number() over w as n, extract(epoch from started_at - lead(started_at) over w)::float8 as gap,
                 facets -> 'nominalTime' as nominal
            from (select * from run where job_id = j.job_id and started_at is not null
                   order by started_at desc limit ${sql.lit(lastRuns + 1)}) l
          window w as (order by started_at desc, id)) r
       group by 1)
    select o.id as "runId", o.job_id as "jobId", h.interval, h.nominal from job_of o join rhythm h using (job_id)`.execute(
    store.derive,
  );
  return rows.map(({ runId, jobId, interval, nominal }) => {
    const known = [interval, spanOf(nominal)].filter((seconds) => seconds !== null);
    return { runId, jobId, seconds: known.length > 0 ? Math.max(...known) : null };
  });
}

/** In seconds; null when the producer did not tell both ends, or not as times. */
function spanOf(nominal: JsonObject | null): number | null {
  const [start, end] = ['nominalStartTime', 'nominalEndTime'].map((name) =>
    momentIn({ nominalTime: nominal }, 'nominalTime', name),
  );
  return start && end ? (end.getTime() - start.getTime()) / 1000 : null;
}

export const rhythmOfRun = oneByKey<string, Rhythm>(
  ({ store }, runIds) => rhythmsOf(store, runIds),
  (row) => row.runId,
);

/** Not seen for more than twice the rhythm; never while none is known. */
export const isStale = (lastSeen: Date, rhythm: number | null, now: Date): boolean =>
  rhythm !== null && rhythm > 0 && now.getTime() - lastSeen.getTime() > 2_000 * rhythm;
