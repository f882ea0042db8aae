import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { checkText } from '../../shared/json.ts';
import { inScope } from '../scope.ts';
import type { Store, Tx } from '../store.ts';
import { pointAlias } from './alias.ts';
import {
  byNumber,
  endDeployments,
  followDeployments,
  moveDeployments,
  ridersOf,
  startDeployments,
  type LoadedBy,
} from './deployments.ts';
import { requireModel, type ModelRef } from './model-row.ts';
import { servedStages, type ServedStage } from './model.entity.ts';
import { versionBefore } from './rollback.read-model.ts';
import { isServed, newestInStages, putInStage } from './stage.ts';

export interface NewDeployment {
  modelVersionId: string;
  /** Where it runs: `production`, `batch-eu`... */
  environment: string;
  /** Code of a purpose. */
  purpose: string;
  /** The alias by which the model is loaded there. */
  alias?: string | null | undefined;
  /** The stage by which it is, instead. */
  stage?: string | null | undefined;
  /** Id of the open deployment that this one takes the place of: it ends at the same moment. */
  replaces?: string | undefined;
}

/** Versions in use: where, for what, since when. */
export function createDeployments(store: Store) {
  return {
    /** UseRefused where the rules in force do not let the version be used for that purpose. */
    async deploy(actor: Actor, input: NewDeployment): Promise<string> {
      checkEnvironment(input.environment);
      return store.write(actor, async (tx) => {
        const version = await tx.db
          .selectFrom('model_version')
          .innerJoin('asset', 'asset.key', 'model_version.asset_key')
          .select(['asset.key', 'asset.id', 'asset.project_id as projectId', 'asset.name'])
          .where('asset.id', '=', input.modelVersionId)
          .where('model_version.deleted_at', 'is', null)
          .where(inScope(actor, 'asset.project_id'))
          .executeTakeFirst();
        if (!version) throw notFound('The model version', 'input.modelVersionId');
        const purpose = await tx.db
          .selectFrom('purpose')
          .select('code')
          .where('code', '=', input.purpose)
          .executeTakeFirst();
        if (!purpose) throw badInput('input.purpose', 'This is not a known purpose.', 'Take a code of `purposes`.');
        const by = await loadedBy(tx, input, version.key);
        const replaced = input.replaces ? await requireOpen(tx, actor, input.replaces, 'input.replaces') : null;
        if (replaced && replaced.projectId !== version.projectId) {
          throw badInput('input.replaces', 'A deployment can only replace one of its own project.');
        }
        if (replaced) await endDeployments(tx, [replaced]);
        const { environment } = input;
        const use = { environment, purpose: purpose.code, by, replaces: replaced, restores: null };
        const [id] = await startDeployments(tx, actor, version, [use], 'input.modelVersionId');
        return id!;
      });
    },

    /** Closes the deployment's interval. CONFLICT when it has ended already. */
    async end(actor: Actor, id: string): Promise<void> {
      await store.write(actor, async (tx) => {
        await endDeployments(tx, [await requireOpen(tx, actor, id, 'input.deploymentId')]);
      });
    },

    /**
     * Puts the version before back in use, in this one's place; the id of what is in use then. The alias or stage that it is loaded by goes
     * back too, with all that rides on it. UseRefused where the rules do not let it be used any more; CONFLICT where there was none before.
     */
    async rollBack(actor: Actor, id: string): Promise<string> {
      const field = 'input.deploymentId';
      return store.write(actor, async (tx) => {
        const model = await requireModel(tx, actor, await modelOf(tx, actor, id, field)); // its lock orders moves of the alias
        const current = await requireOpen(tx, actor, id, field);
        const before = await versionBefore(tx, current.key);
        if (!before) throw new AvalError('CONFLICT', 'No other version was in use here before.', { field });
        if (before.deleted) {
          throw new AvalError('CONFLICT', `${before.name} was taken out of the registry.`, {
            field,
            remedy: 'Deploy another version in its place.',
          });
        }
        const by = before.modelKey === model.key ? current.by : byNumber;
        if (by.alias !== null) await pointAlias(tx, model, by.alias, before);
        const staged = by.stage === null ? [] : await putInStage(tx, model, before, by.stage, true);
        const moved = by === byNumber ? [current] : await ridersOf(tx, model.key, by);
        const started = await moveDeployments(
          tx,
          actor,
          moved,
          { version: before, by, field },
          { rider: current.key, key: before.deploymentKey },
        );
        for (const { stage, version } of staged) {
          if (stage === by.stage) continue;
          await followDeployments(tx, actor, model.key, { by: { ...byNumber, stage }, version, field }, () => {});
        }
        const made = started[moved.findIndex(({ key }) => key === current.key)]!;
        tx.record({
          action: 'deployment.rolled-back',
          subject: { kind: 'Deployment', id: made },
          projectId: current.projectId,
          details: { from: current.versionId, to: before.id },
        });
        return made;
      });
    },
  };
}

function checkEnvironment(environment: string): void {
  checkText(environment, 'input.environment');
  if (environment.trim() === '' || environment.length > 100) {
    throw badInput('input.environment', 'An environment has 1 to 100 characters.');
  }
}

/** What the model is loaded by there: it stands for the version, and does so until the transaction ends. */
async function loadedBy(
  tx: Tx,
  { alias = null, stage = null }: Pick<NewDeployment, 'alias' | 'stage'>,
  versionKey: number,
): Promise<LoadedBy> {
  if (alias !== null && stage !== null) {
    throw badInput('input.stage', 'A model is loaded by an alias or by a stage, and not by both.');
  }
  if (alias !== null) {
    await requireAlias(tx, alias, versionKey);
    return { alias, stage: null };
  }
  if (stage === null) return byNumber;
  if (!isServed(stage)) throw badInput('input.stage', `A model is loaded by ${servedStages.join(' or ')}.`);
  await requireStage(tx, stage, versionKey);
  return { alias: null, stage };
}

async function requireAlias(tx: Tx, alias: string, versionKey: number): Promise<void> {
  checkText(alias, 'input.alias');
  const row = await tx.db
    .selectFrom('model_alias')
    .select('id')
    .where('version_key', '=', versionKey)
    .where('alias', '=', alias)
    .where('valid_to', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw badInput('input.alias', 'This alias does not stand for the version.', 'Point it at the version first, or leave it out.'); // prettier-ignore
}

async function requireStage(tx: Tx, stage: ServedStage, versionKey: number): Promise<void> {
  const { key } = await tx.db
    .selectFrom('model')
    .innerJoin('model_version', 'model_version.model_key', 'model.asset_key')
    .select('model.asset_key as key')
    .where('model_version.asset_key', '=', versionKey)
    .forUpdate('model') // moves of stages wait for it
    .executeTakeFirstOrThrow();
  const standing = (await newestInStages(tx, key)).get(stage);
  if (standing?.key !== versionKey) throw badInput('input.stage', 'This version is not the newest in that stage.', 'Move it there first, or leave the stage out.'); // prettier-ignore
}

const inUse = (tx: Tx, actor: Actor, id: string) =>
  tx.db
    .selectFrom('deployment')
    .innerJoin('asset', 'asset.key', 'deployment.asset_key')
    .innerJoin('asset as version', 'version.key', 'deployment.version_key')
    .where('asset.id', '=', id)
    .where(inScope(actor, 'asset.project_id'));

/** The model that a deployment is of. */
async function modelOf(tx: Tx, actor: Actor, id: string, field: string): Promise<ModelRef> {
  const row = await inUse(tx, actor, id)
    .innerJoin('model_version', 'model_version.asset_key', 'version.key')
    .innerJoin('model', 'model.asset_key', 'model_version.model_key')
    .select(['model.project_id as projectId', 'model.name'])
    .executeTakeFirst();
  if (!row) throw notFound('The deployment', field);
  return row;
}

/** A deployment that has not ended, locked until the transaction ends. */
async function requireOpen(tx: Tx, actor: Actor, id: string, field: string) {
  const row = await inUse(tx, actor, id)
    .select([
      'asset.key',
      'asset.id',
      'asset.project_id as projectId',
      'version.id as versionId',
      'deployment.environment',
      'deployment.purpose_code as purpose',
      'deployment.version_key as versionKey',
      'deployment.alias',
      'deployment.stage',
      'deployment.valid_to as ended',
    ])
    .forUpdate('deployment')
    .executeTakeFirst();
  if (!row) throw notFound('The deployment', field);
  if (row.ended) throw new AvalError('CONFLICT', 'This deployment has ended already.', { field });
  const { alias, stage } = row;
  return { ...row, by: alias === null && stage === null ? byNumber : { alias, stage } };
}
