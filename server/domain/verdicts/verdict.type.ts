import { ArgsType, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../relay/scalars.ts';
import type { ConditionKind, Outcome } from './judge.ts';
import { RuleVersionType } from './rule.type.ts';

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
}

@ObjectType('HeldBackTag', {
  description: 'A tag that a rule is about, and that would reach the version were it not for barriers.',
  simpleResolvers: true,
})
export class HeldBackTagType {
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the first of the barriers ends; null where it is only supposed.',
  })
  until: Date | null;
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
