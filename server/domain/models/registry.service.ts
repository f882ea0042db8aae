import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { badInput, notFound } from '../../shared/errors.ts';
import { insertAsset } from '../assets/asset.service.ts';
import type { Action, Details } from '../audit/actions.ts';
import { requireProject } from '../scope.ts';
import type { Store } from '../store.ts';
import { closeAlias, pointAlias } from './alias.ts';
import { byNumber, followDeployments } from './deployments.ts';
import { about, requireModel, type ModelRef } from './model-row.ts';
import { checkAlias, checkDescription, checkModelName, checkTags, modelExists, type Tags } from './names.ts';
import { jsonb, withoutTag, withTags } from './tags.ts';

export interface NewModel {
  projectId: string;
  name: string;
  description?: string | null | undefined;
  tags: Tags;
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

    /** Points the alias at that version; what is deployed by it moves along (`followDeployments`). */
    async setAlias(actor: Actor, ref: ModelRef, alias: string, version: number, mayDeploy: () => void): Promise<void> {
      checkAlias(alias);
      await store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, ref); // its lock orders moves of the same alias
        const target = await tx.db
          .selectFrom('model_version')
          .innerJoin('asset', 'asset.key', 'model_version.asset_key')
          .select([
            'asset.key',
            'asset.id',
            'asset.name',
            'asset.project_id as projectId',
            'model_version.version as number',
          ])
          .where('model_key', '=', model.key)
          .where('version', '=', version)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
        if (!target) throw notFound('The model version', 'version');
        if (!(await pointAlias(tx, model, alias, target))) return;
        const by = { ...byNumber, alias };
        await followDeployments(tx, actor, model.key, { by, version: target, field: 'version' }, mayDeploy);
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

/** `version` as MLflow's clients send it: a number, or its digits. */
export function versionNumber(version: unknown, field = 'version'): number {
  const n = typeof version === 'string' && /^\d{1,9}$/.test(version) ? Number(version) : version;
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 1) {
    const said = typeof version === 'string' ? `, got '${version.slice(0, 40)}'` : '';
    throw badInput(field, `Parameter '${field}' must be an integer${said}.`);
  }
  return n;
}
