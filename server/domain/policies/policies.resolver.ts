import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { matrixRowView, pageOfMatrix } from './matrix.read-model.ts';
import { AccessMatrixRowConnection, AccessMatrixRowFilterInput } from './matrix.type.ts';
import { explainAccess } from './explain.read-model.ts';
import { AccessExplanation, ExplainAccessArgs } from './policies.type.ts';

@Resolver()
export class PoliciesResolver {
  @Query(() => AccessMatrixRowConnection, {
    description:
      'What each role may do with each field under the policy in force, by field and role. Who holds several roles is bound by the forbids of all.',
  })
  accessMatrix(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => AccessMatrixRowFilterInput, { nullable: true }) where: AccessMatrixRowFilterInput | null,
    @Ctx() { access: { policy } }: Context,
  ) {
    return toConnection(pageOfMatrix(policy, { ...page, where }), matrixRowView, page.after);
  }

  @Query(() => AccessExplanation, {
    description:
      'Whether a field may be used so, by which rules, and how to ask if not: by you, or, for whoever reads the access matrix, by another. It speaks of roles, rules and tags, never of the value.',
  })
  async explainAccess(
    @Args(() => ExplainAccessArgs) question: ExplainAccessArgs,
    @Ctx() context: Context,
  ): Promise<AccessExplanation> {
    const { outcome, policyIds, reason, howToRequest, mask } = await explainAccess(context, question);
    return { outcome, policies: policyIds, reason, howToRequest: howToRequest ?? null, mask: mask ?? null };
  }
}
