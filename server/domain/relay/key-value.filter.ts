import { Field, InputType } from 'type-graphql';
import type { KeyedFilter } from '../search/filters.ts';
import { StringFilter } from './string.filter.ts';

@InputType('KeyValueFilter', { description: 'A parameter or a tag by its key.' })
export class KeyValueFilter implements KeyedFilter<StringFilter> {
  @Field(() => String)
  key: string;
  @Field(() => StringFilter)
  value: StringFilter;
}
