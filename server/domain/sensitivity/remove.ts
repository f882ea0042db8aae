import { sql, type RawBuilder } from 'kysely';
import { int8s } from '../../storage/arrays.ts';
import type { Changes } from './propagate.ts';
import { columnsOf, joined, tableOf, type Db, type Keys, type Placed } from './rows.ts';
import { learnersOf, passes, taughtBy } from './teaching.ts';

/** Rows whose witness, or declaration, may be gone. */
export async function suspectsOf(db: Db, { edges, assets, rows, moved }: Changes): Promise<Placed> {
  if (edges.length + assets.length + rows.states.length + moved.edges.length === 0)
    return { states: [], tags: [], dists: [] };
  return columnsOf(db, ['states', 'tags', 'dists'], sql`
    select t.state, t.tag_key, t.dist
      from edge e cross join lateral (values (e.dst), (-e.dst), (e.src)) as s(state)
      join effective_tag t on t.state = s.state and t.edge_id = e.id
     where e.id = any(${int8s(edges)})
    union
    select t.state, t.tag_key, t.dist
      from unnest(${int8s(moved.edges)}, ${int8s(moved.assets)}) as m(edge_id, asset_key)
     cross join lateral (values (m.asset_key), (-m.asset_key)) as s(state)
      join effective_tag t on t.state = s.state and t.edge_id = m.edge_id
    union
    select t.state, t.tag_key, t.dist
      from unnest(${int8s(assets)}) as a(key) join effective_tag t on t.state = -a.key and t.dist = 0
     where ${isUndeclared}
    union
    select t.state, t.tag_key, t.dist from ${tableOf(rows)} join effective_tag t on t.state = k.state and t.tag_key = k.tag_key
     where t.dist > 0 or ${isUndeclared}`); // prettier-ignore
}

const isUndeclared = sql`not exists (select from tag_declaration o join sensitivity_tag d on d.name = o.tag_name
  where o.asset_key = -t.state and d.key = t.tag_key and o.valid_to is null)`;

/** From here on it pays to remove whole subtrees of witnesses at once, where few rows have another way. */
const manyRows = 2_000;
/** With a smaller limit than this, work is to be cut in pieces. */
const noPieces = 100_000;

/**
 * Removes what has lost its ground. A row keeps its place by another way of the same length only, and nearest rows come first: any other
 * order lets cycles prove themselves. `gone` may still be reached by longer ways; `waiting` is what the limit left.
 */
export async function remove(db: Db, suspects: Placed, limit: number): Promise<{ gone: Keys; waiting: Keys }> {
  const levels = new Map<number, Keys>();
  enqueue(levels, suspects);
  const gone: Keys[] = [];
  let [looked, lost] = [0, 0];
  while (levels.size > 0 && looked < limit) {
    if (looked > manyRows && lost > 0.75 * looked && limit >= noPieces) {
      gone.push(await removeSubtrees(db, joined(...levels.values())));
      levels.clear();
      break;
    }
    const dist = Math.min(...levels.keys());
    const level = levels.get(dist)!;
    levels.delete(dist);
    const room = limit - looked;
    if (level.states.length > room)
      levels.set(dist, { states: level.states.splice(room), tags: level.tags.splice(room) });
    const found = await removeLevel(db, level);
    looked += level.states.length;
    lost += found.gone.states.length;
    gone.push(found.gone);
    enqueue(levels, found.orphans);
  }
  return { gone: joined(...gone), waiting: joined(...levels.values()) };
}

function enqueue(levels: Map<number, Keys>, { states, tags, dists }: Placed): void {
  dists.forEach((dist, i) => {
    const level = levels.get(dist);
    if (level) {
      level.states.push(states[i]!);
      level.tags.push(tags[i]!);
    } else levels.set(dist, { states: [states[i]!], tags: [tags[i]!] });
  });
}

async function removeLevel(db: Db, keys: Keys): Promise<{ gone: Keys; orphans: Placed }> {
  const { rows } = await sql<Record<'gone' | 'gone_tags' | 'orphans' | 'orphan_tags' | 'dists', number[] | null>>`
    with cur as materialized (
      select distinct t.* from ${tableOf(keys)} join effective_tag t on t.state = k.state and t.tag_key = k.tag_key),
    other as materialized (
      select distinct on (c.state, c.tag_key) c.state, c.tag_key, x.state as parent, x.edge_id
        from cur c cross join lateral (${taughtBy(sql`c.state`)}) x
        join effective_tag p on p.state = x.state and p.tag_key = c.tag_key and p.dist = c.dist - 1
       where ${passes(sql`x.edge_id`, sql`c.tag_key`)}
       order by c.state, c.tag_key, x.edge_id, x.state),
    kept as (
      update effective_tag t set parent = o.parent, edge_id = o.edge_id from other o
       where t.state = o.state and t.tag_key = o.tag_key and (t.parent, t.edge_id) <> (o.parent, o.edge_id)),
    lost as (
      delete from effective_tag t using cur c
       where t.state = c.state and t.tag_key = c.tag_key
         and not exists (select from other o where o.state = c.state and o.tag_key = c.tag_key)
      returning t.state, t.tag_key),
    orphan as (
      select t.state, t.tag_key, t.dist from lost l ${witnessedBy('l')})
    select l.*, o.* from
      (select array_agg(state) as gone, array_agg(tag_key::int8) as gone_tags from lost) l,
      (select array_agg(state) as orphans, array_agg(tag_key::int8) as orphan_tags, array_agg(dist::int8) as dists from orphan) o`.execute(db); // prettier-ignore
  const { gone, gone_tags, orphans, orphan_tags, dists } = rows[0]!;
  return {
    gone: { states: gone ?? [], tags: gone_tags ?? [] },
    orphans: { states: orphans ?? [], tags: orphan_tags ?? [], dists: dists ?? [] },
  };
}

/** Joins the rows `t` that have the row of that alias for a witness. Those by an edge that is no longer open are suspects of their own. */
const witnessedBy = (alias: string): RawBuilder<unknown> => {
  const [state, tag] = [sql.ref(`${alias}.state`), sql.ref(`${alias}.tag_key`)];
  return sql`cross join lateral (${learnersOf(state)}) x
        join effective_tag t on t.state = x.state and t.tag_key = ${tag} and t.parent = ${state} and t.edge_id = x.edge_id`;
};

/** These rows, and all that have them for witnesses. */
async function removeSubtrees(db: Db, keys: Keys): Promise<Keys> {
  const { rows } = await sql<{ states: number[] | null; tags: number[] | null }>`
    with recursive below(state, tag_key) as (
      select k.state, k.tag_key from ${tableOf(keys)}
      union
      select t.state, t.tag_key from below b ${witnessedBy('b')}),
    lost as (
      delete from effective_tag t using below b where t.state = b.state and t.tag_key = b.tag_key
      returning t.state, t.tag_key)
    select array_agg(state) as states, array_agg(tag_key::int8) as tags from lost`.execute(db);
  return { states: rows[0]!.states ?? [], tags: rows[0]!.tags ?? [] };
}
