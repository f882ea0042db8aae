import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { redactionsOf } from '../../access/object-redactions.ts';
import { idOf } from '../../shared/ids.ts';
import { AssetType } from '../assets/asset.type.ts';
import type { Context } from '../context.ts';
import { labelsIn } from '../facets.views.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { toConnection } from '../relay/connection.ts';
import { KeyValueType } from '../relay/key-value.type.ts';
import { experimentById } from './experiment.read-model.ts';
import { ExperimentType } from './experiment.type.ts';
import { jobById } from './job.read-model.ts';
import { JobType } from './job.type.ts';
import { knownFacetsOfRun } from './run-facets.read-model.ts';
import { metricsOfRun } from './metric.read-model.ts';
import { MetricType } from './metric.type.ts';
import { inputsOfRun, outputsOfRun, paramsOfRun, runById, tagsOfRun, type RunView } from './run.read-model.ts';
import { RunConnection, RunInputType, RunType } from './run.type.ts';
import { RunsArgs, runsRequest } from './runs.args.ts';
import { searchRuns, toRunSearch } from './runs.page.ts';

@Resolver(() => RunType)
export class RunResolver {
  @Query(() => RunType, { nullable: true, description: 'The run with that id; null when it is outside your projects.' })
  run(@Arg('id', () => ID) id: string, @Ctx() context: Context) {
    return context.loader(runById).load(idOf(id, ['Run']));
  }

  @Query(() => RunConnection, { description: 'Runs that are not deleted.' })
  async runs(@Args(() => RunsArgs) args: RunsArgs, @Ctx() context: Context) {
    return toConnection(await searchRuns(context, toRunSearch(runsRequest(args))), (row) => row, args.after);
  }

  @FieldResolver(() => ExperimentType, { nullable: true })
  experiment(@Root() { experimentId }: RunView, @Ctx() context: Context) {
    return experimentId && context.loader(experimentById).load(experimentId);
  }

  @FieldResolver(() => JobType, { nullable: true })
  job(@Root() { jobId }: RunView, @Ctx() context: Context) {
    return jobId && context.loader(jobById).load(jobId);
  }

  @FieldResolver(() => RunType, { nullable: true, description: 'The run that this one is nested in.' })
  parent(@Root() { parentRunId }: RunView, @Ctx() context: Context) {
    return parentRunId && context.loader(runById).load(parentRunId);
  }

  @FieldResolver(() => [KeyValueType], { nullable: true })
  async params(
    @Root() run: RunView,
    @Arg('keys', () => [String], { nullable: true }) keys: string[] | null,
    @Ctx() context: Context,
  ) {
    return only(keys, await context.loader(paramsOfRun).load(run.uuid));
  }

  @FieldResolver(() => [KeyValueType], {
    nullable: true,
    description: 'As MLflow’s and OpenLineage’s clients set them.',
  })
  async tags(@Root() run: RunView, @Ctx() context: Context) {
    const [own, facets] = await Promise.all([
      context.loader(tagsOfRun).load(run.uuid),
      context.loader(knownFacetsOfRun).load(run.uuid),
    ]);
    return [...own, ...labelsIn(facets?.facets ?? {})];
  }

  @FieldResolver(() => [MetricType], { nullable: true, description: 'Each series with its latest point.' })
  async metrics(
    @Root() run: RunView,
    @Arg('keys', () => [String], { nullable: true }) keys: string[] | null,
    @Ctx() context: Context,
  ) {
    return only(keys, await context.loader(metricsOfRun).load(run.uuid));
  }

  @FieldResolver(() => [RunInputType], { nullable: true })
  async inputs(@Root() run: RunView, @Ctx() context: Context) {
    const inputs = await context.loader(inputsOfRun).load(run.uuid);
    return inputs.map(({ assetKey, context: word, facets }) => ({
      asset: context.nodes.asset(assetKey),
      context: word || null,
      facets,
    }));
  }

  @FieldResolver(() => [AssetType], { nullable: true })
  async outputs(@Root() run: RunView, @Ctx() context: Context) {
    const outputs = await context.loader(outputsOfRun).load(run.uuid);
    return Promise.all(outputs.map(({ assetKey }) => context.nodes.asset(assetKey)));
  }

  @FieldResolver(() => [RedactionType])
  redactions(@Root() run: RunView, @Ctx() { access }: Context) {
    return redactionsOf(access, 'Run', run);
  }
}

const only = <Row extends { key: string }>(keys: string[] | null, rows: Row[]): Row[] =>
  keys ? rows.filter((row) => keys.includes(row.key)) : rows;
