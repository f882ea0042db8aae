import { Field, ID, InputType } from 'type-graphql';
import { DateTime } from '../relay/scalars.ts';

@InputType('SupposedTagInput')
export class SupposedTagInput {
  @Field(() => ID)
  assetId: string;
  @Field(() => ID, { description: 'The name of a `SensitivityTag`.' })
  tag: string;
}

@InputType('SupposedBarrierInput', { description: 'On the edge of lineage between two assets.' })
export class SupposedBarrierInput {
  @Field(() => ID)
  fromId: string;
  @Field(() => ID)
  toId: string;
  @Field(() => ID, { description: 'The tag that it stops.' })
  tag: string;
}

@InputType('WhatIfInput', { description: 'What is supposed, at most 100 of each; nothing is written.' })
export class WhatIfInput {
  @Field(() => ID)
  modelVersionId: string;
  @Field(() => ID, { description: 'Code of a purpose.' })
  purpose: string;
  @Field(() => DateTime, { nullable: true })
  asOf?: Date | null;
  @Field(() => [SupposedTagInput], { nullable: true, description: 'Tags that were declared, too.' })
  tags?: SupposedTagInput[] | null;
  @Field(() => [ID], { nullable: true, description: 'Datasets from which nothing was learned.' })
  without?: string[] | null;
  @Field(() => [SupposedBarrierInput], { nullable: true, description: 'Barriers that were signed, too.' })
  barriers?: SupposedBarrierInput[] | null;
}
