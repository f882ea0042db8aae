import { z } from 'zod';
import type { NewMetric } from '../../domain/experiments/metric-batch.ts';
import { double, entityKey, int64, isMillis, list, loggedModelId, millis, optionalText } from './fields.ts';

/** The fields of one metric, as log-metric has them beside the run's id. */
export const metricShape = {
  key: entityKey,
  value: double,
  timestamp: millis,
  step: int64.default(0n),
  dataset_name: optionalText(500),
  dataset_digest: optionalText(36),
  model_id: z.union([z.literal(''), loggedModelId]).default(''),
};
const metric = z.object(metricShape);

export const toMetric = (one: z.output<typeof metric>): NewMetric => ({
  key: one.key,
  value: one.value,
  step: one.step,
  at: one.timestamp,
  datasetName: one.dataset_name,
  datasetDigest: one.dataset_digest,
  modelId: one.model_id,
});

/**
 * A metric of each series whose names the schema found sound, by `nameOfPlain`. What names are sound never changes, and a client sends the
 * same ones in every batch.
 */
const forerunners = new Map<string, NewMetric>();
const maxForerunners = 4_096;

/**
 * The metrics of a batch. A batch has up to a thousand of few series, and a schema looks at each field of each at length: it decides on
 * the first metric of a series, and on whatever does not look exactly like its forerunners.
 */
export const metricList = (max: number) =>
  list(z.unknown(), max).transform((items, context): NewMetric[] => {
    const metrics: NewMetric[] = [];
    for (const [i, item] of items.entries()) {
      const name = nameOfPlain(item);
      const forerunner = name === undefined ? undefined : forerunners.get(name);
      if (forerunner) {
        const { value, timestamp, step = 0 } = item as PlainMetric;
        metrics.push({ ...forerunner, value, step, at: new Date(timestamp) });
        continue;
      }
      const parsed = metric.safeParse(item);
      if (!parsed.success) {
        for (const issue of parsed.error.issues) context.issues.push({ ...issue, path: [i, ...issue.path] } as never);
        return z.NEVER;
      }
      const read = toMetric(parsed.data);
      if (name !== undefined) {
        if (forerunners.size === maxForerunners) forerunners.clear();
        forerunners.set(name, read);
      }
      metrics.push(read);
    }
    return metrics;
  });

/** A metric whose numbers came as plain JSON numbers that a double holds exactly; its names may still be wrong. */
interface PlainMetric {
  key: string;
  value: number;
  timestamp: number;
  step?: number;
  dataset_name?: string;
  dataset_digest?: string;
  model_id?: string;
}

/** What tells its series from others; undefined when it is no plain metric. No name holds a NUL: a body with one was refused. */
function nameOfPlain(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { key, value, timestamp, step = 0, dataset_name: name = '', dataset_digest: digest = '', model_id: model = '' } = item as Record<string, unknown>; // prettier-ignore
  const named = typeof key === 'string' && typeof name === 'string' && typeof digest === 'string' && typeof model === 'string'; // prettier-ignore
  const measured = typeof value === 'number' && isMillis(timestamp) && Number.isSafeInteger(step);
  return named && measured ? `${key}\0${name}\0${digest}\0${model}` : undefined;
}
