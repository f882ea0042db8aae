import { newId } from '../../shared/ids.ts';
import type { Tx } from '../store.ts';
import type { AssetKind } from './asset.entity.ts';

export interface NewAsset {
  kind: AssetKind;
  projectId: string;
  name: string;
  /** A given UUID, where the protocol already made one. */
  id?: string;
}

/** Inserts assets in one statement; their keys and ids in the order given. */
export async function insertAssets(tx: Tx, assets: readonly NewAsset[]): Promise<{ key: number; id: string }[]> {
  if (assets.length === 0) return [];
  const rows = assets.map((asset) => ({
    id: asset.id ?? newId(),
    kind: asset.kind,
    project_id: asset.projectId,
    name: asset.name,
    created_at: tx.now,
  }));
  const inserted = await tx.db.insertInto('asset').values(rows).returning(['key', 'id']).execute();
  const keys = new Map(inserted.map((row) => [row.id, row.key]));
  return rows.map((row) => ({ key: keys.get(row.id)!, id: row.id }));
}

export async function insertAsset(tx: Tx, asset: NewAsset): Promise<{ key: number; id: string }> {
  return (await insertAssets(tx, [asset]))[0]!;
}
