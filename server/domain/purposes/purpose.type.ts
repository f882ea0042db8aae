import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { TermInput, TermType } from '../relay/term.type.ts';

@ObjectType('Purpose', { description: 'What a model may be used for.', simpleResolvers: true })
export class PurposeType extends TermType {
  @Field(() => ID)
  code: string;
  @Field(() => Boolean, { description: 'Listed in Annex III of the EU AI Act.' })
  highRisk: boolean;
  @Field(() => String, { nullable: true, description: 'Where it is listed.' })
  highRiskSource: string | null;
}

@InputType('DefinePurposeInput')
export class DefinePurposeInput extends TermInput {
  @Field(() => ID, { description: 'Lower-case words joined by dashes.' })
  code: string;
  @Field(() => ID, { nullable: true, description: 'Code of the wider purpose, whose rules hold for this one too.' })
  parent?: string | null;
  @Field(() => String, { nullable: true, description: 'Where a law lists it as high-risk; leave it out where none does.' })
  highRiskSource?: string | null;
} // prettier-ignore

@ObjectType('DefinePurposePayload', { simpleResolvers: true })
export class DefinePurposePayload {
  @Field(() => PurposeType)
  purpose: PurposeType;
}
