import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { TagCategory } from '../../access/classes.ts';
import { TagCategoryEnum, TagOriginEnum } from './sensitivity.enums.ts';
import type { TagOrigin } from './sensitivity.entity.ts';

@ObjectType('SensitivityTag', { description: 'A kind of sensitivity.', simpleResolvers: true })
export class SensitivityTagType {
  @Field(() => ID, {
    description: 'As OpenLineage’s tags facet carries it under the key `sensitivity`: `special-category:health`.',
  })
  name: string;
  @Field(() => String)
  label: string;
  @Field(() => TagCategoryEnum)
  category: TagCategory;
  @Field(() => String, {
    nullable: true,
    description: 'The term of the W3C Data Privacy Vocabulary, where there is one.',
  })
  iri: string | null;
  @Field(() => String)
  description: string;
}

@ObjectType('TagAssignment', { description: 'A tag on an asset, and how it came there.', simpleResolvers: true })
export class TagAssignmentType {
  @Field(() => TagOriginEnum)
  origin: TagOrigin;
  @Field(() => Boolean, { description: 'Some step of the path is known for whole datasets only, not by column.' })
  coarse: boolean;
  @Field(() => Date)
  validFrom: Date;
  @Field(() => Date, { nullable: true, description: 'Null while it stands.' })
  validTo: Date | null;
  @Field(() => String, { nullable: true })
  note: string | null;
}

@InputType('TagAssetInput')
export class TagAssetInput {
  @Field(() => ID)
  assetId: string;
  @Field(() => ID, { description: 'The name of a `SensitivityTag`.' })
  tag: string;
  @Field(() => String, { nullable: true, description: 'Why; at most 2,000 characters.' })
  note?: string | null;
}

@InputType('UntagAssetInput')
export class UntagAssetInput {
  @Field(() => ID)
  assetId: string;
  @Field(() => ID)
  tag: string;
}

@ObjectType('TagAssetPayload', { simpleResolvers: true })
export class TagAssetPayload {
  @Field(() => TagAssignmentType)
  assignment: TagAssignmentType;
}

@ObjectType('UntagAssetPayload', { simpleResolvers: true })
export class UntagAssetPayload {
  @Field(() => TagAssignmentType, { description: 'With its end.' })
  assignment: TagAssignmentType;
}
