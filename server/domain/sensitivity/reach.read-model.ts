import { sql } from 'kysely';
import { int8s, packed, texts } from '../../storage/arrays.ts';
import type { Moment } from '../intervals.ts';
import { recompute, type Supposition } from './recompute.ts';
import { rowOf, type Db } from './rows.ts';
import { isCoarse, isStale } from './teaching.ts';

export { barrierStands } from './recompute.ts';

/** A tag that an asset holds. */
export interface ReachingTag {
  /** Name of the tag. */
  tag: string;
  /** Empty where the tag is only supposed. */
  declarationId: string;
  /** Graph key of the asset that it was declared on, or imported for: the nearest, where there are several. */
  declaredOn: number;
  /** Ids of the edges from there to here, a shortest way; empty where it was declared on the asset itself. */
  path: number[];
  /** Some step of the path is known for whole datasets only. */
  coarse: boolean;
}

/**
 * Which tags reach these assets, by graph key, each with a shortest path, and whether that is coarse: now, or as of any past moment. The
 * one function for rules that depend on tags. An asset's own tags are among them, with an empty path; nothing that only judged a model
 * reaches it; signed barriers stop what they name.
 *
 * One statement, however many assets, when asked for now: paths are read along witnesses, never searched for, and each row of a path is looked up. Two more for the past, or
 * while something waits to be propagated; inside a transaction that changed the graph that is so until it ends, and the answer then
 * takes the transaction's own writes into account. Not limited to anyone's projects, since hiding where a tag comes from must not hide
 * that it is there: who shows an answer asks the loaders of assets and edges, which are.
 *
 * @param db `store.read`, or `tx.db`
 * @throws UNAVAILABLE when more lies upstream than can be recomputed
 */
export async function tagsReaching(
  db: Db,
  keys: readonly number[],
  moment: Moment,
): Promise<Map<number, ReachingTag[]>> {
  return (moment.asOf === null && (await readWitnesses(db, keys, moment.now))) || recompute(db, keys, moment, true);
}

/** As `tagsReaching`, but only what came from other assets, though the same be declared on the asset itself. */
export async function tagsLearned(
  db: Db,
  keys: readonly number[],
  moment: Moment,
): Promise<Map<number, ReachingTag[]>> {
  const found = moment.asOf === null && (await readWitnesses(db, keys, moment.now));
  if (!found) return recompute(db, keys, moment, false);
  // a row tells the nearest declaration only
  const declared = keys.filter((key) => found.get(key)!.some(({ path }) => path.length === 0));
  if (declared.length === 0) return found;
  return new Map([...found, ...(await recompute(db, declared, moment, false))]);
}

/** As `tagsReaching`, but only which of these tags: for now no path is read, and a thousand assets cost what a lookup costs. */
export async function whichReach(
  db: Db,
  keys: readonly number[],
  tags: readonly string[],
  moment: Moment,
): Promise<Map<number, string[]>> {
  const found = moment.asOf === null && (await readNames(db, keys, tags, moment.now));
  if (found) return found;
  const wanted = new Set(tags);
  const reaching = await recompute(db, keys, moment, true);
  return new Map(keys.map((key) => [key, reaching.get(key)!.flatMap(({ tag }) => (wanted.has(tag) ? [tag] : []))]));
}

/** Undefined while the rows may not be the truth. */
async function readNames(
  db: Db,
  keys: readonly number[],
  tags: readonly string[],
  now: Date,
): Promise<Map<number, string[]> | undefined> {
  const { rows } = await sql<{ stale: boolean; tag: string | null; holders: number[] }>`
    with fresh as materialized (select ${isStale(now)} as stale),
    held as (
      select d.name as tag, array_agg(distinct a.key) as holders
        from unnest(${packed.int8s(keys)}) as a(key) join effective_tag t on t.state in (a.key, -a.key) join sensitivity_tag d on d.key = t.tag_key
       where d.name = any(${texts(tags)}) and not (select stale from fresh) group by 1)
    select fresh.stale, h.tag, h.holders from fresh left join held h on true order by h.tag`.execute(db);
  if (rows[0]!.stale) return undefined;
  const found = new Map<number, string[]>(keys.map((key) => [key, []]));
  for (const { tag, holders } of rows) if (tag !== null) for (const key of holders) found.get(key)!.push(tag);
  return found;
}

/** As `tagsReaching`, in a world that is as supposed. Nothing is written. Two statements. */
export function tagsReachingIf(
  db: Db,
  keys: readonly number[],
  moment: Moment,
  suppose: Supposition,
): Promise<Map<number, ReachingTag[]>> {
  return recompute(db, keys, moment, true, suppose);
}

interface WitnessRow {
  asked: number | null;
  tag: string;
  declaration_id: string;
  declared_on: number;
  path: number[] | null;
  coarse: boolean | null;
}

/** Undefined while the rows may not be the truth. */
async function readWitnesses(
  db: Db,
  keys: readonly number[],
  now: Date,
): Promise<Map<number, ReachingTag[]> | undefined> {
  const { rows } = await sql<WitnessRow & { stale: boolean }>`
    with recursive fresh as materialized (select ${isStale(now)} as stale),
    way(asked, tag_key, state, dist, parent, edge_id) as (
      select * from (
        select distinct on (a.key, t.tag_key) a.key, t.tag_key, t.state, t.dist, t.parent, t.edge_id
          from unnest(${int8s(keys)}) as a(key) cross join lateral (values (a.key), (-a.key)) as s(state)
          join effective_tag t on t.state = s.state
         where not (select stale from fresh)
         order by a.key, t.tag_key, t.dist, t.edge_id) nearest
      union all
      select w.asked, t.tag_key, t.state, t.dist, t.parent, t.edge_id
        from way w cross join ${rowOf(sql`w.parent`, sql`w.tag_key`)} t where w.dist > 0),
    found as (
      select w.asked, w.tag_key, max(abs(w.state)) filter (where w.dist = 0) as declared_on,
             array_agg(w.edge_id order by w.dist) filter (where w.dist > 0) as path, bool_or(${isCoarse}) as coarse
        from way w left join lateral (select * from edge one where one.id = w.edge_id offset 0) e on true
       group by w.asked, w.tag_key)
    select fresh.stale, f.asked, d.name as tag, o.id as declaration_id, f.declared_on, f.path, f.coarse
      from fresh
      left join (found f join sensitivity_tag d on d.key = f.tag_key
        join tag_declaration o on o.asset_key = f.declared_on and o.tag_name = d.name and o.valid_to is null) on true
     order by f.asked, d.name`.execute(db);
  if (rows[0]!.stale) return undefined;
  const found = new Map<number, ReachingTag[]>(keys.map((key) => [key, []]));
  for (const { asked, tag, declaration_id, declared_on, path, coarse } of rows) {
    if (asked === null) continue;
    found
      .get(asked)!
      .push({ tag, declarationId: declaration_id, declaredOn: declared_on, path: path ?? [], coarse: coarse ?? false });
  }
  return found;
}
