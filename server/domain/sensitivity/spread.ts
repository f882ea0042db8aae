import { sql, type RawBuilder } from 'kysely';
import { int4s, int8s } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import type { Changes } from './propagate.ts';
import { columnsOf, tableOf, type Db, type Keys } from './rows.ts';
import { learnersOf, lessonsOf, passes, taughtBy } from './teaching.ts';

/**
 * Adds what follows from these changes, where rows that are gone are reached by other ways, and the rest followed: breadth first from all of it, in Node, where a level costs one
 * statement; then one insert. The first way found is a shortest one, and of several the one whose last edge has the smallest id, so
 * that the rows are the same whatever happened in which order. Gives the rows that the limit kept from being followed.
 */
export async function spread(db: Db, changes: Changes, limit: number): Promise<Keys> {
  const found = createFound();
  await seed(db, changes, found);
  const waiting: Key[] = [];
  let looked = 0;
  for (let dist = found.nearest(); dist !== undefined; dist = found.nearest()) {
    const level = found.take(dist);
    const room = Math.min(Math.max(limit - looked, 0), maxFrontier);
    const now = level.slice(0, room);
    const rest = level.slice(room);
    looked += now.length;
    if (looked < limit) found.putBack(dist, rest);
    else for (const key of rest) waiting.push(key);
    if (now.length > 0) await follow(db, dist, now, found);
  }
  await write(db, found.all());
  return keysOf(waiting);
}

/** One statement packs the place in the frontier into the low bits of a number, behind the edge's id. */
const placeBits = 20;
const maxFrontier = 2 ** placeBits;

interface Key {
  readonly state: number;
  readonly tag: number;
}

const keysOf = (keys: readonly Key[]): Keys => ({
  states: keys.map(({ state }) => state),
  tags: keys.map(({ tag }) => tag),
});

const absent = -1;

interface Candidate extends Key {
  dist: number;
  parent: number;
  edge: number;
  /** At which distance the table has the row already, with a witness that is worse; else `absent`. At the same one nothing follows from it. */
  known: number;
}

type Found = ReturnType<typeof createFound>;

/** The best way to each row so far, and by distance the rows that are to be followed. */
function createFound() {
  const best = new Map<number, Map<number, Candidate>>();
  const levels = new Map<number, Key[]>();
  const putBack = (dist: number, keys: readonly Key[]): void => {
    const level = levels.get(dist);
    if (level) for (const key of keys) level.push(key);
    else if (keys.length > 0) levels.set(dist, [...keys]);
  };
  return {
    putBack,
    /** `leads` says that something learns from it. */
    offer(candidate: Candidate, leads = true): void {
      const { tag, state, dist } = candidate;
      let ofTag = best.get(tag);
      if (!ofTag) best.set(tag, (ofTag = new Map<number, Candidate>()));
      const known = ofTag.get(state);
      if (known && (known.dist < dist || (known.dist === dist && known.edge <= candidate.edge))) return;
      ofTag.set(state, candidate);
      if (leads && candidate.known !== dist && known?.dist !== dist) putBack(dist, [candidate]);
    },
    nearest: (): number | undefined => (levels.size === 0 ? undefined : Math.min(...levels.keys())),
    /** What is to be followed at that distance, and is not nearer by now; in the order of states. */
    take(dist: number): Key[] {
      const level = levels.get(dist) ?? [];
      levels.delete(dist);
      return level
        .filter(({ state, tag }) => (best.get(tag)?.get(state)?.dist ?? dist) >= dist)
        .sort((a, b) => a.state - b.state);
    },
    all: (): Candidate[] => [...best.values()].flatMap((ofTag) => [...ofTag.values()]),
  };
}

/** New declarations, what these edges teach, ways to the rows that are gone, and the other rows, which were not followed before. */
async function seed(db: Db, { assets, edges, rows }: Changes, found: Found): Promise<void> {
  const candidates = [
    assets.length > 0 &&
      sql`select -o.asset_key as state, d.key as tag_key, 0 as dist, 0::int8 as parent, 0::int8 as edge_id
            from tag_declaration o join sensitivity_tag d on d.name = o.tag_name
           where o.asset_key = any(${int8s(assets)}) and o.valid_to is null`,
    edges.length > 0 &&
      sql`select x.state, p.tag_key, p.dist + 1 as dist, p.state as parent, x.edge_id
            from (${lessonsOf(int8s(edges))}) x join effective_tag p on p.state = x.src_state
           where ${passes(sql`x.edge_id`, sql`p.tag_key`)}`,
    rows.states.length > 0 &&
      sql`select k.state, k.tag_key, p.dist + 1 as dist, p.state as parent, x.edge_id
            from ${tableOf(rows)} cross join lateral (${taughtBy(sql`k.state`)}) x
            join effective_tag p on p.state = x.state and p.tag_key = k.tag_key
           where ${passes(sql`x.edge_id`, sql`k.tag_key`)}`,
  ].filter((query) => query !== false);
  if (candidates.length === 0) return;
  const seeds = await columnsOf(db, ['states', 'tags', 'dists', 'parents', 'edges', 'known', 'leads'], sql`
    select c.state, c.tag_key, c.dist, c.parent, c.edge_id, coalesce(t.dist, ${sql.lit(absent)}),
           exists (select from (${learnersOf(sql`c.state`)}) x)::int
      from (${sql.join(candidates, sql` union all `)}) c
      left join effective_tag t on t.state = c.state and t.tag_key = c.tag_key
     where ${isBetter(sql`c.dist`, sql`c.edge_id`)}`); // prettier-ignore
  seeds.states.forEach((state, i) => {
    found.offer({
      state, tag: seeds.tags[i]!, dist: seeds.dists[i]!, parent: seeds.parents[i]!, edge: seeds.edges[i]!, known: seeds.known[i]!,
    }, seeds.leads[i] === 1); // prettier-ignore
  });
  if (rows.states.length === 0) return;
  const again = await columnsOf(db, ['states', 'tags', 'dists'], sql`
    select t.state, t.tag_key, t.dist from ${tableOf(rows)} join effective_tag t on t.state = k.state and t.tag_key = k.tag_key`); // prettier-ignore
  again.states.forEach((state, i) => found.putBack(again.dists[i]!, [{ state, tag: again.tags[i]! }]));
}

/** The table has no row `t`, or a longer way, or one as long by a later edge. An unchanged row is not written again. */
const isBetter = (dist: RawBuilder<unknown>, edge: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`(t.state is null or (t.dist, t.edge_id) > (${dist}, ${edge}))`;

async function follow(db: Db, dist: number, frontier: readonly Key[], found: Found): Promise<void> {
  const keys = keysOf(frontier);
  const next = await columnsOf(db, ['states', 'tags', 'edges', 'places', 'known'], sql`
    select c.state, c.tag_key, c.edge_id, c.place, coalesce(t.dist, ${sql.lit(absent)})
      from (select state, tag_key, best >> ${sql.lit(placeBits)} as edge_id, best & ${sql.lit(maxFrontier - 1)} as place from (
        select x.state, f.tag_key, min(x.edge_id << ${sql.lit(placeBits)} | (f.place - 1)) as best
          from unnest(${int8s(keys.states)}, ${int4s(keys.tags)}) with ordinality as f(state, tag_key, place)
         cross join lateral (${learnersOf(sql`f.state`)}) x
         where ${passes(sql`x.edge_id`, sql`f.tag_key`)}
         group by 1, 2) packed) c
      left join effective_tag t on t.state = c.state and t.tag_key = c.tag_key
     where ${isBetter(sql`${dist + 1}::int`, sql`c.edge_id`)}`); // prettier-ignore
  next.states.forEach((state, i) => {
    found.offer({
      state, tag: next.tags[i]!, dist: dist + 1, parent: keys.states[next.places[i]!]!, edge: next.edges[i]!, known: next.known[i]!,
    }); // prettier-ignore
  });
}

/** Whoever propagates is alone: what the table lacked is still not there. In the order of the table's key, for which a page is met once. */
async function write(db: Db, found: readonly Candidate[]): Promise<void> {
  const [added, changed] = [
    found.filter(({ known }) => known === absent),
    found.filter(({ known }) => known !== absent),
  ];
  added.sort((a, b) => a.state - b.state || a.tag - b.tag);
  if (added.length > 0) {
    await sql`${prepared}insert into effective_tag (state, tag_key, dist, parent, edge_id) select * from ${rowsOf(added)}`.execute(
      db,
    );
  }
  if (changed.length > 0) {
    await sql`
      update effective_tag t set dist = n.dist, parent = n.parent, edge_id = n.edge_id
        from ${rowsOf(changed)} as n(state, tag_key, dist, parent, edge_id) where t.state = n.state and t.tag_key = n.tag_key`.execute(
      db,
    );
  }
}

function rowsOf(candidates: readonly Candidate[]): RawBuilder<unknown> {
  const column = (pick: (one: Candidate) => number): number[] => candidates.map(pick);
  return sql`unnest(${int8s(column(({ state }) => state))}, ${int4s(column(({ tag }) => tag))},
    ${int4s(column(({ dist }) => dist))}, ${int8s(column(({ parent }) => parent))}, ${int8s(column(({ edge }) => edge))})`;
}
