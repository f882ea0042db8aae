import { Field, InputType } from 'type-graphql';
import type { TextFilter } from '../text-filter.ts';

@InputType('StringFilter', {
  description: 'All conditions given must hold. What is missing matches none but `isNull`.',
})
export class StringFilter implements TextFilter {
  @Field(() => String, { nullable: true })
  eq?: string | null;
  @Field(() => String, { nullable: true })
  ne?: string | null;
  @Field(() => [String], { nullable: true, description: 'At most 100.' })
  in?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'At most 100.' })
  notIn?: string[] | null;
  @Field(() => String, { nullable: true, description: '`%` stands for any text, `_` for any character.' })
  like?: string | null;
  @Field(() => String, { nullable: true, description: 'As `like`; case does not matter.' })
  ilike?: string | null;
  @Field(() => String, { nullable: true, description: 'Case does not matter.' })
  contains?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether it is missing.' })
  isNull?: boolean | null;
}
