import { sql } from 'kysely';
import { AvalError } from '../../shared/errors.ts';
import { int8s } from '../../storage/arrays.ts';
import type { ReachingTag } from './reach.read-model.ts';
import type { Db } from './rows.ts';
import { openAt, standsAt, type Moment } from '../intervals.ts';
import { teachersOf } from './teaching.ts';

/** How many states one question may visit. Beyond that it is refused: an answer that leaves tags out would be a wrong one. */
const maxStates = 200_000;

/** What one supposes to be otherwise than it is. */
export interface Supposition {
  /** Tags that are declared, too. */
  tags?: readonly { asset: number; tag: string }[];
  /** Assets from which nothing came. */
  without?: ReadonlySet<number>;
  /** Barriers that stand, too. */
  barriers?: readonly { edge: number; tag: string }[];
  /** No barrier stands that stands. */
  unbarred?: boolean;
}

interface Step {
  to: number;
  edge: number;
  coarse: boolean;
}

type Graph = ReadonlyMap<number, readonly Step[]>;

interface Declaration {
  /** Empty where it is only supposed. */
  id: string;
  asset: number;
  tag: string;
}

/** What was declared, and where; and which tags may not pass which edges. */
interface Facts {
  declarations: ReadonlyMap<number, readonly Declaration[]>;
  barriers: ReadonlyMap<string, ReadonlySet<number>>;
}

/**
 * What reaches each asset, by graph key, found upstream from the intervals of edges, declarations and barriers: for the past, and for now
 * while something waits to be propagated. Each tag once, by its shortest path. With `own` false only what came from other assets.
 * Two statements, however many assets are asked for; what is supposed is only supposed.
 */
export async function recompute(
  db: Db,
  keys: readonly number[],
  moment: Moment,
  own: boolean,
  suppose: Supposition = {},
): Promise<Map<number, ReachingTag[]>> {
  const graph = await loadTeachers(db, keys, moment.asOf, suppose.without);
  const facts = await loadFacts(db, keys, graph, moment, suppose);
  return new Map(keys.map((key) => [key, facts.declarations.size === 0 ? [] : reaching(key, graph, facts, own)]));
}

async function loadTeachers(
  db: Db,
  keys: readonly number[],
  asOf: Date | null,
  without: ReadonlySet<number> | undefined,
): Promise<Graph> {
  const { rows } = await sql<{ s: number; to: number; edge: number; coarse: boolean }>`
    with recursive r(s) as (
      select unnest(${int8s(keys)})
      union
      select x.s from r cross join lateral (${teachersOf(asOf)}) x),
    visited as materialized (select s from r limit ${maxStates + 1})
    select r.s, x.s as to, x.id as edge, x.coarse
      from visited r cross join lateral (${teachersOf(asOf)}) x
    union all
    select 0, count(*), 0, false from visited`.execute(db);
  const { to: visited } = rows.pop()!;
  if (visited > maxStates) {
    throw new AvalError('UNAVAILABLE', 'Too much lies upstream to tell what was learned from it.', {
      remedy: 'Ask for fewer assets at once.',
    });
  }
  const graph = new Map<number, Step[]>();
  for (const { s, to, edge, coarse } of rows) {
    if (without?.has(Math.abs(to))) continue;
    const steps = graph.get(s);
    if (steps) steps.push({ to, edge, coarse });
    else graph.set(s, [{ to, edge, coarse }]);
  }
  for (const steps of graph.values()) steps.sort((a, b) => a.edge - b.edge || a.to - b.to); // the same path each time
  return graph;
}

async function loadFacts(
  db: Db,
  keys: readonly number[],
  graph: Graph,
  moment: Moment,
  { tags = [], barriers = [], unbarred = false }: Supposition,
): Promise<Facts> {
  const steps = [...graph.values()].flat();
  const assets = new Set([...keys, ...steps.map(({ to }) => Math.abs(to))]);
  const edges = new Set(steps.map(({ edge }) => edge));
  const { rows } = await sql<{ id: string | null; key: number; tag: string }>`
    select t.id, t.asset_key as key, t.tag_name as tag from tag_declaration t
     where t.asset_key = any(${int8s([...assets])}) and ${openAt('t', moment.asOf)}
    union all
    select null, b.edge_id, d.name from barrier_tag b join sensitivity_tag d on d.key = b.tag_key
     where b.edge_id = any(${int8s([...edges])}) and ${barrierStands(moment)}
     order by tag, id`.execute(db);
  const declared = rows.flatMap(({ id, key, tag }) => (id === null ? [] : [{ id, asset: key, tag }]));
  const supposed = tags.map(({ asset, tag }) => ({ id: '', asset, tag }));
  const barred = Map.groupBy(
    [
      ...(unbarred ? [] : rows.filter(({ id }) => id === null)),
      ...barriers.map(({ edge, tag }) => ({ id: null, key: edge, tag })),
    ],
    ({ tag }) => tag,
  );
  return {
    declarations: Map.groupBy([...declared, ...supposed], ({ asset }) => asset),
    barriers: new Map([...barred].map(([tag, of]) => [tag, new Set(of.map(({ key }) => key))])),
  };
}

/** Barrier `b` stops its tag, now or at that moment. */
export const barrierStands = (moment: Moment) => standsAt('b', moment, 'expires_at');

/** One walk for all tags that nothing stops, and one for each that a barrier does. */
function reaching(start: number, graph: Graph, { declarations, barriers }: Facts, own: boolean): ReachingTag[] {
  const nothing: ReadonlySet<number> = new Set();
  const found = walk(start, graph, nothing, own, (state) =>
    declarations.get(Math.abs(state))?.filter(({ tag }) => !barriers.has(tag)),
  );
  for (const [name, closed] of barriers) {
    const only = (state: number) => declarations.get(Math.abs(state))?.filter(({ tag }) => tag === name);
    found.push(...walk(start, graph, closed, own, only));
  }
  return found.sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

/** Breadth first, so the first way found to a tag is a shortest one. */
function walk(
  start: number,
  graph: Graph,
  closed: ReadonlySet<number>,
  own: boolean,
  declaredAt: (state: number) => readonly Declaration[] | undefined,
): ReachingTag[] {
  const cameBy = new Map<number, (Step & { from: number }) | null>([[start, null]]);
  const found = new Map<string, ReachingTag>();
  const queue = [start];
  for (const state of queue) {
    for (const { id, asset, tag } of declaredAt(state) ?? []) {
      if ((asset === start && !(own && state === start)) || found.has(tag)) continue;
      found.set(tag, { tag, declarationId: id, declaredOn: asset, ...pathFrom(state, cameBy) });
    }
    for (const step of graph.get(state) ?? []) {
      if (cameBy.has(step.to) || closed.has(step.edge)) continue;
      cameBy.set(step.to, { ...step, from: state });
      queue.push(step.to);
    }
  }
  return [...found.values()];
}

function pathFrom(
  state: number,
  cameBy: ReadonlyMap<number, (Step & { from: number }) | null>,
): { path: number[]; coarse: boolean } {
  const path: number[] = [];
  let coarse = false;
  for (let step = cameBy.get(state); step; step = cameBy.get(step.from)) {
    path.push(step.edge);
    coarse ||= step.coarse;
  }
  return { path, coarse };
}
