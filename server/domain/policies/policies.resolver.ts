import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Explanation } from '../../access/decisions.ts';
import type { Context } from '../context.ts';
import type { PrincipalView } from '../identity/identity.read-model.ts';
import { PrincipalType } from '../identity/identity.type.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { DateTime } from '../relay/scalars.ts';
import { matrixRowView, pageOfMatrix } from './matrix.read-model.ts';
import { AccessMatrixRowConnection, AccessMatrixRowFilterInput } from './matrix.type.ts';
import { explainAccess, explainPrincipal, policyAt } from './explain.read-model.ts';
import { AccessExplanation, ExplainAccessArgs, FieldUseArgs } from './policies.type.ts';

@Resolver()
export class PoliciesResolver {
  @Query(() => AccessMatrixRowConnection, {
    description:
      'What each role may do with each field under the policy in force, now or at a moment, by field and role. Who holds several roles is bound by the forbids of all.',
  })
  async accessMatrix(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => AccessMatrixRowFilterInput, { nullable: true }) where: AccessMatrixRowFilterInput | null,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ) {
    const policy = asOf ? await policyAt(context, asOf) : context.access.policy;
    return toConnection(pageOfMatrix(policy, { ...page, where }), matrixRowView, page.after);
  }

  @Query(() => AccessExplanation, {
    description:
      'Whether a field may be used so, by which rules, and how to ask if not: by you, or, for whoever reads the access matrix, by another; now, or by what was in force at a moment. It speaks of roles, rules and tags, never of the value.',
  })
  async explainAccess(
    @Args(() => ExplainAccessArgs) question: ExplainAccessArgs,
    @Ctx() context: Context,
  ): Promise<AccessExplanation> {
    return explanationView(await explainAccess(context, question));
  }
}

@Resolver(() => PrincipalType)
export class PrincipalAccessResolver {
  @FieldResolver(() => AccessExplanation, {
    nullable: true,
    description:
      'Whether it may use a field so, and by which rules; now, or by the policy, its roles and projects, and the tags that were in force at a moment.',
  })
  async access(
    @Root() { uuid }: PrincipalView,
    @Args(() => FieldUseArgs) question: FieldUseArgs,
    @Ctx() context: Context,
  ): Promise<AccessExplanation> {
    return explanationView(await explainPrincipal(context, uuid, question));
  }
}

const explanationView = ({ policyIds, howToRequest, mask, ...rest }: Explanation): AccessExplanation => ({
  ...rest,
  policies: policyIds,
  howToRequest: howToRequest ?? null,
  mask: mask ?? null,
});
