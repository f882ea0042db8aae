import { z } from 'zod';
import {
  pageOfHistory,
  pointsOfRuns,
  sampleOfRuns,
  type PointOfRun,
} from '../../../domain/experiments/metric-history.read-model.ts';
import { runById } from '../../../domain/experiments/run.read-model.ts';
import { badInput } from '../../../shared/errors.ts';
import { fromHex, toHex } from '../../../shared/ids.ts';
import { int64, maxKey, ofRun, optionalText, pageSize, repeated, requiredText, runId } from '../fields.ts';
import { route, type Route } from '../route.ts';
import { metricMessage, requireRun } from '../run-message.ts';

const maxHistory = 25_000;
const maxSample = 2_500;
const maxRuns = 100;

const pointMessage = (key: string, { runId: id, ...point }: PointOfRun) => ({
  ...metricMessage({ key, ...point }),
  run_id: toHex(id),
});

/** A history is told whole: nothing guards its points one by one. */
const readsHistory = (
  ['Run.metrics', 'Metric.value', 'MetricPoint.step', 'MetricPoint.at', 'MetricPoint.value'] as const
).map((field) => [field, 'select'] as const);

export const metricRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/mlflow/metrics/get-history',
    access: readsHistory,
    input: ofRun({
      metric_key: requiredText(maxKey),
      max_results: pageSize(maxHistory, maxHistory),
      page_token: optionalText(2_000),
    }),
    async handle(context, { run_id, metric_key: key, max_results, page_token }) {
      await requireRun(context, run_id);
      const page = await pageOfHistory(context, { runId: run_id, key, limit: max_results, token: page_token });
      return {
        metrics: page.points.map((point) => pointMessage(key, point)),
        ...(page.nextToken && { next_page_token: page.nextToken }),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/metrics/get-history-bulk-interval',
    access: readsHistory,
    input: z.object({
      run_ids: repeated(z.string(), maxRuns, `GetMetricHistoryBulkInterval request must specify at most ${maxRuns} run_ids`)
        .refine((ids) => ids.length > 0, 'may not be empty'),
      metric_key: requiredText(maxKey),
      start_step: int64.optional(),
      end_step: int64.optional(),
      max_results: int64.default(BigInt(maxSample)).transform(Number)
        .refine((n) => n >= 1 && n <= maxSample, `max_results must be between 1 and ${maxSample}`),
    }), // prettier-ignore
    async handle(context, { run_ids: asked, metric_key: key, start_step: start, end_step: end, max_results }) {
      if ((start === undefined) !== (end === undefined)) {
        throw badInput(
          start === undefined ? 'start_step' : 'end_step',
          'If either start step or end step are specified, both must be specified.',
        );
      }
      if (start !== undefined && start > end!) {
        throw badInput(
          'end_step',
          `end_step must be greater than start_step. Found start_step=${start} and end_step=${end!}.`,
        );
      }
      const runs = await Promise.all(asked.map((id) => requireRun(context, runId.parse(id))));
      const runIds = runs.map(({ uuid }) => uuid);
      const steps = start === undefined ? undefined : ([start, end!] as const);
      const sample = Map.groupBy(
        await sampleOfRuns(context, { runIds, key, limit: max_results, steps }),
        (point) => point.runId,
      );
      return { metrics: runIds.flatMap((id) => (sample.get(id) ?? []).map((point) => pointMessage(key, point))) };
    },
  }),
  route({
    // what MLflow's own pages ask; they pass by runs that are not there
    method: 'GET',
    path: '/mlflow/metrics/get-history-bulk',
    access: readsHistory,
    input: z.object({
      run_id: repeated(z.string(), maxRuns, `GetMetricHistoryBulk request cannot specify more than ${maxRuns} run_ids`),
      metric_key: optionalText(maxKey),
      max_results: int64.default(BigInt(maxHistory)).refine((n) => n >= 1n, 'must be a positive whole number'),
    }),
    async handle(context, { run_id: asked, metric_key: key, max_results }) {
      if (asked.length === 0)
        throw badInput('run_id', 'GetMetricHistoryBulk request must specify at least one run_id.');
      if (key === '') throw badInput('metric_key', 'GetMetricHistoryBulk request must specify a metric_key.');
      const runs = await Promise.all(
        asked
          .map(fromHex)
          .filter((id) => id !== undefined)
          .map((id) => context.loader(runById).load(id)),
      );
      const runIds = runs.flatMap((run) => (run?.experimentId ? [run.uuid] : []));
      const limit = Math.min(Number(max_results), maxHistory);
      return {
        metrics: (await pointsOfRuns(context, { runIds, key, limit })).map((point) => pointMessage(key, point)),
      };
    },
  }),
];
