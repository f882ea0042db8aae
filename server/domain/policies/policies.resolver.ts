import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Use } from '../../access/uses.ts';
import { badInput } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { matrixRowView, pageOfMatrix } from './matrix.read-model.ts';
import { AccessMatrixRowConnection, AccessMatrixRowFilterInput } from './matrix.type.ts';
import { AccessExplanation, AccessUse } from './policies.type.ts';

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
    const { outcome, policyIds, reason, howToRequest, mask } = policy.explain(actor.roles, number, use);
    return { outcome, policies: policyIds, reason, howToRequest: howToRequest ?? null, mask: mask ?? null };
  }
}
