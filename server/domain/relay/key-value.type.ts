import { Field, ObjectType } from 'type-graphql';
import { labelStructural } from './structural.ts';

@ObjectType('KeyValue', { description: 'A parameter or a tag.', simpleResolvers: true })
export class KeyValueType {
  @Field(() => String)
  key: string;
  @Field(() => String)
  value: string;
}
labelStructural('KeyValue'); // the list that holds it is labelled
