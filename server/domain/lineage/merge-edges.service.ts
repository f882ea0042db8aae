import { sql } from 'kysely';
import type { Tx } from '../store.ts';
import { kindNumber } from './edge.entity.ts';
import { everyWay } from './every-way.ts';
import { refreshRefined } from './run-edges.ts';

interface EdgeRow {
  id: number;
  src: number;
  dst: number;
  kind: number;
}

/** Edges that proved to be one: the one that stays, or none where they led from an asset to itself. */
export interface MergedEdges {
  kept: number | null;
  of: readonly number[];
}

/**
 * Takes edges over from assets that proved to be others. Of edges that become the same one stays, as seen first by the earliest and last
 * by the latest; the others, and those from an asset to itself, are ended at the moment they began: they hold at no time.
 * Gives what became one.
 */
export async function mergeEdges(tx: Tx, pairs: readonly { old: number; new: number }[]): Promise<MergedEdges[]> {
  tx.changedGraph();
  const newOf = new Map(pairs.map((pair) => [pair.old, pair.new]));
  const of = (key: number): number => newOf.get(key) ?? key;
  const all = sql`${sql.val([...newOf.keys(), ...newOf.values()])}::bigint[]`;
  const { rows } = await sql<EdgeRow>`
    select id, src, dst, kind from edge
     where valid_to is null and (src = any(${all}) or dst = any(${all})) order by id`.execute(tx.db);
  const groups = Map.groupBy(rows, ({ src, dst, kind }) => `${of(src)} ${of(dst)} ${kind}`);
  const ended: number[] = [];
  const kept: { id: number; src: number; dst: number; of: number[] }[] = [];
  const merged: MergedEdges[] = [];
  for (const group of groups.values()) {
    const { src, dst } = group[0]!;
    const ids = group.map(({ id }) => id);
    if (of(src) === of(dst)) {
      ended.push(...ids);
      merged.push({ kept: null, of: ids });
    } else if (group.length > 1 || newOf.has(src) || newOf.has(dst)) {
      kept.push({ id: ids[0]!, src: of(src), dst: of(dst), of: ids });
      ended.push(...ids.slice(1));
      if (ids.length > 1) merged.push({ kept: ids[0]!, of: ids });
    }
  }
  // before the others take their place among the open ones
  await sql`update edge set valid_to = valid_from where id = any(${sql.val(ended)}::bigint[])`.execute(tx.db);
  await sql`
    with k as (select * from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as k(id bigint, src bigint, dst bigint, "of" bigint[])),
    best as (
      select distinct on (k.id) k.id, k.src, k.dst, k."of", e.last_seen, e.run_id, e.source,
             min(e.valid_from) over (partition by k.id) as first_seen, bool_or(e.refined) over (partition by k.id) as refined
        from k join edge e on e.id = any(k."of")
       order by k.id, e.last_seen desc, e.run_id desc nulls last),
    ways as (
      select b.id, ${everyWay(sql`jsonb_path_query_array(jsonb_agg(e.transformations), '$[*][*]')`)} as transformations
        from best b join edge e on e.id = any(b."of") and e.last_seen = b.last_seen and e.run_id is not distinct from b.run_id
       where e.transformations is not null
       group by b.id)
    update edge e set src = b.src, dst = b.dst, valid_from = b.first_seen, last_seen = b.last_seen, run_id = b.run_id, source = b.source,
           transformations = w.transformations, refined = b.refined
      from best b left join ways w using (id) where e.id = b.id`.execute(tx.db);
  const m = sql`m as (select * from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as m(old bigint, new bigint))`;
  await sql`
    with ${m}, gone as (delete from derivation where src in (select old from m) or dst in (select old from m) returning *)
    insert into derivation (src, dst, job_id, covered)
    select coalesce(s.new, g.src) as s, coalesce(d.new, g.dst) as d, g.job_id, bool_or(g.covered)
      from gone g left join m s on s.old = g.src left join m d on d.old = g.dst
     where g.src = g.dst or coalesce(s.new, g.src) <> coalesce(d.new, g.dst) group by 1, 2, 3
    on conflict (src, dst, job_id) do update set covered = derivation.covered or excluded.covered`.execute(tx.db);
  const { rows: within } = await sql<{ id: number }>`
    update edge e set valid_to = e.valid_from from dataset_version s, dataset_version d
     where e.src = s.asset_key and e.dst = d.asset_key and s.dataset_key = d.dataset_key and e.valid_to is null
       and e.kind = ${kindNumber('DERIVED')} and s.dataset_key = any(${all}) returning e.id`.execute(tx.db);
  if (within.length > 0) merged.push({ kept: null, of: within.map(({ id }) => id) });
  await refreshRefined(tx, [...newOf.values()]);
  return merged;
}
