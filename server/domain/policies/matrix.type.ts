import { Field, InputType, ObjectType } from 'type-graphql';
import type { Outcome } from '../../access/decisions.ts';
import type { Use } from '../../access/uses.ts';
import { connectionOf } from '../relay/connection.ts';
import { AccessOutcomeEnum, AccessUse } from './policies.type.ts';

@ObjectType('AccessDecision', { simpleResolvers: true })
export class AccessDecisionType {
  @Field(() => AccessUse)
  use: Use;
  @Field(() => AccessOutcomeEnum)
  outcome: Outcome;
}

@ObjectType('AccessMatrixRow', { description: 'What one role may do with one field.', simpleResolvers: true })
export class AccessMatrixRowType {
  @Field(() => String, { description: '`Type.field`' })
  coordinate: string;
  @Field(() => String, {
    description: 'What the field is, as far as access cares: policies speak of classes, and of fields where they must.',
  })
  class: string;
  @Field(() => String)
  role: string;
  @Field(() => [AccessDecisionType], { description: 'One for each use.' })
  decisions: AccessDecisionType[];
}

export const AccessMatrixRowConnection = connectionOf('AccessMatrixRow', () => AccessMatrixRowType);

@InputType('AccessMatrixRowFilter')
export class AccessMatrixRowFilterInput {
  @Field(() => [String], { nullable: true, description: 'Fields as `Type.field`, or types for all of their fields.' })
  coordinate?: string[] | null;
  @Field(() => [String], { nullable: true })
  class?: string[] | null;
  @Field(() => [String], { nullable: true })
  role?: string[] | null;
}
