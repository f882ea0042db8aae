import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Run } from './run.entity.ts';

/**
 * One series for each (run, key, dataset digest, model); it carries its latest point, the one with the highest
 * (step, time, value), so that search never touches the points. `n` counts the series of a run from 1. No index may hold the latest point: an update would
 * then write to every index of the table.
 */
export const MetricSeries = defineEntity({
  name: 'MetricSeries',
  tableName: 'metric_series',
  policies: rows.ofRun('metric_series.run_id'),
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

/** A chunk with at least so many points gets an outline. */
const longChunk = 256;

export const lacksOutline = `outline_points is null and n > 0 and points >= ${longChunk}`;

/**
 * Points, many in a row. A request that brings many points of a series adds one chunk of that series; what it brings of other series
 * shares one chunk of the run, which has `n` 0 and names the series of each point, until enough of these have come to be sorted into
 * chunks of their series. Chunks may overlap and repeat points: whoever reads sorts them and takes each once (metric-points.ts).
 */
export const MetricChunk = defineEntity({
  name: 'MetricChunk',
  tableName: 'metric_chunk',
  policies: rows.ofRun('metric_chunk.run_id'),
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    /** The series, or 0. */
    n: p.integer().primary(),
    id: p.uuid().primary(),
    /** How many points, and their bounds: a reader passes by the chunks that it does not need. */
    points: p.integer(),
    firstStep: p.bigint(),
    lastStep: p.bigint(),
    firstTime: p.bigint(),
    lastTime: p.bigint(),
    /** Of each point its series; null where all are of series `n`. */
    series: column.array<number>('int').nullable(),
    steps: column.array<number | bigint>('bigint'),
    /** Milliseconds since 1970. */
    times: column.array<number>('bigint'),
    /** The values; NaN and infinities are kept. */
    measures: column.array<number>('double precision'),
    // What a curve needs of a long chunk (metric-outline.ts); null until it has been made, and in short ones.
    /** How many points it stands for, each counted once, and how many of these are not finite. */
    outlinePoints: p.integer().nullable(),
    outlineNotFinite: p.integer().nullable(),
    outlineSteps: column.array<number | bigint>('bigint').nullable(),
    outlineTimes: column.array<number>('bigint').nullable(),
    outlineMeasures: column.array<number>('double precision').nullable(),
  },
  // of those that wait for an outline (metric-outline.ts)
  indexes: [{ name: 'metric_chunk_without_outline', properties: ['id'], where: lacksOutline }],
});
