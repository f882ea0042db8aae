import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { standsAt } from '../intervals.ts';
import { inScope } from '../scope.ts';
import type { Tx } from '../store.ts';

/** Ends before its time what someone said of a version: of which one, or undefined when it does not stand. */
export async function revoke(
  tx: Tx,
  actor: Actor,
  table: 'model_approval' | 'waiver',
  id: string,
): Promise<{ versionId: string; projectId: string } | undefined> {
  const { rows } = await sql<{ versionId: string; projectId: string }>`
    update ${sql.table(table)} s set valid_to = ${tx.now} from asset a
     where s.id = ${id} and a.key = s.version_key and ${standsAt('s', { asOf: null, now: tx.now })} and ${inScope(actor, 'a.project_id')}
    returning a.id as "versionId", a.project_id as "projectId"`.execute(tx.db);
  return rows[0];
}
