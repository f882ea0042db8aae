import { sql } from 'kysely';
import type { Tx } from '../store.ts';
import type { UsedVersion } from './model-row.ts';

export interface VersionBefore extends UsedVersion {
  /** The version's number. */
  number: number;
  modelKey: number;
  /** The deployment that had it in use. */
  deploymentKey: number;
  deleted: boolean;
}

/**
 * The version that was in use before this deployment's: the nearest other one among those that it took the place of. What went back to a
 * deployment has the same before it as that one had, so that to go back twice leads further back and not forth again.
 */
export async function versionBefore(tx: Tx, deploymentKey: number): Promise<VersionBefore | undefined> {
  const { rows } = await sql<VersionBefore>`
    with recursive back(key, version_key, first) as (
      select asset_key, version_key, version_key from deployment where asset_key = ${deploymentKey}
      union all
      select b.asset_key, b.version_key, back.first from back join deployment d on d.asset_key = back.key
        join deployment b on b.asset_key = coalesce(d.restores_key, d.replaces_key)
       where back.version_key = back.first)
    select a.key, a.id, a.name, a.project_id as "projectId", v.version as number, v.model_key as "modelKey", back.key as "deploymentKey",
           v.deleted_at is not null as deleted
      from back join asset a on a.key = back.version_key join model_version v on v.asset_key = a.key
     where back.version_key <> back.first`.execute(tx.db);
  return rows[0];
}
