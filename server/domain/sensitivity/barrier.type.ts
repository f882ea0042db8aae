import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../relay/scalars.ts';
import { barrierKinds, type BarrierKind } from './barrier.entity.ts';
import type { BarrierState } from './barrier.read-model.ts';

const BarrierKindEnum = Object.fromEntries(barrierKinds.map((one) => [one, one])) as Record<BarrierKind, BarrierKind>;
registerEnumType(BarrierKindEnum, { name: 'BarrierKind', description: 'What is done to the data on the edge.' });

const BarrierStateEnum = { PROPOSED: 'PROPOSED', IN_FORCE: 'IN_FORCE', EXPIRED: 'EXPIRED', REVOKED: 'REVOKED' } as const satisfies Record<BarrierState, BarrierState>; // prettier-ignore
registerEnumType(BarrierStateEnum, {
  name: 'BarrierState',
  description: 'Only a barrier in force, signed and not over, stops anything.',
});

@ObjectType('Barrier', {
  description: 'That something on an edge keeps tags from passing: proposed, then signed on evidence until a day.',
  simpleResolvers: true,
})
export class BarrierType {
  @Field(() => ID)
  id: string;
  @Field(() => BarrierKindEnum, { nullable: true })
  kind: BarrierKind;
  @Field(() => BarrierStateEnum, { nullable: true })
  state: BarrierState;
  @Field(() => String, { nullable: true, description: 'What was done, in the proposer’s words.' })
  statement: string;
  @Field(() => String, { nullable: true })
  evidenceUrl: string | null;
  @Field(() => String, { nullable: true, description: 'SHA-256 of the evidence, in hex.' })
  evidenceSha256: string | null;
  @Field(() => DateTime, { nullable: true })
  proposedAt: Date;
  @Field(() => DateTime, { nullable: true })
  signedAt: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Tags pass again from then on.' })
  expiresAt: Date | null;
  @Field(() => DateTime, { nullable: true })
  endedAt: Date | null;
  @Field(() => String, { nullable: true, description: 'Why it was revoked.' })
  endReason: string | null;
}

@InputType('EvidenceInput')
export class EvidenceInput {
  @Field(() => String, { description: 'Where it is; begins with https://.' })
  url: string;
  @Field(() => String, { description: 'Its SHA-256, 64 hex digits.' })
  sha256: string;
}

@InputType('ProposeBarrierInput')
export class ProposeBarrierInput {
  @Field(() => ID)
  edgeId: string;
  @Field(() => BarrierKindEnum)
  kind: BarrierKind;
  @Field(() => [ID], { description: 'Names of the tags that are not to pass; those below them do.' })
  tags: string[];
  @Field(() => String, { description: 'What is done to the data; at most 2,000 characters.' })
  statement: string;
  @Field(() => EvidenceInput, { nullable: true })
  evidence?: EvidenceInput | null;
}

@InputType('SignBarrierInput')
export class SignBarrierInput {
  @Field(() => ID)
  barrierId: string;
  @Field(() => DateTime, { description: 'At most two years ahead.' })
  expiresAt: Date;
  @Field(() => [ID], { nullable: true, description: 'In place of the tags that were proposed.' })
  tags?: string[] | null;
  @Field(() => EvidenceInput, { nullable: true, description: 'Where the proposal has none.' })
  evidence?: EvidenceInput | null;
}

@InputType('RevokeBarrierInput')
export class RevokeBarrierInput {
  @Field(() => ID)
  barrierId: string;
  @Field(() => String, { description: 'At most 2,000 characters.' })
  reason: string;
}

@ObjectType('BarrierPayload', { simpleResolvers: true })
export class BarrierPayload {
  @Field(() => BarrierType)
  barrier: BarrierType;
}
