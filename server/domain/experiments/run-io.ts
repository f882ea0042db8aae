import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { notFound } from '../../shared/errors.ts';
import { int8s, texts, uuids } from '../../storage/arrays.ts';
import { recordVersions, type MlflowDataset } from '../datasets/datasets.service.ts';
import type { KeyValue } from '../key-value.ts';
import { linkRun } from '../lineage/lineage.service.ts';
import type { Tx } from '../store.ts';

/** The input tag by which MLflow says what a dataset was read for: training, evaluation... */
export const tagOfContext = 'mlflow.data.context';

export interface RunInputs {
  datasets: readonly { dataset: MlflowDataset; tags: readonly KeyValue[] }[];
  /** UUIDs of logged models. */
  models: readonly string[];
}

export interface RunOutputModel {
  /** UUID of a logged model. */
  id: string;
  step: bigint;
}

/**
 * The run's inputs, each under the context that was given. MLflow's client names a dataset again, without its context, for each
 * metric that was measured on it: a row without context stands only while none with one does.
 */
export async function writeInputs(
  tx: Tx,
  actor: Actor,
  projectId: string,
  runId: string,
  { datasets, models }: RunInputs,
): Promise<void> {
  const distinct = new Map(
    datasets.map((input) => [JSON.stringify([input.dataset.name, input.dataset.digest]), input]),
  );
  const versions = await recordVersions(
    tx,
    actor,
    projectId,
    [...distinct.values()].map((input) => input.dataset),
  );
  const keyOf = new Map([...distinct.keys()].map((identity, i) => [identity, versions[i]!.key]));
  const modelKeys = await keysOfModels(tx, projectId, models);

  const rows = new Map<string, { key: number; context: string; tags: string }>();
  for (const { dataset, tags } of datasets) {
    const key = keyOf.get(JSON.stringify([dataset.name, dataset.digest]))!;
    const named = Object.fromEntries(tags.map((tag) => [tag.key, tag.value]));
    const context = named[tagOfContext] ?? '';
    rows.set(`${key} ${context}`, { key, context, tags: JSON.stringify(named) });
  }
  for (const key of modelKeys.values()) rows.set(`${key} `, { key, context: '', tags: '{}' });
  const all = [...rows.values()];
  const said = new Set(all.filter((row) => row.context !== '').map((row) => row.key));
  const kept = all.filter((row) => row.context !== '' || !said.has(row.key));
  await sql`
    with input as (
      select * from unnest(${int8s(kept.map((r) => r.key))}, ${texts(kept.map((r) => r.context))}, ${texts(kept.map((r) => r.tags))})
        as t(asset_key, context, tags)
    ), replaced as (
      delete from run_input where run_id = ${runId} and context = '' and asset_key = any(${int8s([...said])})
    )
    insert into run_input as r (run_id, asset_key, context, tags)
    select ${runId}::uuid, asset_key, context, tags::jsonb from input i
     where context <> '' or not exists (
       select from run_input s where s.run_id = ${runId} and s.asset_key = i.asset_key and s.context <> '')
    on conflict (run_id, asset_key, context) do update set tags = r.tags || excluded.tags`.execute(tx.db); // prettier-ignore
  await linkRun(tx, [runId]);
}

export async function writeOutputs(
  tx: Tx,
  projectId: string,
  runId: string,
  models: readonly RunOutputModel[],
): Promise<void> {
  const last = new Map(models.map((model) => [model.id, model.step]));
  const keys = await keysOfModels(tx, projectId, [...last.keys()]);
  const ids = [...last.keys()];
  await sql`
    insert into run_output (run_id, asset_key, step)
    select ${runId}::uuid, asset_key, step
      from unnest(${int8s(ids.map((id) => keys.get(id)!))}, ${int8s([...last.values()])}) as t(asset_key, step)
    on conflict (run_id, asset_key) do update set step = excluded.step`.execute(tx.db); // prettier-ignore
  await linkRun(tx, [runId]);
}

/** Graph keys of logged models by their ids; NOT_FOUND when one is not in the project. */
async function keysOfModels(tx: Tx, projectId: string, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; key: number }>`
    select id, key from asset
     where id = any(${uuids(ids)}) and kind = 'LOGGED_MODEL' and project_id = ${projectId}`.execute(tx.db); // prettier-ignore
  const found = new Map(rows.map((row) => [row.id, row.key]));
  if (ids.some((id) => !found.has(id))) throw notFound('The logged model', 'models');
  return found;
}
