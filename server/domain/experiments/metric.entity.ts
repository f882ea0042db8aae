import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { Run } from './run.entity.ts';

/**
 * One series for each (run, key, dataset digest, model); it carries its latest point, the one with the highest
 * (step, time, value), so that search never touches the points. `n` counts the series of a run from 1.
 */
export const MetricSeries = defineEntity({
  name: 'MetricSeries',
  tableName: 'metric_series',
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    n: p.integer().primary(),
    key: column.text(),
    /** '' when the metric was logged without a dataset. */
    datasetName: column.text(),
    datasetDigest: column.text(),
    /** The logged model's UUID, as text; '' when the metric was logged without a model. */
    modelId: column.text(),
    latestStep: p.bigint(),
    latestAt: column.time(),
    /** NaN and infinities are kept. */
    latestValue: p.double().$type<number>(),
  },
  uniques: [{ name: 'metric_series_identity', properties: ['run', 'key', 'datasetName', 'datasetDigest', 'modelId'] }],
  indexes: [{ name: 'metric_series_by_model', properties: ['modelId'], where: "model_id <> ''" }],
});

/** Narrow points. Logging the same point twice is fine and keeps one. */
export const MetricPoint = defineEntity({
  name: 'MetricPoint',
  tableName: 'metric_point',
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    n: p.integer().primary(),
    step: p.bigint().primary(),
    at: column.time().primary(),
    value: p.double().$type<number>().primary(),
  },
});
