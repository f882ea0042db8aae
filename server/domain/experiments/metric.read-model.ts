import DataLoader from 'dataloader';
import { sql } from 'kysely';
import { badInput } from '../../shared/errors.ts';
import { int8s, uuids } from '../../storage/arrays.ts';
import type { LoaderFor } from '../context.ts';
import { manyByKey } from '../loader.ts';
import { thin } from './thin.ts';

/** A series with its latest point. */
export interface MetricView {
  runId: string;
  /** The series' number in its run. */
  n: number;
  key: string;
  value: number;
  step: number | bigint;
  at: Date;
  datasetName: string | null;
  datasetDigest: string | null;
  /** UUID of the logged model that was measured. */
  modelId: string | null;
}

/** Every series of a run, by key, then in the order in which they began. */
export const metricsOfRun = manyByKey<string, MetricView>(
  async ({ store }, ids) => {
    const rows = await store.read
      .selectFrom('metric_series')
      .selectAll()
      .where(sql<boolean>`run_id = any(${uuids(ids)})`)
      .orderBy('key')
      .orderBy('n')
      .execute();
    return rows.map((row) => ({
      runId: row.run_id,
      n: row.n,
      key: row.key,
      value: row.latest_value,
      step: row.latest_step,
      at: row.latest_at,
      datasetName: row.dataset_name || null,
      datasetDigest: row.dataset_digest || null,
      modelId: row.model_id || null,
    }));
  },
  (metric) => metric.runId,
);

/** One for each key: the latest of all its series in the run. */
export function latestByKey(series: readonly MetricView[]): MetricView[] {
  const latest = new Map<string, MetricView>();
  for (const one of series) {
    const other = latest.get(one.key);
    if (!other || isLater(one, other)) latest.set(one.key, one);
  }
  return [...latest.values()];
}

function isLater(one: MetricView, other: MetricView): boolean {
  if (one.step !== other.step) return one.step > other.step;
  if (one.at.getTime() !== other.at.getTime()) return one.at > other.at;
  return one.value > other.value;
}

export interface MetricPoint {
  step: number | bigint;
  at: Date;
  value: number;
}

export interface MetricHistory {
  recorded: number;
  points: MetricPoint[];
}

export interface HistoryRequest {
  runId: string;
  n: number;
  /** At most so many points. */
  points: number;
}

/** What one tick may ask of the database: series x points. */
const maxPoints = 400_000;

/** Histories of series, thinned: one statement for each number of points asked for. */
export const historyOfMetric: LoaderFor<HistoryRequest, MetricHistory> = ({ store }) =>
  new DataLoader<HistoryRequest, MetricHistory, string>(
    async (requests) => {
      if (requests.reduce((sum, { points }) => sum + points, 0) > maxPoints) {
        throw badInput('points', 'This asks for too many points at once.', 'Ask for fewer runs, metrics or points.');
      }
      const found = new Map<string, PointRow[]>();
      for (const [points, group] of Map.groupBy(requests, (request) => request.points)) {
        for (const [id, rows] of Map.groupBy(await preselect(group, points), seriesOf))
          found.set(`${id} ${points}`, rows);
      }
      return requests.map((request) => {
        const rows = found.get(`${seriesOf({ run_id: request.runId, n: request.n })} ${request.points}`) ?? [];
        return { recorded: rows[0]?.total ?? 0, points: thin(rows, request.points) };
      });

      async function preselect(group: readonly HistoryRequest[], points: number): Promise<PointRow[]> {
        // Series of any length leave the database as at most 4 points for each one wanted: the least and the greatest of 2 x
        // `points` stretches (MinMaxLTTB, van der Donckt et al. 2023). The shape is then chosen among these.
        const { rows } = await sql<PointRow>`
          with series as (
            select * from unnest(${uuids(group.map((r) => r.runId))}, ${int8s(group.map((r) => r.n))}) as t(run_id, n)
          ), numbered as (
            select p.*, row_number() over w - 1 as i, (count(*) over (partition by p.run_id, p.n))::int as total
              from series s join metric_point p on p.run_id = s.run_id and p.n = s.n
            window w as (partition by p.run_id, p.n order by p.step, p.at, p.value)
          ), ranked as (
            select *, row_number() over (stretch order by value, i) as least, row_number() over (stretch order by value desc, i) as greatest
              from numbered window stretch as (partition by run_id, n, i * ${2 * points}::int / total)
          )
          select run_id, n, step, at, value, total from ranked
           where total <= ${4 * points}::int or least = 1 or greatest = 1 or i = 0 or i = total - 1
           order by run_id, n, i`.execute(store.read); // prettier-ignore
        return rows;
      }
    },
    { cacheKeyFn: ({ runId, n, points }) => `${runId} ${n} ${points}` },
  );

interface PointRow extends MetricPoint {
  run_id: string;
  n: number;
  total: number;
}

const seriesOf = ({ run_id, n }: { run_id: string; n: number }): string => `${run_id} ${n}`;
