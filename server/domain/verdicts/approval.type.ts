import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DateTime } from '../relay/scalars.ts';

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

@InputType('RevokeApprovalInput')
export class RevokeApprovalInput {
  @Field(() => ID)
  approvalId: string;
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

@InputType('WithdrawLegalBasisInput')
export class WithdrawLegalBasisInput {
  @Field(() => ID)
  legalBasisId: string;
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
