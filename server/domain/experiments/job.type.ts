import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import { labelStructural } from '../relay/structural.ts';

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
}

@ObjectType('JobKind', { description: 'What sort of job it is, as its producer says.', simpleResolvers: true })
export class JobKindType {
  @Field(() => String, { nullable: true, description: '`BATCH`, `STREAMING`, `SERVICE`.' })
  processingType: string | null;
  @Field(() => String, { nullable: true, description: 'Such as `SPARK`, `AIRFLOW`, `DBT`.' })
  integration: string | null;
  @Field(() => String, { nullable: true, description: 'Such as `QUERY`, `TASK`, `DAG`, `MODEL`.' })
  jobType: string | null;
}
labelStructural('JobKind'); // the field that holds it is labelled

export const JobConnection = connectionOf('Job', () => JobType);
