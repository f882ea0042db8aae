import type { Tx } from '../store.ts';
import { servedStages, type ServedStage } from './model.entity.ts';
import { touch, type ModelRow, type UsedVersion } from './model-row.ts';

/** MLflow's four stages; newer clients use aliases instead. */
export const stages = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof stages)[number];

export const isServed = (stage: string): stage is ServedStage => (servedStages as readonly string[]).includes(stage);

/**
 * Puts the version into a stage, and tells of the stages that stand for another version since. `archiveOthers` moves the model's other versions in
 * that stage to Archived, where models are loaded by it.
 */
export async function putInStage(
  tx: Tx,
  model: ModelRow,
  target: { key: number; id: string; number: number },
  stage: Stage,
  archiveOthers: boolean,
): Promise<{ stage: ServedStage; version: UsedVersion }[]> {
  const before = await newestInStages(tx, model.key);
  const archive = archiveOthers && isServed(stage);
  if (archive) {
    await tx.db
      .updateTable('model_version')
      .set({ stage: 'Archived', updated_at: tx.now })
      .where('model_key', '=', model.key)
      .where('stage', '=', stage)
      .execute();
  }
  await tx.db
    .updateTable('model_version')
    .set({ stage, updated_at: tx.now })
    .where('asset_key', '=', target.key)
    .execute();
  await touch(tx, model);
  tx.record({
    action: 'model-version.staged',
    subject: { kind: 'ModelVersion', id: target.id },
    projectId: model.projectId,
    details: { version: target.number, stage, archiveOthers: archive },
  });
  const after = await newestInStages(tx, model.key);
  return [...after]
    .filter(([one, version]) => before.get(one)?.key !== version.key)
    .map(([one, version]) => ({ stage: one, version }));
}

/** What each stage stands for: of a model's versions in it the newest, as MLflow has it. */
export async function newestInStages(tx: Tx, modelKey: number): Promise<Map<ServedStage, UsedVersion>> {
  const rows = await tx.db
    .selectFrom('model_version')
    .innerJoin('asset', 'asset.key', 'model_version.asset_key')
    .distinctOn('model_version.stage')
    .select(['asset.key', 'asset.id', 'asset.name', 'asset.project_id as projectId', 'model_version.stage'])
    .where('model_key', '=', modelKey)
    .where('stage', 'in', servedStages)
    .where('deleted_at', 'is', null)
    .orderBy('model_version.stage')
    .orderBy('model_version.version', 'desc')
    .execute();
  return new Map(rows.map(({ stage, ...version }) => [stage as ServedStage, version]));
}
