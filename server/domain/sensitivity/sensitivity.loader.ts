import { sql } from 'kysely';
import DataLoader from 'dataloader';
import type { TagCategory } from '../../access/classes.ts';
import { int8s, uuids } from '../../storage/arrays.ts';
import type { Context, LoaderFor } from '../context.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import { manyByKeyAt, oneByKey } from '../loader.ts';
import { tagsLearned, tagsReaching, type ReachingTag } from './reach.read-model.ts';
import { openAt } from '../intervals.ts';
import { inScope } from '../scope.ts';
import type { TagOrigin } from './sensitivity.entity.ts';

export interface TagView {
  name: string;
  label: string;
  category: TagCategory;
  parent: string | null;
  iri: string | null;
  description: string;
  retiredAt: Date | null;
}

export const tagColumns = [
  'name', 'label', 'category', 'parent', 'iri', 'description', 'retired_at as retiredAt',
] as const; // prettier-ignore

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
const categoriesOfAsset: LoaderFor<number, TagCategory[]> = (context: Context) =>
  new DataLoader(async (keys) => {
    const { store } = context;
    const [reaching, ofVersions] = await Promise.all([
      tagsReaching(store.derive, keys, { asOf: null, now: store.clock.now() }),
      sql<{ key: number; tag: string }>`
        select e.src as key, t.tag_name as tag from edge e join tag_declaration t on t.asset_key = e.dst and t.valid_to is null
         where e.src = any(${int8s(keys)}) and e.kind = ${kindNumber('IN_VERSION')} and e.valid_to is null`.execute(
        store.derive,
      ),
    ]);
    const versions = Map.groupBy(ofVersions.rows, ({ key }) => key);
    const names = (key: number): string[] =>
      [...reaching.get(key)!, ...(versions.get(key) ?? [])].map(({ tag }) => tag);
    return Promise.all(
      keys.map(async (key) => {
        const tags = await context.loader(tagByName).loadMany(names(key));
        // no tag may be lost on the way to a decision
        return [...new Set(tags.map((tag) => (tag instanceof Error || !tag ? 'SPECIAL_CATEGORY' : tag.category)))];
      }),
    );
  });

/** The categories of all that a run read: what it measured is measured on that. */
const categoriesOfRun: LoaderFor<string, TagCategory[]> = (context: Context) =>
  new DataLoader(async (runIds) => {
    const rows = await context.store.derive
      .selectFrom('run_input')
      .select(['run_id', 'asset_key'])
      .where(sql<boolean>`run_id = any(${uuids(runIds)})`)
      .execute();
    const inputs = Map.groupBy(rows, (row) => row.run_id);
    return Promise.all(
      runIds.map(async (id) => {
        const each = (inputs.get(id) ?? []).map((row) => context.loader(categoriesOfAsset).load(row.asset_key));
        return [...new Set((await Promise.all(each)).flat())];
      }),
    );
  });

/** What access policies ask of an object that belongs to an asset or was measured in a run; undefined, which denies, for any other. */
export function categoriesOf(context: Context, source: object): Promise<TagCategory[]> | undefined {
  if ('assetKey' in source && typeof source.assetKey === 'number') {
    return context.loader(categoriesOfAsset).load(source.assetKey);
  }
  return 'runId' in source && typeof source.runId === 'string'
    ? context.loader(categoriesOfRun).load(source.runId)
    : undefined;
}
