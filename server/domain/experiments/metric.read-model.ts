import { sql } from 'kysely';
import { uuids } from '../../storage/arrays.ts';
import { manyByKey } from '../loader.ts';
import { inScope } from '../scope.ts';

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

interface SeriesRow {
  run_id: string;
  n: number;
  key: string;
  latest_value: number;
  latest_step: number | bigint;
  latest_at: Date;
  dataset_name: string;
  dataset_digest: string;
  model_id: string;
}

const metricView = (row: SeriesRow): MetricView => ({
  runId: row.run_id,
  n: row.n,
  key: row.key,
  value: row.latest_value,
  step: row.latest_step,
  at: row.latest_at,
  datasetName: row.dataset_name || null,
  datasetDigest: row.dataset_digest || null,
  modelId: row.model_id || null,
});

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
    return rows.map(metricView);
  },
  (metric) => metric.runId,
);

/** The series that measured a logged model, by its UUID: in its own run and in those that evaluated it. */
export const metricsOfModel = manyByKey<string, MetricView>(
  async ({ store, actor }, ids) => {
    const rows = await store.read
      .selectFrom('metric_series')
      .innerJoin('run', 'run.id', 'metric_series.run_id')
      .selectAll('metric_series')
      .where('metric_series.model_id', 'in', ids)
      .where('metric_series.model_id', '<>', '') // as the index metric_series_by_model says
      .where(inScope(actor, 'run.project_id'))
      .orderBy('metric_series.run_id')
      .orderBy('metric_series.n')
      .execute();
    return rows.map(metricView);
  },
  (metric) => metric.modelId!,
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
