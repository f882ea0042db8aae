import { sql } from 'kysely';
import type { TagCategory } from '../../access/classes.ts';
import { int8s, texts, uuids } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import { manyByKey, manyByKeyAt, oneByKey } from '../loader.ts';
import { tagsLearned, tagsReaching, type ReachingTag } from './reach.read-model.ts';
import { openAt } from '../intervals.ts';
import { inScope } from '../scope.ts';
import type { TagOrigin } from './sensitivity.entity.ts';
import { tagColumns, tagPlaces, type TagView } from './taxonomy.read-model.ts';

export const tagByName = oneByKey<string, TagView>(
  ({ store }, names) =>
    // decisions ask it too; and who shows a tag was let see that it is there
    store.derive.selectFrom('sensitivity_tag').select(tagColumns).where('name', 'in', names).execute(),
  (tag) => tag.name,
);

export interface DeclarationView {
  id: string;
  assetKey: number;
  tagName: string;
  origin: TagOrigin;
  byId: string | null;
  note: string | null;
  validFrom: Date;
  validTo: Date | null;
}

export const declarationColumns = [
  'id', 'asset_key as assetKey', 'tag_name as tagName', 'origin', 'by_id as byId', 'note', 'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

/** A declaration that reaches the caller from wherever it was made: by whom and with which words, only where its asset is the caller's. */
export const declarationById = oneByKey<string, DeclarationView>(
  async ({ store, actor }, ids) => {
    const { rows } = await sql<DeclarationView>`
      select d.id, d.asset_key as "assetKey", d.tag_name as "tagName", d.origin, d.valid_from as "validFrom", d.valid_to as "validTo",
             case when a.key is not null then d.by_id end as "byId", case when a.key is not null then d.note end as note
        from tag_declaration d left join asset a on a.key = d.asset_key and ${inScope(actor, 'a.project_id')}
       where d.id = any(${uuids(ids)})`.execute(store.derive);
    return rows;
  },
  (declaration) => declaration.id,
);

/** What was declared or imported on the asset itself. */
export const declarationsAt = manyByKeyAt<DeclarationView>(
  ({ store }, keys, asOf) =>
    store.read
      .selectFrom('tag_declaration')
      .select(declarationColumns)
      .where('asset_key', 'in', keys)
      .where(openAt('tag_declaration', asOf))
      .orderBy('tag_name')
      .execute(),
  (row) => row.assetKey,
);

/** What the asset learned along lineage. */
export const learnedAt = manyByKeyAt<ReachingTag & { assetKey: number }>(
  async ({ store }, keys, asOf) => {
    const learned = await tagsLearned(store.derive, keys, { asOf, now: store.clock.now() });
    return [...learned].flatMap(([assetKey, tags]) => tags.map((tag) => ({ ...tag, assetKey })));
  },
  (row) => row.assetKey,
);

/** The categories of all tags on an asset, its own and learned; and of a column, those on the versions that it is in. */
const categoriesOfAsset = manyByKeyAt<{ key: number; category: TagCategory }>(
  async (context, keys, asOf) => {
    const { store } = context;
    const [reaching, ofVersions] = await Promise.all([
      tagsReaching(store.derive, keys, { asOf, now: store.clock.now() }),
      sql<{ key: number; tag: string }>`
        select e.src as key, t.tag_name as tag from edge e join tag_declaration t on t.asset_key = e.dst and ${openAt('t', asOf)}
         where e.src = any(${int8s(keys)}) and e.kind = ${kindNumber('IN_VERSION')} and ${openAt('e', asOf)}`.execute(
        store.derive,
      ),
    ]);
    const held = [...keys.flatMap((key) => reaching.get(key)!.map(({ tag }) => ({ key, tag }))), ...ofVersions.rows];
    const categories = await categoriesOfTags(context, [...new Set(held.map(({ tag }) => tag))], asOf);
    // no tag may be lost on the way to a decision
    return held.map(({ key, tag }) => ({ key, category: categories.get(tag) ?? 'SPECIAL_CATEGORY' }));
  },
  ({ key }) => key,
);

async function categoriesOfTags(
  context: Context,
  names: readonly string[],
  asOf: Date | null,
): Promise<ReadonlyMap<string, TagCategory>> {
  if (asOf === null) {
    const tags = await context.loader(tagByName).loadMany(names);
    return new Map(tags.flatMap((tag) => (tag instanceof Error || !tag ? [] : [[tag.name, tag.category] as const])));
  }
  const { rows } = await sql<{ name: string; category: TagCategory }>`
    select name, category from (${tagPlaces(asOf)}) t where name = any(${texts(names)})`.execute(context.store.derive);
  return new Map(rows.map(({ name, category }) => [name, category]));
}

/** All that a run read: what it measured is measured on that. */
export const inputsOfRun = manyByKey<string, { run_id: string; asset_key: number }>(
  ({ store }, runIds) =>
    store.derive
      .selectFrom('run_input')
      .select(['run_id', 'asset_key'])
      .where(sql<boolean>`run_id = any(${uuids(runIds)})`)
      .distinct()
      .orderBy('asset_key')
      .execute(),
  (row) => row.run_id,
);

/**
 * What access policies ask of an object that belongs to an asset or was measured in a run, now or at a moment; undefined, which denies, for
 * any other.
 */
export function categoriesOf(
  context: Context,
  source: object,
  asOf: Date | null = null,
): Promise<TagCategory[]> | undefined {
  const ofAssets = async (keys: readonly number[]): Promise<TagCategory[]> => {
    const each = await Promise.all(keys.map((key) => context.loader(categoriesOfAsset).load({ key, at: asOf })));
    return [...new Set(each.flat().map(({ category }) => category))];
  };
  if ('assetKey' in source && typeof source.assetKey === 'number') return ofAssets([source.assetKey]);
  if (!('runId' in source && typeof source.runId === 'string')) return undefined;
  return context.loader(inputsOfRun).load(source.runId).then((inputs) => ofAssets(inputs.map((row) => row.asset_key))); // prettier-ignore
}
