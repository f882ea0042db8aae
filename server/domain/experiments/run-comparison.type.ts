import { Field, ObjectType } from 'type-graphql';
import { AssetType } from '../assets/asset.type.ts';
import { labelStructural } from '../relay/structural.ts';
import { MetricType } from './metric.type.ts';
import { RunType } from './run.type.ts';

@ObjectType('ComparedText', { description: 'A parameter or a tag, side by side.', simpleResolvers: true })
export class ComparedTextType {
  @Field(() => String)
  key: string;
  @Field(() => Boolean, { description: 'True when it is not the same in all the runs; lacking it is a difference.' })
  differs: boolean;
  @Field(() => [String], {
    nullable: 'items',
    description: 'One for each of `runs`, in their order; null where the run lacks it.',
  })
  values: (string | null)[];
}
labelStructural('ComparedText'); // the list that holds it is labelled

@ObjectType('ComparedMetric', { description: 'A metric, side by side.', simpleResolvers: true })
export class ComparedMetricType {
  @Field(() => String)
  key: string;
  @Field(() => Boolean, {
    description: 'True when its value is not the same in all the runs; lacking it is a difference.',
  })
  differs: boolean;
  @Field(() => [MetricType], {
    nullable: 'items',
    description:
      'The latest of all series of the key: one for each of `runs`, in their order; null where the run lacks it.',
  })
  values: (MetricType | null)[];
}

@ObjectType('ComparedInput', { description: 'What some of the runs read.', simpleResolvers: true })
export class ComparedInputType {
  @Field(() => AssetType)
  asset: AssetType;
  @Field(() => String, { nullable: true, description: 'What it was read for, in the client’s word.' })
  context: string | null;
  @Field(() => Boolean, { description: 'True when not all the runs read it.' })
  differs: boolean;
  @Field(() => [Boolean], { description: 'Whether each of `runs` read it, in their order.' })
  readBy: boolean[];
}

@ObjectType('RunComparison', {
  description: 'Runs side by side. In each list the differences come first, then by key.',
  simpleResolvers: true,
})
export class RunComparisonType {
  @Field(() => [RunType], { description: 'In the order asked for.' })
  runs: RunType[];
}
