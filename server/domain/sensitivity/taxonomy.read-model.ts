import { sql, type RawBuilder } from 'kysely';
import type { TagCategory } from '../../access/classes.ts';
import { texts } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { manyByKeyAt } from '../loader.ts';

export interface TagView {
  name: string;
  label: string;
  category: TagCategory;
  parent: string | null;
  iri: string | null;
  description: string;
  retiredAt: Date | null;
  /** The moment that it is seen at; now where there is none. */
  asOf?: Date;
}

export const tagColumns = [
  'name', 'label', 'category', 'parent', 'iri', 'description', 'retired_at as retiredAt',
] as const; // prettier-ignore

/** Every tag there is, or was at a moment, by name. */
export const listTags = ({ store }: Context, asOf?: Date | null): Promise<TagView[]> =>
  asOf
    ? tagsThen(store.read, asOf)
    : store.read.selectFrom('sensitivity_tag').select(tagColumns).orderBy('name').execute();

/** One of them, as it was at a moment. */
export const tagThen = manyByKeyAt<TagView, string>(
  ({ store }, names, asOf) => tagsThen(store.read, asOf!, names),
  ({ name }) => name,
);

/** Where it stood then; what it is called, as today. */
async function tagsThen(read: Context['store']['read'], asOf: Date, names?: readonly string[]): Promise<TagView[]> {
  const { rows } = await sql<TagView>`
    select t.name, t.label, p.category, p.parent, t.iri, t.description,
           case when t.retired_at <= ${asOf} then t.retired_at end as "retiredAt", ${asOf}::timestamptz as "asOf"
      from sensitivity_tag t join (${tagPlaces(asOf)}) p using (name)
     where (t.defined_at is null or t.defined_at <= ${asOf}) and ${names ? sql`t.name = any(${texts(names)})` : sql`true`}
     order by t.name`.execute(read);
  return rows;
}

/** Each tag's `name`, `parent` and `category`, now or at that moment. */
export const tagPlaces = (asOf: Date | null): RawBuilder<unknown> =>
  asOf
    ? sql`
    select t.name, case when f.until is null then t.parent else f.parent end as parent, coalesce(f.category, t.category) as category
      from sensitivity_tag t left join lateral (
        select until, parent, category from former_tag_place f where f.tag_name = t.name and f.until > ${asOf} order by until limit 1) f on true`
    : sql`select name, parent, category from sensitivity_tag`;
