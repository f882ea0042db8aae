import type { Actor } from '../../access/actor.ts';
import { AvalError, notFound } from '../../shared/errors.ts';
import { inScope } from '../scope.ts';
import type { Store, Tx } from '../store.ts';
import { about, requireModel, touch, type ModelRef } from './model-row.ts';
import { requireVersion, type VersionRef } from './version.service.ts';

/**
 * Takes models out of the registry. Names and ids find them no more, and a model's name is free again; what they were made from, what
 * was made of them, and the log keep them.
 */
export function createDeletion(store: Store) {
  return {
    /** The model with all its versions and aliases. CONFLICT while one of them is deployed. */
    async model(actor: Actor, ref: ModelRef): Promise<void> {
      await store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, ref);
        const versions = await tx.db
          .selectFrom('model_version')
          .select(['asset_key as key', 'version'])
          .where('model_key', '=', model.key)
          .where('deleted_at', 'is', null)
          .execute();
        await removeVersions(tx, versions);
        await tx.db
          .updateTable('model')
          .set({ deleted_at: tx.now, updated_at: tx.now })
          .where('asset_key', '=', model.key)
          .execute();
        tx.record({
          action: 'model.deleted',
          ...about(model),
          details: { name: model.name, versions: versions.length },
        });
      });
    },

    /** One version, and the aliases that stand for it. CONFLICT while it is deployed. */
    async version(actor: Actor, ref: VersionRef): Promise<void> {
      await store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, ref);
        const { key, id } = await requireVersion(tx, model, ref);
        const aliases = await removeVersions(tx, [{ key, version: ref.version }]);
        await touch(tx, model);
        tx.record({
          action: 'model-version.deleted',
          subject: { kind: 'ModelVersion', id },
          projectId: model.projectId,
          details: { model: model.name, version: ref.version, aliases },
        });
      });
    },

    /** A logged model. Versions that were registered from it stay. */
    async loggedModel(actor: Actor, id: string): Promise<void> {
      await store.write(actor, async (tx) => {
        const row = await tx.db
          .updateTable('logged_model')
          .from('asset')
          .set({ deleted_at: tx.now, updated_at: tx.now })
          .whereRef('asset.key', '=', 'logged_model.asset_key')
          .where('asset.id', '=', id)
          .where('logged_model.deleted_at', 'is', null)
          .where(inScope(actor, 'asset.project_id'))
          .returning(['asset.project_id', 'asset.name'])
          .executeTakeFirst();
        if (!row) throw notFound('The logged model', 'model_id');
        tx.record({
          action: 'logged-model.deleted',
          subject: { kind: 'LoggedModel', id },
          projectId: row.project_id,
          details: { name: row.name },
        });
      });
    },
  };
}

/** Closes their aliases, and tells which those were. */
async function removeVersions(tx: Tx, versions: readonly { key: number; version: number }[]): Promise<string[]> {
  if (versions.length === 0) return [];
  const keys = versions.map(({ key }) => key);
  const deployed = await tx.db
    .selectFrom('deployment')
    .select(['version_key', 'environment'])
    .where('version_key', 'in', keys)
    .where('valid_to', 'is', null)
    .executeTakeFirst();
  if (deployed) {
    const { version } = versions.find(({ key }) => key === deployed.version_key)!;
    throw new AvalError('CONFLICT', `Version ${version} is deployed in ${deployed.environment}.`, {
      field: 'version',
      remedy: 'End its deployments first.',
    });
  }
  const closed = await tx.db
    .updateTable('model_alias')
    .set({ valid_to: tx.now })
    .where('version_key', 'in', keys)
    .where('valid_to', 'is', null)
    .returning('alias')
    .execute();
  await tx.db
    .updateTable('model_version')
    .set({ deleted_at: tx.now, updated_at: tx.now })
    .where('asset_key', 'in', keys)
    .execute();
  return closed.map(({ alias }) => alias).sort();
}
