import { Field, ObjectType } from 'type-graphql';
import { BigIntScalar } from './scalars.ts';
import { labelStructural } from './structural.ts';

@ObjectType('Owner', { description: 'Who answers for it, as a producer says.', simpleResolvers: true })
export class OwnerType {
  @Field(() => String, { description: 'Such as `team:data` or an address.' })
  name: string;
  @Field(() => String, { nullable: true, description: 'Such as `MAINTAINER`.' })
  type: string | null;
}
labelStructural('Owner'); // the list that holds it is labelled

@ObjectType('DatasetStatistics', { description: 'What a run counted while it read or wrote.', simpleResolvers: true })
export class DatasetStatisticsType {
  @Field(() => BigIntScalar, { nullable: true })
  rowCount: number | null;
  @Field(() => BigIntScalar, { nullable: true })
  bytes: number | null;
  @Field(() => BigIntScalar, { nullable: true })
  fileCount: number | null;
}
labelStructural('DatasetStatistics'); // the field that holds it is labelled
