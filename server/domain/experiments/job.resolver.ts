import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { redactionsOf } from '../../access/object-redactions.ts';
import type { Context } from '../context.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { pageOfJobs, type JobView } from './job.read-model.ts';
import { JobConnection, JobType } from './job.type.ts';
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

  @FieldResolver(() => [RedactionType])
  redactions(@Root() job: JobView, @Ctx() { access }: Context) {
    return redactionsOf(access, 'Job', job);
  }
}
