import { Field, ID, InputType, ObjectType } from 'type-graphql';

@ObjectType('Purpose', { description: 'What a model may be used for.', simpleResolvers: true })
export class PurposeType {
  @Field(() => ID)
  code: string;
  @Field(() => String)
  label: string;
  @Field(() => String, {
    nullable: true,
    description: 'The term of the W3C Data Privacy Vocabulary, where there is one.',
  })
  iri: string | null;
  @Field(() => String)
  description: string;
  @Field(() => Boolean, { description: 'Listed in Annex III of the EU AI Act.' })
  highRisk: boolean;
  @Field(() => String, { nullable: true, description: 'Where it is listed.' })
  highRiskSource: string | null;
}

@InputType('DefinePurposeInput')
export class DefinePurposeInput {
  @Field(() => ID, { description: 'Lower-case words joined by dashes.' })
  code: string;
  @Field(() => ID, { nullable: true, description: 'Code of the wider purpose, whose rules hold for this one too.' })
  parent?: string | null;
  @Field(() => String)
  label: string;
  @Field(() => String)
  description: string;
  @Field(() => String, { nullable: true, description: 'The term of a public vocabulary.' })
  iri?: string | null;
  @Field(() => String, { nullable: true, description: 'Where a law lists it as high-risk; leave it out where none does.' })
  highRiskSource?: string | null;
} // prettier-ignore

@ObjectType('DefinePurposePayload', { simpleResolvers: true })
export class DefinePurposePayload {
  @Field(() => PurposeType)
  purpose: PurposeType;
}
