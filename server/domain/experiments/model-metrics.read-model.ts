import { manyByKey } from '../loader.ts';
import { inScope } from '../scope.ts';

export interface ModelMetric {
  modelId: string;
  runId: string;
  key: string;
  value: number;
  step: number | bigint;
  at: Date;
  datasetName: string;
  datasetDigest: string;
}

/** The latest of each series that measured a logged model, by its UUID: in its own run and in those that evaluated it. */
export const metricsOfModel = manyByKey<string, ModelMetric>(
  async ({ store, actor }, ids) => {
    const rows = await store.read
      .selectFrom('metric_series')
      .innerJoin('run', 'run.id', 'metric_series.run_id')
      .selectAll('metric_series')
      .where('metric_series.model_id', 'in', ids)
      .where('metric_series.model_id', '<>', '') // as the index says
      .where(inScope(actor, 'run.project_id'))
      .orderBy('metric_series.run_id')
      .orderBy('metric_series.n')
      .execute();
    return rows.map((row) => ({
      modelId: row.model_id,
      runId: row.run_id,
      key: row.key,
      value: Number(row.latest_value),
      step: row.latest_step,
      at: row.latest_at,
      datasetName: row.dataset_name,
      datasetDigest: row.dataset_digest,
    }));
  },
  (metric) => metric.modelId,
);
