import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { digestOfLoggedModel } from '../artifacts/manifest.read-model.ts';
import type { AssetView, Context } from '../context.ts';
import { DatasetVersionType } from '../datasets/datasets.type.ts';
import { metricsOfModel, type MetricView } from '../experiments/metric.read-model.ts';
import { MetricType } from '../experiments/metric.type.ts';
import { RunType } from '../experiments/run.type.ts';
import { runById } from '../experiments/run.read-model.ts';
import { trainedOnKeys } from './models.loader.ts';
import { LoggedModelType, ModelVersionType } from './models.type.ts';
import type { LoggedModelView, ModelVersionView } from './models.views.ts';

@Resolver(() => LoggedModelType)
export class LoggedModelOriginsResolver {
  @FieldResolver(() => RunType, { nullable: true, description: 'The run that made it.' })
  run(@Root() model: LoggedModelView, @Ctx() context: Context) {
    return model.runId === null ? null : context.loader(runById).load(model.runId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What its files are now, in the terms of `ModelVersion.digest`. Null when it has none.',
  })
  async digest(@Root() model: LoggedModelView, @Ctx() context: Context): Promise<string | null> {
    return (await context.loader(digestOfLoggedModel).load(model.assetKey))?.digest ?? null;
  }

  @FieldResolver(() => [MetricType], {
    nullable: true,
    description: 'Each series that measured it, with its latest point: in its own run, and in those that evaluated it.',
  })
  metrics(@Root() model: LoggedModelView, @Ctx() context: Context): Promise<MetricView[]> {
    return context.loader(metricsOfModel).load(model.uuid);
  }

  @FieldResolver(() => [DatasetVersionType], { nullable: true, description: 'What its run read to train it.' })
  trainedOn(@Root() model: LoggedModelView, @Ctx() context: Context): Promise<AssetView[]> {
    return datasetVersions(context, model.assetKey);
  }
}

@Resolver(() => ModelVersionType)
export class VersionOriginsResolver {
  @FieldResolver(() => RunType, { nullable: true, description: 'The run that made it.' })
  run(@Root() version: ModelVersionView, @Ctx() context: Context) {
    return version.runId === null ? null : context.loader(runById).load(version.runId);
  }

  @FieldResolver(() => [DatasetVersionType], { nullable: true, description: 'What its run read to train it.' })
  trainedOn(@Root() version: ModelVersionView, @Ctx() context: Context): Promise<AssetView[]> {
    return datasetVersions(context, version.loggedModelKey ?? version.assetKey);
  }
}

async function datasetVersions(context: Context, key: number): Promise<AssetView[]> {
  const edges = await context.loader(trainedOnKeys).load(key);
  const views = await Promise.all(edges.map((edge) => context.nodes.asset(edge.src)));
  return views.filter((view) => view?.kind === 'DATASET_VERSION').map((view) => view!);
}
