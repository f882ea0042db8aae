import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { badInput, notFound } from '../../shared/errors.ts';
import { idOf } from '../../shared/ids.ts';
import type { Context } from '../context.ts';
import { principalById } from '../identity/identity.read-model.ts';
import { PrincipalType } from '../identity/identity.type.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { DateTime } from '../relay/scalars.ts';
import { changesBetween, pageOfChanges, touchedBy, type AccessChange, type TouchedType } from './impact.read-model.ts';
import {
  pageOfProposals,
  pageOfVersions,
  proposalById,
  versionAt,
  versionByProposal,
  type ProposalView,
  type VersionView,
} from './versions.read-model.ts';
import {
  AccessChangeConnection,
  ApprovePolicyPayload,
  DecidePolicyInput,
  PolicyImpactType,
  PolicyProposalConnection,
  PolicyProposalFilterInput,
  PolicyProposalType,
  PolicyVersionConnection,
  PolicyVersionInfo,
  ProposePolicyInput,
  ProposePolicyPayload,
  TouchedTypeType,
  WithdrawPolicyPayload,
} from './versions.type.ts';

@Resolver(() => PolicyVersionInfo)
export class PolicyVersionResolver {
  @Query(() => PolicyVersionInfo, {
    nullable: true,
    description: 'The access policy in force, now or at a moment; null before the first.',
  })
  async policy(
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() { store }: Context,
  ): Promise<VersionView | null> {
    return (await versionAt(store.read, asOf)) ?? null;
  }

  @Query(() => PolicyVersionInfo, {
    description: 'The access policy in force.',
    deprecationReason: 'Ask for `policy`.',
  })
  async policyVersion(@Ctx() { store }: Context): Promise<VersionView> {
    return (await versionAt(store.read))!;
  }

  @Query(() => PolicyVersionConnection, { description: 'Every version of the access policy, newest first.' })
  async policies(@Args(() => PageArgs) page: PageArgs, @Ctx() context: Context) {
    return toConnection(await pageOfVersions(context, page), (view) => view, page.after);
  }

  @FieldResolver(() => PolicyProposalType, {
    nullable: true,
    description: 'What was approved; null for a text that came with a release.',
  })
  proposal(@Root() { proposalId }: VersionView, @Ctx() context: Context): Promise<ProposalView | null> | null {
    return proposalId === null ? null : context.loader(proposalById).load(proposalId);
  }
}

@Resolver(() => PolicyProposalType)
export class PolicyProposalResolver {
  @Query(() => PolicyProposalConnection, { description: 'Newest first.' })
  async policyProposals(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => PolicyProposalFilterInput, { nullable: true }) where: PolicyProposalFilterInput | null,
    @Ctx() context: Context,
  ) {
    return toConnection(await pageOfProposals(context, { ...page, where }), (view) => view, page.after);
  }

  @Mutation(() => ProposePolicyPayload, {
    description:
      'Proposes a policy: nothing changes before a second person approves it. To roll back, propose the text of an older version.',
  })
  async proposePolicy(@Arg('input', () => ProposePolicyInput) input: ProposePolicyInput, @Ctx() context: Context) {
    const id = await context.services.policies.propose(context.actor, input);
    return { proposal: await context.loader(proposalById).load(id) };
  }

  @Mutation(() => ApprovePolicyPayload, {
    description: 'Puts a proposal in force, at once and everywhere. Whoever proposed it cannot approve it.',
  })
  async approvePolicy(@Arg('input', () => DecidePolicyInput) input: DecidePolicyInput, @Ctx() context: Context) {
    const id = idOf(input.proposalId, ['PolicyProposal'], 'input.proposalId');
    await context.services.policies.approve(context.actor, id);
    return {
      proposal: await context.loader(proposalById).load(id),
      policy: await context.loader(versionByProposal).load(id),
    };
  }

  @Mutation(() => WithdrawPolicyPayload, { description: 'Ends a proposal that is not to be approved.' })
  async withdrawPolicy(@Arg('input', () => DecidePolicyInput) input: DecidePolicyInput, @Ctx() context: Context) {
    const id = idOf(input.proposalId, ['PolicyProposal'], 'input.proposalId');
    await context.services.policies.withdraw(context.actor, id);
    return { proposal: await context.loader(proposalById).load(id) };
  }

  @FieldResolver(() => PrincipalType, { nullable: true, description: 'Null when Aval proposes what a release ships.' })
  proposedBy(@Root() { proposedById }: ProposalView, @Ctx() context: Context) {
    return proposedById === null ? null : context.loader(principalById).load(proposedById);
  }

  @FieldResolver(() => PrincipalType, { nullable: true })
  decidedBy(@Root() { decidedById }: ProposalView, @Ctx() context: Context) {
    return decidedById === null ? null : context.loader(principalById).load(decidedById);
  }
}

async function proposedText(context: Context, proposalId: string): Promise<string> {
  const proposal = await context.loader(proposalById).load(idOf(proposalId, ['PolicyProposal'], 'proposalId'));
  if (!proposal) throw notFound('The proposal', 'proposalId');
  return proposal.text;
}

interface Impact {
  changes: AccessChange[];
}

@Resolver(() => PolicyImpactType)
export class PolicyImpactResolver {
  @Query(() => PolicyImpactType, {
    description: 'What would be decided otherwise under a proposal, or under a text; nothing is changed.',
  })
  async policyImpact(
    @Arg('text', () => String, { nullable: true }) text: string | null | undefined,
    @Arg('proposalId', () => ID, { nullable: true }) proposalId: string | null | undefined,
    @Ctx() context: Context,
  ): Promise<Impact> {
    const { policies } = context.services;
    if ((text == null) === (proposalId == null)) {
      throw badInput('text', 'One of text and proposalId is needed.', 'Give the text to try, or the id of a proposal.');
    }
    const tried =
      text == null
        ? policies.check(await proposedText(context, proposalId!), 'proposalId')
        : policies.check(text, 'text');
    return { changes: changesBetween(policies.inForce.compiled, tried) };
  }

  @FieldResolver(() => AccessChangeConnection, { description: 'By field, role and use.' })
  changes(@Root() { changes }: Impact, @Args(() => PageArgs) page: PageArgs) {
    return toConnection(pageOfChanges(changes, page), (change) => change, page.after);
  }

  @FieldResolver(() => [TouchedTypeType], { description: 'Of types whose objects stand for themselves.' })
  touched(@Root() { changes }: Impact, @Ctx() context: Context): Promise<TouchedType[]> {
    return touchedBy(context, [...new Set(changes.map(({ coordinate }) => coordinate.split('.')[0]!))]);
  }

  @FieldResolver()
  changeCount(@Root() { changes }: Impact): number {
    return changes.length;
  }
}
