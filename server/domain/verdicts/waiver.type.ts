import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTime } from '../relay/scalars.ts';

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

@ObjectType('WaiverPayload', { simpleResolvers: true })
export class WaiverPayload {
  @Field(() => WaiverType)
  waiver: WaiverType;
}
