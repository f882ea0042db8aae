import { ArgsType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AssetType } from '../assets/asset.type.ts';
import { connectionOf } from '../relay/connection.ts';
import { edgeKinds, type EdgeKind, type EdgeSource } from './edge.entity.ts';

export const EdgeKindEnum = Object.fromEntries(edgeKinds.map((kind) => [kind, kind])) as Record<EdgeKind, EdgeKind>;
registerEnumType(EdgeKindEnum, {
  name: 'EdgeKind',
  description: 'How one asset came from another. EVALUATED judged it only: nothing was learned.',
});

const EdgeSourceEnum = { OPENLINEAGE: 'OPENLINEAGE', MLFLOW: 'MLFLOW', AVAL: 'AVAL' } as const satisfies Record<string, EdgeSource>; // prettier-ignore
registerEnumType(EdgeSourceEnum, { name: 'EdgeSource', description: 'Who told it last.' });

export const WalkLimitEnum = { DEPTH: 'DEPTH', SIZE: 'SIZE', HIDDEN: 'HIDDEN' } as const;
registerEnumType(WalkLimitEnum, {
  name: 'WalkLimit',
  description:
    'Why a walk is not all: some of it lies outside your projects, there is too much of it, or it goes deeper.',
});

@ObjectType('Transformation', {
  description: 'How a column came from another, in OpenLineage’s terms.',
  simpleResolvers: true,
})
export class TransformationType {
  @Field(() => String, { description: '`DIRECT` or `INDIRECT`.' })
  type: string;
  @Field(() => String, { nullable: true, description: 'Such as `IDENTITY`, `AGGREGATION`, `JOIN`, `FILTER`.' })
  subtype: string | null;
  @Field(() => String, { nullable: true })
  description: string | null;
  @Field(() => Boolean, { description: 'The producer says that it hides the value. Tags pass all the same.' })
  masking: boolean;
}

@ObjectType('LineageEdge', { description: '`to` came from `from`.', simpleResolvers: true })
export class LineageEdgeType {
  @Field(() => EdgeKindEnum)
  kind: EdgeKind;
  @Field(() => EdgeSourceEnum)
  source: EdgeSource;
  @Field(() => Date)
  firstSeen: Date;
  @Field(() => Date)
  lastSeen: Date;
  @Field(() => Boolean, { description: 'Finer edges say the same more exactly; tags follow those.' })
  refined: boolean;
  @Field(() => [TransformationType])
  transformations: TransformationType[];
}

@ObjectType('LineageWalk', { description: 'What lies upstream or downstream of an asset.' })
export class LineageWalkType {}

export const AssetConnection = connectionOf('Asset', () => AssetType);
export const LineageEdgeConnection = connectionOf('LineageEdge', () => LineageEdgeType);

@ArgsType()
export class WalkArgs {
  @Field(() => Int, { defaultValue: 5, description: 'How many steps, from 1 to 20.' })
  depth: number;
  @Field(() => [EdgeKindEnum], { nullable: true, description: 'Only along edges of these kinds; all when left out.' })
  kinds?: EdgeKind[] | null;
}

@ArgsType()
export class WalkPageArgs {
  @Field(() => Int, { defaultValue: 100, description: 'How many, from 1 to 100.' })
  first: number;
  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before.' })
  after?: string | null;
}
