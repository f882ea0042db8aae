import { sql } from 'kysely';
import { int8s, packed } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import { createBelow, witnessedBy, type Way } from './below.ts';
import { createLevels } from './levels.ts';
import type { Changes, Limits } from './propagate.ts';
import { arraysOf, joined, keysOf, placed, tableOf, type Db, type Key, type Keys, type Placed } from './rows.ts';

/** Rows whose witness, or declaration, may be gone. */
export async function suspectsOf(db: Db, { edges, assets, rows, moved }: Changes): Promise<Placed[]> {
  if (edges.length + assets.length + rows.states.length + moved.edges.length === 0) return [];
  const { suspect } = await arraysOf(db, sql`
    suspect as (
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
       where t.dist > 0 or ${isUndeclared})`, { suspect: ['state', 'tag_key', 'dist'] }); // prettier-ignore
  return placed(suspect);
}

const isUndeclared = sql`not exists (select from tag_declaration o join sensitivity_tag d on d.name = o.tag_name
  where o.asset_key = -t.state and d.key = t.tag_key and o.valid_to is null)`;

/** From here on it pays to remove whole subtrees of witnesses at once, where few rows have another way. */
const manyRows = 500;
/** Suspects of one level that a statement looks at. */
const atOnce = 10_000;

export interface Removed {
  /** No rows any more. They may still be reached by longer ways. */
  gone: Keys;
  /** What the limit left, as suspects. */
  waiting: Keys;
}

/**
 * Removes what has lost its ground. A row keeps its place by another way of the same length only, and nearest rows come first: any other
 * order lets cycles prove themselves. Undefined, and nothing removed, where that is more than may be done of what is to be done whole.
 */
export async function remove(
  db: Db,
  suspects: readonly Placed[],
  { rows: limit, whole }: Limits,
): Promise<Removed | undefined> {
  const levels = createLevels<Key>();
  suspects.forEach((suspect) => levels.add(suspect.dist, suspect));
  const below = createBelow(db);
  const fate = createFate();
  const roots: Key[] = [];
  const waiting: Key[] = [];
  let looked = 0;
  for (let dist = levels.nearest(); dist !== undefined; dist = levels.nearest()) {
    const level = levels.take(dist).filter(fate.isNew);
    if (looked > manyRows && fate.lost > 0.75 * looked) {
      for (const key of level) roots.push(key);
      continue;
    }
    if (whole && looked + level.length > limit) return undefined;
    const now = level.slice(0, limit - looked);
    for (const key of level.slice(now.length)) waiting.push(key);
    for (let from = 0; from < now.length; from += atOnce) {
      const these = now.slice(from, from + atOnce);
      await below.look(these, limit - looked);
      looked += these.length;
      for (const key of these) {
        const way = below.waysTo(key).filter(({ parent }) => !fate.isLost(parent, key.tag)).sort(byEdge)[0]; // prettier-ignore
        if (way) fate.keep(key, way);
        else {
          fate.lose(key);
          below.childrenOf(key).forEach((child) => levels.add(child.dist, child));
        }
      }
    }
  }
  const subtrees = await removeSubtrees(db, keysOf(roots), limit - looked, whole);
  if (!subtrees) return undefined;
  await fate.write(db);
  return { gone: joined(fate.gone, subtrees.gone), waiting: joined(keysOf(waiting), subtrees.waiting) };
}

const byEdge = (a: Way, b: Way): number => a.edge - b.edge || a.parent - b.parent;

/** What becomes of rows. Written at the end, so that until then all is read as it was. */
function createFate() {
  const met = new Set<string>();
  const lost = new Map<number, Set<number>>();
  const gone: Keys = { states: [], tags: [] };
  const kept: (Key & Way)[] = [];
  return {
    gone,
    get lost(): number {
      return gone.states.length;
    },
    /** Not met before: several things may make one row suspect. */
    isNew({ state, tag }: Key): boolean {
      const size = met.size;
      return met.add(`${state} ${tag}`).size > size;
    },
    isLost: (state: number, tag: number): boolean => lost.get(tag)?.has(state) ?? false,
    keep: (key: Key, way: Way): unknown => kept.push({ ...key, ...way }),
    lose({ state, tag }: Key): void {
      gone.states.push(state);
      gone.tags.push(tag);
      const ofTag = lost.get(tag);
      if (ofTag) ofTag.add(state);
      else lost.set(tag, new Set([state]));
    },
    async write(db: Db): Promise<void> {
      if (gone.states.length + kept.length === 0) return;
      await sql`${prepared}
        with lost as (delete from effective_tag t using ${tableOf(gone)} where t.state = k.state and t.tag_key = k.tag_key)
        update effective_tag t set parent = k.parent, edge_id = k.edge_id
          from unnest(${packed.int8s(kept.map(({ state }) => state))}, ${packed.int4s(kept.map(({ tag }) => tag))},
            ${packed.int8s(kept.map(({ parent }) => parent))}, ${packed.int8s(kept.map(({ edge }) => edge))}) as k(state, tag_key, parent, edge_id)
         where t.state = k.state and t.tag_key = k.tag_key and (t.parent, t.edge_id) <> (k.parent, k.edge_id)`.execute(db); // prettier-ignore
    },
  };
}

/** Removes these rows and all that have them for witnesses, nearest first, as many as the limit allows. */
async function removeSubtrees(db: Db, roots: Keys, limit: number, whole: boolean): Promise<Removed | undefined> {
  if (roots.states.length === 0) return { gone: roots, waiting: roots };
  const { size, lost, orphan } = await arraysOf(db, sql`
    recursive below(state, tag_key) as (
      select k.state, k.tag_key from ${tableOf(roots)}
      union
      select t.state, t.tag_key from below b ${witnessedBy('b')}),
    nearest as materialized (select state, tag_key from below limit ${limit + (whole ? 1 : 0)}::int8),
    size as materialized (select count(*) as rows from nearest),
    lost as (
      delete from effective_tag t using nearest n
       where t.state = n.state and t.tag_key = n.tag_key and (select rows from size) <= ${limit}::int8
      returning t.state, t.tag_key),
    orphan as (
      select t.state, t.tag_key from nearest n ${witnessedBy('n')}
       where (select rows from size) = ${limit}::int8 and (t.state, t.tag_key) not in (select state, tag_key from nearest)
      union
      select k.state, k.tag_key from ${tableOf(roots)}
       where (select rows from size) = ${limit}::int8 and (k.state, k.tag_key) not in (select state, tag_key from nearest))`,
    { size: ['rows'], lost: ['state', 'tag_key'], orphan: ['state', 'tag_key'] },
  ); // prettier-ignore
  if (whole && size.rows[0]! > limit) return undefined;
  return {
    gone: { states: lost.state, tags: lost.tag_key },
    waiting: { states: orphan.state, tags: orphan.tag_key },
  };
}
