import { sql, type Kysely } from 'kysely';
import type { Tables } from '../domain/tables.ts';
import { closeTables, whenNobodyIsIn } from '../storage/closed-tables.ts';
import type { Database } from '../storage/database.ts';

/**
 * All that lineage events have left, by names and the producers' times: ids and times of receipt are left out, so that two databases
 * which know the same things give the same text.
 */
export async function lineageState({ read }: Database<Tables>): Promise<Record<string, unknown[]>> {
  const queries = {
    jobs: `select namespace, name, facets, facet_times from job`,
    runs: `select r.external_id, j.name as job, r.kind, r.name, r.status, r.started_at, r.ended_at, r.parent_run_id, r.facets, r.facet_times,
                  r.first_event_at, r.last_event_at, r.other_jobs from run r left join job j on j.id = r.job_id`,
    datasets: `select d.namespace, d.name, a.name as shown, d.description, d.facets, d.facet_times from dataset d join asset a on a.key = d.asset_key`,
    names: `select n.namespace, n.name, n.declares, d.namespace as of_namespace, d.name as of from dataset_alias n join dataset d on d.asset_key = n.dataset_key`,
    changes: `select d.name, c.at, c.change, p.name as previous from dataset_change c join dataset d on d.asset_key = c.dataset_key
                join dataset p on p.asset_key = c.previous_key`,
    derivations: `select s.name as src, d.name as dst, j.name as job, e.job_id, e.covered from derivation e join dataset s on s.asset_key = e.src
                    join dataset d on d.asset_key = e.dst left join job j on j.id = e.job_id`,
    columns: `select d.name as dataset, c.name, c.ordinal, c.type, c.description, c.updated_at
                from dataset_column c join dataset d on d.asset_key = c.dataset_key`,
    versions: `select d.name as dataset, v.digest, v.label, v.source_type, v.row_count, v.created_at
                 from dataset_version v join dataset d on d.asset_key = v.dataset_key`,
    members: `select v.name as version, c.name as column, m.ordinal, m.type from version_column m
                join asset v on v.key = m.version_key join asset c on c.key = m.column_key`,
    edges: `select s.kind as src_kind, s.name as src, sd.name as src_of, d.kind as dst_kind, d.name as dst, dd.name as dst_of, e.kind,
                   e.valid_from, e.valid_to, e.last_seen, e.source, r.external_id as run, e.refined, e.crosses, e.transformations
              from edge e join asset s on s.key = e.src join asset d on d.key = e.dst left join run r on r.id = e.run_id
              left join dataset_column sc on sc.asset_key = e.src left join dataset sd on sd.asset_key = sc.dataset_key
              left join dataset_column dc on dc.asset_key = e.dst left join dataset dd on dd.asset_key = dc.dataset_key
              where e.valid_to is distinct from e.valid_from`,
    barriers: `select s.name as src, d.name as dst, e.kind, b.kind as barrier, b.tags, b.statement from barrier b join edge e on e.id = b.edge_id
                 join asset s on s.key = e.src join asset d on d.key = e.dst where b.ended_at is null`,
    inputs: `select r.external_id as run, a.name, i.facets, i.facet_times from run_input i join run r on r.id = i.run_id join asset a on a.key = i.asset_key`,
    outputs: `select r.external_id as run, a.name, o.facets, o.facet_times from run_output o join run r on r.id = o.run_id join asset a on a.key = o.asset_key`,
    profiles: `select d.name as dataset, c.name, r.external_id as run, p.measured_at, p.row_count, p.statistics from column_profile p
                 join dataset_column c on c.asset_key = p.column_key join dataset d on d.asset_key = c.dataset_key
                 left join run r on r.id = p.run_id`,
    checks: `select d.name as dataset, c.name as column, r.external_id as run, q.check_id, q.measured_at, q.assertion, q.name, q.success,
                    q.severity, q.expected, q.actual from quality_check q join dataset d on d.asset_key = q.dataset_key
               left join asset c on c.key = q.column_key left join run r on r.id = q.run_id`,
    tags: `select d.name as dataset, a.name, t.tag_name, t.origin, t.valid_from, t.valid_to from tag_declaration t
             join asset a on a.key = t.asset_key left join dataset_column c on c.asset_key = a.key
             left join dataset d on d.asset_key = c.dataset_key where t.valid_to is distinct from t.valid_from`,
  };
  const state: Record<string, unknown[]> = {};
  for (const [name, query] of Object.entries(queries)) {
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(q) as row from (${sql.raw(query)}) q order by to_jsonb(q)::text`.execute(read);
    state[name] = rows.map(({ row }) => row);
  }
  return state;
}

/** What lineage events fill, but for what refers to it. */
const filled = ['event_inbox', 'seen_event', 'effective_tag', 'tag_change', 'barrier_tag', 'asset', 'run', 'job'];

/**
 * Forgets all lineage, so that one database serves many tries: in one statement, which may name tables in any order. Truncating them would make
 * a file for each table and index, which takes ten times as long.
 */
export async function forgetLineage({ write }: Database<Tables>): Promise<void> {
  const empty = async (tx: Kysely<Tables>): Promise<void> => {
    await closeTables(tx);
    const { rows } = await sql<{ emptying: string }>`
      with recursive emptied as (
        select t::regclass::oid as id from unnest(${sql.val(filled)}::text[]) as t
        union
        select c.conrelid from pg_constraint c join emptied e on c.confrelid = e.id where c.contype = 'f')
      select 'with ' || string_agg(format('d%1$s as (delete from %1$s)', id::regclass), ', ') || ' select' as emptying from emptied`.execute(
      tx,
    );
    await sql.raw(rows[0]!.emptying).execute(tx);
  };
  await whenNobodyIsIn(() => write(empty));
}
