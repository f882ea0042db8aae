import { sql, type RawBuilder } from 'kysely';
import { newId } from '../../shared/ids.ts';
import { packed, texts } from '../../storage/arrays.ts';
import type { Act, Store, Tx } from '../store.ts';
import { batchesOf, ownChunk, stretchesOf, type Batch, type NewMetric } from './metric-batch.ts';
import { sortIntoSeries } from './metric-chunks.ts';

/** When the run's shared chunks are sorted into chunks of their series: so many chunks, or so many points and enough for each series. */
const ripe = { chunks: 256, points: 8_192 };

/** What one request logs to a run. */
export interface MetricLog {
  readonly runId: string;
  readonly metrics: readonly NewMetric[];
}

const identity = sql`key, dataset_name, dataset_digest, model_id`;

/**
 * Adds points, and moves each series' latest where a later one (by step, then time, then value) came. The same point twice is the
 * same as once, in whatever order and pieces points arrive. New series are numbered on from the run's highest.
 *
 * Whoever calls holds the run's row lock: concurrent writers to one run come one after another, and none waits for another in a circle.
 */
export async function writeMetrics(tx: Tx, { runId, metrics }: MetricLog): Promise<void> {
  if (metrics.length === 0) return;
  const batches = batchesOf(metrics);
  const holder = sql`select 1 as act, ${runId}::uuid as run_id, null::uuid as project_id`;
  const { rows } = await sql<{ ripe: boolean }>`
    ${adding([batches], holder, numbered)} select ripe from ripeness`.execute(tx.db);
  if (rows[0]!.ripe) await sortIntoSeries(tx.db, [runId]);
}

/**
 * As `writeMetrics`, for several runs in one statement that is a transaction of its own. `holder` locks the runs, and gives `act` (which of
 * the logs, counted from 1), `run_id` and `project_id` of each that may be written to. It sees the runs' series as they were before; so it
 * writes nothing to a run where one of them is new. Gives what it wrote: `ripe` says that it is time to sort the run's shared chunks.
 */
export function writeMetricsAtOnce(
  store: Store,
  acts: readonly (Act & { log: MetricLog })[],
  holder: RawBuilder<unknown>,
): Promise<readonly { act: number; ripe: boolean }[]> {
  const requests = acts.map(({ log }) => batchesOf(log.metrics));
  // counted, so that the events' numbers are taken when all else is written
  const written = sql`select act, project_id from complete where (select count(*) from moved) + (select count(*) from added) > 0`;
  return store.writeAtOnce(
    acts,
    (eventsOf) => sql<{ act: number; ripe: boolean }>`
      ${adding(requests, holder, known)}, logged as (${eventsOf(written)}) select act, ripe from ripeness`,
  );
}

/** Each series that was sent, with its number; null where it is new, or its run not held. */
const found = sql`
  select s.n, h.run_id, i.* from sent i left join holder h using (act) left join metric_series s
      on s.run_id = h.run_id and s.key = i.key and s.dataset_name = i.dataset_name
     and s.dataset_digest = i.dataset_digest and s.model_id = i.model_id`; // prettier-ignore

const known = sql`known as materialized (${found})`;

/** `known`, in which new series have their numbers, and what makes them. For a single run. */
const numbered = sql`
  known as materialized (
    select coalesce(n, (select coalesce(max(n), 0) from metric_series s join holder h on h.run_id = s.run_id)
                         + row_number() over (partition by n is null order by ${identity}))::int as n,
           n is null as made, f.run_id, act, i, ${identity}, step, at, value, points
      from (${found}) f
  ), made as (
    insert into metric_series (run_id, n, ${identity}, latest_step, latest_at, latest_value)
    select run_id, n, ${identity}, step, at, value from known where made order by n
  )`; // prettier-ignore

/** One row for each batch of each request: the series, the latest of its points, and how many there are. */
function sentSeries(requests: readonly (readonly Batch[])[]): RawBuilder<unknown> {
  const batches = requests.flat();
  const latest = batches.map((batch) => batch.points.at(-1)!);
  return sql`
    select act, i, ${identity}, step, to_timestamp(time / 1000.0) as at, value, points from unnest(
      ${packed.int4s(requests.flatMap((own, act) => own.map(() => act + 1)))},
      ${texts(batches.map((b) => b.series.key))}, ${texts(batches.map((b) => b.series.datasetName))},
      ${texts(batches.map((b) => b.series.datasetDigest))}, ${texts(batches.map((b) => b.series.modelId))},
      ${packed.int8s(latest.map((p) => p.step))}, ${packed.int8s(latest.map((p) => p.at.getTime()))}, ${packed.float8s(latest.map((p) => p.value))},
      ${packed.int4s(batches.map((b) => b.points.length))}
    ) with ordinality as t(act, ${identity}, step, time, value, points, i)`; // prettier-ignore
}

/** The rows that the points become: where these are among all that are sent, their bounds, and which of `sent` they are of, 0 if of several. */
function sentStretches(requests: readonly (readonly Batch[])[]): RawBuilder<unknown> {
  const rows: { act: number; batch: number; from: number; to: number; steps: (number | bigint)[]; times: number[] }[] =
    [];
  let [series, points] = [0, 0];
  for (const [act, batches] of requests.entries()) {
    for (const stretch of stretchesOf(batches)) {
      const batch = stretch.batch === undefined ? 0 : series + stretch.batch + 1;
      const [steps, times] = [stretch.points.map((p) => p.step), stretch.points.map((p) => p.at.getTime())];
      rows.push({ act: act + 1, batch, from: points + 1, to: (points += stretch.points.length), steps, times });
    }
    series += batches.length;
  }
  return sql`
    select * from unnest(
      ${packed.int4s(rows.map((row) => row.act))}, ${packed.int4s(rows.map((row) => row.batch))}, ${packed.int4s(rows.map((row) => row.from))}, ${packed.int4s(rows.map((row) => row.to))},
      ${packed.int8s(rows.map(({ steps }) => least(steps)))}, ${packed.int8s(rows.map(({ steps }) => greatest(steps)))},
      ${packed.int8s(rows.map(({ times }) => least(times)))}, ${packed.int8s(rows.map(({ times }) => greatest(times)))}
    ) as t(act, batch, "from", "to", first_step, last_step, first_time, last_time)`; // prettier-ignore
}

/**
 * The beginning of a statement that adds what the requests bring to the runs that `holder` gives, where all their series are in `known`:
 * `complete` has these, and `ripeness` says of each whether it is time to sort.
 */
function adding(
  requests: readonly (readonly Batch[])[],
  holder: RawBuilder<unknown>,
  known: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const points = requests.flatMap((batches) => batches.flatMap((batch) => batch.points));
  return sql`
    with holder as materialized (${holder}), sent as materialized (${sentSeries(requests)}), ${known},
    complete as materialized (
      select * from holder where act in (select act from known group by act having count(*) = count(n))
    ), moved as (
      update metric_series s set latest_step = k.step, latest_at = k.at, latest_value = k.value
        from known k
       where k.act = any(array(select act from complete)) and s.run_id = k.run_id and s.n = k.n
         and (k.step, k.at, k.value) > (s.latest_step, s.latest_at, s.latest_value)
      returning 1
    ), point as materialized (
      select ${packed.int8s(points.map((p) => p.step))} as steps, ${packed.int8s(points.map((p) => p.at.getTime()))} as times,
             ${packed.float8s(points.map((p) => p.value))} as measures, (select array_agg(n order by i) from known) as numbers
    ), sharing as materialized (
      select act, ('{' || rtrim(string_agg(repeat(n || ',', points), '' order by i), ',') || '}')::int4[] as series
        from known where points < ${ownChunk}::int group by act
    ), added as (
      insert into metric_chunk (run_id, n, id, points, first_step, last_step, first_time, last_time, series, steps, times, measures)
      select run_id, coalesce(numbers[batch], 0), ${newId()}::uuid, "to" - "from" + 1, first_step, last_step, first_time, last_time,
             case when batch = 0 then sharing.series end, steps["from":"to"], times["from":"to"], measures["from":"to"]
        from complete join (${sentStretches(requests)}) as stretch using (act) left join sharing using (act), point
      returning 1
    ), ripeness as (
      select act, shared.chunks >= ${ripe.chunks}::int or shared.points
               >= greatest(${ripe.points}::int, ${ownChunk}::int * (select max(n) from metric_series s where s.run_id = c.run_id)) as ripe
        from complete c, lateral (
          select count(*) as chunks, coalesce(sum(points), 0) as points from metric_chunk where run_id = c.run_id and n = 0
        ) as shared
    )`; // prettier-ignore
}

const least = <N extends number | bigint>(values: readonly N[]): N => values.reduce((a, b) => (b < a ? b : a));
const greatest = <N extends number | bigint>(values: readonly N[]): N => values.reduce((a, b) => (b > a ? b : a));
