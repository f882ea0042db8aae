import { newId } from '../../shared/ids.ts';
import type { Tx } from '../store.ts';
import { about, type ModelRow } from './model-row.ts';

/** Points the alias at that version: closes the interval of the one before, and opens another. False where it stood for it already. */
export async function pointAlias(
  tx: Tx,
  model: ModelRow,
  alias: string,
  target: { key: number; number: number },
): Promise<boolean> {
  const before = await closeAlias(tx, model.key, alias, target.key);
  if (before === 'same') return false;
  await tx.db
    .insertInto('model_alias')
    .values({
      id: newId(),
      model_key: model.key,
      alias,
      version_key: target.key,
      valid_from: tx.now,
      valid_to: null,
    })
    .execute();
  tx.record({ action: 'alias.moved', ...about(model), details: { alias, to: target.number, from: before } });
  return true;
}

/**
 * Closes the open interval of an alias. The number of the version that it stood for, null when there was none; or 'same', untouched,
 * when it stands for `unless` already.
 */
export async function closeAlias(
  tx: Tx,
  modelKey: number,
  alias: string,
  unless: number | undefined,
): Promise<number | null | 'same'> {
  const open = await tx.db
    .selectFrom('model_alias')
    .innerJoin('model_version', 'model_version.asset_key', 'model_alias.version_key')
    .select(['model_alias.id', 'model_alias.version_key', 'model_version.version'])
    .where('model_alias.model_key', '=', modelKey)
    .where('alias', '=', alias)
    .where('valid_to', 'is', null)
    .executeTakeFirst();
  if (!open) return null;
  if (open.version_key === unless) return 'same';
  await tx.db.updateTable('model_alias').set({ valid_to: tx.now }).where('id', '=', open.id).execute();
  return open.version;
}
