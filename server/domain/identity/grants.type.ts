import { Field, InputType, ObjectType } from 'type-graphql';
import { connectionOf } from '../relay/connection.ts';
import { DateTime } from '../relay/scalars.ts';
import { PrincipalType } from './identity.type.ts';

@ObjectType('RoleGrant', { description: 'That a principal has a role, and when.', simpleResolvers: true })
export class RoleGrantType {
  @Field(() => String, { nullable: true })
  role: string;
  @Field(() => DateTime, { nullable: true })
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it stands.' })
  validTo: Date | null;
}

@ObjectType('Membership', {
  description: 'That a principal sees the rows of a project, or of every project, and when.',
  simpleResolvers: true,
})
export class MembershipType {
  @Field(() => DateTime, { nullable: true })
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it stands.' })
  validTo: Date | null;
}

@ObjectType('ApiToken', { description: 'A token, without what makes it work.', simpleResolvers: true })
export class ApiTokenType {
  @Field(() => String, { nullable: true })
  label: string;
  @Field(() => DateTime, { nullable: true })
  issuedAt: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null where it does not expire.' })
  expiresAt: Date | null;
  @Field(() => DateTime, { nullable: true })
  revokedAt: Date | null;
}

@InputType('PrincipalFilter')
export class PrincipalFilterInput {
  @Field(() => [String], { nullable: true, description: 'Who has, or had at that moment, one of these roles.' })
  role?: string[] | null;
}

export const PrincipalConnection = connectionOf('Principal', () => PrincipalType);
