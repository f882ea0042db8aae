import { sql, type RawBuilder } from 'kysely';
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
    insert into edge (src, dst, kind, source, run_id, valid_from, last_seen, crosses)
    select distinct on (w.src, w.dst, w.kind) w.src, w.dst, w.kind, 'MLFLOW', w.run_id, ${tx.now}::timestamptz, ${tx.now}::timestamptz,
           s.project_id <> d.project_id
      from wanted w join asset s on s.key = w.src join asset d on d.key = w.dst order by w.src, w.dst, w.kind, w.run_id
    on conflict (src, dst, kind) where valid_to is null do nothing`.execute(tx.db);
  await linkDatasets(tx, runs);
}

/** A dataset that the run read is behind each that it wrote: as datasets always, as versions where both are known. */
async function linkDatasets(tx: Tx, runs: RawBuilder<unknown>): Promise<void> {
  await openDerivations(
    tx,
    sql`
    side as (
      select i.run_id, i.asset_key, false as written from run_input i where i.run_id = any(${runs})
      union
      select o.run_id, o.asset_key, true from run_output o where o.run_id = any(${runs})),
    node as (
      select s.run_id, s.written, s.asset_key as version, coalesce(v.dataset_key, s.asset_key) as dataset
        from side s join asset a on a.key = s.asset_key left join dataset_version v on v.asset_key = s.asset_key
       where a.kind in ('DATASET', 'DATASET_VERSION')),
    pair as (
      select distinct i.dataset as src, o.dataset as dst, i.version as src_version, o.version as dst_version, r.id as run_id,
             coalesce(r.job_id, ${noJob}::uuid) as job_id, case when r.first_event_at is null then 'MLFLOW' else 'OPENLINEAGE' end as source,
             coalesce(r.first_event_at, ${tx.now}) as first_seen, coalesce(r.last_event_at, ${tx.now}) as last_seen
        from node i join node o using (run_id) join run r on r.id = run_id
       where not i.written and o.written and i.dataset <> o.dataset)`,
  );
}

/** What a job reads is behind what it writes, as a producer says it of the job itself. */
export async function linkPairs(
  tx: Tx,
  jobId: string | null,
  inputs: readonly { dataset: number; version: number | null }[],
  outputs: readonly { dataset: number; version: number | null }[],
  at: Date,
): Promise<void> {
  const pairs = inputs.flatMap((src) =>
    outputs.map((dst) => ({
      src: src.dataset,
      dst: dst.dataset,
      sv: src.version ?? src.dataset,
      dv: dst.version ?? dst.dataset,
    })),
  );
  if (pairs.length === 0) return;
  await openDerivations(
    tx,
    sql`
    pair as (
      select distinct src, dst, sv as src_version, dv as dst_version, null::uuid as run_id, ${jobId ?? noJob}::uuid as job_id,
             'OPENLINEAGE' as source, ${at}::timestamptz as first_seen, ${at}::timestamptz as last_seen
        from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p(src bigint, dst bigint, sv bigint, dv bigint) where src <> dst)`,
  );
}

/** Opens DERIVED edges: coarse until the column lineage of each job that makes them explains the pair of datasets. */
async function openDerivations(tx: Tx, pair: RawBuilder<unknown>): Promise<void> {
  await sql`
    with ${pair},
    said as (
      insert into derivation (src, dst, job_id, covered) select distinct src, dst, job_id, false from pair
      on conflict do nothing returning src, dst, covered),
    coarse as (
      select src, dst from (select * from said union all select d.src, d.dst, d.covered from derivation d
        where (d.src, d.dst) in (select src, dst from pair)) as all_jobs
       group by 1, 2 having not bool_and(covered)),
    wanted as (
      select src, dst, src as src_dataset, dst as dst_dataset, run_id, source, first_seen, last_seen from pair
      union
      select src_version, dst_version, src, dst, run_id, source, first_seen, last_seen from pair
       where src_version <> src and dst_version <> dst),
    newest as (
      select distinct on (src, dst) src, dst, src_dataset, dst_dataset, run_id, source, last_seen,
             min(first_seen) over (partition by src, dst) as first_seen
        from wanted order by src, dst, last_seen desc, run_id desc nulls last)
    insert into edge (src, dst, kind, source, run_id, valid_from, last_seen, refined, crosses)
    select n.src, n.dst, ${kindNumber('DERIVED')}::smallint, n.source, n.run_id, n.first_seen, n.last_seen,
           not exists (select from coarse c where c.src = n.src_dataset and c.dst = n.dst_dataset), s.project_id <> d.project_id
      from newest n join asset s on s.key = n.src join asset d on d.key = n.dst
     order by n.src, n.dst
    on conflict (src, dst, kind) where valid_to is null do update set
      valid_from = least(edge.valid_from, excluded.valid_from),
      last_seen = greatest(edge.last_seen, excluded.last_seen),
      refined = excluded.refined,
      source = case when ${isNewer} then excluded.source else edge.source end,
      run_id = case when ${isNewer} then excluded.run_id else edge.run_id end`.execute(tx.db);
}

const noJob = '00000000-0000-0000-0000-000000000000';

const isNewer = sql`(excluded.last_seen, coalesce(excluded.run_id, ${noJob})) > (edge.last_seen, coalesce(edge.run_id, ${noJob}))`;

/**
 * Notes that a job's column lineage explains how `dst` came from `src`, both datasets. Call it before `linkRun`, in the same transaction.
 */
export async function coverDerivations(
  tx: Tx,
  jobId: string | null,
  pairs: readonly { src: number; dst: number }[],
): Promise<void> {
  if (pairs.length === 0) return;
  await sql`
    with changed as (
      insert into derivation (src, dst, job_id, covered)
      select distinct src, dst, ${jobId ?? noJob}::uuid, true
        from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p(src bigint, dst bigint)
      on conflict (src, dst, job_id) do update set covered = true where not derivation.covered returning src, dst, job_id),
    explained as (
      select c.src, c.dst from changed c where not exists (select from derivation d
        where d.src = c.src and d.dst = c.dst and d.job_id <> c.job_id and not d.covered)),
    finer as (
      select e.id from explained x join edge e on e.src = x.src and e.dst = x.dst
       where e.kind = ${kindNumber('DERIVED')} and e.valid_to is null
      union
      select e.id from explained x join dataset_version s on s.dataset_key = x.src
        join edge e on e.src = s.asset_key and e.kind = ${kindNumber('DERIVED')} and e.valid_to is null
        join dataset_version d on d.asset_key = e.dst and d.dataset_key = x.dst)
    update edge set refined = true where id in (select id from finer) and not refined`.execute(tx.db);
}
