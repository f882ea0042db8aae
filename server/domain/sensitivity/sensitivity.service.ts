import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkText } from '../../shared/json.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';
import type { AssetKind } from '../assets/asset.entity.ts';
import { inScope } from '../scope.ts';
import type { Store, Tx } from '../store.ts';
import { declarationColumns, type DeclarationView } from './sensitivity.loader.ts';

const maxNote = 2_000;

/** Tags that people set. What producers send comes in by `importTags`. */
export function createSensitivity(store: Store) {
  return {
    /** Declares a tag on an asset. Declaring it again changes nothing; one that was imported becomes the person's own. */
    async tagAsset(
      actor: Actor,
      input: { assetId: string; tag: string; note?: string | null },
    ): Promise<DeclarationView> {
      const note = input.note?.trim() || null;
      if (note) checkText(note, 'input.note');
      if (note && note.length > maxNote) throw badInput('input.note', `A note has at most ${maxNote} characters.`);
      checkText(input.tag, 'input.tag');
      return store.write(actor, async (tx) => {
        const asset = await findAsset(tx, actor, input.assetId);
        const tag = await tx.db.selectFrom('sensitivity_tag').select('name').where('name', '=', input.tag).executeTakeFirst(); // prettier-ignore
        if (!tag) throw badInput('input.tag', 'There is no such tag.', 'Take a name from `sensitivityTags`.');
        const open = await openDeclaration(tx, asset.key, tag.name);
        if (open?.origin === 'DECLARED') return open;
        if (open) await close(tx, open.id);
        const made: DeclarationView = {
          id: newId(), assetKey: asset.key, tagName: tag.name, origin: 'DECLARED', byId: actor.principalId, note, validFrom: tx.now, validTo: null,
        }; // prettier-ignore
        await insert(tx, made);
        tx.record(tagEvent('tagged', asset, { tag: tag.name, note, origin: 'DECLARED' }));
        return made;
      });
    },

    /** Ends a tag's interval, whoever set it. NOT_FOUND when the asset does not have it. */
    async untagAsset(actor: Actor, input: { assetId: string; tag: string }): Promise<DeclarationView> {
      checkText(input.tag, 'input.tag');
      return store.write(actor, async (tx) => {
        const asset = await findAsset(tx, actor, input.assetId);
        const open = await openDeclaration(tx, asset.key, input.tag);
        if (!open) throw notFound('This tag on this asset', 'input.tag');
        await close(tx, open.id);
        tx.record(tagEvent('untagged', asset, { tag: open.tagName, origin: open.origin }));
        return { ...open, validTo: tx.now };
      });
    },
  };
}

interface FoundAsset {
  key: number;
  id: string;
  kind: AssetKind;
  project_id: string;
}

async function findAsset(tx: Tx, actor: Actor, id: string): Promise<FoundAsset> {
  const asset = await tx.db
    .selectFrom('asset')
    .select(['key', 'id', 'kind', 'project_id'])
    .where('id', '=', id)
    .where(inScope(actor, 'project_id'))
    .executeTakeFirst();
  if (!asset) throw notFound('The asset', 'input.assetId');
  return asset;
}

/** The open declaration, locked: two who close it at once end it once. */
const openDeclaration = (tx: Tx, assetKey: number, tag: string): Promise<DeclarationView | undefined> =>
  tx.db
    .selectFrom('tag_declaration')
    .select(declarationColumns)
    .where('asset_key', '=', assetKey)
    .where('tag_name', '=', tag)
    .where('valid_to', 'is', null)
    .forUpdate()
    .executeTakeFirst();

const close = (tx: Tx, id: string) =>
  tx.db.updateTable('tag_declaration').set({ valid_to: tx.now }).where('id', '=', id).execute();

async function insert(tx: Tx, made: DeclarationView): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx.db
    .insertInto('tag_declaration')
    .values({
      id: made.id,
      asset_key: made.assetKey,
      tag_name: made.tagName,
      origin: made.origin,
      by_id: made.byId,
      note: made.note,
      valid_from: made.validFrom,
      valid_to: null,
    }) // prettier-ignore
    .onConflict((c) => c.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows !== 1n) {
    throw new AvalError('CONFLICT', 'Someone else is tagging this asset right now.', { remedy: 'Try again.' });
  }
}

const tagEvent = (verb: string, { id, kind, project_id }: FoundAsset, details: Record<string, string | null>) => {
  const type = typeOfKind[kind];
  return {
    action: `${type.charAt(0).toLowerCase()}${type.slice(1)}.${verb}`,
    subject: { kind: type, id },
    projectId: project_id,
    details,
  };
};

export interface TagSighting {
  assetKey: number;
  tag: string;
  /** The producer's time. */
  at: Date;
}

/**
 * Opens the tags that an event names, in two statements. The earliest sighting opens an interval; a person's word stands; and
 * one that a person has closed opens again only by an event of a later time.
 */
export async function importTags(tx: Tx, sightings: readonly TagSighting[]): Promise<void> {
  if (sightings.length === 0) return;
  const rows = sightings.map(({ assetKey, tag, at }) => ({ id: newId(), asset_key: assetKey, tag_name: tag, at }));
  const opened = await sql<{ uuid: string; kind: AssetKind; project_id: string; tag_name: string; made: boolean }>`
    with seen as (
      select distinct on (asset_key, tag_name) * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as s(id uuid, asset_key bigint, tag_name text, at timestamptz) order by asset_key, tag_name, at),
    opened as (
      insert into tag_declaration (id, asset_key, tag_name, origin, by_id, note, valid_from, valid_to)
      select s.id, s.asset_key, s.tag_name, 'IMPORTED', null, null, s.at, null from seen s
       where not exists (select from tag_declaration t
         where t.asset_key = s.asset_key and t.tag_name = s.tag_name and t.valid_to >= s.at)
      on conflict (asset_key, tag_name) where valid_to is null do update set valid_from = excluded.valid_from
        where tag_declaration.origin = 'IMPORTED' and excluded.valid_from < tag_declaration.valid_from
      returning id, asset_key, tag_name)
    select a.id as uuid, a.kind, a.project_id, o.tag_name, s.id is not null as made
      from opened o join asset a on a.key = o.asset_key left join seen s on s.id = o.id`.execute(tx.db);
  for (const { uuid, kind, project_id, tag_name, made } of opened.rows) {
    if (made)
      tx.record(tagEvent('tagged', { key: 0, id: uuid, kind, project_id }, { tag: tag_name, origin: 'IMPORTED' }));
  }
}

/** Closes what events up to `at` imported on this dataset and its columns: their producer has taken its tags back. */
export async function closeImportedTags(tx: Tx, datasets: readonly { dataset: number; at: Date }[]): Promise<void> {
  if (datasets.length === 0) return;
  const closed = await sql<{ uuid: string; kind: AssetKind; project_id: string; tag_name: string }>`
    with gone as (
      select g.dataset as asset_key, g.at from jsonb_to_recordset(${JSON.stringify(datasets)}::jsonb) as g(dataset bigint, at timestamptz)
      union all
      select c.asset_key, g.at from jsonb_to_recordset(${JSON.stringify(datasets)}::jsonb) as g(dataset bigint, at timestamptz)
        join dataset_column c on c.dataset_key = g.dataset),
    closed as (
      update tag_declaration t set valid_to = g.at from gone g
       where t.asset_key = g.asset_key and t.valid_to is null and t.origin = 'IMPORTED' and t.valid_from <= g.at
      returning t.asset_key, t.tag_name)
    select a.id as uuid, a.kind, a.project_id, c.tag_name from closed c join asset a on a.key = c.asset_key`.execute(
    tx.db,
  );
  for (const { uuid, kind, project_id, tag_name } of closed.rows) {
    tx.record(tagEvent('untagged', { key: 0, id: uuid, kind, project_id }, { tag: tag_name, origin: 'IMPORTED' }));
  }
}
