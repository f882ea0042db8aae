import { sql, type RawBuilder } from 'kysely';
import { mergeEdges } from '../lineage/merge-edges.service.ts';
import { mergeTags } from '../sensitivity/imports.service.ts';
import { mergeBarriers } from '../sensitivity/masking.service.ts';
import type { Tx } from '../store.ts';
import type { JsonObject } from '../../shared/json.ts';
import { moveRunEnds } from '../experiments/run-ends.service.ts';
import { mergeStored, storedOf } from '../facets.ts';
import { unknownType } from './ensure.service.ts';

/** An asset that proved to be another: what was told of `old` is told of `new`. */
export interface Merged {
  old: number;
  new: number;
}

/**
 * Makes datasets one: the state is what it had been, had every event used one name from the start. The ids of those that are gone
 * go on leading to the one that stays.
 */
export async function mergeDatasets(
  tx: Tx,
  projectId: string,
  winner: number,
  losers: readonly number[],
): Promise<void> {
  for (const loser of losers) {
    await mergeFacetsOf(tx, winner, loser);
    const pairs = [
      { old: loser, new: winner },
      ...(await mergeColumns(tx, winner, loser)),
      ...(await mergeVersions(tx, winner, loser)),
    ];
    await mergeReferences(tx, pairs);
    await mergeBarriers(tx, await mergeEdges(tx, pairs));
    await mergeTags(tx, pairs);
    const gone = sql.val(pairs.map((pair) => pair.old));
    const { rows } = await sql<{ id: string }>`
      with d as (delete from dataset where asset_key = any(${gone}::bigint[])),
           c as (delete from dataset_column where asset_key = any(${gone}::bigint[])),
           v as (delete from dataset_version where asset_key = any(${gone}::bigint[])),
           n as (update dataset_alias set dataset_key = ${winner}::bigint where dataset_key = ${loser}::bigint),
           m as (${pairsAsTable(pairs)})
      update asset set merged_into = m.new from m where asset.key = m.old or asset.merged_into = m.old
      returning case when asset.key = ${loser}::bigint then asset.id end as id`.execute(tx.db);
    const id = rows.find((row) => row.id)!.id;
    tx.record({ action: 'dataset.merged', subject: { kind: 'Dataset', id }, projectId, details: {} });
  }
}

const pairsAsTable = (pairs: readonly Merged[]) =>
  sql`select * from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as m(old bigint, new bigint)`;

async function mergeFacetsOf(tx: Tx, winner: number, loser: number): Promise<void> {
  const { rows } = await sql<{ asset_key: number; facets: JsonObject; facet_times: Record<string, string> | null }>`
    select asset_key, facets, facet_times from dataset where asset_key in (${winner}, ${loser}) for update`.execute(
    tx.db,
  );
  const [kept, gone] = [winner, loser].map((key) => rows.find((row) => row.asset_key === key)!);
  const { facets, times } = mergeStored(storedOf(kept!), storedOf(gone!));
  await sql`
    update dataset set facets = ${JSON.stringify(facets)}::jsonb, facet_times = ${JSON.stringify(times)}::jsonb,
           description = ${JSON.stringify(facets)}::jsonb #>> '{documentation,description}', updated_at = ${tx.now}
     where asset_key = ${winner}`.execute(tx.db);
}

/** Columns of one name become one; the others change hands. */
async function mergeColumns(tx: Tx, winner: number, loser: number): Promise<Merged[]> {
  const { rows } = await sql<Merged>`
    select l.asset_key as old, w.asset_key as new from dataset_column l join dataset_column w using (name)
     where l.dataset_key = ${loser} and w.dataset_key = ${winner}`.execute(tx.db);
  await sql`
    with m as (${pairsAsTable(rows)})
    update dataset_column w set ordinal = l.ordinal, type = l.type, description = l.description, updated_at = l.updated_at
      from m join dataset_column l on l.asset_key = m.old
     where w.asset_key = m.new and l.type <> ${unknownType}
       and (w.type = ${unknownType} or (l.updated_at, l.type collate "C", l.ordinal, coalesce(l.description, '') collate "C") >
            (w.updated_at, w.type, w.ordinal, coalesce(w.description, '')))`.execute(tx.db);
  await sql`update dataset_column set dataset_key = ${winner} where dataset_key = ${loser}
               and not asset_key = any(${sql.val(rows.map((row) => row.old))}::bigint[])`.execute(tx.db);
  return rows;
}

async function mergeVersions(tx: Tx, winner: number, loser: number): Promise<Merged[]> {
  const { rows } = await sql<Merged>`
    select l.asset_key as old, w.asset_key as new from dataset_version l join dataset_version w using (digest)
     where l.dataset_key = ${loser} and w.dataset_key = ${winner}`.execute(tx.db);
  await sql`
    with m as (${pairsAsTable(rows)})
    update dataset_version w set schema = coalesce(w.schema, l.schema), row_count = greatest(w.row_count, l.row_count),
           created_at = least(w.created_at, l.created_at)
      from m join dataset_version l on l.asset_key = m.old where w.asset_key = m.new`.execute(tx.db);
  const moved = await sql<{ key: number; digest: string }>`
    update dataset_version v set dataset_key = ${winner}, label = case when v.source_type = 'openlineage' then d.name else v.label end
      from dataset d where d.asset_key = ${winner} and v.dataset_key = ${loser}
       and not v.asset_key = any(${sql.val(rows.map((row) => row.old))}::bigint[])
    returning v.asset_key as key, v.digest`.execute(tx.db);
  await sql`
    update asset a set name = v.label || '@' || v.digest from dataset_version v
     where v.asset_key = a.key and a.key = any(${sql.val(moved.rows.map((row) => row.key))}::bigint[])`.execute(tx.db);
  return rows;
}

/** Of two results of one check the later counts, and in the same millisecond the one that failed. */
export function checkRank(row: string): RawBuilder<unknown> {
  const of = (name: string) => sql.ref(`${row}.${name}`);
  return sql`(${of('measured_at')}, not ${of('success')}, coalesce(${of('severity')}, '') collate "C",
    coalesce(${of('expected')}, '') collate "C", coalesce(${of('actual')}, '') collate "C")`;
}

/** What else points at the assets: each row goes over, and where both had one, the two are merged as events would have. */
async function mergeReferences(tx: Tx, pairs: readonly Merged[]): Promise<void> {
  const m = sql`m as (${pairsAsTable(pairs)})`;
  const into = (name: string) =>
    sql`coalesce((select m.new from m where m.old = t.${sql.ref(name)}), t.${sql.ref(name)})`;
  const touched = (...names: string[]) =>
    sql.join(
      names.map((name) => sql`t.${sql.ref(name)} in (select old from m)`),
      sql` or `,
    );
  await sql`
    with ${m}, gone as (delete from version_column t where ${touched('version_key', 'column_key')} returning *)
    insert into version_column (version_key, column_key, ordinal, type, required, role)
    select v, c, min(ordinal), min(type collate "C"), bool_and(required), min(role)
      from (select ${into('version_key')} as v, ${into('column_key')} as c, t.* from gone t) t group by v, c
    on conflict (version_key, column_key) do update set
      type = least(version_column.type collate "C", excluded.type), ordinal = least(version_column.ordinal, excluded.ordinal)`.execute(
    tx.db,
  );
  await moveRunEnds(tx, pairs);
  await sql`
    with ${m}, gone as (delete from column_profile t where ${touched('column_key')} returning *)
    insert into column_profile (column_key, told_by, run_id, measured_at, row_count, statistics)
    select ${into('column_key')}, told_by, run_id, measured_at, row_count, statistics from gone t
    on conflict (column_key, told_by) do update set
      measured_at = excluded.measured_at, row_count = excluded.row_count, statistics = excluded.statistics
    where (excluded.measured_at, excluded.statistics::text collate "C", coalesce(excluded.row_count, -1)) >
          (column_profile.measured_at, column_profile.statistics::text, coalesce(column_profile.row_count, -1))`.execute(
    tx.db,
  );
  await sql`
    with ${m}, gone as (delete from quality_check t where ${touched('dataset_key', 'column_key')} returning *)
    insert into quality_check (dataset_key, check_id, told_by, run_id, column_key, measured_at, assertion, name, success, severity, expected, actual)
    select ${into('dataset_key')}, check_id, told_by, run_id, ${into('column_key')}, measured_at, assertion, name, success, severity, expected, actual
      from gone t
    on conflict (dataset_key, check_id, told_by) do update set measured_at = excluded.measured_at, success = excluded.success,
      severity = excluded.severity, expected = excluded.expected, actual = excluded.actual
    where ${checkRank('excluded')} > ${checkRank('quality_check')}`.execute(tx.db);
  await sql`
    with ${m}, gone as (delete from dataset_change t where ${touched('dataset_key', 'previous_key')} returning *)
    insert into dataset_change (dataset_key, at, change, previous_key)
    select distinct ${into('dataset_key')}, at, change, ${into('previous_key')} from gone t
    on conflict do nothing`.execute(tx.db);
}
