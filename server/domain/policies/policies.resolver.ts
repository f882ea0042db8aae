import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { policyInForce } from '../../access/policy-store.ts';
import type { Use } from '../../access/uses.ts';
import { badInput } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { matrixRowView, pageOfMatrix } from './matrix.read-model.ts';
import { AccessMatrixRowConnection, AccessMatrixRowFilterInput } from './matrix.type.ts';
import { AccessExplanation, AccessUse, PolicyVersionInfo } from './policies.type.ts';

@Resolver()
export class PoliciesResolver {
  @Query(() => PolicyVersionInfo, { description: 'The access policy in force.' })
  async policyVersion(@Ctx() { store }: Context): Promise<PolicyVersionInfo> {
    const policy = await policyInForce(store.read);
    if (!policy) throw new Error('No policy is in force'); // compose puts one in force before it listens
    return policy;
  }

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
      'Whether you may use a field so, by which rules, and how to ask if not. It speaks of roles and rules, never of data.',
  })
  explainAccess(
    @Arg('coordinate', () => String, { description: '`Type.field`' }) coordinate: string,
    @Arg('use', () => AccessUse) use: Use,
    @Ctx() { access: { actor, policy } }: Context,
  ): AccessExplanation {
    const number = policy.coordinates.index.get(coordinate);
    if (number === undefined) {
      throw badInput('coordinate', 'The schema has no such field.', 'Write `Type.field`, such as `Run.metrics`.');
    }
    const { outcome, policyIds, reason, howToRequest } = policy.explain(actor.roles, number, use);
    return { outcome, policies: policyIds, reason, howToRequest: howToRequest ?? null };
  }
}
