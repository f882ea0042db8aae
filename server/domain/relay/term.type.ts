import { Field, InputType, ObjectType } from 'type-graphql';

/** A word that people agree on, of a public vocabulary where there is one: a tag, a purpose. */
@ObjectType({ simpleResolvers: true })
export abstract class TermType {
  @Field(() => String)
  label: string;
  @Field(() => String, {
    nullable: true,
    description: 'The term of the W3C Data Privacy Vocabulary, where there is one.',
  })
  iri: string | null;
  @Field(() => String)
  description: string;
}

@InputType()
export abstract class TermInput {
  @Field(() => String)
  label: string;
  @Field(() => String)
  description: string;
  @Field(() => String, { nullable: true, description: 'The term of a public vocabulary.' })
  iri?: string | null;
}
