import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput } from '../../shared/errors.ts';
import { checkText } from '../../shared/json.ts';
import { insertAsset } from '../assets/asset.service.ts';
import type { Action, Details } from '../audit/actions.ts';
import { link, linkRun, linkUsesOf, type NewEdge } from '../lineage/lineage.service.ts';
import type { Store, Tx } from '../store.ts';
import { byNumber, followDeployments } from './deployments.ts';
import { noteVersion } from './logged-model.service.ts';
import { checkDescription, checkTags, versionName, type Tags } from './names.ts';
import { requireModel, touch, type ModelRef, type ModelRow } from './model-row.ts';
import { resolveSource } from './source.ts';
import { putInStage, stages } from './stage.ts';
import { jsonb, withoutTag, withTags } from './tags.ts';

export interface NewVersion {
  model: ModelRef;
  /** `models:/m-HEX`, `models:/NAME/VERSION`, `runs:/RUN/PATH`, `mlflow-artifacts:/...`, or the URI of another store. */
  source: string;
  /** The run's id as the client says it, any text; else what the source says. */
  runId?: string | undefined;
  /** Id of the logged model, where the client says so; else what the source says. */
  loggedModelId?: string | undefined;
  description?: string | null | undefined;
  tags: Tags;
}

export interface VersionRef extends ModelRef {
  version: number;
}

export const noVersion = (ref: VersionRef): AvalError =>
  new AvalError('NOT_FOUND', `Model Version (name=${ref.name}, version=${ref.version}) not found`, {
    field: 'version',
  });

/** Versions of registered models. */
export function createVersions(store: Store) {
  async function change<A extends Action>(
    actor: Actor,
    ref: VersionRef,
    action: A,
    details: Details<A>,
    set: Record<string, unknown>,
  ): Promise<void> {
    await store.write(actor, async (tx) => {
      const model = await requireModel(tx, actor, ref);
      const version = await requireVersion(tx, model, ref);
      await tx.db
        .updateTable('model_version')
        .set({ ...set, updated_at: tx.now } as never)
        .where('asset_key', '=', version.key)
        .execute();
      tx.record({
        action,
        subject: { kind: 'ModelVersion', id: version.id },
        projectId: model.projectId,
        details: { version: ref.version, ...details },
      });
    });
  }

  return {
    /** The next version of the model; no number is given twice, however many register at once. */
    async create(actor: Actor, input: NewVersion): Promise<{ id: string; version: number }> {
      checkText(input.source, 'source');
      checkTags(input.tags);
      checkDescription(input.description ?? null);
      return store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, input.model); // its lock gives each version its own number
        const from = await resolveSource(tx, actor, model.projectId, input);
        const newest = await tx.db
          .selectFrom('model_version')
          .select((q) => q.fn.max('version').as('version'))
          .where('model_key', '=', model.key)
          .executeTakeFirst();
        const version = (newest?.version ?? 0) + 1;
        const { key, id } = await insertAsset(tx, {
          kind: 'MODEL_VERSION',
          projectId: model.projectId,
          name: versionName(model.name, version),
        });
        await tx.db
          .insertInto('model_version')
          .values({
            asset_key: key,
            model_key: model.key,
            version,
            run_id: from.runId,
            said_run: from.saidRun,
            logged_model_key: from.loggedModelKey,
            source: input.source,
            digest: from.digest,
            storage: from.storage,
            status: 'READY',
            stage: 'None',
            description: input.description || null,
            tags: jsonb(input.tags),
            created_at: tx.now,
            updated_at: tx.now,
            deleted_at: null,
          })
          .execute();
        await touch(tx, model);
        // what is said of the model as a whole holds for each version
        const edges: NewEdge[] = [{ src: model.key, dst: key, kind: 'VERSION_OF', source: 'AVAL', refined: true }];
        if (from.loggedModelKey !== null) {
          await noteVersion(tx, from.loggedModelKey, model.name, version);
          const runId = from.runId ?? undefined;
          edges.push({ src: from.loggedModelKey, dst: key, kind: 'REGISTERED', source: 'MLFLOW', runId });
        }
        await link(tx, edges);
        if (from.loggedModelKey === null && from.runId !== null) {
          await linkRun(tx, [from.runId]);
        }
        await linkUsesOf(tx, key);
        tx.record({
          action: 'model-version.registered',
          subject: { kind: 'ModelVersion', id },
          projectId: model.projectId,
          details: { model: model.name, version, source: input.source, ...(from.digest && { digest: from.digest }) },
        });
        return { id, version };
      });
    },

    async update(actor: Actor, ref: VersionRef, description: string): Promise<void> {
      checkDescription(description);
      const set = { description: description || null };
      await change(actor, ref, 'model-version.updated', { fields: ['description'] }, set);
    },

    async setTag(actor: Actor, ref: VersionRef, key: string, value: string): Promise<void> {
      checkTags({ [key]: value });
      await change(actor, ref, 'model-version.tagged', { key }, { tags: withTags({ [key]: value }) });
    },

    deleteTag: (actor: Actor, ref: VersionRef, key: string): Promise<void> =>
      change(actor, ref, 'model-version.untagged', { key }, { tags: withoutTag(key) }),

    /** Puts the version into a stage; what is deployed by a stage that stands for another version then moves along (`followDeployments`). */
    async moveToStage(
      actor: Actor,
      ref: VersionRef,
      stage: string,
      archiveOthers: boolean,
      mayDeploy: () => void,
    ): Promise<void> {
      const known = stages.find((one) => one.toLowerCase() === stage.toLowerCase());
      if (!known) throw badInput('stage', `A stage is one of ${stages.join(', ')}.`);
      await store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, ref);
        const version = await requireVersion(tx, model, ref);
        const moved = await putInStage(tx, model, { ...version, number: ref.version }, known, archiveOthers);
        for (const one of moved) {
          const by = { ...byNumber, stage: one.stage };
          await followDeployments(tx, actor, model.key, { by, version: one.version, field: 'stage' }, mayDeploy);
        }
      });
    },
  };
}

/** The version, under its model's lock; NOT_FOUND when it is not in the registry. */
export async function requireVersion(tx: Tx, model: ModelRow, ref: VersionRef): Promise<{ key: number; id: string }> {
  const version = await tx.db
    .selectFrom('model_version')
    .innerJoin('asset', 'asset.key', 'model_version.asset_key')
    .select(['asset.key', 'asset.id'])
    .where('model_key', '=', model.key)
    .where('version', '=', ref.version)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (!version) throw noVersion(ref);
  return version;
}
