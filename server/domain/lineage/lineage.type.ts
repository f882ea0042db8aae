import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
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
  @Field(() => ID)
  id: string;
  @Field(() => EdgeKindEnum)
  kind: EdgeKind;
  @Field(() => EdgeSourceEnum)
  source: EdgeSource;
  @Field(() => Date)
  firstSeen: Date;
  @Field(() => Date)
  lastSeen: Date;
  @Field(() => Boolean, {
    description:
      'Not seen for more than twice the rhythm of the job that last made it: the interval that nine in ten of its last 20 runs keep, or the span of its nominal time when that is longer. False while no rhythm is known. A stale edge stays.',
  })
  stale: boolean;
  @Field(() => Boolean, {
    description:
      'Finer edges say the same more exactly; tags follow those. Known as it is now only: the past is asked with what is known today of how exact an edge was.',
  })
  refined: boolean;
  @Field(() => [TransformationType])
  transformations: TransformationType[];
}

@ObjectType('LineageProducer', { description: 'Who told where something came from.' })
export class LineageProducerType {
  @Field(() => EdgeSourceEnum)
  source: EdgeSource;
  @Field(() => Date, { description: 'When it was last seen to be so.' })
  lastSeen: Date;
  @Field(() => Boolean, { description: 'Longer ago than the rhythm of the job explains.' })
  stale: boolean;
}

@ObjectType('LineageCompleteness', {
  description:
    'How much of where an asset came from is known. The parts of a dataset or version are its columns (itself while none is known), of a column the column, and of all else what it came from directly. A part is explained when something is known to be behind it, or its producer says that it is a source. Column lineage explains a column, and so does lineage of the whole dataset.',
  simpleResolvers: true,
})
export class LineageCompletenessType {
  @Field(() => Int, { description: 'How many parts there are; 0 when nothing is known of where it came from.' })
  parts: number;
  @Field(() => Int)
  explained: number;
  @Field(() => Float, { description: 'Explained parts of all, from 0 to 1; 0 when there are no parts.' })
  share: number;
  @Field(() => Boolean, { description: 'Its producer says that nothing upstream is tracked.' })
  declaredSource: boolean;
  @Field(() => Boolean, {
    description: 'All of what is known has not been seen for longer than the rhythm of its jobs explains.',
  })
  stale: boolean;
  @Field(() => Date, { nullable: true, description: 'When any of it was last seen.' })
  lastSeen: Date | null;
  @Field(() => [LineageProducerType], { description: 'By whom it is explained, the latest first.' })
  producers: LineageProducerType[];
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
  @Field(() => Date, {
    nullable: true,
    description: 'The edges that stood at that moment, for those who may see them now.',
  })
  asOf?: Date | null;
}

@ArgsType()
export class WalkPageArgs {
  @Field(() => Int, { defaultValue: 100, description: 'How many, from 1 to 100.' })
  first: number;
  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before.' })
  after?: string | null;
}
