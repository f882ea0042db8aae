import { sql } from 'kysely';
import { newId } from '../../shared/ids.ts';
import { float8s, int4s, int8s, texts } from '../../storage/arrays.ts';
import type { Tx } from '../store.ts';
import { comparePoints, type MetricPoint } from './metric-points.ts';

/** One measurement. Its series is (key, dataset, model); the empty string stands for none. */
export interface NewMetric extends MetricPoint {
  readonly key: string;
  readonly datasetName: string;
  readonly datasetDigest: string;
  /** UUID of a logged model. */
  readonly modelId: string;
}

/** A series that brings so many points in one request has its own chunk at once. */
const ownChunk = 64;

/** When the run's shared chunks are sorted into chunks of their series: so many chunks, or so many points and enough for each series. */
const ripe = { chunks: 256, points: 8_192, pointsOfSeries: 64 };

/** What one request brings of one series: its points in order, each once. */
interface Batch {
  readonly series: NewMetric;
  readonly points: MetricPoint[];
}

/** A stretch of the points of a request that becomes a row: of one series, or of the series that share one. */
interface Stretch {
  /** Which batch; undefined where batches share it. */
  readonly batch?: number;
  /** The first and the last of the points, counted from 1. */
  readonly from: number;
  readonly to: number;
  readonly points: readonly MetricPoint[];
}

/**
 * Adds points, and moves each series' latest where a later one (by step, then time, then value) came. The same point twice is the
 * same as once, in whatever order and pieces points arrive. New series are numbered on from the run's highest.
 *
 * Whoever calls holds the run's row lock: concurrent writers to one run come one after another, and none waits for another in a circle.
 */
export async function writeMetrics(tx: Tx, runId: string, metrics: readonly NewMetric[]): Promise<void> {
  if (metrics.length === 0) return;
  const batches = batchesOf(metrics);
  const points = batches.flatMap((batch) => batch.points);
  const latest = batches.map((batch) => batch.points.at(-1)!);
  const stretches = stretchesOf(batches);
  const identity = sql`key, dataset_name, dataset_digest, model_id`;
  const { rows } = await sql<{ ripe: boolean }>`
    with input as (
      select * from unnest(
        ${texts(batches.map((b) => b.series.key))}, ${texts(batches.map((b) => b.series.datasetName))},
        ${texts(batches.map((b) => b.series.datasetDigest))}, ${texts(batches.map((b) => b.series.modelId))},
        ${int8s(latest.map((p) => p.step))}, ${int8s(latest.map((p) => p.at.getTime()))}, ${float8s(latest.map((p) => p.value))},
        ${int4s(batches.map((b) => b.points.length))}
      ) with ordinality as t(${identity}, step, time, value, points, i)
    ), known as (
      select s.n, i.* from input i left join metric_series s
        on s.run_id = ${runId} and s.key = i.key and s.dataset_name = i.dataset_name
       and s.dataset_digest = i.dataset_digest and s.model_id = i.model_id
    ), numbered as materialized (
      select coalesce(n, (select coalesce(max(n), 0) from metric_series where run_id = ${runId})
                           + row_number() over (partition by n is null order by ${identity}))::int as n,
             ${identity}, step, time, value, points, i
        from known
    ), written as (
      insert into metric_series as s (run_id, n, ${identity}, latest_step, latest_at, latest_value)
      select ${runId}::uuid, n, ${identity}, step, to_timestamp(time / 1000.0), value from numbered order by n
      on conflict (run_id, ${identity}) do update
        set latest_step = excluded.latest_step, latest_at = excluded.latest_at, latest_value = excluded.latest_value
        where (excluded.latest_step, excluded.latest_at, excluded.latest_value)
            > (s.latest_step, s.latest_at, s.latest_value)
    ), stretch as (
      select * from unnest(
        ${int4s(stretches.map((s) => s.batch ?? 0))}, ${int4s(stretches.map((s) => s.from))}, ${int4s(stretches.map((s) => s.to))},
        ${int8s(stretches.map((s) => least(s.points.map((p) => p.step))))}, ${int8s(stretches.map((s) => greatest(s.points.map((p) => p.step))))},
        ${int8s(stretches.map((s) => least(s.points.map((p) => p.at.getTime()))))}, ${int8s(stretches.map((s) => greatest(s.points.map((p) => p.at.getTime()))))}
      ) as t(batch, "from", "to", first_step, last_step, first_time, last_time)
    ), added as (
      insert into metric_chunk (run_id, n, id, points, first_step, last_step, first_time, last_time, series, steps, times, measures)
      select ${runId}::uuid, coalesce(b.n, 0), ${newId()}::uuid, "to" - "from" + 1, first_step, last_step, first_time, last_time,
             case when b.n is null then (
               select array_agg(n order by i) from numbered, generate_series(1, points) where points < ${ownChunk}
             ) end,
             steps["from":"to"], times["from":"to"], measures["from":"to"]
        from stretch left join numbered b on b.i = stretch.batch,
             (select ${int8s(points.map((p) => p.step))} as steps, ${int8s(points.map((p) => p.at.getTime()))} as times,
                     ${float8s(points.map((p) => p.value))} as measures) as sent
    )
    select count(*) >= ${ripe.chunks} or coalesce(sum(points), 0)
             >= greatest(${ripe.points}, ${ripe.pointsOfSeries} * (select max(n) from metric_series where run_id = ${runId})) as ripe
      from metric_chunk where run_id = ${runId} and n = 0`.execute(tx.db); // prettier-ignore
  if (rows[0]!.ripe) await sortIntoSeries(tx, runId);
}

/** Series in the order in which they first come, but those with a chunk of their own before those that share one. */
function batchesOf(metrics: readonly NewMetric[]): Batch[] {
  const bySeries = new Map<string, { series: NewMetric; points: MetricPoint[] }>();
  for (const metric of metrics) {
    const identity = [metric.key, metric.datasetName, metric.datasetDigest, metric.modelId].join('\0');
    const batch = bySeries.get(identity);
    if (batch) batch.points.push(metric);
    else bySeries.set(identity, { series: metric, points: [metric] });
  }
  const batches = [...bySeries.values()].map(({ series, points }) => {
    points.sort(comparePoints);
    return { series, points: points.filter((point, i) => i === 0 || comparePoints(points[i - 1]!, point) !== 0) };
  });
  const own = (batch: Batch): boolean => batch.points.length >= ownChunk;
  return [...batches.filter(own), ...batches.filter((batch) => !own(batch))];
}

function stretchesOf(batches: readonly Batch[]): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 1;
  for (const [i, { points }] of batches.entries()) {
    if (points.length < ownChunk) break;
    stretches.push({ batch: i + 1, from, to: from + points.length - 1, points });
    from += points.length;
  }
  const shared = batches.slice(stretches.length).flatMap((batch) => batch.points);
  if (shared.length > 0) stretches.push({ from, to: from + shared.length - 1, points: shared });
  return stretches;
}

const least = <N extends number | bigint>(values: readonly N[]): N => values.reduce((a, b) => (b < a ? b : a));
const greatest = <N extends number | bigint>(values: readonly N[]): N => values.reduce((a, b) => (b > a ? b : a));

/** Replaces the run's shared chunks by one chunk of each series that is in them. */
export async function sortIntoSeries(tx: Tx, runId: string): Promise<void> {
  await sql`
    with taken as (
      delete from metric_chunk where run_id = ${runId} and n = 0 returning series, steps, times, measures
    ), point as (
      select distinct p.* from taken, unnest(series, steps, times, measures) as p (n, step, time, value) order by n, step, time, value
    )
    insert into metric_chunk (run_id, n, id, points, first_step, last_step, first_time, last_time, steps, times, measures)
    select ${runId}::uuid, n, ${newId()}::uuid, count(*), min(step), max(step), min(time), max(time),
           array_agg(step), array_agg(time), array_agg(value)
      from point group by n`.execute(tx.db); // prettier-ignore
}
