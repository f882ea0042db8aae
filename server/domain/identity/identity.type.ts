import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
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
