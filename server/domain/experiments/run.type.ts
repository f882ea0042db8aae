import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { AssetType } from '../assets/asset.type.ts';
import { connectionOf } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import { runKinds, runStatuses, type RunKind, type RunStatus } from './run.entity.ts';

const enumOf = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as Record<T, T>;

export const RunKindEnum = enumOf(runKinds);
registerEnumType(RunKindEnum, { name: 'RunKind', description: 'What a run was for.' });
export const RunStatusEnum = enumOf(runStatuses);
registerEnumType(RunStatusEnum, { name: 'RunStatus' });
@ObjectType('Run', {
  description: 'Any execution: a training that MLflow tracks, or a job run that OpenLineage told of.',
  implements: Node,
  simpleResolvers: true,
})
export class RunType extends Node {
  @Field(() => String, { description: 'The id that MLflow’s clients know: 32 hex digits.' })
  mlflowId: string;
  @Field(() => RunKindEnum)
  kind: RunKind;
  @Field(() => String, { nullable: true })
  name: string | null;
  @Field(() => RunStatusEnum)
  status: RunStatus;
  @Field(() => Date, { nullable: true })
  startedAt: Date | null;
  @Field(() => Date, { nullable: true })
  endedAt: Date | null;
  @Field(() => String, {
    nullable: true,
    description: 'Who ran it, as the client said; Aval’s own account is in the audit log.',
  })
  userName: string | null;
  @Field(() => String, { nullable: true, description: 'Where its files are. Whoever may select this may read them.' })
  artifactUri: string | null;
}

export const RunConnection = connectionOf('Run', () => RunType);

@ObjectType('RunInput', { description: 'What a run read.', simpleResolvers: true })
export class RunInputType {
  @Field(() => AssetType)
  asset: AssetType;
  @Field(() => String, {
    nullable: true,
    description: 'What it was read for, in the client’s word: training, evaluation...',
  })
  context: string | null;
}
