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

export const metricRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/mlflow/metrics/get-history',
    access: [['Run.metrics', 'select']],
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
    access: [['Run.metrics', 'select']],
    input: z.object({
      run_ids: repeated(runId, maxRuns).refine((ids) => ids.length > 0, 'may not be empty'),
      metric_key: requiredText(maxKey),
      start_step: int64.optional(),
      end_step: int64.optional(),
      max_results: pageSize(maxSample, maxSample),
    }),
    async handle(context, { run_ids: runIds, metric_key: key, start_step: start, end_step: end, max_results }) {
      if ((start === undefined) !== (end === undefined)) {
        throw badInput(
          start === undefined ? 'start_step' : 'end_step',
          'If either start_step or end_step is given, both must be.',
        );
      }
      if (start !== undefined && start > end!) throw badInput('end_step', 'end_step must not be below start_step.');
      await Promise.all(runIds.map((id) => requireRun(context, id)));
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
    access: [['Run.metrics', 'select']],
    input: z.object({
      run_id: repeated(z.string(), maxRuns).refine((ids) => ids.length > 0, 'may not be empty'),
      metric_key: requiredText(maxKey),
      max_results: int64.default(BigInt(maxHistory)).refine((n) => n >= 1n, 'must be a positive whole number'),
    }),
    async handle(context, { run_id: asked, metric_key: key, max_results }) {
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
