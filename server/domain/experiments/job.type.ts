import { Field, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../shared/json.ts';
import { connectionOf } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import { JsonScalar } from '../relay/scalars.ts';

@ObjectType('Job', {
  description: 'What runs again and again, as OpenLineage tells it.',
  implements: Node,
  simpleResolvers: true,
})
export class JobType extends Node {
  @Field(() => String, { nullable: true })
  namespace: string | null;
  @Field(() => String, { nullable: true })
  name: string | null;
  @Field(() => JsonScalar, { nullable: true, description: 'The newest of each facet, as the producer sent it.' })
  facets: JsonObject | null;
}

export const JobConnection = connectionOf('Job', () => JobType);
