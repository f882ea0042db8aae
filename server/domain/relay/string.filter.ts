import { Field, InputType } from 'type-graphql';
import type { TextFilter } from '../text-filter.ts';

@InputType('StringFilter', { description: 'All conditions given must hold.' })
export class StringFilter implements TextFilter {
  @Field(() => String, { nullable: true })
  eq?: string | null;
  @Field(() => [String], { nullable: true, description: 'At most 100.' })
  in?: string[] | null;
  @Field(() => String, { nullable: true, description: 'Case does not matter.' })
  contains?: string | null;
}
