import { ArgsType, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Outcome } from '../../access/decisions.ts';
import type { MaskKind } from '../../access/masks.ts';
import { uses, type Use } from '../../access/uses.ts';
import { DateTime } from '../relay/scalars.ts';

export const AccessOutcomeEnum = {
  ALLOW: 'ALLOW',
  DENY: 'DENY',
  DEPENDS: 'DEPENDS',
  MASK: 'MASK',
} as const satisfies Record<string, Outcome>;
registerEnumType(AccessOutcomeEnum, {
  name: 'AccessOutcome',
  description: '`DEPENDS`: on the sensitivity tags of the object. `MASK`: shown in part.',
});

export const AccessUse = Object.fromEntries(uses.map((use) => [use.toUpperCase(), use])) as Record<string, Use>;
registerEnumType(AccessUse, { name: 'AccessUse', description: 'What is done with a field.' });

const MaskKindEnum = {
  NULL: 'null',
  REDACT: 'redact',
  HASH: 'hash',
  LAST4: 'last4',
  BUCKET: 'bucket',
} as const satisfies Record<string, MaskKind>;
registerEnumType(MaskKindEnum, {
  name: 'MaskKind',
  description: 'How a value is shown in part.',
  valuesConfig: {
    NULL: { description: 'As null.' },
    REDACT: { description: 'As the word `[redacted]`.' },
    HASH: { description: 'As a keyed hash: equal values stay equal within the organisation.' },
    LAST4: { description: 'By its last four characters.' },
    BUCKET: { description: 'Down to one significant digit.' },
  },
});

@ObjectType('Redaction', {
  description: 'Hidden, as opposed to absent: which field, by which rule, and how to ask for it.',
  simpleResolvers: true,
})
export class RedactionType {
  @Field(() => String, { description: '`Type.field`' })
  field: string;
  @Field(() => AccessUse)
  use: Use;
  @Field(() => ID, { description: 'The id of the access rule that decided; `default-deny` when none allows.' })
  policy: string;
  @Field(() => String)
  reason: string;
  @Field(() => String, { nullable: true })
  howToRequest: string | null;
  @Field(() => MaskKindEnum, { nullable: true, description: 'How the value is shown in part; null when it is hidden.' })
  mask?: MaskKind | null;
}

@ArgsType()
export class FieldUseArgs {
  @Field(() => String, { description: '`Type.field`' })
  coordinate: string;
  @Field(() => AccessUse)
  use: Use;
  @Field(() => ID, { nullable: true, description: 'An object of the type: its tags and its project are looked at.' })
  object?: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'By the policy, the roles, the memberships and the tags in force at that moment, for whoever reads the access matrix; now unless given.',
  })
  asOf?: Date | null;
}

@ArgsType()
export class ExplainAccessArgs extends FieldUseArgs {
  @Field(() => String, { nullable: true, description: 'For a role, instead of for you.' })
  role?: string | null;
  @Field(() => ID, { nullable: true, description: 'For a principal with its roles and projects, instead of for you.' })
  principalId?: string | null;
}

@ObjectType('AccessExplanation', { description: 'What is decided, and why.', simpleResolvers: true })
export class AccessExplanation {
  @Field(() => AccessOutcomeEnum)
  outcome: Outcome;
  @Field(() => [ID], { description: 'The rules that decided; `default-deny` when none allows.' })
  policies: readonly string[];
  @Field(() => String)
  reason: string;
  @Field(() => String, { nullable: true })
  howToRequest: string | null;
  @Field(() => MaskKindEnum, { nullable: true, description: 'How the value is shown in part; null when it is hidden.' })
  mask?: MaskKind | null;
}
