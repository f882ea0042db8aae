import { comparePoints, type MetricPoint } from './metric-points.ts';

/** One measurement. Its series is (key, dataset, model); the empty string stands for none. */
export interface NewMetric extends MetricPoint {
  readonly key: string;
  readonly datasetName: string;
  readonly datasetDigest: string;
  /** UUID of a logged model. */
  readonly modelId: string;
}

/** What one request brings of one series: its points in order, each once. */
export interface Batch {
  readonly series: NewMetric;
  readonly points: MetricPoint[];
}

/** A stretch of the points of a request that becomes a row: of one series, or of the series that share one. */
export interface Stretch {
  /** Which of the request's batches, counted from 0; undefined where batches share it. */
  readonly batch?: number;
  readonly points: readonly MetricPoint[];
}

/** A series that brings so many points in one request has its own chunk at once. */
export const ownChunk = 64;

const hasOwnChunk = ({ points }: Batch): boolean => points.length >= ownChunk;

/** Series in the order in which they first come, but those with a chunk of their own before those that share one. */
export function batchesOf(metrics: readonly NewMetric[]): Batch[] {
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
  return [...batches.filter(hasOwnChunk), ...batches.filter((batch) => !hasOwnChunk(batch))];
}

/** The points of a request's batches, in their order, as the rows that they become. */
export function stretchesOf(batches: readonly Batch[]): Stretch[] {
  const own = batches.filter(hasOwnChunk);
  const shared = batches.slice(own.length).flatMap(({ points }) => points);
  return [...own.map(({ points }, batch) => ({ batch, points })), ...(shared.length > 0 ? [{ points: shared }] : [])];
}
