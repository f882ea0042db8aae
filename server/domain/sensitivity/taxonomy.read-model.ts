import { sql, type RawBuilder } from 'kysely';
import type { Context } from '../context.ts';
import { tagColumns, type TagView } from './sensitivity.loader.ts';

export const listTags = ({ store }: Context): Promise<TagView[]> =>
  store.read.selectFrom('sensitivity_tag').select(tagColumns).orderBy('name').execute();

/** Each tag's `name` and `parent`, now or at that moment. */
export const tagPlaces = (asOf: Date | null): RawBuilder<unknown> =>
  asOf
    ? sql`
    select t.name, case when f.until is null then t.parent else f.parent end as parent
      from sensitivity_tag t left join lateral (
        select until, parent from former_tag_place f where f.tag_name = t.name and f.until > ${asOf} order by until limit 1) f on true`
    : sql`select name, parent from sensitivity_tag`;
