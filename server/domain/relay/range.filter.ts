import { Field, InputType } from 'type-graphql';
import type { RangeFilter } from '../range-filter.ts';
import { Float64 } from './scalars.ts';

@InputType('NumberFilter', {
  description: 'All conditions given must hold. NaN and what is missing match none but `isNull`.',
})
export class NumberFilter implements RangeFilter<number> {
  @Field(() => Float64, { nullable: true })
  eq?: number | null;
  @Field(() => Float64, { nullable: true })
  ne?: number | null;
  @Field(() => Float64, { nullable: true })
  lt?: number | null;
  @Field(() => Float64, { nullable: true })
  lte?: number | null;
  @Field(() => Float64, { nullable: true })
  gt?: number | null;
  @Field(() => Float64, { nullable: true })
  gte?: number | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether it is missing; NaN is not.' })
  isNull?: boolean | null;
}

@InputType('TimeFilter', { description: 'All conditions given must hold. What is missing matches none but `isNull`.' })
export class TimeFilter implements RangeFilter<Date> {
  @Field(() => Date, { nullable: true })
  eq?: Date | null;
  @Field(() => Date, { nullable: true })
  ne?: Date | null;
  @Field(() => Date, { nullable: true })
  lt?: Date | null;
  @Field(() => Date, { nullable: true })
  lte?: Date | null;
  @Field(() => Date, { nullable: true })
  gt?: Date | null;
  @Field(() => Date, { nullable: true })
  gte?: Date | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether it is missing.' })
  isNull?: boolean | null;
}
