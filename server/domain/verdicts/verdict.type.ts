import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../relay/scalars.ts';
import type { ConditionKind, Outcome } from './judge.ts';
import { ruleEffects, type RuleEffect } from './verdict.entity.ts';

const VerdictOutcomeEnum = { ALLOWED: 'ALLOWED', CONDITIONAL: 'CONDITIONAL', FORBIDDEN: 'FORBIDDEN', UNDETERMINABLE: 'UNDETERMINABLE' } as const satisfies Record<Outcome, Outcome>; // prettier-ignore
registerEnumType(VerdictOutcomeEnum, {
  name: 'VerdictOutcome',
  description: 'May it be used?',
  valuesConfig: {
    ALLOWED: { description: 'No rule bears on it, or each that does is waived.' },
    CONDITIONAL: { description: 'It may be used as long as the conditions hold; each is met or not.' },
    FORBIDDEN: { description: 'A rule forbids it, and nobody has waived that.' },
    UNDETERMINABLE: { description: 'Nothing speaks against it, but no training data is on record either.' },
  },
});

const ConditionKindEnum = { APPROVAL: 'APPROVAL', LEGAL_BASIS: 'LEGAL_BASIS', BARRIER: 'BARRIER' } as const satisfies Record<ConditionKind, ConditionKind>; // prettier-ignore
registerEnumType(ConditionKindEnum, {
  name: 'ConditionKind',
  description: 'What must hold: an approval, a legal basis on record, or a signed barrier that stops the tag.',
});

const RuleEffectEnum = Object.fromEntries(ruleEffects.map((one) => [one, one])) as Record<RuleEffect, RuleEffect>;
registerEnumType(RuleEffectEnum, { name: 'RuleEffect', description: 'What a rule makes of a tag.' });

@ObjectType('RuleVersion', {
  description: 'One version of a rule on use, and when it was in force. A rule is never edited: a new version closes it.',
  simpleResolvers: true,
})
export class RuleVersionType {
  @Field(() => ID, { description: 'What the rule is called; its versions share it.' })
  code: string;
  @Field(() => Int, { description: 'From 1.' })
  version: number;
  @Field(() => RuleEffectEnum, { nullable: true })
  effect: RuleEffect;
  @Field(() => String, { nullable: true, description: 'The role that approves, where approval is what it needs.' })
  approvalRole: string | null;
  @Field(() => String, { nullable: true, description: 'The role that may waive it: whom to ask. Null where nobody may.' })
  waiverRole: string | null;
  @Field(() => Int, { nullable: true, description: 'For how many days at most.' })
  waiverDays: number | null;
  @Field(() => String, { nullable: true })
  reason: string;
  @Field(() => String, { nullable: true, description: 'The law or the house rule behind it.' })
  source: string;
  @Field(() => DateTime)
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it is in force.' })
  validTo: Date | null;
} // prettier-ignore

@ObjectType('Approval', { description: 'Someone has approved a version for a purpose.', simpleResolvers: true })
export class ApprovalType {
  @Field(() => String, { nullable: true, description: 'The role that it was given in.' })
  role: string;
  @Field(() => String, { nullable: true })
  note: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null where it does not.' })
  until: Date | null;
  @Field(() => DateTime)
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it has not been taken back.' })
  validTo: Date | null;
}

@ObjectType('LegalBasis', {
  description: 'The ground in law on which a project uses data of a tag for a purpose.',
  simpleResolvers: true,
})
export class LegalBasisType {
  @Field(() => String, { nullable: true, description: 'Such as `GDPR, Article 9(2)(h)`.' })
  article: string;
  @Field(() => String, { nullable: true, description: 'Why it applies.' })
  statement: string;
  @Field(() => String, { nullable: true, description: 'Where the reasoning is kept.' })
  link: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null where it does not.' })
  until: Date | null;
  @Field(() => DateTime)
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it has not been withdrawn.' })
  validTo: Date | null;
}

@ObjectType('Waiver', { description: 'Sets one rule aside for a time.', simpleResolvers: true })
export class WaiverType {
  @Field(() => String, { nullable: true })
  reason: string;
  @Field(() => String, { nullable: true, description: 'The role that it was granted in.' })
  role: string;
  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself.' })
  until: Date;
  @Field(() => DateTime)
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it has not been revoked.' })
  validTo: Date | null;
}

@ObjectType('VerdictReason', {
  description: 'A tag that reaches the version, and a rule that bears on it.',
  simpleResolvers: true,
})
export class VerdictReasonType {
  @Field(() => RuleVersionType, { nullable: true })
  rule: RuleVersionType;
}

@ObjectType('Condition', { description: 'What must hold for the use to be allowed.', simpleResolvers: true })
export class ConditionType {
  @Field(() => ConditionKindEnum, { nullable: true })
  kind: ConditionKind;
  @Field(() => Boolean, { nullable: true })
  met: boolean;
  @Field(() => DateTime, { nullable: true, description: 'Until when it is met, where that is known.' })
  until: Date | null;
  @Field(() => String, { nullable: true, description: 'Who can see to it.' })
  role: string | null;
  @Field(() => RuleVersionType, { nullable: true, description: 'The rule that asks for it.' })
  rule: RuleVersionType;
  @Field(() => ApprovalType, { nullable: true, description: 'What meets it.' })
  approval: ApprovalType | null;
  @Field(() => LegalBasisType, { nullable: true, description: 'What meets it.' })
  legalBasis: LegalBasisType | null;
}

@ObjectType('Verdict', {
  description: 'May a version be used for a purpose? By which rules, because of which data, and who let it be.',
  simpleResolvers: true,
})
export class VerdictType {
  @Field(() => VerdictOutcomeEnum, { nullable: true })
  outcome: Outcome;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Not forbidden, and no condition unmet. Where false, deploying it for this purpose is refused.',
  })
  deployable: boolean;
  @Field(() => DateTime)
  asOf: Date;
  @Field(() => [ConditionType], { nullable: true })
  conditions: ConditionType[];
  @Field(() => [WaiverType], { nullable: true, description: 'The waivers that decided.' })
  waivers: WaiverType[];
}

@ArgsType()
export class VerdictArgs {
  @Field(() => ID, { description: 'Code of a purpose.' })
  purpose: string;
  @Field(() => DateTime, { nullable: true, description: 'As it stood at that moment; now unless given.' })
  asOf?: Date | null;
}

@ArgsType()
export class VerdictsArgs extends VerdictArgs {
  @Field(() => [ID], { description: 'At most 1,000.' })
  modelVersionIds: string[];
}

@InputType('SupposedTagInput')
export class SupposedTagInput {
  @Field(() => ID)
  assetId: string;
  @Field(() => ID, { description: 'The name of a `SensitivityTag`.' })
  tag: string;
}

@InputType('SupposedBarrierInput', { description: 'On the edge of lineage between two assets.' })
export class SupposedBarrierInput {
  @Field(() => ID)
  fromId: string;
  @Field(() => ID)
  toId: string;
  @Field(() => ID, { description: 'The tag that it stops.' })
  tag: string;
}

@InputType('WhatIfInput', { description: 'What is supposed, at most 100 of each; nothing is written.' })
export class WhatIfInput {
  @Field(() => ID)
  modelVersionId: string;
  @Field(() => ID, { description: 'Code of a purpose.' })
  purpose: string;
  @Field(() => DateTime, { nullable: true })
  asOf?: Date | null;
  @Field(() => [SupposedTagInput], { nullable: true, description: 'Tags that were declared, too.' })
  tags?: SupposedTagInput[] | null;
  @Field(() => [ID], { nullable: true, description: 'Datasets from which nothing was learned.' })
  without?: string[] | null;
  @Field(() => [SupposedBarrierInput], { nullable: true, description: 'Barriers that were signed, too.' })
  barriers?: SupposedBarrierInput[] | null;
}

@InputType('DefineRuleInput')
export class DefineRuleInput {
  @Field(() => ID, { description: 'Lower-case words joined by dashes. That of a rule in force makes its next version.' })
  code: string;
  @Field(() => ID, { nullable: true, description: 'The purpose that it is about, with all below it; every purpose unless given.' })
  purpose?: string | null;
  @Field(() => ID, { description: 'The tag that it is about, with all below it.' })
  tag: string;
  @Field(() => RuleEffectEnum)
  effect: RuleEffect;
  @Field(() => String, { nullable: true, description: 'For NEED_APPROVAL only: who approves.' })
  approvalRole?: string | null;
  @Field(() => String, { nullable: true, description: 'Who may waive it; nobody unless given.' })
  waiverRole?: string | null;
  @Field(() => Int, { nullable: true, description: 'For how many days at most, up to 730.' })
  waiverDays?: number | null;
  @Field(() => String)
  reason: string;
  @Field(() => String, { description: 'The law or the house rule behind it.' })
  source: string;
} // prettier-ignore

@InputType('CloseRuleInput')
export class CloseRuleInput {
  @Field(() => ID)
  code: string;
}

@InputType('ApproveModelVersionInput')
export class ApproveModelVersionInput {
  @Field(() => ID)
  modelVersionId: string;
  @Field(() => ID, { description: 'Code of a purpose: the approval holds for all below it too.' })
  purpose: string;
  @Field(() => String, { description: 'The role that it is given in: one of yours.' })
  role: string;
  @Field(() => String, { nullable: true, description: 'On what evidence; at most 2,000 characters.' })
  note?: string | null;
  @Field(() => DateTime, { nullable: true })
  until?: Date | null;
}

@InputType('RecordLegalBasisInput')
export class RecordLegalBasisInput {
  @Field(() => ID, { nullable: true, description: 'Your default project unless given.' })
  projectId?: string | null;
  @Field(() => ID)
  purpose: string;
  @Field(() => ID)
  tag: string;
  @Field(() => String, { description: 'Such as `GDPR, Article 9(2)(h)`.' })
  article: string;
  @Field(() => String, { description: 'Why it applies; at most 2,000 characters.' })
  statement: string;
  @Field(() => String, { nullable: true, description: 'Where the reasoning is kept.' })
  link?: string | null;
  @Field(() => DateTime, { nullable: true })
  until?: Date | null;
}

@InputType('GrantWaiverInput', {
  description: 'For a model version and a purpose, or for one deployment.',
})
export class GrantWaiverInput {
  @Field(() => ID, { description: 'Code of the rule.' })
  rule: string;
  @Field(() => ID, { nullable: true })
  modelVersionId?: string | null;
  @Field(() => ID, { nullable: true, description: 'With modelVersionId: it holds for all purposes below this one too.' })
  purpose?: string | null;
  @Field(() => ID, { nullable: true })
  deploymentId?: string | null;
  @Field(() => String, { description: 'At most 2,000 characters.' })
  reason: string;
  @Field(() => DateTime, { description: 'When it ends: no later than the rule lets.' })
  until: Date;
} // prettier-ignore

@InputType('RevokeWaiverInput')
export class RevokeWaiverInput {
  @Field(() => ID)
  waiverId: string;
}

@InputType('RevokeApprovalInput')
export class RevokeApprovalInput {
  @Field(() => ID)
  approvalId: string;
}

@InputType('WithdrawLegalBasisInput')
export class WithdrawLegalBasisInput {
  @Field(() => ID)
  legalBasisId: string;
}

@ObjectType('DefineRulePayload', { simpleResolvers: true })
export class DefineRulePayload {
  @Field(() => RuleVersionType)
  rule: RuleVersionType;
}

@ObjectType('CloseRulePayload', { simpleResolvers: true })
export class CloseRulePayload {
  @Field(() => RuleVersionType, { description: 'With its end.' })
  rule: RuleVersionType;
}

@ObjectType('ApprovalPayload', { simpleResolvers: true })
export class ApprovalPayload {
  @Field(() => ApprovalType)
  approval: ApprovalType;
}

@ObjectType('LegalBasisPayload', { simpleResolvers: true })
export class LegalBasisPayload {
  @Field(() => LegalBasisType)
  legalBasis: LegalBasisType;
}

@ObjectType('WaiverPayload', { simpleResolvers: true })
export class WaiverPayload {
  @Field(() => WaiverType)
  waiver: WaiverType;
}
