import { z } from 'zod';
import type { Context } from '../../../domain/context.ts';
import { latestVersionsOfModel } from '../../../domain/models/models.loader.ts';
import { modelByName, versionByAlias } from '../../../domain/models/models.read-model.ts';
import { coordinatesOfModelSearch, modelSearch, search } from '../../../domain/models/models.search.ts';
import { withProof } from '../../../domain/verdicts/proof.read-model.ts';
import type { ModelRef } from '../../../domain/models/model-row.ts';
import { versionNumber } from '../../../domain/models/registry.service.ts';
import { optionalText, repeated, requiredText, tags } from '../fields.ts';
import { route, type Method, type Route } from '../route.ts';
import { readSearch, searchQuery } from '../search.ts';
import { refusePrompt } from '../unsupported.ts';
import { modelMessage, toMap, versionMessage } from '../translate-models.ts';

const maxTagValue = 100_000;
const name = requiredText(256);
const alias = requiredText(255);
export const version = z.union([z.string(), z.number()]).transform((given) => versionNumber(given));

/** MLflow has no word for projects: its names are those of the token's. */
export const refOf = ({ actor }: Context, named: string): ModelRef => ({
  projectId: actor.defaultProjectId,
  name: named,
});

async function answer(context: Context, named: string): Promise<object> {
  const model = await modelByName(context, refOf(context, named));
  return { registered_model: await modelMessage(context, model, named) };
}

const latestVersions = (method: Method): Route =>
  route({
    method,
    path: '/mlflow/registered-models/get-latest-versions',
    access: [['Model.versions', 'select']],
    input: z.object({ name, stages: repeated(requiredText(20), 10) }),
    async handle(context, input) {
      const model = await modelByName(context, refOf(context, input.name));
      const wanted = input.stages.map((stage) => stage.toLowerCase());
      const latest = await context.loader(latestVersionsOfModel).load(model.assetKey);
      const chosen = latest.filter(({ stage }) => wanted.length === 0 || wanted.includes(stage.toLowerCase()));
      return { model_versions: await Promise.all(chosen.map((one) => versionMessage(context, one, input.name))) };
    },
  });

export const registeredModelRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow/registered-models/create',
    access: [['Query.models', 'mutate']],
    input: z.object({ name, description: optionalText(100_000), tags: tags(200, maxTagValue).transform(toMap) }),
    async handle(context, input) {
      refusePrompt(input.tags);
      await context.services.registry.create(context.actor, {
        ...refOf(context, input.name),
        description: input.description,
        tags: input.tags,
      });
      return answer(context, input.name);
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/registered-models/get',
    access: [['Model.id', 'select']],
    input: z.object({ name }),
    handle: (context, input) => answer(context, input.name),
  }),
  route({
    method: 'PATCH',
    path: '/mlflow/registered-models/update',
    access: [['Model.description', 'mutate']],
    input: z.object({ name, description: optionalText(100_000) }),
    async handle(context, input) {
      await context.services.registry.update(context.actor, refOf(context, input.name), input.description);
      return answer(context, input.name);
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/registered-models/rename',
    access: [['Model.name', 'mutate']],
    input: z.object({ name, new_name: name }),
    async handle(context, input) {
      await context.services.registry.rename(context.actor, refOf(context, input.name), input.new_name);
      return answer(context, input.new_name);
    },
  }),
  route({
    method: 'DELETE',
    path: '/mlflow/registered-models/delete',
    access: [['Query.models', 'mutate']],
    input: z.object({ name }),
    async handle(context, input) {
      await context.services.deletion.model(context.actor, refOf(context, input.name));
      return {};
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/registered-models/search',
    access: [['Query.models', 'select']],
    input: z.object(searchQuery(100, 1_000)),
    async handle(context, input) {
      const { rows, nextToken } = await search(
        context,
        modelSearch,
        readSearch(context, coordinatesOfModelSearch(modelSearch), input),
      );
      const models = await Promise.all(rows.map((row) => modelMessage(context, row)));
      return { registered_models: models, ...(nextToken && { next_page_token: nextToken }) };
    },
  }),
  latestVersions('POST'),
  latestVersions('GET'),
  route({
    method: 'POST',
    path: '/mlflow/registered-models/set-tag',
    access: [['Model.mlflowTags', 'mutate']],
    input: z.object({ name, key: requiredText(250), value: optionalText(maxTagValue) }),
    async handle(context, input) {
      await context.services.registry.setTag(context.actor, refOf(context, input.name), input.key, input.value);
      return {};
    },
  }),
  route({
    method: 'DELETE',
    path: '/mlflow/registered-models/delete-tag',
    access: [['Model.mlflowTags', 'mutate']],
    input: z.object({ name, key: requiredText(250) }),
    async handle(context, input) {
      await context.services.registry.deleteTag(context.actor, refOf(context, input.name), input.key);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/registered-models/alias',
    access: [['Model.aliases', 'mutate']],
    input: z.object({ name, alias, version }),
    async handle(context, input) {
      const mayDeploy = () => context.access.require('Mutation.deployModel', 'mutate');
      const { registry } = context.services;
      await withProof(
        context,
        registry.setAlias(context.actor, refOf(context, input.name), input.alias, input.version, mayDeploy),
      );
      return {};
    },
  }),
  route({
    method: 'DELETE',
    path: '/mlflow/registered-models/alias',
    access: [['Model.aliases', 'mutate']],
    input: z.object({ name, alias }),
    async handle(context, input) {
      await context.services.registry.deleteAlias(context.actor, refOf(context, input.name), input.alias);
      return {};
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/registered-models/alias',
    access: [['Model.aliases', 'select']],
    input: z.object({ name, alias }),
    async handle(context, input) {
      const found = await versionByAlias(context, refOf(context, input.name), input.alias);
      return { model_version: await versionMessage(context, found, input.name) };
    },
  }),
];
