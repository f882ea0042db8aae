import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId, toHex } from '../../shared/ids.ts';
import { checkText } from '../../shared/json.ts';
import { digestOfFiles } from '../artifacts/manifest.read-model.ts';
import { insertAsset } from '../assets/asset.service.ts';
import type { Action, Details } from '../audit/actions.ts';
import { linkRun } from '../lineage/lineage.service.ts';
import { inScope } from '../scope.ts';
import type { Store, Tx } from '../store.ts';
import { checkLoggedModelName, checkTags, type Tags } from './names.ts';
import { findNamedRun } from './said-run.ts';
import { jsonb, withoutTag, withTags } from './tags.ts';

export type LoggedModelStatus = 'PENDING' | 'READY' | 'FAILED';

export interface NewLoggedModel {
  experimentId: string;
  /** One is made up when it is empty. */
  name: string;
  modelType: string;
  /** The run that made it, as the client names it. */
  runId?: string | undefined;
  params: Tags;
  tags: Tags;
}

/** A parameter of a logged model: as for runs. */
const maxParamLength = 6_000;

/** MLflow 3's logged models: what training made, registered or not. */
export function createLoggedModels(store: Store) {
  /** Changes one logged model of the actor's; NOT_FOUND when no row matched. */
  async function change<A extends Action>(
    actor: Actor,
    id: string,
    action: A,
    tell: (tx: Tx, key: number) => Details<A> | Promise<Details<A>>,
    set: (now: Date, model: LockedModel) => Record<string, unknown>,
  ): Promise<void> {
    await store.write(actor, async (tx) => {
      const model = await requireLoggedModel(tx, actor, id);
      await tx.db
        .updateTable('logged_model')
        .set({ ...set(tx.now, model), updated_at: tx.now } as never)
        .where('asset_key', '=', model.key)
        .execute();
      const details = await tell(tx, model.key);
      tx.record({ action, subject: { kind: 'LoggedModel', id }, projectId: model.projectId, details });
    });
  }

  return {
    /** Status PENDING until `finalise`. Resolves to its id; its MLflow id is `m-` and that in hex. */
    async create(actor: Actor, input: NewLoggedModel): Promise<string> {
      if (input.name) checkLoggedModelName(input.name);
      checkText(input.modelType, 'model_type');
      checkTags(input.tags);
      checkParams(input.params);
      return store.write(actor, async (tx) => {
        const experiment = await tx.db
          .selectFrom('experiment')
          .select(['id', 'project_id', 'artifact_location', 'lifecycle'])
          .where('id', '=', input.experimentId)
          .where(inScope(actor, 'project_id'))
          .executeTakeFirst();
        if (!experiment) throw notFound('The experiment', 'experiment_id');
        if (experiment.lifecycle !== 'active') throw badInput('experiment_id', 'The experiment is deleted.');
        const { runId, saidRun } = await findNamedRun(tx, actor, experiment.project_id, input.runId);
        const id = newId();
        const name = input.name || `model-${toHex(id).slice(-8)}`;
        const asset = await insertAsset(tx, {
          id,
          kind: 'LOGGED_MODEL',
          projectId: experiment.project_id,
          name,
        });
        await tx.db
          .insertInto('logged_model')
          .values({
            asset_key: asset.key,
            project_id: experiment.project_id,
            experiment_id: experiment.id,
            run_id: runId,
            said_run: saidRun,
            name,
            model_type: input.modelType,
            status: 'PENDING',
            artifact_uri: `${experiment.artifact_location}/models/m-${toHex(id)}/artifacts`,
            params: jsonb(input.params),
            tags: jsonb(input.tags),
            created_at: tx.now,
            updated_at: tx.now,
            deleted_at: null,
          })
          .execute();
        if (runId !== null) await linkRun(tx, [runId]);
        tx.record({
          action: 'logged-model.created',
          subject: { kind: 'LoggedModel', id },
          projectId: experiment.project_id,
          details: { name },
        });
        return id;
      });
    },

    /** What became of it: READY once its files are there, FAILED when they will not come. */
    finalise: (actor: Actor, id: string, status: LoggedModelStatus): Promise<void> =>
      change(
        actor,
        id,
        'logged-model.finalised',
        async (tx, key) => {
          const digest = await digestOfFiles(tx.db, { loggedModelKey: key });
          return { status, ...(digest && { digest }) };
        },
        () => ({ status }),
      ),

    async setTags(actor: Actor, id: string, tags: Tags): Promise<void> {
      checkTags(tags);
      await change(
        actor,
        id,
        'logged-model.tagged',
        () => ({ keys: Object.keys(tags) }),
        () => ({ tags: withTags(tags) }),
      );
    },

    /** NOT_FOUND when it has no such tag. */
    async deleteTag(actor: Actor, id: string, key: string): Promise<void> {
      await change(
        actor,
        id,
        'logged-model.untagged',
        () => ({ key }),
        (_, { tags }) => {
          if (!Object.hasOwn(tags, key)) {
            throw new AvalError('NOT_FOUND', `No tag with key ${key} found for model with ID m-${toHex(id)}.`, {
              field: 'key',
            });
          }
          return { tags: withoutTag(key) };
        },
      );
    },

    /** Adds parameters. One that is there already keeps its value: the same again is fine, another is BAD_INPUT. */
    async logParams(actor: Actor, id: string, params: Tags): Promise<void> {
      checkParams(params);
      await store.write(actor, async (tx) => {
        const model = await requireLoggedModel(tx, actor, id);
        for (const [key, value] of Object.entries(params)) {
          if (Object.hasOwn(model.params, key) && model.params[key] !== value) {
            throw badInput('params', 'A parameter that is logged already cannot take another value.');
          }
        }
        await tx.db
          .updateTable('logged_model')
          .set({ params: jsonb({ ...model.params, ...params }), updated_at: tx.now })
          .where('asset_key', '=', model.key)
          .execute();
        tx.record({
          action: 'logged-model.params-logged',
          subject: { kind: 'LoggedModel', id },
          projectId: model.projectId,
          details: { keys: Object.keys(params) },
        });
      });
    },
  };
}

function checkParams(params: Tags): void {
  for (const [key, value] of Object.entries(params)) {
    checkText(key, 'params');
    checkText(value, 'params');
    if (key === '' || key.length > 250) throw badInput('params', "A parameter's name has 1 to 250 characters.");
    if (value.length > maxParamLength) {
      throw badInput('params', `A parameter's value has at most ${maxParamLength} characters.`);
    }
  }
}

interface LockedModel {
  key: number;
  projectId: string;
  params: Tags;
  tags: Tags;
}

/** Locks the row until the transaction ends. */
async function requireLoggedModel(tx: Tx, actor: Actor, id: string): Promise<LockedModel> {
  const row = await tx.db
    .selectFrom('logged_model')
    .innerJoin('asset', 'asset.key', 'logged_model.asset_key')
    .select(['asset.key', 'asset.project_id', 'logged_model.params', 'logged_model.tags'])
    .where('asset.id', '=', id)
    .where('logged_model.deleted_at', 'is', null)
    .where(inScope(actor, 'asset.project_id'))
    .forUpdate('logged_model')
    .executeTakeFirst();
  if (!row) throw notFound('The logged model', 'model_id');
  return { key: row.key, projectId: row.project_id, params: row.params, tags: row.tags };
}

/**
 * Notes a version on the model it was made from, as MLflow's own server does: its clients read the list in this tag, append to it, and
 * write it back.
 */
export async function noteVersion(tx: Tx, key: number, name: string, version: number): Promise<void> {
  const { tags } = await tx.db
    .selectFrom('logged_model')
    .select('tags')
    .where('asset_key', '=', key)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const noted = versionsNoted(tags[versionsTag]);
  if (noted.some((one) => one.name === name && one.version === version)) return;
  await tx.db
    .updateTable('logged_model')
    .set({ tags: withTags({ [versionsTag]: asText([...noted, { name, version }]) }) })
    .where('asset_key', '=', key)
    .execute();
}

/** With the spaces that MLflow's own server writes: its clients compare the text. */
const asText = (noted: readonly NotedVersion[]): string =>
  `[${noted.map(({ name, version }) => `{"name": ${JSON.stringify(name)}, "version": ${version}}`).join(', ')}]`;

const versionsTag = 'mlflow.modelVersions';

interface NotedVersion {
  name: string;
  version: number;
}

/** Clients may write anything there: what is no list of versions is replaced. */
function versionsNoted(text: string | undefined): NotedVersion[] {
  try {
    const noted: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(noted) ? noted.filter(isNoted) : [];
  } catch {
    return [];
  }
}

function isNoted(one: unknown): one is NotedVersion {
  const { name, version } = (one ?? {}) as Partial<NotedVersion>;
  return typeof name === 'string' && Number.isSafeInteger(version);
}
