import type { Actor } from '../../access/actor.ts';
import { insertAssets } from '../assets/asset.service.ts';
import { link } from '../lineage/lineage.service.ts';
import type { Tx } from '../store.ts';
import { requireUsable } from '../verdicts/gate.service.ts';
import type { UsedVersion } from './model-row.ts';
import type { ServedStage } from './model.entity.ts';

/**
 * What clients load a model by where they do not name its version: an alias (`models:/NAME@ALIAS`), or a stage (`models:/NAME/STAGE`) as older ones
 * do. What is deployed by one moves along with it.
 */
export interface LoadedBy {
  alias: string | null;
  stage: ServedStage | null;
}

/** Of what is loaded by its version's number. */
export const byNumber: LoadedBy = { alias: null, stage: null };

/** What a version is put to use for. */
export interface Use {
  environment: string;
  /** Code of a purpose. */
  purpose: string;
  by: LoadedBy;
  /** What it takes the place of: that has ended, or does so now. */
  replaces: { key: number; id: string } | null;
  /** Graph key of the deployment before that it goes back to. */
  restores: number | null;
}

/** A deployment that is loaded by an alias or a stage. */
export interface Rider {
  key: number;
  id: string;
  environment: string;
  purpose: string;
  projectId: string;
  versionKey: number;
}

/**
 * What is deployed by that alias or stage of the model moves to the version that it stands for now, and so the rules have to let the version be used for
 * each purpose: UseRefused where they do not. `mayDeploy` throws where the caller may not deploy; it is asked only where something moves.
 */
export async function followDeployments(
  tx: Tx,
  actor: Actor,
  modelKey: number,
  { by, version, field }: { by: LoadedBy; version: UsedVersion; field: string },
  mayDeploy: () => void,
): Promise<void> {
  const riders = (await ridersOf(tx, modelKey, by)).filter(({ versionKey }) => versionKey !== version.key);
  if (riders.length === 0) return;
  mayDeploy();
  await moveDeployments(tx, actor, riders, { version, by, field });
}

/** Puts a version to these uses, and gives the ids in their order. UseRefused where the rules in force do not let one of them be. */
export async function startDeployments(
  tx: Tx,
  actor: Actor,
  version: UsedVersion,
  uses: readonly Use[],
  field: string,
): Promise<string[]> {
  if (uses.length === 0) return [];
  const purposes = [...new Set(uses.map(({ purpose }) => purpose))];
  const verdicts = await requireUsable(tx, actor, version.key, purposes, field);
  const assets = await insertAssets(
    tx,
    uses.map(({ environment }) => ({
      kind: 'DEPLOYMENT',
      projectId: version.projectId,
      name: `${version.name} in ${environment}`,
    })),
  );
  await tx.db
    .insertInto('deployment')
    .values(
      uses.map(({ environment, purpose, by, replaces, restores }, i) => ({
        asset_key: assets[i]!.key,
        project_id: version.projectId,
        version_key: version.key,
        environment,
        purpose_code: purpose,
        replaces_key: replaces?.key ?? null,
        restores_key: restores,
        ...by,
        by_id: actor.principalId,
        valid_from: tx.now,
        valid_to: null,
      })),
    )
    .execute();
  await link(tx, assets.map(({ key }) => ({ src: version.key, dst: key, kind: 'DEPLOYED', source: 'AVAL' }))); // prettier-ignore
  uses.forEach(({ environment, purpose, by, replaces }, i) =>
    tx.record({
      action: 'deployment.started',
      subject: { kind: 'Deployment', id: assets[i]!.id },
      projectId: version.projectId,
      details: {
        modelVersion: version.id,
        environment,
        purpose,
        ...by,
        replaces: replaces?.id ?? null,
        verdict: verdicts.get(purpose)!.outcome,
      },
    }),
  );
  return assets.map(({ id }) => id);
}

/** Closes their intervals. The edges to them stay: that a version was deployed there does not end. */
export async function endDeployments(
  tx: Tx,
  deployments: readonly Pick<Rider, 'key' | 'id' | 'projectId'>[],
): Promise<void> {
  if (deployments.length === 0) return;
  const keys = deployments.map(({ key }) => key);
  await tx.db.updateTable('deployment').set({ valid_to: tx.now }).where('asset_key', 'in', keys).execute();
  for (const { id, projectId } of deployments) {
    tx.record({ action: 'deployment.ended', subject: { kind: 'Deployment', id }, projectId });
  }
}

/** What is deployed by that alias or stage of the model, locked until the transaction ends. */
export const ridersOf = (tx: Tx, modelKey: number, { alias, stage }: LoadedBy): Promise<Rider[]> =>
  tx.db
    .selectFrom('deployment')
    .innerJoin('asset', 'asset.key', 'deployment.asset_key')
    .innerJoin('model_version', 'model_version.asset_key', 'deployment.version_key')
    .select([
      'asset.key',
      'asset.id',
      'asset.project_id as projectId',
      'environment',
      'purpose_code as purpose',
      'version_key as versionKey',
    ])
    .where('model_version.model_key', '=', modelKey)
    .where(alias !== null ? 'deployment.alias' : 'deployment.stage', '=', alias ?? stage)
    .where('deployment.valid_to', 'is', null)
    .orderBy('asset.key')
    .forUpdate('deployment')
    .execute();

/** Another version takes the place of these deployments; the ids of what is in use then, in their order. */
export async function moveDeployments(
  tx: Tx,
  actor: Actor,
  riders: readonly Rider[],
  { version, by, field }: { version: UsedVersion; by: LoadedBy; field: string },
  restores?: { rider: number; key: number },
): Promise<string[]> {
  const uses = riders.map(({ key, id, environment, purpose }) => ({
    environment,
    purpose,
    by,
    replaces: { key, id },
    restores: restores?.rider === key ? restores.key : null,
  }));
  await endDeployments(tx, riders);
  return startDeployments(tx, actor, version, uses, field);
}
