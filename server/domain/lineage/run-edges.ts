import { sql, type RawBuilder } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import type { Tx } from '../store.ts';
import { openAt } from '../intervals.ts';
import { kindNumber } from './edge.entity.ts';

/**
 * Contexts under which a dataset only judged a model. Everything else taught it: an unknown word counts as training, and so
 * does validation, for whoever picks the best of many on it has learned from it.
 */
const judging = ['eval', 'evaluation', 'evaluate', 'test', 'testing', 'score', 'scoring', 'inference', 'monitoring'];

/**
 * Brings the edges that follow from these runs' inputs and outputs up to date: TRAINED and EVALUATED from dataset inputs to the run's
 * models, DERIVED from dataset inputs and from models that it used to dataset outputs. Idempotent, and any order of calls ends in the same edges.
 */
export async function linkRun(tx: Tx, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  tx.changedGraph();
  const runs = sql`${sql.val([...new Set(runIds)])}::uuid[]`;
  // MLflow's client logs a dataset again without a context for each metric it belongs to: '' counts only where nothing else is said
  await sql`${prepared}
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
  await linkScores(tx, runs);
}

/** A dataset of this name is a registered version, in MLflow's words: so a job that loads one can say it with OpenLineage. */
const isVersion = sql`(d.name like 'models:/%' and m.name = split_part(d.name, '/', 2) and d.name = 'models:/' || m.name || '/' || v.version)`;

/**
 * By a dataset's name, in the words of MLflow's URIs, too: the version that an alias stood for, `models:/NAME@ALIAS`, or that a deployment
 * had, `deployments:/NAME/ENVIRONMENT`, and that deployment itself; as it was when the run began.
 */
const servedBy = sql`
  select a.version_key as key from model_alias a
   where a.model_key = m.asset_key and d.name = 'models:/' || m.name || '@' || a.alias and ${openAt('a', sql`w.began`)}
  union all
  select unnest(array[p.version_key, p.asset_key]) from model_version v join deployment p on p.version_key = v.asset_key
   where v.model_key = m.asset_key and d.name = 'deployments:/' || m.name || '/' || p.environment and ${openAt('p', sql`w.began`)}`;

/** What a run wrote came from the models that it used, too. Never refined: no column lineage can say what a model put into a column. */
async function linkScores(tx: Tx, runs: RawBuilder<unknown>): Promise<void> {
  await sql`${prepared}
    with used as (
      select i.run_id, i.asset_key from run_input i join asset a on a.key = i.asset_key
       where i.run_id = any(${runs}) and a.kind in ('LOGGED_MODEL', 'MODEL_VERSION')
      union
      select i.run_id, v.asset_key
        from run_input i left join dataset_version r on r.asset_key = i.asset_key
        join dataset d on d.asset_key = coalesce(r.dataset_key, i.asset_key)
        join model m on m.project_id = d.project_id join model_version v on v.model_key = m.asset_key
       where i.run_id = any(${runs}) and ${isVersion}
      union
      select i.run_id, served.key
        from run_input i join run on run.id = i.run_id left join dataset_version r on r.asset_key = i.asset_key
        join dataset d on d.asset_key = coalesce(r.dataset_key, i.asset_key) and d.name ~ '^(models|deployments):/[^/@]+[/@]'
        join model m on m.project_id = d.project_id and m.name = substring(d.name from '^[a-z]+:/([^/@]+)')
       cross join lateral (select coalesce(run.started_at, run.first_event_at, ${tx.now}) as began) w
       cross join lateral (${servedBy}) served
       where i.run_id = any(${runs})),
    wrote as (
      select o.run_id, o.asset_key from run_output o join asset a on a.key = o.asset_key
       where o.run_id = any(${runs}) and a.kind in ('DATASET', 'DATASET_VERSION')
      union
      select o.run_id, r.dataset_key from run_output o join dataset_version r on r.asset_key = o.asset_key where o.run_id = any(${runs})),
    wanted as (
      select u.asset_key as src, w.asset_key as dst, r.id as run_id, case when r.first_event_at is null then 'MLFLOW' else 'OPENLINEAGE' end as source,
             coalesce(r.first_event_at, ${tx.now}) as first_seen, coalesce(r.last_event_at, ${tx.now}) as last_seen
        from used u join wrote w using (run_id) join run r on r.id = run_id),
    newest as (
      select distinct on (src, dst) src, dst, run_id, source, last_seen, min(first_seen) over (partition by src, dst) as first_seen
        from wanted order by src, dst, last_seen desc, run_id desc)
    insert into edge (src, dst, kind, source, run_id, valid_from, last_seen, crosses)
    select n.src, n.dst, ${kindNumber('DERIVED')}::smallint, n.source, n.run_id, n.first_seen, n.last_seen, s.project_id <> d.project_id
      from newest n join asset s on s.key = n.src join asset d on d.key = n.dst
     order by n.src, n.dst
    on conflict (src, dst, kind) where valid_to is null do update set
      valid_from = least(edge.valid_from, excluded.valid_from),
      last_seen = greatest(edge.last_seen, excluded.last_seen),
      source = case when ${isNewer} then excluded.source else edge.source end,
      run_id = case when ${isNewer} then excluded.run_id else edge.run_id end`.execute(tx.db);
}

/** Links the runs that used this version, by its name, before it was registered. */
export async function linkUsesOf(tx: Tx, versionKey: number): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select distinct i.run_id as id
      from model_version v join model m on m.asset_key = v.model_key
      join dataset d on d.project_id = m.project_id and ${isVersion}
      left join dataset_version r on r.dataset_key = d.asset_key
      join run_input i on i.asset_key in (d.asset_key, r.asset_key)
     where v.asset_key = ${versionKey}`.execute(tx.db);
  await linkRun(tx, rows.map(({ id }) => id)); // prettier-ignore
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
             j.id as job_id, case when r.first_event_at is null then 'MLFLOW' else 'OPENLINEAGE' end as source,
             coalesce(r.first_event_at, ${tx.now}) as first_seen, coalesce(r.last_event_at, ${tx.now}) as last_seen
        from node i join node o using (run_id) join run r on r.id = run_id
       cross join lateral unnest(coalesce(r.job_id, ${noJob}::uuid) || r.other_jobs) as j(id)
       where not i.written and o.written and i.dataset <> o.dataset)`,
  );
}

/** One dataset behind another, as a producer says it outright; versions where it names both. */
export interface StatedPair {
  src: number;
  dst: number;
  srcVersion: number | null;
  dstVersion: number | null;
  /** Who says it: a job, or a rule of ours. Null when nobody did. */
  jobId: string | null;
  runId: string | null;
  at: Date;
}

/** What is said to be behind what, without the inputs and outputs of a run. */
export async function linkPairs(tx: Tx, pairs: readonly StatedPair[]): Promise<void> {
  const rows = pairs
    .filter(({ src, dst }) => src !== dst)
    .map(({ srcVersion, dstVersion, jobId, ...rest }) => ({
      ...rest,
      src_version: srcVersion ?? rest.src,
      dst_version: dstVersion ?? rest.dst,
      job_id: jobId ?? noJob,
    }));
  if (rows.length === 0) return;
  await openDerivations(
    tx,
    sql`
    pair as (
      select distinct src, dst, src_version, dst_version, "runId" as run_id, job_id, 'OPENLINEAGE' as source,
             at as first_seen, at as last_seen
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as p(src bigint, dst bigint, src_version bigint, dst_version bigint, "runId" uuid, job_id uuid, at timestamptz))`,
  );
}

/** Opens DERIVED edges: coarse until the column lineage of each job that makes them explains the pair of datasets. */
async function openDerivations(tx: Tx, pair: RawBuilder<unknown>): Promise<void> {
  tx.changedGraph();
  await sql`${prepared}
    with ${pair},
    said as (
      insert into derivation (src, dst, job_id, covered) select distinct src, dst, job_id, false from pair
      on conflict do nothing returning src, dst, job_id, covered),
    coarse as (
      select src, dst from (select * from said union all select d.src, d.dst, d.job_id, d.covered from derivation d
        where (d.src, d.dst) in (select src, dst from pair)) as a
       where not covered and not ${explainsAll('a')}),
    wanted as (
      select src, dst, src as src_dataset, dst as dst_dataset, run_id, source, first_seen, last_seen from pair
      union
      select src_version, dst_version, src, dst, run_id, source, first_seen, last_seen from pair
       where src_version <> src and dst_version <> dst),
    newest as (
      select distinct on (src, dst) src, dst, src_dataset, dst_dataset, run_id, source, last_seen,
             min(first_seen) over (partition by src, dst) as first_seen
        from wanted order by src, dst, last_seen desc, run_id desc nulls last),
    widened as ( -- edges between other versions of a pair that has become coarse
      update edge e set refined = false from coarse c join dataset_version s on s.dataset_key = c.src join dataset_version d on d.dataset_key = c.dst
       where (c.src, c.dst) in (select src, dst from said) and e.src = s.asset_key and e.dst = d.asset_key
         and e.kind = ${kindNumber('DERIVED')} and e.valid_to is null and e.refined
         and not exists (select from newest n where n.src = e.src and n.dst = e.dst))
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

/** The job accounts for all that the dataset came from, which the pair of the dataset with itself stands for. */
const explainsAll = (alias: string): RawBuilder<boolean> => {
  const [dst, job] = [sql.ref(`${alias}.dst`), sql.ref(`${alias}.job_id`)];
  return sql`exists (select from derivation w where w.src = ${dst} and w.dst = ${dst} and w.job_id = ${job} and w.covered)`;
};

export interface CoveredPair {
  /** The same as `dst` when the job accounts for all that it came from. */
  src: number;
  dst: number;
  jobId: string | null;
}

/**
 * Notes that a job's column lineage explains how `dst` came from `src`, both datasets. Call it before `linkRun`, in the same transaction.
 */
export async function coverDerivations(tx: Tx, pairs: readonly CoveredPair[]): Promise<void> {
  if (pairs.length === 0) return;
  const rows = pairs.map(({ src, dst, jobId }) => ({ src, dst, job: jobId ?? noJob }));
  const { rows: changed } = await sql<{ dst: number }>`${prepared}
    insert into derivation (src, dst, job_id, covered)
    select distinct src, dst, job, true from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(src bigint, dst bigint, job uuid)
    on conflict (src, dst, job_id) do update set covered = true where not derivation.covered returning dst`.execute(
    tx.db,
  );
  await refreshRefined(tx, [...new Set(changed.map(({ dst }) => dst))]);
}

/** Brings what DERIVED edges from and to these datasets say of finer ones up to date with what the jobs' column lineage explains. */
export async function refreshRefined(tx: Tx, datasets: readonly number[]): Promise<void> {
  if (datasets.length === 0) return;
  tx.changedGraph();
  const keys = sql`${sql.val([...datasets])}::bigint[]`;
  await sql`${prepared}
    with pair as (
      select d.src, d.dst, bool_and(d.covered or ${explainsAll('d')}) as refined from derivation d
       where (d.dst = any(${keys}) or d.src = any(${keys})) and d.src <> d.dst group by 1, 2),
    wanted as (
      select src, dst, refined from pair
      union all
      select s.asset_key, d.asset_key, p.refined from pair p
        join dataset_version s on s.dataset_key = p.src join dataset_version d on d.dataset_key = p.dst)
    update edge e set refined = w.refined from wanted w
     where e.src = w.src and e.dst = w.dst and e.kind = ${kindNumber('DERIVED')} and e.valid_to is null
       and e.refined <> w.refined`.execute(tx.db);
}
