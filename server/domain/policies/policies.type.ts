import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Outcome } from '../../access/decisions.ts';
import { DateTime } from '../relay/scalars.ts';

const AccessOutcomeEnum = { ALLOW: 'ALLOW', DENY: 'DENY', DEPENDS: 'DEPENDS' } as const satisfies Record<
  string,
  Outcome
>;
registerEnumType(AccessOutcomeEnum, {
  name: 'AccessOutcome',
  description: '`DEPENDS`: on the sensitivity tags of the object.',
});

@ObjectType('PolicyVersionInfo', { description: 'The access policy in force.', simpleResolvers: true })
export class PolicyVersionInfo {
  @Field(() => Int)
  version: number;
  @Field(() => String, { description: 'SHA-256 of its text, in hex.' })
  digest: string;
  @Field(() => DateTime)
  validFrom: Date;
}

@ObjectType('AccessExplanation', { description: 'What is decided for you, and why.', simpleResolvers: true })
export class AccessExplanation {
  @Field(() => AccessOutcomeEnum)
  outcome: Outcome;
  @Field(() => [ID], { description: 'The rules that decided; `default-deny` when none allows.' })
  policies: readonly string[];
  @Field(() => String)
  reason: string;
  @Field(() => String, { nullable: true })
  howToRequest: string | null;
}
