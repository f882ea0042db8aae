import { sql, type RawBuilder } from 'kysely';
import { uuids } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { behind, keyOfToken, orderBy, tokenOf, type SortColumn } from '../search/keyset.ts';
import { pointsOf, stepsWithin, timesWithin, type MetricPoint } from './metric-points.ts';

/** A point of any series of a key, whatever it was measured on. */
export interface PointOfRun extends MetricPoint {
  readonly runId: string;
}

interface PointRow extends Record<string, unknown> {
  run_id: string;
  step: number | bigint;
  time: number;
  value: number;
}

const toPoint = ({ run_id, step, time, value }: PointRow): PointOfRun => ({
  runId: run_id,
  step,
  at: new Date(time),
  value,
});

const seriesOfKey = (runIds: readonly string[], key: string): RawBuilder<unknown> =>
  sql`select run_id, n from metric_series where run_id = any(${uuids(runIds)}) and key = ${key}`;

const columns: readonly SortColumn[] = [
  { name: 'time', expression: sql`time`, descending: false, type: 'int8' },
  { name: 'step', expression: sql`step`, descending: false, type: 'int8' },
  { name: 'value', expression: sql`value`, descending: false, type: 'float8' },
];

/** Every point of a metric in a run, by time, step, value; a page at a time. A page may be shorter than `limit` and not the last. */
export async function pageOfHistory(
  { store }: Context,
  { runId, key, limit, token }: { runId: string; key: string; limit: number; token: string },
): Promise<{ points: PointOfRun[]; nextToken: string | undefined }> {
  const list = `history:${runId}`;
  const from = keyOfToken(list, columns, token);
  const wanted = seriesOfKey([runId], key);
  const start = from && BigInt(from[0]!);
  // of a long history only those chunks are opened that can hold the page: up to `until`, by when enough points have come
  const { rows: [found] } = await sql<{ until: number | bigint | null }>`
    select min(last_time) as until from (
      select last_time, sum(points) over (order by last_time) as so_far
        from (${wanted}) as w join metric_chunk c using (run_id, n)
       where ${start === undefined ? sql`true` : sql`first_time > ${String(start)}::int8`}
    ) as t where so_far > ${limit}`.execute(store.read); // prettier-ignore
  const until = found?.until ?? null;
  const { rows } = await sql<PointRow>`
    select distinct run_id, time, step, value from (${pointsOf(wanted, timesWithin(start, until))}) as point
     where ${from ? behind(columns, from) : sql`true`}
     order by ${orderBy(columns)} limit ${limit + 1}`.execute(store.read); // prettier-ignore
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const goesOn = rows.length > limit || until !== null;
  return { points: page.map(toPoint), nextToken: goesOn && last ? tokenOf(list, columns, last) : undefined };
}

/** The first `limit` points of a metric over several runs, by run, then time, step, value. */
export async function pointsOfRuns(
  { store }: Context,
  { runIds, key, limit }: { runIds: readonly string[]; key: string; limit: number },
): Promise<PointOfRun[]> {
  const { rows } = await sql<PointRow>`
    select distinct run_id, time, step, value from (${pointsOf(seriesOfKey(runIds, key))}) as point
     order by run_id, ${orderBy(columns)} limit ${limit}`.execute(store.read); // prettier-ignore
  return rows.map(toPoint);
}

/**
 * Of each run up to `limit` points of a metric at steps from `first` to `last`, evenly spread over what was logged, the first and the
 * last of them included; by run, then step, time, value. As MLflow's own store samples since 3.17.
 */
export async function sampleOfRuns(
  { store }: Context,
  {
    runIds,
    key,
    limit,
    steps,
  }: { runIds: readonly string[]; key: string; limit: number; steps?: readonly [bigint, bigint] | undefined },
): Promise<PointOfRun[]> {
  const { rows } = await sql<PointRow>`
    with numbered as (
      select *, row_number() over w - 1 as i, count(*) over (partition by run_id) as total, ntile(${limit}::int) over w as part
        from (select distinct run_id, step, time, value from (${pointsOf(seriesOfKey(runIds, key), stepsWithin(...(steps ?? [])))}) as point) as point
      window w as (partition by run_id order by step, time, value)
    ), sampled as (
      select *, row_number() over (partition by run_id, part order by i) as place from numbered
    )
    select run_id, step, time, value from sampled
     where i = total - 1 or (place = 1 and (total <= ${limit}::int or part < ${limit}::int))
     order by run_id, i`.execute(store.read); // prettier-ignore
  return rows.map(toPoint);
}
