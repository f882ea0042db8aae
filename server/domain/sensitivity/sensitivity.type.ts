import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { TagCategory } from '../../access/classes.ts';
import { TermInput, TermType } from '../relay/term.type.ts';
import { TagCategoryEnum, TagOriginEnum } from './sensitivity.enums.ts';
import type { TagOrigin } from './sensitivity.entity.ts';

@ObjectType('SensitivityTag', { description: 'A kind of sensitivity.', simpleResolvers: true })
export class SensitivityTagType extends TermType {
  @Field(() => ID, {
    description: 'As OpenLineage’s tags facet carries it under the key `sensitivity`: `special-category:health`.',
  })
  name: string;
  @Field(() => TagCategoryEnum)
  category: TagCategory;
  @Field(() => Date, { nullable: true, description: 'Since when nothing new takes it; what holds it goes on.' })
  retiredAt: Date | null;
}

@InputType('DefineTagInput')
export class DefineTagInput extends TermInput {
  @Field(() => ID, { description: 'Lower-case words joined by dashes, below a family after a colon.' })
  name: string;
  @Field(() => ID, { nullable: true, description: 'The tag that it is a case of: rules on that hold for it too.' })
  parent?: string | null;
  @Field(() => TagCategoryEnum, { nullable: true, description: 'For a tag without a parent; else it is the parent’s.' })
  category?: TagCategory | null;
}

@InputType('MoveTagInput')
export class MoveTagInput {
  @Field(() => ID)
  name: string;
  @Field(() => ID, { nullable: true, description: 'Where to; leave it out for a family of its own.' })
  parent?: string | null;
}

@InputType('RetireTagInput')
export class RetireTagInput {
  @Field(() => ID)
  name: string;
  @Field(() => String, { description: 'Why; at most 2,000 characters.' })
  reason: string;
}

@ObjectType('SensitivityTagPayload', { simpleResolvers: true })
export class SensitivityTagPayload {
  @Field(() => SensitivityTagType)
  tag: SensitivityTagType;
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
