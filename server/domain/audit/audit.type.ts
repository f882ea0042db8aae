import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../shared/json.ts';
import { connectionOf } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import { PageArgs } from '../relay/page.args.ts';
import { BigIntScalar, DateTime, JsonScalar } from '../relay/scalars.ts';
import { StringFilter } from '../relay/string.filter.ts';

@ObjectType('AuditEvent', {
  description: 'One entry of the log: a change, a denial, or a read of something sensitive.',
  implements: Node,
  simpleResolvers: true,
})
export class AuditEventType extends Node {
  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Its place in the log: from 0, without gaps, in the order of commits.',
  })
  index: number;
  @Field(() => DateTime, { nullable: true })
  at: Date;
  @Field(() => String, { nullable: true, description: 'The name, then, of who did it.' })
  actor: string;
  @Field(() => String, { nullable: true, description: '`noun.verb`, such as `alias.moved` or `access.denied`.' })
  action: string;
  @Field(() => String, { nullable: true, description: 'What kind of thing it was done to.' })
  subjectKind: string | null;
  @Field(() => String, { nullable: true, description: '`Type.field` when it is about an access decision.' })
  coordinate: string | null;
  @Field(() => ID, { nullable: true, description: 'The rule that decided.' })
  policy: string | null;
  @Field(() => JsonScalar, { nullable: true, description: 'Without what repeats a field that is hidden from you.' })
  details: JsonObject;
  @Field(() => String, { nullable: true, description: 'RFC 6962 leaf hash of the entry, in hex.' })
  leafHash: string;
}

export const AuditEventConnection = connectionOf('AuditEvent', () => AuditEventType);

@InputType('AuditEventFilter')
export class AuditEventFilterInput {
  @Field(() => StringFilter, { nullable: true })
  action?: StringFilter | null;
  @Field(() => StringFilter, { nullable: true })
  actor?: StringFilter | null;
  @Field(() => ID, { nullable: true, description: 'What it was done to: the id of anything.' })
  subjectId?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'At this moment or later.' })
  after?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Earlier than this moment.' })
  before?: Date | null;
}

@ArgsType()
export class EventPageArgs extends PageArgs {
  @Field(() => Int, { defaultValue: 50, description: 'How many, from 1 to 100.' })
  declare first: number;
}

@ObjectType('LogHead', { description: 'Where the log stands.', simpleResolvers: true })
export class LogHeadType {
  @Field(() => BigIntScalar, { description: 'How many entries it has.' })
  size: number;
  @Field(() => BigIntScalar, { nullable: true, description: 'Index of the newest; null while there is none.' })
  index: number | null;
  @Field(() => DateTime, { nullable: true })
  at: Date | null;
  @Field(() => String, { nullable: true, description: 'Leaf hash of the newest, in hex.' })
  leafHash: string | null;
}
