import { sql } from 'kysely';
import { newId } from '../../shared/ids.ts';
import { texts, uuids } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import type { Tx } from '../store.ts';
import type { AssetKind } from './asset.entity.ts';

export interface NewAsset {
  kind: AssetKind;
  projectId: string;
  name: string;
  /** A given UUID, where the protocol already made one. */
  id?: string;
}

/** Inserts assets in one statement, however many; their keys and ids in the order given. */
export async function insertAssets(tx: Tx, assets: readonly NewAsset[]): Promise<{ key: number; id: string }[]> {
  if (assets.length === 0) return [];
  const ids = assets.map(({ id }) => id ?? newId());
  const { rows } = await sql<{ key: number; id: string }>`${prepared}
    insert into asset (id, kind, project_id, name, created_at)
    select id, kind, project, name, ${tx.now}::timestamptz
      from unnest(${uuids(ids)}, ${texts(assets.map(({ kind }) => kind))}, ${uuids(assets.map(({ projectId }) => projectId))},
             ${texts(assets.map(({ name }) => name))}) with ordinality as a(id, kind, project, name, place) order by place
    returning key, id`.execute(tx.db);
  const keys = new Map(rows.map((row) => [row.id, row.key]));
  return ids.map((id) => ({ key: keys.get(id)!, id }));
}

export async function insertAsset(tx: Tx, asset: NewAsset): Promise<{ key: number; id: string }> {
  return (await insertAssets(tx, [asset]))[0]!;
}
