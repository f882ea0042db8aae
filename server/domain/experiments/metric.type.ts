import { Field, Int, ObjectType } from 'type-graphql';
import { BigIntScalar, Float64 } from '../relay/scalars.ts';

@ObjectType('MetricPoint', { simpleResolvers: true })
export class MetricPointType {
  @Field(() => BigIntScalar)
  step: number | bigint;
  @Field(() => Date)
  at: Date;
  @Field(() => Float64)
  value: number;
}

@ObjectType('MetricHistory', { description: 'A series over its steps.', simpleResolvers: true })
export class MetricHistoryType {
  @Field(() => Int, { description: 'How many points were recorded, each counted once.' })
  recorded: number;
  @Field(() => Int, { description: 'How many of these are NaN or infinite.' })
  notFinite: number;
  @Field(() => [MetricPointType], {
    description:
      'Of the recorded at most as many as asked for, by step, then time, then value, chosen so that the curve keeps its shape (largest triangle three buckets). From 4 points on, the first, the last, the least and the greatest are always among them. Where the curve is NaN or infinite, such a point stands for its neighbours; `notFinite` counts them all.',
  })
  points: MetricPointType[];
}

@ObjectType('Metric', {
  description:
    'A series: one key, measured on one dataset for one model, with its latest point (by step, then time, then value).',
  simpleResolvers: true,
})
export class MetricType {
  @Field(() => String)
  key: string;
  @Field(() => Float64)
  value: number;
  @Field(() => BigIntScalar)
  step: number | bigint;
  @Field(() => Date)
  at: Date;
  @Field(() => String, { nullable: true })
  datasetName: string | null;
  @Field(() => String, { nullable: true })
  datasetDigest: string | null;
}
