import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { redactionsOf } from '../../access/object-redactions.ts';
import type { Context } from '../context.ts';
import { facetsNamed, labelsIn, ownersIn, textsIn } from '../facets.views.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { toConnection } from '../relay/connection.ts';
import { OwnerType } from '../relay/facet.type.ts';
import { KeyValueType } from '../relay/key-value.type.ts';
import { PageArgs } from '../relay/page.args.ts';
import { JsonScalar } from '../relay/scalars.ts';
import { pageOfJobs, type JobView } from './job.read-model.ts';
import { JobConnection, JobKindType, JobType } from './job.type.ts';
import { RunConnection } from './run.type.ts';
import { runsOfJob } from './runs.page.ts';

@Resolver(() => JobType)
export class JobResolver {
  @Query(() => JobConnection, { description: 'Jobs by namespace and name.' })
  async jobs(@Args(() => PageArgs) page: PageArgs, @Ctx() context: Context) {
    return toConnection(await pageOfJobs(context, page), (row) => row, page.after);
  }

  @FieldResolver(() => RunConnection, { nullable: true, description: 'Newest first.' })
  async runs(@Root() job: JobView, @Args(() => PageArgs) page: PageArgs, @Ctx() context: Context) {
    const { first, after } = page;
    const request = { conditions: [], order: [], first, after, parent: job.uuid };
    return toConnection(await context.loader(runsOfJob).load(request), (row) => row, after);
  }

  @FieldResolver(() => JsonScalar, {
    nullable: true,
    description: 'The newest of each facet, as the producer sent it, unknown ones too.',
  })
  facets(@Root() { facets }: JobView, @Arg('names', () => [String], { nullable: true }) names: string[] | null) {
    return facetsNamed(facets, names);
  }

  @FieldResolver(() => String, { nullable: true })
  description(@Root() { facets }: JobView): string | null {
    return textsIn(facets, 'documentation', ['description'])?.description ?? null;
  }

  @FieldResolver(() => JobKindType, { nullable: true })
  type(@Root() { facets }: JobView) {
    return textsIn(facets, 'jobType', ['processingType', 'integration', 'jobType']);
  }

  @FieldResolver(() => [OwnerType], { nullable: true })
  owners(@Root() { facets }: JobView) {
    return ownersIn(facets);
  }

  @FieldResolver(() => [KeyValueType], { nullable: true })
  tags(@Root() { facets }: JobView) {
    return labelsIn(facets);
  }

  @FieldResolver(() => [RedactionType])
  redactions(@Root() job: JobView, @Ctx() { access }: Context) {
    return redactionsOf(access, 'Job', job);
  }
}
