import { z } from 'zod';
import type { Context } from '../../../domain/context.ts';
import { downloadUri, versionByNumber } from '../../../domain/models/models.read-model.ts';
import { coordinatesOfModelSearch, search, versionSearch } from '../../../domain/models/models.search.ts';
import type { VersionRef } from '../../../domain/models/version.service.ts';
import { withProof } from '../../../domain/verdicts/proof.read-model.ts';
import { loggedModelId, optionalText, maxRunId, requiredText, tags } from '../fields.ts';
import { route, type Route } from '../route.ts';
import { readSearch, searchQuery } from '../search.ts';
import { refusePrompt } from '../unsupported.ts';
import { toMap, versionMessage } from '../translate-models.ts';
import { refOf, version } from './registered-models.ts';

const maxTagValue = 100_000;
const name = requiredText(256);
const ofVersion = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ name, version, ...shape });
const absent = z.literal('').transform(() => undefined);

const versionRef = (context: Context, input: { name: string; version: number }): VersionRef => ({
  ...refOf(context, input.name),
  version: input.version,
});

async function answer(context: Context, input: { name: string; version: number }): Promise<object> {
  const found = await versionByNumber(context, versionRef(context, input));
  return { model_version: await versionMessage(context, found, input.name) };
}

export const modelVersionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow/model-versions/create',
    access: [['Model.versions', 'mutate']],
    input: z.object({
      name,
      source: requiredText(2_000),
      run_id: optionalText(maxRunId),
      model_id: z.union([absent, loggedModelId]).optional(),
      description: optionalText(100_000),
      tags: tags(200, maxTagValue).transform(toMap),
    }),
    async handle(context, input) {
      refusePrompt(input.tags);
      const made = await context.services.versions.create(context.actor, {
        model: refOf(context, input.name),
        source: input.source,
        runId: input.run_id,
        loggedModelId: input.model_id,
        description: input.description,
        tags: input.tags,
      });
      return answer(context, { name: input.name, version: made.version });
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/model-versions/search',
    access: [['Query.modelVersions', 'select']],
    input: z.object(searchQuery(10_000, 200_000)),
    async handle(context, input) {
      const { rows, nextToken } = await search(
        context,
        versionSearch,
        readSearch(context, coordinatesOfModelSearch(versionSearch), input),
      );
      const versions = await Promise.all(rows.map((row) => versionMessage(context, row)));
      return { model_versions: versions, ...(nextToken && { next_page_token: nextToken }) };
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/model-versions/get',
    access: [['ModelVersion.id', 'select']],
    input: ofVersion({}),
    handle: (context, input) => answer(context, input),
  }),
  route({
    method: 'GET',
    path: '/mlflow/model-versions/get-download-uri',
    access: [['LoggedModel.artifactUri', 'select']],
    input: ofVersion({}),
    async handle(context, input) {
      return { artifact_uri: await downloadUri(context, await versionByNumber(context, versionRef(context, input))) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/mlflow/model-versions/update',
    access: [['ModelVersion.description', 'mutate']],
    input: ofVersion({ description: optionalText(100_000) }),
    async handle(context, input) {
      await context.services.versions.update(context.actor, versionRef(context, input), input.description);
      return answer(context, input);
    },
  }),
  route({
    method: 'DELETE',
    path: '/mlflow/model-versions/delete',
    access: [['Model.versions', 'mutate']],
    input: ofVersion({}),
    async handle(context, input) {
      await context.services.deletion.version(context.actor, versionRef(context, input));
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/model-versions/set-tag',
    access: [['ModelVersion.mlflowTags', 'mutate']],
    input: ofVersion({ key: requiredText(250), value: optionalText(maxTagValue) }),
    async handle(context, input) {
      await context.services.versions.setTag(context.actor, versionRef(context, input), input.key, input.value);
      return {};
    },
  }),
  route({
    method: 'DELETE',
    path: '/mlflow/model-versions/delete-tag',
    access: [['ModelVersion.mlflowTags', 'mutate']],
    input: ofVersion({ key: requiredText(250) }),
    async handle(context, input) {
      await context.services.versions.deleteTag(context.actor, versionRef(context, input), input.key);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/model-versions/transition-stage',
    access: [['ModelVersion.stage', 'mutate']],
    input: ofVersion({ stage: requiredText(20), archive_existing_versions: z.boolean().default(false) }),
    async handle(context, input) {
      const { stage, archive_existing_versions: archiveOthers } = input;
      const mayDeploy = () => context.access.require('Mutation.deployModel', 'mutate');
      const { versions } = context.services;
      await withProof(
        context,
        versions.moveToStage(context.actor, versionRef(context, input), stage, archiveOthers, mayDeploy),
      );
      return answer(context, input);
    },
  }),
];
