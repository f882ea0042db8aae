import type { Context } from '../../domain/context.ts';
import { experimentById } from '../../domain/experiments/experiment.read-model.ts';
import { metricsOfModel } from '../../domain/experiments/metric.read-model.ts';
import { mayHavePart } from '../../domain/experiments/run-parts.ts';
import {
  aliasesOfModel,
  aliasesOfVersion,
  latestVersionsOfModel,
  modelByKey,
} from '../../domain/models/models.loader.ts';
import type { LoggedModelView, ModelVersionView, ModelView } from '../../domain/models/models.views.ts';
import { toHex } from '../../shared/ids.ts';
import { toMillis } from './translate.ts';

// From Aval's views of models to MLflow's messages. A part that the caller may not select is left out.

/** MLflow's list of pairs, as Aval keeps them. */
export const toMap = (pairs: readonly { key: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]));

/** A run's id, or what the client called it that the project has no run for. */
const runOf = ({ runId, saidRun }: { runId: string | null; saidRun: string | null }): string | null =>
  runId === null ? saidRun : toHex(runId);

export async function loggedModelMessage(context: Context, model: LoggedModelView): Promise<object> {
  const { access } = context;
  const may = (coordinate: string) => access.can(coordinate, 'select');
  const experiment = await context.loader(experimentById).load(model.experimentId);
  const mayTrace = may('LoggedModel.run') || access.can('LoggedModel.run', 'mutate');
  const sourceRun = runOf(model);
  const shows = may('LoggedModel.metrics') && mayHavePart(access, 'metrics');
  const metrics = shows ? await context.loader(metricsOfModel).load(model.uuid) : [];
  return {
    info: {
      model_id: model.mlflowId,
      experiment_id: String(experiment?.number ?? ''),
      ...(may('LoggedModel.name') && { name: model.name }),
      creation_timestamp_ms: toMillis(model.createdAt),
      last_updated_timestamp_ms: toMillis(model.updatedAt),
      // whoever may put files there must know where
      ...((may('LoggedModel.artifactUri') || access.can('LoggedModel.artifactUri', 'mutate')) && {
        artifact_uri: model.artifactUri,
      }),
      status: `LOGGED_MODEL_${model.status === 'FAILED' ? 'UPLOAD_FAILED' : model.status}`,
      ...(may('LoggedModel.modelType') && { model_type: model.modelType ?? '' }),
      ...(mayTrace && sourceRun !== null && { source_run_id: sourceRun }),
      ...(may('LoggedModel.mlflowTags') && { tags: model.mlflowTags }),
    },
    data: {
      ...(may('LoggedModel.params') && { params: model.params }),
      ...(metrics.length > 0 && {
        metrics: metrics.map((metric) => ({
          key: metric.key,
          value: metric.value,
          timestamp: toMillis(metric.at),
          step: metric.step,
          ...(metric.datasetName && { dataset_name: metric.datasetName, dataset_digest: metric.datasetDigest ?? '' }),
          model_id: model.mlflowId,
          ...(mayTrace && { run_id: toHex(metric.runId) }),
        })),
      }),
    },
  };
}

/** `name` is what the caller called it by, which it knows already; else it is left out with the rest. */
export async function modelMessage(context: Context, model: ModelView, name?: string): Promise<object> {
  const may = (field: string) => context.access.can(`Model.${field}`, 'select');
  const latest = may('versions') ? await context.loader(latestVersionsOfModel).load(model.assetKey) : [];
  const versions = await Promise.all(latest.map((version) => versionMessage(context, version, model.name)));
  const aliases = may('aliases') ? await context.loader(aliasesOfModel).load({ key: model.assetKey }) : [];
  return {
    ...((name !== undefined || may('name')) && { name: name ?? model.name }),
    creation_timestamp: toMillis(model.createdAt),
    last_updated_timestamp: toMillis(model.updatedAt),
    ...(may('description') && model.description !== null && { description: model.description }),
    ...(versions.length > 0 && { latest_versions: versions }),
    ...(may('mlflowTags') && model.mlflowTags.length > 0 && { tags: model.mlflowTags }),
    ...(aliases.length > 0 && {
      aliases: aliases.map((row) => ({ alias: row.alias, version: String(row.versionNumber) })),
    }),
  };
}

/** `name` as for `modelMessage`. */
export async function versionMessage(context: Context, version: ModelVersionView, name?: string): Promise<object> {
  const may = (field: string) => context.access.can(`ModelVersion.${field}`, 'select');
  const modelName =
    name ?? (may('model') ? (await context.loader(modelByKey).load(version.modelKey))?.name : undefined);
  const aliases = may('aliases') ? await context.loader(aliasesOfVersion).load({ key: version.assetKey }) : [];
  const runId = runOf(version);
  return {
    ...(modelName !== undefined && { name: modelName }),
    version: String(version.version),
    creation_timestamp: toMillis(version.createdAt),
    last_updated_timestamp: toMillis(version.updatedAt),
    ...(may('stage') && { current_stage: version.stage }),
    ...(may('description') && { description: version.description ?? '' }),
    ...(may('source') && { source: version.source }),
    ...(may('run') && runId !== null && { run_id: runId }),
    status: version.status,
    ...(may('mlflowTags') && version.mlflowTags.length > 0 && { tags: version.mlflowTags }),
    run_link: '',
    ...(aliases.length > 0 && { aliases: aliases.map((row) => row.alias) }),
  };
}
