import { sql, type RawBuilder } from 'kysely';
import { uuids } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { behind, keyOfToken, orderBy, tokenOf, type SortColumn } from '../search/keyset.ts';
import { pointsOf, stepsWithin, timesWithin, upTo, type MetricPoint } from './metric-points.ts';

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

/**
 * A query for the `(run_id, time)` by which so many points of these series have come, by run, then time; for nothing when there are no more than
 * that. Of a long history only those chunks are opened that can hold what is asked for.
 */
const endOf = (wanted: RawBuilder<unknown>, enough: number, start?: bigint): RawBuilder<unknown> => sql`
  select run_id, last_time as time from (
    select c.run_id, c.last_time, sum(c.points) over (order by c.run_id, c.last_time) as so_far
      from (${wanted}) as w join metric_chunk c on c.run_id = w.run_id and c.n = w.n
     where ${start === undefined ? sql`true` : sql`first_time > ${String(start)}::int8`}
  ) as t where so_far > ${enough} order by run_id, last_time limit 1`; // prettier-ignore

/** Every point of a metric in a run, by time, step, value; a page at a time. A page may be shorter than `limit` and not the last. */
export async function pageOfHistory(
  { store }: Context,
  { runId, key, limit, token }: { runId: string; key: string; limit: number; token: string },
): Promise<{ points: PointOfRun[]; nextToken: string | undefined }> {
  const list = `history:${runId}`;
  const from = keyOfToken(list, columns, token);
  const wanted = seriesOfKey([runId], key);
  const start = from && BigInt(from[0]!);
  const { rows: [end] } = await sql<{ time: number | bigint }>`${endOf(wanted, limit, start)}`.execute(store.read); // prettier-ignore
  const { rows } = await sql<PointRow>`
    select distinct run_id, time, step, value from (${pointsOf(wanted, timesWithin(start, end?.time))}) as point
     where ${from ? behind(columns, from) : sql`true`}
     order by ${orderBy(columns)} limit ${limit + 1}`.execute(store.read); // prettier-ignore
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const goesOn = rows.length > limit || end !== undefined;
  return { points: page.map(toPoint), nextToken: goesOn && last ? tokenOf(list, columns, last) : undefined };
}

/** The first `limit` points of a metric over several runs, by run, then time, step, value. */
export async function pointsOfRuns(
  { store }: Context,
  { runIds, key, limit }: { runIds: readonly string[]; key: string; limit: number },
): Promise<PointOfRun[]> {
  const wanted = seriesOfKey(runIds, key);
  // again only where points were logged twice: they count once
  for (let enough = limit; ; enough *= 4) {
    const { rows } = await sql<PointRow & { ends: boolean }>`
      with ending as materialized (${endOf(wanted, enough)})
      select distinct run_id, time, step, value, exists (select from ending) as ends from (${pointsOf(wanted, upTo('ending'))}) as point
       order by run_id, ${orderBy(columns)} limit ${limit}`.execute(store.read); // prettier-ignore
    if (rows.length === limit || !rows[0]?.ends) return rows.map(toPoint);
  }
}

/** What MLflow takes of one run at most. */
const mostOfRun = 2_500;

/**
 * A metric of several runs at about `limit` steps from `first` to `last`, evenly spread over the steps that any of them logged, with the first and the last of
 * each run; by run, then step, time, value. The runs have the same steps, so that their curves can be laid over each other. Where so many
 * points share a step that a run has more than `mostOfRun`, they are thinned.
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
    with point as materialized (${pointsOf(seriesOfKey(runIds, key), stepsWithin(...(steps ?? [])))}),
    step as materialized (
      select step, row_number() over (order by step) - 1 as place, count(*) over () as steps from (select distinct step from point) as s
    ), chosen as materialized (
      select step from step where steps <= ${limit}::int or place = steps - 1
      union select step from step where place in (
        select trunc(i * ((select count(*) from step)::float8 / ${limit}::int)) from generate_series(0, ${limit}::int - 1) as i)
      union select unnest(array[min(step), max(step)]) from point group by run_id
    ), numbered as (
      select *, row_number() over w - 1 as i, (count(*) over (partition by run_id) - 1)::float8
               / (greatest(${mostOfRun}::int, (select count(*) from chosen)) - 1) as stride
        from (select distinct run_id, step, time, value from point where step in (select step from chosen)) as point
      window w as (partition by run_id order by step, time, value)
    )
    select run_id, step, time, value from numbered
     where stride <= 1 or round(round(i / stride) * stride) = i
     order by run_id, i`.execute(store.read); // prettier-ignore
  return rows.map(toPoint);
}
