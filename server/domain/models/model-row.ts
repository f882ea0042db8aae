import type { Actor } from '../../access/actor.ts';
import { AvalError } from '../../shared/errors.ts';
import { inScope } from '../scope.ts';
import type { Tx } from '../store.ts';

/** A registered model by its name in a project, as MLflow's clients know it. */
export interface ModelRef {
  projectId: string;
  name: string;
}

export interface ModelRow {
  key: number;
  id: string;
  projectId: string;
  name: string;
}

/** A version that is put to use. */
export interface UsedVersion {
  key: number;
  id: string;
  projectId: string;
  name: string;
}

export const about = (model: ModelRow) => ({
  subject: { kind: 'Model', id: model.id },
  projectId: model.projectId,
});

/** The model, its row locked until the transaction ends; NOT_FOUND when absent or out of scope. */
export async function requireModel(tx: Tx, actor: Actor, ref: ModelRef): Promise<ModelRow> {
  const row = await tx.db
    .selectFrom('model')
    .innerJoin('asset', 'asset.key', 'model.asset_key')
    .select(['asset.key', 'asset.id', 'model.project_id', 'model.name'])
    .where('model.project_id', '=', ref.projectId)
    .where('model.name', '=', ref.name)
    .where('model.deleted_at', 'is', null)
    .where(inScope(actor, 'model.project_id'))
    .forUpdate('model')
    .executeTakeFirst();
  if (!row) {
    throw new AvalError('NOT_FOUND', `Registered Model with name=${ref.name} not found`, { field: 'name' });
  }
  return { key: row.key, id: row.id, projectId: row.project_id, name: row.name };
}

/** Notes that the model changed now. */
export async function touch(tx: Tx, model: ModelRow): Promise<void> {
  await tx.db.updateTable('model').set({ updated_at: tx.now }).where('asset_key', '=', model.key).execute();
}
