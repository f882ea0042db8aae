import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { insertAsset } from '../assets/asset.service.ts';
import type { Action, Details } from '../audit/actions.ts';
import { inScope, requireProject } from '../scope.ts';
import type { Store, Tx } from '../store.ts';
import { checkAlias, checkDescription, checkModelName, checkTags, modelExists, type Tags } from './names.ts';
import { jsonb, withoutTag, withTags } from './tags.ts';

export interface NewModel {
  projectId: string;
  name: string;
  description?: string | null | undefined;
  tags: Tags;
}

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

/** Registered models, their tags and aliases. */
export function createRegistry(store: Store) {
  async function change<A extends Action>(
    actor: Actor,
    ref: ModelRef,
    action: A,
    details: Details<A>,
    set: Record<string, unknown>,
  ): Promise<void> {
    await store.write(actor, async (tx) => {
      const model = await requireModel(tx, actor, ref);
      await tx.db
        .updateTable('model')
        .set({ ...set, updated_at: tx.now } as never)
        .where('asset_key', '=', model.key)
        .execute();
      tx.record({ action, ...about(model), details });
    });
  }

  return {
    /** Throws ALREADY_EXISTS when the project has a model of that name. */
    async create(actor: Actor, input: NewModel): Promise<string> {
      checkModelName(input.name);
      checkTags(input.tags);
      checkDescription(input.description ?? null);
      requireProject(actor, input.projectId, 'The project');
      return store.write(actor, async (tx) => {
        const { key, id } = await insertAsset(tx, { kind: 'MODEL', projectId: input.projectId, name: input.name });
        const made = await tx.db
          .insertInto('model')
          .values({
            asset_key: key,
            project_id: input.projectId,
            name: input.name,
            description: input.description || null,
            tags: jsonb(input.tags),
            created_at: tx.now,
            updated_at: tx.now,
            deleted_at: null,
          })
          .onConflict((c) => c.columns(['project_id', 'name']).where('deleted_at', 'is', null).doNothing())
          .executeTakeFirst();
        if (made.numInsertedOrUpdatedRows !== 1n) throw modelExists(input.name);
        tx.record({
          action: 'model.registered',
          subject: { kind: 'Model', id },
          projectId: input.projectId,
          details: { name: input.name },
        });
        return id;
      });
    },

    async update(actor: Actor, ref: ModelRef, description: string): Promise<void> {
      checkDescription(description);
      await change(actor, ref, 'model.updated', { fields: ['description'] }, { description: description || null });
    },

    /** The model and its versions take the new name; their ids stay. */
    async rename(actor: Actor, ref: ModelRef, name: string): Promise<void> {
      checkModelName(name, 'new_name');
      await store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, ref);
        const taken = await tx.db
          .selectFrom('model')
          .select('asset_key')
          .where('project_id', '=', ref.projectId)
          .where('name', '=', name)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
        if (taken) throw modelExists(name);
        await tx.db.updateTable('model').set({ name, updated_at: tx.now }).where('asset_key', '=', model.key).execute();
        await tx.db.updateTable('asset').set({ name }).where('key', '=', model.key).execute();
        await tx.db
          .updateTable('asset')
          .from('model_version')
          .set({ name: sql<string>`${name} || ' ' || model_version.version` }) // as versionName
          .whereRef('asset.key', '=', 'model_version.asset_key')
          .where('model_version.model_key', '=', model.key)
          .execute();
        tx.record({ action: 'model.renamed', ...about(model), details: { from: model.name, to: name } });
      });
    },

    async setTag(actor: Actor, ref: ModelRef, key: string, value: string): Promise<void> {
      checkTags({ [key]: value });
      await change(actor, ref, 'model.tagged', { key }, { tags: withTags({ [key]: value }) });
    },

    deleteTag: (actor: Actor, ref: ModelRef, key: string): Promise<void> =>
      change(actor, ref, 'model.untagged', { key }, { tags: withoutTag(key) }),

    /** Points the alias at that version: closes the interval of the one before, and opens another. */
    async setAlias(actor: Actor, ref: ModelRef, alias: string, version: number): Promise<void> {
      checkAlias(alias);
      await store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, ref); // its lock orders moves of the same alias
        const target = await tx.db
          .selectFrom('model_version')
          .select('asset_key')
          .where('model_key', '=', model.key)
          .where('version', '=', version)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
        if (!target) throw notFound('The model version', 'version');
        const before = await closeAlias(tx, model.key, alias, target.asset_key);
        if (before === 'same') return;
        await tx.db
          .insertInto('model_alias')
          .values({
            id: newId(),
            model_key: model.key,
            alias,
            version_key: target.asset_key,
            valid_from: tx.now,
            valid_to: null,
          })
          .execute();
        tx.record({ action: 'alias.moved', ...about(model), details: { alias, to: version, from: before } });
      });
    },

    /** Removing an alias that is not there is fine, as in MLflow. */
    async deleteAlias(actor: Actor, ref: ModelRef, alias: string): Promise<void> {
      await store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, ref);
        const before = await closeAlias(tx, model.key, alias, undefined);
        if (before !== null) tx.record({ action: 'alias.removed', ...about(model), details: { alias, from: before } });
      });
    },
  };
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

/**
 * Closes the open interval of an alias. The number of the version that it stood for, null when there was none; or 'same', untouched,
 * when it stands for `unless` already.
 */
async function closeAlias(
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

/** Notes that the model changed now. */
export async function touch(tx: Tx, model: ModelRow): Promise<void> {
  await tx.db.updateTable('model').set({ updated_at: tx.now }).where('asset_key', '=', model.key).execute();
}

/** `version` as MLflow's clients send it: a number, or its digits. */
export function versionNumber(version: unknown, field = 'version'): number {
  const n = typeof version === 'string' && /^\d{1,9}$/.test(version) ? Number(version) : version;
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 1) {
    const said = typeof version === 'string' ? `, got '${version.slice(0, 40)}'` : '';
    throw badInput(field, `Parameter '${field}' must be an integer${said}.`);
  }
  return n;
}
