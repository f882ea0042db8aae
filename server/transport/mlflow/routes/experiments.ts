import { z } from 'zod';
import { findExperiment } from '../../../domain/experiments/experiment.read-model.ts';
import { coordinatesOfExperimentSearch, searchExperiments } from '../../../domain/experiments/experiments.search.ts';
import { defaultExperiment } from '../../../domain/experiments/experiment.service.ts';
import { AvalError } from '../../../shared/errors.ts';
import { int64, maxKey, optionalText, requiredText, tags } from '../fields.ts';
import { route, type Route } from '../route.ts';
import { readSearch, searchFields } from '../search.ts';
import { experimentMessage, lifecyclesOf, requireExperiment, viewType } from '../translate.ts';

const maxName = 500;
const maxTagValue = 5_000;
const byId = z.object({ experiment_id: int64 });

export const experimentRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow/experiments/create',
    access: [['Query.experiments', 'mutate']],
    input: z.object({
      name: requiredText(maxName),
      artifact_location: optionalText(2_000),
      tags: tags(100, maxTagValue),
    }),
    async handle({ actor, services }, input) {
      const made = await services.experiments.create(actor, {
        name: input.name,
        ...(input.artifact_location && { artifactLocation: input.artifact_location }),
        tags: input.tags,
      });
      return { experiment_id: String(made.number) };
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/experiments/get',
    access: [['Query.experiments', 'select']],
    input: byId,
    async handle(context, { experiment_id }) {
      return { experiment: await experimentMessage(context, await requireExperiment(context, experiment_id)) };
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/experiments/get-by-name',
    access: [['Query.experiments', 'select']],
    input: z.object({ experiment_name: requiredText(maxName) }),
    async handle(context, { experiment_name: name }) {
      // to find by name is to learn it; whoever may make experiments learns at the next attempt whether a name is taken
      const { access } = context;
      if (!access.can('Query.experiments', 'mutate')) access.require('Experiment.name', 'filter');
      if (name === defaultExperiment.name) await context.services.experiments.ensureDefault(context.actor);
      const experiment = await findExperiment(context, { name });
      if (!experiment) throw new AvalError('NOT_FOUND', `Could not find experiment with name '${name}'`);
      return { experiment: { ...(await experimentMessage(context, experiment)), name } };
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/experiments/update',
    access: [['Experiment.name', 'mutate']],
    input: z.object({ experiment_id: int64, new_name: optionalText(maxName) }),
    async handle(context, { experiment_id, new_name }) {
      const { uuid } = await requireExperiment(context, experiment_id);
      if (new_name) await context.services.experiments.rename(context.actor, uuid, new_name);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/experiments/delete',
    access: [['Query.experiments', 'mutate']],
    input: byId,
    async handle(context, { experiment_id }) {
      const { uuid } = await requireExperiment(context, experiment_id);
      await context.services.experiments.delete(context.actor, uuid);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/experiments/restore',
    access: [['Query.experiments', 'mutate']],
    input: byId,
    async handle(context, { experiment_id }) {
      const { uuid } = await requireExperiment(context, experiment_id);
      await context.services.experiments.restore(context.actor, uuid);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/experiments/set-experiment-tag',
    access: [['Experiment.tags', 'mutate']],
    input: z.object({ experiment_id: int64, key: requiredText(maxKey), value: optionalText(maxTagValue) }),
    async handle(context, { experiment_id, key, value }) {
      const { uuid } = await requireExperiment(context, experiment_id);
      await context.services.experiments.setTag(context.actor, uuid, { key, value });
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/experiments/delete-experiment-tag',
    access: [['Experiment.tags', 'mutate']],
    input: z.object({ experiment_id: int64, key: requiredText(maxKey) }),
    async handle(context, { experiment_id, key }) {
      const { uuid } = await requireExperiment(context, experiment_id);
      await context.services.experiments.deleteTag(context.actor, uuid, key);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/experiments/search',
    access: [['Query.experiments', 'select']],
    input: z.object({ ...searchFields(1_000, 50_000), view_type: viewType }),
    async handle(context, input) {
      const asked = readSearch(context, coordinatesOfExperimentSearch, input);
      await context.services.experiments.ensureDefault(context.actor);
      const { experiments, nextToken } = await searchExperiments(context, {
        ...asked,
        lifecycles: lifecyclesOf(input.view_type),
      });
      return {
        experiments: await Promise.all(experiments.map((experiment) => experimentMessage(context, experiment))),
        ...(nextToken && { next_page_token: nextToken }),
      };
    },
  }),
];
