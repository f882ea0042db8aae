import { sql } from 'kysely';
import { packed } from '../../storage/arrays.ts';
import { arraysOf, type Db, type Keys } from './rows.ts';
import { learnersOf, lessonsFrom } from './teaching.ts';

/** So many states cost a statement little more than one does. */
const nearby = 64;
/** Beyond a frontier this wide nothing is won by looking further. */
const wide = 1_000;
/** As far as that at most, for the memory that it needs: a million states in a row are tens of statements then. */
const farthest = 50_000;

/**
 * How many states to look at, after a walk that came to so many. What lies ahead may be what it stops at: so looking ahead costs no more
 * than the walk did until then, but for a few. `room` is what the walk may still do.
 */
export const worthLooking = (frontier: number, walked: number, room: number): number =>
  frontier >= wide ? frontier : Math.max(frontier, Math.min(Math.max(walked, nearby), farthest, room));

/** A row of the table by how it came: `edge` from the nearest, of the ways that are as short. */
export interface Known {
  readonly dist: number;
  readonly edge: number;
}

/** What a walk downstream sees of the graph from a frontier on. */
export interface Sight {
  /** All that these teach is in it. */
  has(frontier: Keys): boolean;
  /** Tells which states learn this tag from that state, which stands at a place of the walk's: by which edge, and what is known of them. */
  teach(state: number, tag: number, place: number, learn: Learn): void;
}

type Learn = (from: number, learner: number, edge: number, known: Known | undefined) => void;

export const noSight: Sight = { has: ({ states }) => states.length === 0, teach: () => {} };

/**
 * Looks at what these states and those nearest to them teach, so many in all; at which rows are there already, and at what barriers stop. One
 * statement: so a graph that is long and thin costs one for thousands of levels, a wide one for each.
 */
export async function look(db: Db, frontier: Keys, all: number): Promise<Sight> {
  const tags = new Set(frontier.tags);
  const states = new Set(frontier.states);
  const { visited, teachers, wholeTeachers } = statesToSee([...states], all);
  const found = await arraysOf(db, sql`
    recursive ${visited},
    lesson as materialized (
      select array_agg(teacher) as teacher, array_agg(state) as state, array_agg(edge_id) as edge_id from (${lessonsFrom(teachers, wholeTeachers)}) x),
    known as (
      select state, tag_key, dist, edge_id from effective_tag
       where state = any((select state from lesson)::int8[]) and tag_key = any(${packed.int4s([...tags])})),
    stopped as (
      select edge_id, tag_key from barrier_tag
       where (select exists (select from barrier_tag where valid_to is null)) and edge_id = any((select edge_id from lesson)::int8[]) and valid_to is null)`,
    { visited: ['state'], known: ['state', 'tag_key', 'dist', 'edge_id'], stopped: ['edge_id', 'tag_key'] },
    { lesson: ['teacher', 'state', 'edge_id'] },
  ); // prettier-ignore
  for (const state of found.visited.state) states.add(state);
  const { teacher, state: learner, edge_id: edge } = found.lesson;
  const { last, before } = runsOf(teacher);
  const known = knownByTag(tags, found.known);
  const stopped = new Set(found.stopped.edge_id.map((id, i) => `${id} ${found.stopped.tag_key[i]}`));
  return {
    has: (keys) => keys.states.every((state, i) => states.has(state) && tags.has(keys.tags[i]!)),
    teach(state, tag, place, learn) {
      const ofTag = known.get(tag)!;
      for (let run = last.get(state); run !== undefined; run = before.get(run)) {
        for (let i = run; teacher[i] === state; i++) {
          if (stopped.size > 0 && stopped.has(`${edge[i]} ${tag}`)) continue;
          learn(place, learner[i]!, edge[i]!, ofTag.size > 0 ? ofTag.get(learner[i]!) : undefined);
        }
      }
    },
  };
}

/** The frontier and what is nearest to it, so many states in all: as a CTE that names those beyond, and as two arrays of keys. */
function statesToSee(frontier: readonly number[], all: number) {
  if (all <= frontier.length) {
    return {
      visited: sql`visited(state) as (select 0::int8 where false)`,
      teachers: packed.int8s(frontier.filter((state) => state > 0)),
      wholeTeachers: packed.int8s(frontier.filter((state) => state < 0).map((state) => -state)),
    };
  }
  return {
    visited: sql`
      reached(state) as (
        select unnest(${packed.int8s(frontier)}) union select x.state from reached r cross join lateral (${learnersOf(sql`r.state`)}) x),
      visited as materialized (select state from reached limit ${all}::int8)`,
    teachers: sql`(select array_agg(state) from visited where state > 0)::int8[]`,
    wholeTeachers: sql`(select array_agg(-state) from visited where state < 0)::int8[]`,
  }; // prettier-ignore
}

/** Where the lessons of each teacher begin: they stand in a row, or in a few. */
function runsOf(teacher: readonly number[]): { last: Map<number, number>; before: Map<number, number> } {
  const [last, before] = [new Map<number, number>(), new Map<number, number>()];
  for (let i = 0; i < teacher.length; i++) {
    if (i > 0 && teacher[i - 1] === teacher[i]) continue;
    const earlier = last.get(teacher[i]!);
    if (earlier !== undefined) before.set(i, earlier);
    last.set(teacher[i]!, i);
  }
  return { last, before };
}

function knownByTag(
  tags: ReadonlySet<number>,
  { state, tag_key, dist, edge_id }: Record<'state' | 'tag_key' | 'dist' | 'edge_id', readonly number[]>,
): Map<number, Map<number, Known>> {
  const known = new Map([...tags].map((tag) => [tag, new Map<number, Known>()]));
  state.forEach((one, i) => known.get(tag_key[i]!)!.set(one, { dist: dist[i]!, edge: edge_id[i]! }));
  return known;
}
