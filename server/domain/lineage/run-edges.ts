import { sql } from 'kysely';
import type { Tx } from '../store.ts';
import { kindNumber } from './edge.entity.ts';

/**
 * Contexts under which a dataset only judged a model. Everything else taught it: an unknown word counts as training, and so
 * does validation, for whoever picks the best of many on it has learned from it.
 */
const judging = ['eval', 'evaluation', 'evaluate', 'test', 'testing', 'score', 'scoring', 'inference', 'monitoring'];

/**
 * Brings the edges that follow from these runs' inputs and outputs up to date: TRAINED and EVALUATED from dataset inputs to the run's
 * models, DERIVED from dataset inputs to dataset outputs. Idempotent, and any order of calls ends in the same edges.
 */
export async function linkRun(tx: Tx, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  const runs = sql`${sql.val([...new Set(runIds)])}::uuid[]`;
  // MLflow's client logs a dataset again without a context for each metric it belongs to: '' counts only where nothing else is said
  await sql`
    with input as (
      select i.run_id, i.asset_key, a.kind,
             bool_or(i.context <> '' and lower(i.context) <> all(${sql.val(judging)}::text[])) or bool_and(i.context = '') as taught
        from run_input i join asset a on a.key = i.asset_key
       where i.run_id = any(${runs}) group by 1, 2, 3),
    made as (
      select o.run_id, o.asset_key, a.kind from run_output o join asset a on a.key = o.asset_key where o.run_id = any(${runs})
      union
      select l.run_id, l.asset_key, 'LOGGED_MODEL' from logged_model l where l.run_id = any(${runs})
      union
      select v.run_id, v.asset_key, 'MODEL_VERSION' from model_version v
       where v.run_id = any(${runs}) and v.logged_model_key is null),
    wanted as (
      select i.asset_key as src, m.asset_key as dst, i.run_id,
             case when i.taught then ${kindNumber('TRAINED')}::smallint else ${kindNumber('EVALUATED')}::smallint end as kind
        from input i join made m using (run_id)
       where i.kind in ('DATASET', 'DATASET_VERSION') and m.kind in ('LOGGED_MODEL', 'MODEL_VERSION')
      union
      select i.asset_key, j.asset_key, i.run_id, ${kindNumber('EVALUATED')}::smallint
        from input i join input j using (run_id)
       where i.kind in ('DATASET', 'DATASET_VERSION') and j.kind = 'LOGGED_MODEL' and not i.taught),
    closed as (
      update edge set valid_to = ${tx.now}
       where run_id = any(${runs}) and valid_to is null and kind = any(${[kindNumber('TRAINED'), kindNumber('EVALUATED')]}::smallint[])
         and not exists (select from wanted w where w.src = edge.src and w.dst = edge.dst and w.kind = edge.kind))
    insert into edge (src, dst, kind, source, run_id, valid_from, last_seen)
    select distinct on (src, dst, kind) src, dst, kind, 'MLFLOW', run_id, ${tx.now}::timestamptz, ${tx.now}::timestamptz
      from wanted order by src, dst, kind, run_id
    on conflict (src, dst, kind) where valid_to is null do nothing`.execute(tx.db);
  await linkDatasets(tx, runs);
}

/** A dataset that the run read is behind each that it wrote: as datasets always, as versions where both are known. */
async function linkDatasets(tx: Tx, runs: ReturnType<typeof sql>): Promise<void> {
  await sql`
    with side as (
      select i.run_id, i.asset_key, false as written from run_input i where i.run_id = any(${runs})
      union
      select o.run_id, o.asset_key, true from run_output o where o.run_id = any(${runs})),
    node as (
      select s.run_id, s.written, s.asset_key as version, coalesce(v.dataset_key, s.asset_key) as dataset
        from side s join asset a on a.key = s.asset_key left join dataset_version v on v.asset_key = s.asset_key
       where a.kind in ('DATASET', 'DATASET_VERSION')),
    pair as (
      select i.run_id, i.dataset as src, o.dataset as dst from node i join node o using (run_id)
       where not i.written and o.written
      union
      select i.run_id, i.version, o.version from node i join node o using (run_id)
       where not i.written and o.written and i.version <> i.dataset and o.version <> o.dataset)
    insert into edge (src, dst, kind, source, run_id, valid_from, last_seen)
    select distinct on (src, dst) src, dst, ${kindNumber('DERIVED')}::smallint, 'MLFLOW', run_id, ${tx.now}::timestamptz, ${tx.now}::timestamptz
      from pair where src <> dst order by src, dst, run_id
    on conflict (src, dst, kind) where valid_to is null do nothing`.execute(tx.db);
}
