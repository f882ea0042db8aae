import { z } from 'zod';
import type { Context } from '../../../domain/context.ts';
import { experimentsByNumber } from '../../../domain/experiments/experiment.read-model.ts';
import {
  coordinatesOfModelSearch,
  loggedModelSearch,
  searchLoggedModels,
} from '../../../domain/models/models.search.ts';
import { loggedModelById } from '../../../domain/models/models.loader.ts';
import type { LoggedModelStatus } from '../../../domain/models/logged-model.service.ts';
import type { MeasuredOn } from '../../../domain/search/condition.ts';
import { AvalError } from '../../../shared/errors.ts';
import { entityKey, int64, list, optionalText, maxRunId, requiredText, tags, uuidOfLoggedModel } from '../fields.ts';
import { route, type Route } from '../route.ts';
import { readSearch, searchFields } from '../search.ts';
import { requireExperiment } from '../translate.ts';
import { loggedModelMessage, toMap } from '../translate-models.ts';

const maxValue = 6_000;
const params = list(z.object({ key: requiredText(250), value: optionalText(maxValue) }), 1_000).transform(toMap);
const modelTags = tags(200, 100_000).transform(toMap);

/** MLflow's id of a logged model; any other text names none. */
const modelId = z.string().transform((text) => {
  const uuid = uuidOfLoggedModel(text);
  if (uuid === undefined) throw unknownModel(text);
  return uuid;
});

const unknownModel = (id: string): AvalError =>
  new AvalError('NOT_FOUND', `Logged model with ID '${id.slice(0, 64)}' not found.`, { field: 'model_id' });

const statuses: Record<string, LoggedModelStatus> = {
  LOGGED_MODEL_PENDING: 'PENDING',
  LOGGED_MODEL_READY: 'READY',
  LOGGED_MODEL_UPLOAD_FAILED: 'FAILED',
};

/** None when no name is given. */
const measuredOn = (said: { dataset_name: string; dataset_digest: string }): MeasuredOn[] =>
  said.dataset_name ? [{ name: said.dataset_name, digest: said.dataset_digest || undefined }] : [];

async function answer(context: Context, id: string): Promise<object> {
  const model = await context.loader(loggedModelById).load(id);
  if (!model) throw unknownModel(id);
  return { model: await loggedModelMessage(context, model) };
}

export const loggedModelRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow/logged-models/search',
    access: [['Query.loggedModels', 'select']],
    input: z.object({
      ...searchFields(50, 1_000),
      experiment_ids: list(int64, 10_000),
      // unlike other searches, this one names an order's direction apart
      order_by: list(
        z.object({
          field_name: requiredText(600),
          ascending: z.boolean().default(true),
          dataset_name: optionalText(500),
          dataset_digest: optionalText(36),
        }),
        20,
      ),
      datasets: list(z.object({ dataset_name: requiredText(500), dataset_digest: optionalText(36) }), 100),
    }),
    async handle(context, input) {
      const terms = input.order_by.map(({ field_name, ascending }) => `${field_name} ${ascending ? 'asc' : 'desc'}`);
      const asked = readSearch(context, coordinatesOfModelSearch(loggedModelSearch), { ...input, order_by: terms });
      const order = asked.order.map((term, i) => ({ ...term, on: measuredOn(input.order_by[i]!)[0] }));
      const datasets = input.datasets.flatMap(measuredOn);
      if (datasets.length > 0 || order.some((term) => term.on)) {
        for (const field of ['datasetName', 'datasetDigest']) context.access.require(`Metric.${field}`, 'filter');
      }
      const experiments = await experimentsByNumber(context, input.experiment_ids);
      const ids = experiments.map((experiment) => experiment.uuid);
      const { rows, nextToken } = await searchLoggedModels(context, ids, { ...asked, order }, datasets);
      const models = await Promise.all(rows.map((row) => loggedModelMessage(context, row)));
      return { models, ...(nextToken && { next_page_token: nextToken }) };
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/logged-models',
    access: [['Query.loggedModels', 'mutate']],
    input: z.object({
      experiment_id: int64,
      name: optionalText(256),
      model_type: optionalText(500),
      source_run_id: optionalText(maxRunId),
      params,
      tags: modelTags,
    }),
    async handle(context, input) {
      const experiment = await requireExperiment(context, input.experiment_id);
      const id = await context.services.loggedModels.create(context.actor, {
        experimentId: experiment.uuid,
        name: input.name,
        modelType: input.model_type,
        runId: input.source_run_id,
        params: input.params,
        tags: input.tags,
      });
      return answer(context, id);
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/logged-models/:model_id',
    access: [['LoggedModel.id', 'select']],
    input: z.object({ model_id: modelId }),
    handle: (context, input) => answer(context, input.model_id),
  }),
  route({
    method: 'PATCH',
    path: '/mlflow/logged-models/:model_id',
    access: [['LoggedModel.status', 'mutate']],
    input: z.object({ model_id: modelId, status: z.enum(Object.keys(statuses), 'is not a status of a logged model') }),
    async handle(context, { model_id, status }) {
      await context.services.loggedModels.finalise(context.actor, model_id, statuses[status]!);
      return answer(context, model_id);
    },
  }),
  route({
    method: 'DELETE',
    path: '/mlflow/logged-models/:model_id',
    access: [['Query.loggedModels', 'mutate']],
    input: z.object({ model_id: modelId }),
    async handle({ actor, services }, { model_id }) {
      await services.deletion.loggedModel(actor, model_id);
      return {};
    },
  }),
  route({
    method: 'PATCH',
    path: '/mlflow/logged-models/:model_id/tags',
    access: [['LoggedModel.mlflowTags', 'mutate']],
    input: z.object({ model_id: modelId, tags: modelTags }),
    async handle(context, input) {
      await context.services.loggedModels.setTags(context.actor, input.model_id, input.tags);
      return {};
    },
  }),
  route({
    method: 'DELETE',
    path: '/mlflow/logged-models/:model_id/tags/:key',
    access: [['LoggedModel.mlflowTags', 'mutate']],
    input: z.object({ model_id: modelId, key: entityKey }),
    async handle(context, input) {
      await context.services.loggedModels.deleteTag(context.actor, input.model_id, input.key);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/logged-models/:model_id/params',
    access: [['LoggedModel.params', 'mutate']],
    input: z.object({ model_id: modelId, params }),
    async handle(context, input) {
      await context.services.loggedModels.logParams(context.actor, input.model_id, input.params);
      return {};
    },
  }),
];
