import { Arg, Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { runIdFrom } from '../../shared/ids.ts';
import type { JsonObject } from '../../shared/json.ts';
import { AssetType } from '../assets/asset.type.ts';
import type { Context } from '../context.ts';
import { facetsNamed, momentIn, rootRunIn, statisticsIn, textsIn } from '../facets.views.ts';
import { DatasetStatisticsType } from '../relay/facet.type.ts';
import { JsonScalar } from '../relay/scalars.ts';
import { labelStructural } from '../relay/structural.ts';
import { facetsOfRun, knownFacetsOfRun, writingsOfRun, type EndView } from './run-facets.read-model.ts';
import { runById, type RunInputRow, type RunView } from './run.read-model.ts';
import { RunInputType, RunType } from './run.type.ts';

@ObjectType('RunError', { description: 'Why a run failed, in the producer’s words.', simpleResolvers: true })
export class RunErrorType {
  @Field(() => String, { nullable: true })
  message: string | null;
  @Field(() => String, { nullable: true })
  programmingLanguage: string | null;
  @Field(() => String, { nullable: true })
  stackTrace: string | null;
}
labelStructural('RunError'); // the field that holds it is labelled

@ObjectType('NominalTime', {
  description: 'The span of time that a run works on, as its schedule says.',
  simpleResolvers: true,
})
export class NominalTimeType {
  @Field(() => Date)
  start: Date;
  @Field(() => Date, { nullable: true })
  end: Date | null;
}
labelStructural('NominalTime'); // the field that holds it is labelled

@ObjectType('RunOutput', { description: 'What a run wrote.' })
export class RunOutputType {}

const inputFacetsHidden = new Set(['dataQualityMetrics', 'dataQualityAssertions']);

/** Facets of one reading or writing, but those that fields of their own show under another access class. */
const shown = (facets: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(facets).filter(([name]) => !inputFacetsHidden.has(name)));

/** What OpenLineage tells of a run beside its inputs and outputs. */
@Resolver(() => RunType)
export class RunFacetsResolver {
  @FieldResolver(() => JsonScalar, {
    nullable: true,
    description: 'OpenLineage’s facets as the producer sent them, the newest of each, unknown ones too.',
  })
  async facets(
    @Root() { uuid }: RunView,
    @Arg('names', () => [String], { nullable: true }) names: string[] | null,
    @Ctx() context: Context,
  ) {
    return facetsNamed((await context.loader(facetsOfRun).load(uuid))?.facets ?? {}, names);
  }

  @FieldResolver(() => RunErrorType, { nullable: true })
  async error(@Root() run: RunView, @Ctx() context: Context) {
    return textsIn(await known(run, context), 'errorMessage', ['message', 'programmingLanguage', 'stackTrace']);
  }

  @FieldResolver(() => NominalTimeType, { nullable: true })
  async nominalTime(@Root() run: RunView, @Ctx() context: Context) {
    const facets = await known(run, context);
    const start = momentIn(facets, 'nominalTime', 'nominalStartTime');
    return start && { start, end: momentIn(facets, 'nominalTime', 'nominalEndTime') };
  }

  @FieldResolver(() => RunType, {
    nullable: true,
    description: 'The run at the top of those that this one is nested in.',
  })
  async root(@Root() run: RunView, @Ctx() context: Context) {
    const id = rootRunIn(await known(run, context));
    return id && context.loader(runById).load(runIdFrom(run.projectId, id));
  }

  @FieldResolver(() => [RunOutputType], { nullable: true, description: 'As `outputs`, with what was counted.' })
  written(@Root() { uuid }: RunView, @Ctx() context: Context) {
    return context.loader(writingsOfRun).load(uuid);
  }
}

const known = async ({ uuid }: RunView, context: Context): Promise<JsonObject> =>
  (await context.loader(knownFacetsOfRun).load(uuid))?.facets ?? {};

@Resolver(() => RunInputType)
export class RunInputFacetsResolver {
  @FieldResolver(() => DatasetStatisticsType, { nullable: true })
  statistics(@Root() { facets }: Pick<RunInputRow, 'facets'>) {
    return statisticsIn(facets, 'inputStatistics');
  }

  @FieldResolver(() => JsonScalar, { nullable: true, description: 'OpenLineage’s facets of this reading.' })
  facets(
    @Root() { facets }: Pick<RunInputRow, 'facets'>,
    @Arg('names', () => [String], { nullable: true }) names: string[] | null,
  ) {
    return facetsNamed(shown(facets), names);
  }
}

@Resolver(() => RunOutputType)
export class RunOutputResolver {
  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() { assetKey }: EndView, @Ctx() { nodes }: Context) {
    return nodes.asset(assetKey);
  }

  @FieldResolver(() => DatasetStatisticsType, { nullable: true })
  statistics(@Root() { facets }: EndView) {
    return statisticsIn(facets, 'outputStatistics');
  }

  @FieldResolver(() => JsonScalar, { nullable: true, description: 'OpenLineage’s facets of this writing.' })
  facets(@Root() { facets }: EndView, @Arg('names', () => [String], { nullable: true }) names: string[] | null) {
    return facetsNamed(shown(facets), names);
  }
}
