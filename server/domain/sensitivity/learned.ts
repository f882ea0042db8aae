import { sql } from 'kysely';
import { AvalError } from '../../shared/errors.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import type { Store } from '../store.ts';
import { openAt, teachersOf } from './holders.read-model.ts';

/** A tag that an asset holds because of what it came from. */
export interface LearnedTag {
  tag: string;
  declarationId: string;
  /** Graph key of the asset that it was declared on. */
  declaredOn: number;
  /** Edges from there to here, the shortest way. */
  path: number[];
  /** Some step of the path is known for whole datasets only. */
  coarse: boolean;
}

/** How many states one question may visit. Beyond that it is refused: an answer that leaves tags out would be a wrong one. */
const maxStates = 200_000;

interface Step {
  to: number;
  edge: number;
  coarse: boolean;
}

/**
 * What each asset learned, by graph key: each tag once, by its shortest path. Two statements, however many assets are asked for;
 * not limited to the actor's projects, since hiding where a tag comes from must not hide that it is there.
 */
export async function learnedBy(
  store: Store,
  keys: readonly number[],
  asOf: Date | null,
): Promise<Map<number, LearnedTag[]>> {
  const graph = await loadTeachers(store, keys, asOf);
  const assets = [
    ...new Set([...keys, ...[...graph.values()].flatMap((steps) => steps.map(({ to }) => Math.abs(to)))]),
  ];
  const tags = await loadDeclarations(store, assets, asOf);
  return new Map(keys.map((key) => [key, tags.size === 0 ? [] : shortest(key, graph, tags)]));
}

async function loadTeachers(store: Store, keys: readonly number[], asOf: Date | null): Promise<Map<number, Step[]>> {
  const { rows } = await sql<{ s: number; to: number; edge: number; kind: number; refined: boolean }>`
    with recursive r(s) as (
      select unnest(${sql.val([...keys])}::bigint[])
      union
      select x.s from r cross join lateral (${teachersOf(asOf)}) x),
    visited as materialized (select s from r limit ${maxStates + 1})
    select r.s, x.s as to, x.id as edge, x.kind, x.refined
      from visited r cross join lateral (${teachersOf(asOf)}) x
    union all
    select 0, count(*), 0, 0, false from visited`.execute(store.read);
  const graph = new Map<number, Step[]>();
  const { to: visited } = rows.pop()!;
  if (visited > maxStates) {
    throw new AvalError('UNAVAILABLE', 'Too much lies upstream to tell what was learned from it.', {
      remedy: 'Ask for fewer assets at once.',
    });
  }
  for (const { s, to, edge, kind, refined } of rows) {
    const coarse = kind === kindNumber('DERIVED') || (kind === kindNumber('VERSION_OF') && !refined);
    const steps = graph.get(s);
    if (steps) steps.push({ to, edge, coarse });
    else graph.set(s, [{ to, edge, coarse }]);
  }
  for (const steps of graph.values()) steps.sort((a, b) => a.edge - b.edge || a.to - b.to); // the same path each time
  return graph;
}

interface Declaration {
  id: string;
  asset_key: number;
  tag_name: string;
}

async function loadDeclarations(
  store: Store,
  assets: readonly number[],
  asOf: Date | null,
): Promise<Map<number, Declaration[]>> {
  const { rows } = await sql<Declaration>`
    select t.id, t.asset_key, t.tag_name from tag_declaration t
     where t.asset_key = any(${sql.val([...assets])}::bigint[]) and ${openAt('t', asOf)}
     order by t.tag_name, t.id`.execute(store.read);
  return Map.groupBy(rows, (row) => row.asset_key);
}

/** Breadth first, so the first way found to a tag is a shortest one. */
function shortest(
  start: number,
  graph: ReadonlyMap<number, readonly Step[]>,
  tags: ReadonlyMap<number, readonly Declaration[]>,
): LearnedTag[] {
  const cameBy = new Map<number, { from: number; edge: number; coarse: boolean } | null>([[start, null]]);
  const found = new Map<string, LearnedTag>();
  const queue = [start];
  for (const state of queue) {
    if (state !== start) {
      for (const { id, asset_key, tag_name } of tags.get(Math.abs(state)) ?? []) {
        if (asset_key === start || found.has(tag_name)) continue;
        found.set(tag_name, { tag: tag_name, declarationId: id, declaredOn: asset_key, ...pathFrom(state, cameBy) });
      }
    }
    for (const { to, edge, coarse } of graph.get(state) ?? []) {
      if (cameBy.has(to)) continue;
      cameBy.set(to, { from: state, edge, coarse });
      queue.push(to);
    }
  }
  return [...found.values()].sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

function pathFrom(
  state: number,
  cameBy: ReadonlyMap<number, { from: number; edge: number; coarse: boolean } | null>,
): { path: number[]; coarse: boolean } {
  const path: number[] = [];
  let coarse = false;
  for (let step = cameBy.get(state); step; step = cameBy.get(step.from)) {
    path.push(step.edge);
    coarse ||= step.coarse;
  }
  return { path, coarse };
}
