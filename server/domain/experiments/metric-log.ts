import { sql, type RawBuilder } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { newId } from '../../shared/ids.ts';
import { float8s, int4s, int8s, texts } from '../../storage/arrays.ts';
import type { AuditEvent } from '../audit/event.ts';
import type { Store, Tx } from '../store.ts';
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

const identity = sql`key, dataset_name, dataset_digest, model_id`;

/**
 * Adds points, and moves each series' latest where a later one (by step, then time, then value) came. The same point twice is the
 * same as once, in whatever order and pieces points arrive. New series are numbered on from the run's highest.
 *
 * Whoever calls holds the run's row lock: concurrent writers to one run come one after another, and none waits for another in a circle.
 */
export async function writeMetrics(tx: Tx, runId: string, metrics: readonly NewMetric[]): Promise<void> {
  if (metrics.length === 0) return;
  const batches = batchesOf(metrics);
  const { rows } = await sql<{ ripe: boolean }>`
    ${adding(runId, batches, sql`select null::uuid as project_id`, numbered(runId, batches))} select ripe from shared`.execute(
    tx.db,
  );
  if (rows[0]!.ripe) await sortIntoSeries(tx, runId);
}

/**
 * As `writeMetrics`, in one statement that is a transaction of its own: `holder` locks the run and gives its `project_id`. It sees the
 * run's series as they were before it waited for the lock; so it writes nothing when one of them is new, and says so by undefined.
 * `ripe`: it is time to sort the shared chunks.
 */
export function writeMetricsAtOnce(
  store: Store,
  actor: Actor,
  event: AuditEvent & { subject: { id: string } },
  { metrics, holder }: { metrics: readonly NewMetric[]; holder: RawBuilder<unknown> },
): Promise<{ ripe: boolean } | undefined> {
  const batches = batchesOf(metrics);
  const statement = adding(
    event.subject.id,
    batches,
    holder,
    sql`known as materialized (${lookedUp(event.subject.id, batches)})`,
  );
  // counted, so that the event's number is taken when all else is written
  return store.writeAtOnce(
    actor,
    event,
    (insert) => sql<{ ripe: boolean }>`
    ${statement} ${insert} from complete, (select count(*) from moved) m, (select count(*) from added) a returning (select ripe from shared) as ripe`,
  );
}

/** One row for each batch: the series, the latest of its points, and how many there are. */
function seriesOf(batches: readonly Batch[]): RawBuilder<unknown> {
  const latest = batches.map((batch) => batch.points.at(-1)!);
  return sql`(
    select ${identity}, step, to_timestamp(time / 1000.0) as at, value, points, i from unnest(
      ${texts(batches.map((b) => b.series.key))}, ${texts(batches.map((b) => b.series.datasetName))},
      ${texts(batches.map((b) => b.series.datasetDigest))}, ${texts(batches.map((b) => b.series.modelId))},
      ${int8s(latest.map((p) => p.step))}, ${int8s(latest.map((p) => p.at.getTime()))}, ${float8s(latest.map((p) => p.value))},
      ${int4s(batches.map((b) => b.points.length))}
    ) with ordinality as t(${identity}, step, time, value, points, i))`; // prettier-ignore
}

/** The batches with the numbers of their series; `missing` is empty for the known ones only, or `left` for all. */
const lookedUp = (runId: string, batches: readonly Batch[], missing = sql``): RawBuilder<unknown> => sql`
  select s.n, i.* from ${seriesOf(batches)} i ${missing} join metric_series s
      on s.run_id = ${runId} and s.key = i.key and s.dataset_name = i.dataset_name
     and s.dataset_digest = i.dataset_digest and s.model_id = i.model_id`; // prettier-ignore

/** `known`, in which new series have their numbers, and what makes them. */
const numbered = (runId: string, batches: readonly Batch[]): RawBuilder<unknown> => sql`
  known as materialized (
    select coalesce(n, (select coalesce(max(n), 0) from metric_series where run_id = ${runId})
                         + row_number() over (partition by n is null order by ${identity}))::int as n,
           n is null as made, ${identity}, step, at, value, points, i
      from (${lookedUp(runId, batches, sql`left`)}) l
  ), made as (
    insert into metric_series (run_id, n, ${identity}, latest_step, latest_at, latest_value)
    select ${runId}::uuid, n, ${identity}, step, at, value from known where made order by n
  )`; // prettier-ignore

/** The beginning of a statement that adds the batches, when `holder` gives a row and all their series are `known`: then `complete` has that row. */
function adding(
  runId: string,
  batches: readonly Batch[],
  holder: RawBuilder<unknown>,
  known: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const points = batches.flatMap((batch) => batch.points);
  const stretches = stretchesOf(batches);
  return sql`
    with holder as materialized (${holder}), ${known}, complete as materialized (
      select project_id from holder where (select count(*) from known) = ${batches.length}::int
    ), moved as (
      update metric_series s set latest_step = k.step, latest_at = k.at, latest_value = k.value
        from complete, known k
       where s.run_id = ${runId} and s.n = k.n and (k.step, k.at, k.value) > (s.latest_step, s.latest_at, s.latest_value)
      returning 1
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
               select array_agg(n order by i) from known, generate_series(1, points) where points < ${ownChunk}::int
             ) end,
             steps["from":"to"], times["from":"to"], measures["from":"to"]
        from complete, stretch left join known b on b.i = stretch.batch,
             (select ${int8s(points.map((p) => p.step))} as steps, ${int8s(points.map((p) => p.at.getTime()))} as times,
                     ${float8s(points.map((p) => p.value))} as measures) as sent
      returning 1
    ), shared as (
      select count(*) >= ${ripe.chunks}::int or coalesce(sum(points), 0)
               >= greatest(${ripe.points}::int, ${ripe.pointsOfSeries}::int * (select max(n) from metric_series where run_id = ${runId})) as ripe
        from metric_chunk where run_id = ${runId} and n = 0
    )`; // prettier-ignore
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
