import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { redactionsOf } from '../../access/object-redactions.ts';
import type { Context } from '../context.ts';
import { projectById } from '../identity/identity.read-model.ts';
import { ProjectType } from '../identity/identity.type.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { toConnection } from '../relay/connection.ts';
import { KeyValueType } from '../relay/key-value.type.ts';
import { experimentTags, type ExperimentView } from './experiment.read-model.ts';
import { ExperimentConnection, ExperimentType } from './experiment.type.ts';
import { ExperimentsArgs, experimentSearch } from './experiments.args.ts';
import { searchExperiments } from './experiments.search.ts';
import { RunConnection } from './run.type.ts';
import { RunsArgs, runsRequest } from './runs.args.ts';
import { runsOfExperiment } from './runs.page.ts';

@Resolver(() => ExperimentType)
export class ExperimentResolver {
  @Query(() => ExperimentConnection, { description: 'Experiments that are not deleted.' })
  async experiments(@Args(() => ExperimentsArgs) args: ExperimentsArgs, @Ctx() context: Context) {
    return toConnection(await searchExperiments(context, experimentSearch(args)), (row) => row, args.after);
  }

  @FieldResolver(() => ProjectType, { nullable: true })
  project(@Root() experiment: ExperimentView, @Ctx() context: Context) {
    return context.loader(projectById).load(experiment.projectId);
  }

  @FieldResolver(() => [KeyValueType], { nullable: true })
  tags(@Root() experiment: ExperimentView, @Ctx() context: Context) {
    return context.loader(experimentTags).load(experiment.uuid);
  }

  @FieldResolver(() => RunConnection, { nullable: true })
  async runs(@Root() { uuid }: ExperimentView, @Args(() => RunsArgs) args: RunsArgs, @Ctx() context: Context) {
    const page = await context.loader(runsOfExperiment).load({ ...runsRequest(args), parent: uuid });
    return toConnection(page, (row) => row, args.after);
  }

  @FieldResolver(() => [RedactionType])
  redactions(@Root() experiment: ExperimentView, @Ctx() { access }: Context) {
    return redactionsOf(access, 'Experiment', experiment);
  }
}
