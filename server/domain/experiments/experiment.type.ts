import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { BigIntScalar } from '../relay/scalars.ts';
import { connectionOf } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import type { Lifecycle } from './experiment.entity.ts';

const LifecycleEnum = { ACTIVE: 'active', DELETED: 'deleted' } as const satisfies Record<string, Lifecycle>;
registerEnumType(LifecycleEnum, {
  name: 'Lifecycle',
  description: 'A deleted thing is out of lists, and can be restored.',
});

@ObjectType('Experiment', { description: 'What groups runs.', implements: Node, simpleResolvers: true })
export class ExperimentType extends Node {
  @Field(() => BigIntScalar, { description: 'What MLflow calls its id: counted within the project, 0 is Default.' })
  number: number;
  @Field(() => String, { nullable: true })
  name: string | null;
  @Field(() => LifecycleEnum)
  lifecycle: Lifecycle;
  @Field(() => Date)
  createdAt: Date;
}

export const ExperimentConnection = connectionOf('Experiment', () => ExperimentType);
