import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkText } from '../../shared/json.ts';
import type { AssetKind } from '../assets/asset.entity.ts';
import { inScope } from '../scope.ts';
import type { Store, Tx } from '../store.ts';
import { tagEvent } from '../audit/tag-event.ts';
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
        const tag = await tx.db.selectFrom('sensitivity_tag').select(['name', 'retired_at']).where('name', '=', input.tag).executeTakeFirst(); // prettier-ignore
        if (!tag) throw badInput('input.tag', 'There is no such tag.', 'Take a name from `sensitivityTags`.');
        const open = await openDeclaration(tx, asset.key, tag.name);
        if (open?.origin === 'DECLARED') return open;
        if (tag.retired_at) throw badInput('input.tag', 'This tag is retired.', 'Take one whose `retiredAt` is null.');
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

async function close(tx: Tx, id: string): Promise<void> {
  tx.changedGraph();
  await tx.db.updateTable('tag_declaration').set({ valid_to: tx.now }).where('id', '=', id).execute();
}

async function insert(tx: Tx, made: DeclarationView): Promise<void> {
  tx.changedGraph();
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
