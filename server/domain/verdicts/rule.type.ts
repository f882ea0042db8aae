import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../relay/scalars.ts';
import { ruleEffects, type RuleEffect } from './verdict.entity.ts';

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
