import { z } from 'zod';
import { runStatuses } from '../../../domain/experiments/run.entity.ts';
import { badInput } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/json.ts';
import {
  cutText,
  entityKey,
  int64,
  list,
  loggedModelId,
  millis,
  ofRun,
  optionalText,
  pair,
  requiredText,
  runTags,
  tags,
} from '../fields.ts';
import { parseObject } from '../json.ts';
import { metricList, metricShape, toMetric } from '../metric-input.ts';
import { route, type Route } from '../route.ts';
import { requireRun, runInfo, runMessage } from '../run-message.ts';
import { requireExperiment } from '../translate.ts';

const maxTagValue = 8_000;
const maxParamValue = 6_000;
const maxBatchBody = 1_000_000;
const batch = { metrics: 1_000, params: 100, tags: 100, total: 1_000 };
/** More than any batch holds, so that the limits above are told in their own words. */
const maxItems = 20_000;
const maxProfile = 16_777_215;

const dataset = z.object({
  name: requiredText(500),
  digest: requiredText(36),
  source_type: requiredText(500),
  source: z.string().max(65_535),
  schema: optionalText(1_048_575),
  profile: optionalText(maxProfile),
});

/** MLflow's limits of a batch, in its words. */
function requireBatch(metrics: readonly unknown[], params: readonly unknown[], tags: readonly unknown[]): void {
  const counts = [
    ['metrics', 'metrics', metrics.length, batch.metrics],
    ['params', 'params', params.length, batch.params],
    ['tags', 'tags', tags.length, batch.tags],
    ['metrics', 'metrics, params, and tags', metrics.length + params.length + tags.length, batch.total],
  ] as const;
  for (const [field, what, count, limit] of counts) {
    if (count > limit) {
      throw badInput(
        field,
        `A batch logging request can contain at most ${limit} ${what}. Got ${count} ${what}.`,
        `Please split up ${what} across multiple requests and try again.`,
      );
    }
  }
}

/** What MLflow keeps of an MLmodel file in a run's tag, from the text of it. */
function readModelFile(text: string): JsonObject {
  const file = parseObject(text, 'model_json');
  const missing = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'].filter((key) => !Object.hasOwn(file, key));
  if (missing.length > 0) throw badInput('model_json', `Model json is missing mandatory fields: ${missing.join(', ')}`);
  const kept = ['run_id', 'utc_time_created', 'artifact_path', 'model_uuid', 'flavors'];
  return Object.fromEntries(kept.flatMap((key) => (Object.hasOwn(file, key) ? [[key, file[key]!]] : [])));
}

export const runRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow/runs/create',
    access: [['Experiment.runs', 'mutate']],
    input: z.object({
      experiment_id: int64.default(0n),
      user_id: optionalText(500),
      run_name: optionalText(maxTagValue),
      start_time: millis.optional(),
      tags: runTags(batch.tags, maxTagValue),
    }),
    async handle(context, input) {
      const named = input.tags.find((one) => one.key === 'mlflow.runName')?.value;
      if (named && input.run_name && named !== input.run_name) {
        throw badInput('run_name', 'The run_name and the tag mlflow.runName differ.');
      }
      const experiment = await requireExperiment(context, input.experiment_id);
      const id = await context.services.runs.create(context.actor, {
        experimentId: experiment.uuid,
        name: input.run_name,
        userName: input.user_id,
        ...(input.start_time && { startedAt: input.start_time }),
        tags: input.tags,
      });
      return { run: await runMessage(context, await requireRun(context, id)) };
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/runs/get',
    access: [['Experiment.runs', 'select']],
    input: ofRun({}),
    async handle(context, { run_id }) {
      return { run: await runMessage(context, await requireRun(context, run_id)) };
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/update',
    access: [['Experiment.runs', 'mutate']],
    input: ofRun({
      status: z.enum(runStatuses).optional(),
      end_time: millis.optional(),
      run_name: optionalText(maxTagValue),
    }),
    async handle(context, { run_id, status, end_time, run_name }) {
      await context.services.runs.update(context.actor, run_id, {
        ...(status && { status }),
        ...(end_time && { endedAt: end_time }),
        ...(run_name && { name: run_name }),
      });
      return { run_info: await runInfo(context, await requireRun(context, run_id)) };
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/delete',
    access: [['Experiment.runs', 'mutate']],
    input: ofRun({}),
    async handle({ actor, services }, { run_id }) {
      await services.runs.delete(actor, run_id);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/restore',
    access: [['Experiment.runs', 'mutate']],
    input: ofRun({}),
    async handle({ actor, services }, { run_id }) {
      await services.runs.restore(actor, run_id);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/log-metric',
    access: [['Run.metrics', 'mutate']],
    input: ofRun(metricShape),
    async handle({ actor, services }, input) {
      await services.runs.log(actor, input.run_id, { metrics: [toMetric(input)] });
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/log-parameter',
    access: [['Run.params', 'mutate']],
    input: ofRun({ key: entityKey, value: cutText(maxParamValue) }),
    async handle({ actor, services }, { run_id, key, value }) {
      await services.runs.log(actor, run_id, { params: [{ key, value }] });
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/log-batch',
    access: [
      ['Run.metrics', 'mutate'],
      ['Run.params', 'mutate'],
      ['Run.tags', 'mutate'],
    ],
    bodyLimit: maxBatchBody,
    input: ofRun({
      metrics: metricList(maxItems),
      params: list(pair(maxParamValue), maxItems),
      tags: list(pair(maxTagValue), maxItems),
    }),
    async handle({ actor, services }, { run_id, metrics, params, tags: own }) {
      requireBatch(metrics, params, own);
      await services.runs.log(actor, run_id, { metrics, params, tags: own });
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/set-tag',
    access: [['Run.tags', 'mutate']],
    input: ofRun({ key: entityKey, value: cutText(maxTagValue) }),
    async handle({ actor, services }, { run_id, key, value }) {
      await services.runs.log(actor, run_id, { tags: [{ key, value }] });
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/delete-tag',
    access: [['Run.tags', 'mutate']],
    input: ofRun({ key: entityKey }),
    async handle({ actor, services }, { run_id, key }) {
      await services.runs.deleteTag(actor, run_id, key);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/log-inputs',
    access: [['Run.inputs', 'mutate']],
    bodyLimit: maxProfile + 2 * 1024 * 1024,
    input: ofRun({
      datasets: list(z.object({ dataset, tags: tags(batch.tags, maxTagValue) }), 1_000),
      models: list(z.object({ model_id: loggedModelId }), 1_000),
    }),
    async handle({ actor, services }, { run_id, datasets, models }) {
      await services.runs.logInputs(actor, run_id, {
        datasets: datasets.map(({ dataset: { source_type, ...rest }, tags: own }) => ({
          dataset: { ...rest, sourceType: source_type },
          tags: own,
        })),
        models: models.map((one) => one.model_id),
      });
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/log-model',
    access: [['Run.tags', 'mutate']],
    input: ofRun({ model_json: requiredText(2_000_000) }),
    async handle({ actor, services }, { run_id, model_json }) {
      await services.runs.recordModel(actor, run_id, readModelFile(model_json));
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/runs/outputs',
    access: [['Run.outputs', 'mutate']],
    input: ofRun({ models: list(z.object({ model_id: loggedModelId, step: int64.default(0n) }), 1_000) }),
    async handle({ actor, services }, { run_id, models }) {
      const outputs = models.map(({ model_id, step }) => ({ id: model_id, step }));
      await services.runs.logOutputs(actor, run_id, outputs);
      return {};
    },
  }),
];
