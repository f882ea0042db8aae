import { resolve } from 'node:path';
import { z } from 'zod';
import { datasetsOfExperiments } from '../../../domain/experiments/experiment-datasets.read-model.ts';
import { experimentsByNumber, findExperiment } from '../../../domain/experiments/experiment.read-model.ts';
import { coordinatesOfExperimentSearch, searchExperiments } from '../../../domain/experiments/experiments.search.ts';
import { defaultExperiment } from '../../../domain/experiments/experiment.service.ts';
import { AvalError, badInput } from '../../../shared/errors.ts';
import { int64, list, maxKey, optionalText, requiredText, tags } from '../fields.ts';
import { route, type Method, type Route } from '../route.ts';
import { readSearch, searchQuery } from '../search.ts';
import { experimentMessage, lifecyclesOf, requireExperiment, viewType } from '../translate.ts';

const maxName = 500;
const maxTagValue = 5_000;
const byId = z.object({ experiment_id: int64 });

/** As MLflow does it: a path that begins nowhere begins in the server's folder, and so means the same to every client. */
const absolute = (location: string): string =>
  location === '' || /^[a-z][\w+.-]*:/i.test(location) ? location : resolve(location);

const maxSearched = 20;
const maxSummaries = 1_000;

function numberOf(id: string): bigint {
  if (/^\d{1,18}$/.test(id)) return BigInt(id);
  throw badInput(
    'experiment_ids',
    `Invalid experiment ID '${id.slice(0, 40)}'. Experiment ID must be a valid integer.`,
  );
}

const searchExperimentsBy = (method: Method): Route =>
  route({
    method,
    path: '/mlflow/experiments/search',
    access: [['Query.experiments', 'select']],
    input: z.object({ ...searchQuery(1_000, 50_000), view_type: viewType }),
    async handle(context, input) {
      const asked = readSearch(context, coordinatesOfExperimentSearch, input);
      await context.services.experiments.ensureDefault(context.actor);
      const { rows, hasNextPage, cursorOf } = await searchExperiments(context, {
        ...asked,
        lifecycles: lifecyclesOf(input.view_type),
      });
      return {
        experiments: await Promise.all(rows.map((experiment) => experimentMessage(context, experiment))),
        ...(hasNextPage && { next_page_token: cursorOf(rows.at(-1)!) }),
      };
    },
  });

export const experimentRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow/experiments/create',
    access: [['Query.experiments', 'mutate']],
    input: z.object({
      name: requiredText(maxName),
      artifact_location: optionalText(2_000).transform(absolute),
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
  searchExperimentsBy('POST'),
  searchExperimentsBy('GET'),
  route({
    method: 'POST',
    path: '/mlflow/experiments/search-datasets',
    access: [['Run.inputs', 'select']],
    input: z.object({ experiment_ids: list(z.string(), 100_000) }),
    async handle(context, { experiment_ids: ids }) {
      if (ids.length === 0) {
        throw badInput('experiment_ids', 'SearchDatasets request must specify at least one experiment_id.');
      }
      if (ids.length > maxSearched) {
        throw badInput(
          'experiment_ids',
          `SearchDatasets request cannot specify more than ${maxSearched} experiment_ids. Received ${ids.length} experiment_ids.`,
        );
      }
      const experiments = await experimentsByNumber(context, ids.map(numberOf));
      const numbers = new Map(experiments.map(({ uuid, number }) => [uuid, number]));
      const found = await datasetsOfExperiments(context, [...numbers.keys()], maxSummaries);
      return {
        dataset_summaries: found.map(({ experimentId, name, digest, context: read }) => ({
          experiment_id: String(numbers.get(experimentId)),
          name,
          digest,
          ...(read && { context: read }),
        })),
      };
    },
  }),
];
