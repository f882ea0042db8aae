import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { uses, type Use } from '../../access/uses.ts';
import { Node } from '../relay/node.type.ts';

export const PrincipalKind = { PERSON: 'person', SERVICE: 'service' } as const;
registerEnumType(PrincipalKind, { name: 'PrincipalKind' });

@ObjectType('Project', {
  description: 'A scope of rows: members see them, others do not.',
  implements: Node,
  simpleResolvers: true,
})
export class ProjectType extends Node {
  @Field(() => String)
  slug: string;
  @Field(() => String)
  name: string;
}

@ObjectType('Principal', { description: 'A person or a service account.', simpleResolvers: true })
export class PrincipalType {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  name: string;
  @Field(() => PrincipalKind)
  kind: 'person' | 'service';
}

export const AccessUse = Object.fromEntries(uses.map((use) => [use.toUpperCase(), use])) as Record<string, Use>;
registerEnumType(AccessUse, { name: 'AccessUse', description: 'What is done with a field.' });

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
}

@ObjectType('Viewer', { description: 'Who asks, and as what.' })
export class ViewerType {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  name: string;
  @Field(() => [String], {
    description: 'The roles that this request answers for; the header `aval-role` narrows them to one.',
  })
  roles: readonly string[];
}
