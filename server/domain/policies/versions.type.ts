import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Outcome } from '../../access/decisions.ts';
import type { Use } from '../../access/uses.ts';
import { connectionOf } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import { DateTime } from '../relay/scalars.ts';
import { AccessOutcomeEnum, AccessUse } from './policies.type.ts';
import type { ProposalState } from './versions.read-model.ts';

@ObjectType('PolicyVersionInfo', {
  description: 'The access policies of an interval of time: one Cedar text.',
  simpleResolvers: true,
})
export class PolicyVersionInfo {
  @Field(() => Int)
  version: number;
  @Field(() => String, { description: 'SHA-256 of its text, in hex.' })
  digest: string;
  @Field(() => String, { description: 'In Cedar; each rule with its @id, @reason and @ask.' })
  text: string;
  @Field(() => DateTime)
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it is in force.' })
  validTo: Date | null;
}

export const PolicyVersionConnection = connectionOf('PolicyVersion', () => PolicyVersionInfo);

const ProposalStateEnum = { OPEN: 'OPEN', APPROVED: 'APPROVED', WITHDRAWN: 'WITHDRAWN' } as const satisfies Record<
  string,
  ProposalState
>;
registerEnumType(ProposalStateEnum, { name: 'PolicyProposalState' });

@ObjectType('PolicyProposal', {
  description: 'A policy text that someone wants put in force. A person other than the proposer approves it.',
  implements: Node,
  simpleResolvers: true,
})
export class PolicyProposalType extends Node {
  @Field(() => String)
  text: string;
  @Field(() => String, { description: 'SHA-256 of its text, in hex.' })
  digest: string;
  @Field(() => String, { description: 'Why, in the proposer’s words.' })
  reason: string;
  @Field(() => Int, {
    description: 'The version that it is to take the place of; once there is a later one, it is out of date.',
  })
  basedOn: number;
  @Field(() => DateTime)
  proposedAt: Date;
  @Field(() => ProposalStateEnum)
  state: ProposalState;
  @Field(() => DateTime, { nullable: true })
  decidedAt: Date | null;
}

export const PolicyProposalConnection = connectionOf('PolicyProposal', () => PolicyProposalType);

@InputType('PolicyProposalFilter')
export class PolicyProposalFilterInput {
  @Field(() => [ProposalStateEnum], { nullable: true })
  state?: ProposalState[] | null;
}

@ObjectType('AccessChange', { description: 'One decision that would be another.', simpleResolvers: true })
export class AccessChangeType {
  @Field(() => String, { description: '`Type.field`' })
  coordinate: string;
  @Field(() => String)
  role: string;
  @Field(() => AccessUse)
  use: Use;
  @Field(() => AccessOutcomeEnum)
  from: Outcome;
  @Field(() => AccessOutcomeEnum)
  to: Outcome;
}

export const AccessChangeConnection = connectionOf('AccessChange', () => AccessChangeType);

@ObjectType('TouchedType', {
  description: 'Objects of a type some of whose fields would be decided otherwise.',
  simpleResolvers: true,
})
export class TouchedTypeType {
  @Field(() => String)
  type: string;
  @Field(() => Int, { description: 'How many there are in your projects.' })
  objects: number;
}

@ObjectType('PolicyImpact', { description: 'What a policy would change if it came in force now.' })
export class PolicyImpactType {
  @Field(() => Int)
  changeCount: number;
}

@InputType('ProposePolicyInput')
export class ProposePolicyInput {
  @Field(() => String, { description: 'All the rules, in Cedar: what is left out is no longer in force.' })
  text: string;
  @Field(() => String, { description: 'Why, for whoever approves it and for whoever asks later.' })
  reason: string;
}

@InputType('DecidePolicyInput')
export class DecidePolicyInput {
  @Field(() => ID)
  proposalId: string;
}

@ObjectType('ProposePolicyPayload', { simpleResolvers: true })
export class ProposePolicyPayload {
  @Field(() => PolicyProposalType)
  proposal: PolicyProposalType;
}

@ObjectType('ApprovePolicyPayload', { simpleResolvers: true })
export class ApprovePolicyPayload {
  @Field(() => PolicyProposalType)
  proposal: PolicyProposalType;
  @Field(() => PolicyVersionInfo)
  policy: PolicyVersionInfo;
}

@ObjectType('WithdrawPolicyPayload', { simpleResolvers: true })
export class WithdrawPolicyPayload {
  @Field(() => PolicyProposalType)
  proposal: PolicyProposalType;
}
