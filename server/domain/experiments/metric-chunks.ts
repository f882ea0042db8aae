import { sql, type Kysely } from 'kysely';
import { newId } from '../../shared/ids.ts';
import { uuids } from '../../storage/arrays.ts';
import type { Tables } from '../tables.ts';
import { ownChunk } from './metric-batch.ts';

// Chunks change their form, and never what they hold. Whoever calls holds the locks of the runs' rows.

/** Chunks with fewer points than `small` are merged, about `atOnce` points at a time; what comes of it has at most `full`. */
const merged = { small: 1_000, full: 8_192, atOnce: 50_000 };

/** Replaces the shared chunks of each run by one chunk of each series that is in them. */
export async function sortIntoSeries(db: Kysely<Tables>, runIds: readonly string[]): Promise<void> {
  await sql`
    with taken as (
      delete from metric_chunk where run_id = any(${uuids(runIds)}) and n = 0 returning run_id, series, steps, times, measures
    ), point as (
      select run_id, p.* from taken, unnest(series, steps, times, measures) as p (n, step, time, value)
    )
    insert into metric_chunk (run_id, n, id, points, first_step, last_step, first_time, last_time, steps, times, measures)
    select run_id, n, ${newId()}::uuid, count(*), min(step), max(step), min(time), max(time),
           array_agg(step), array_agg(time), array_agg(value)
      from point group by run_id, n`.execute(db); // prettier-ignore
}

/**
 * Merges small chunks of runs that are not written to for a while: those of one series, and the shared ones of a run, which go to
 * their series when they have enough for each. So a series that came a point at a time is read as one that came at once. It takes a fraction of
 * a second, whatever there is to merge; the runs that have more of it are given back.
 */
export async function mergeChunks(db: Kysely<Tables>, runIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ run_id: string }>`
    select run_id from metric_chunk c where run_id = any(${uuids(runIds)}) and n = 0 group by run_id
    having sum(points) >= ${ownChunk}::int * (select max(n) from metric_series s where s.run_id = c.run_id)`.execute(
    db,
  );
  if (rows.length > 0) await sortIntoSeries(db, rows.map(({ run_id }) => run_id)); // prettier-ignore
  const { rows: left } = await sql<{ run_id: string }>`
    with small as (
      select run_id, n, id, points, first_step, count(*) over (partition by run_id, n) as several
        from metric_chunk where run_id = any(${uuids(runIds)}) and points < ${merged.small}::int
    ), queue as materialized (
      select run_id, n, id, sum(points) over (order by run_id, n, first_step, id) <= ${merged.atOnce}::int as now from small where several > 1
    ), taken as (
      delete from metric_chunk c using queue q where q.now and c.run_id = q.run_id and c.n = q.n and c.id = q.id
      returning c.run_id, c.n, c.series, c.steps, c.times, c.measures
    ), point as (
      select distinct run_id, n, p.* from taken, unnest(series, steps, times, measures) as p (own, step, time, value)
    ), numbered as (
      select *, (row_number() over (partition by run_id, n order by own, step, time, value) - 1) / ${merged.full}::int as part from point
    ), made as (
      insert into metric_chunk (run_id, n, id, points, first_step, last_step, first_time, last_time, series, steps, times, measures)
      select run_id, n, gen_random_uuid(), count(*), min(step), max(step), min(time), max(time), case when n = 0 then array_agg(own) end,
             array_agg(step), array_agg(time), array_agg(value)
        from numbered group by run_id, n, part
    )
    select distinct run_id from queue where not now`.execute(db); // prettier-ignore
  return left.map(({ run_id }) => run_id);
}
