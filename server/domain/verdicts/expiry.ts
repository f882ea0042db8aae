import { sql } from 'kysely';
import type { Tx } from '../store.ts';

/** Expiry takes effect by itself; here it is written down, once: the interval ends where it was bound to. */
export async function closeExpired(tx: Tx): Promise<void> {
  const ended = sql`set valid_to = until where valid_to is null and until <= ${tx.now}`;
  interface Row {
    id: string;
    projectId: string;
    what: string;
    until: Date;
  }
  const ofVersions = async (
    table: string,
    column: string,
    action: 'waiver.expired' | 'model-version.approval-expired',
    detail: 'rule' | 'role',
  ): Promise<void> => {
    const { rows } = await sql<Row>`
      with ended as (update ${sql.table(table)} ${ended} returning version_key, ${sql.ref(column)} as what, until)
      select a.id, a.project_id as "projectId", e.what, e.until from ended e join asset a on a.key = e.version_key`.execute(
      tx.db,
    );
    for (const { id, projectId, what, until } of rows) {
      const details = { [detail]: what, until: until.toISOString() };
      tx.record({ action, subject: { kind: 'ModelVersion', id }, projectId, details });
    }
  };
  await ofVersions('waiver', 'rule_code', 'waiver.expired', 'rule');
  await ofVersions('model_approval', 'role', 'model-version.approval-expired', 'role');
  const bases = await sql<Row>`
    update legal_basis ${ended} returning project_id as "projectId", purpose_code as what, until`.execute(tx.db);
  for (const { projectId, what, until } of bases.rows) {
    tx.record({ action: 'legal-basis.expired', subject: { kind: 'Project', id: projectId }, projectId, details: { purpose: what, until: until.toISOString() } }); // prettier-ignore
  }
}
