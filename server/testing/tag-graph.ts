import type { AssetKind } from '../domain/assets/asset.entity.ts';
import type { EdgeKind } from '../domain/lineage/edge.entity.ts';

/** How many sequences of changes to try: a few in `npm test`, many in `npm run test:propagation`. */
export const sequences = Number(process.env['SEQUENCES'] ?? 300);

/** A small random graph that changes at random, and what its tags must be: told from the rules in words, with no cleverness at all. */
export interface TagGraph {
  readonly number: number;
  readonly nodes: readonly { key: number; kind: AssetKind }[];
  readonly edges: GraphEdge[];
  /** `node tag` */
  readonly declared: Set<string>;
  /** `edge tag` */
  readonly barred: Set<string>;
  /** What happened to it so far: the same again makes the same graph, and a part of it a simpler one. */
  readonly changes: Change[];
  readonly tags: number;
  random(): number;
  nextEdge: number;
}

interface GraphEdge {
  readonly id: number;
  src: number;
  dst: number;
  readonly kind: EdgeKind;
  refined: boolean;
  open: boolean;
}

export interface Change {
  kind: 'open' | 'close' | 'refine' | 'move' | 'declare' | 'undeclare' | 'bar' | 'unbar' | 'settle';
  /** As the change leaves it. */
  edge?: Readonly<GraphEdge>;
  /** With `tag`: where it is declared, or no more. */
  node?: number;
  tag?: number;
}

export const kinds: readonly AssetKind[] = [
  'DATASET', 'DATASET', 'DATASET', 'DATASET_VERSION', 'DATASET_VERSION', 'COLUMN', 'COLUMN', 'COLUMN', 'COLUMN', 'COLUMN', 'LOGGED_MODEL', 'MODEL_VERSION',
]; // prettier-ignore

/** Which kinds of edge may lead from one kind of asset to another. */
export const possible: Record<string, readonly EdgeKind[]> = {
  'COLUMN COLUMN': ['COLUMN_DERIVED'],
  'COLUMN DATASET': ['COLUMN_OF', 'DERIVED'],
  'COLUMN DATASET_VERSION': ['IN_VERSION'],
  'DATASET DATASET': ['DERIVED'],
  'DATASET DATASET_VERSION': ['VERSION_OF'],
  'DATASET_VERSION DATASET_VERSION': ['DERIVED'],
  'DATASET_VERSION LOGGED_MODEL': ['TRAINED', 'EVALUATED'],
  'DATASET LOGGED_MODEL': ['TRAINED'],
  'LOGGED_MODEL MODEL_VERSION': ['REGISTERED'],
};

/** The graph number `number`: the same one each time. Keys and ids of two graphs never meet. */
export function graphOf(number: number, tags: number): TagGraph {
  let seed = (number + 1) * 2_654_435_761;
  const base = 1_000_000 + number * 1_000;
  return {
    number,
    nodes: kinds.map((kind, i) => ({ key: base + i, kind })),
    edges: [],
    declared: new Set(),
    barred: new Set(),
    changes: [],
    tags,
    nextEdge: base,
    // mulberry32
    random() {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

/** The edges and declarations that it starts with: enough for cycles, and for several ways to most nodes. */
export const firstChanges = (graph: TagGraph): Change[] => [
  ...Array.from({ length: 18 }, () => made(graph, openEdge(graph))).flat(),
  ...Array.from({ length: graph.tags }, (_, tag) => made(graph, toggleTag(graph, tag))).flat(),
];

/** None where what the dice say is not possible. */
export function randomChange(graph: TagGraph): Change[] {
  const dice = graph.random();
  const tag = Math.floor(graph.random() * graph.tags);
  if (dice < 0.35) return made(graph, openEdge(graph));
  if (dice < 0.6) return made(graph, ofOpenEdge(graph, 'close'));
  if (dice < 0.67) return made(graph, ofOpenEdge(graph, 'refine'));
  if (dice < 0.73) return made(graph, moveEdge(graph));
  if (dice < 0.85) return made(graph, toggleTag(graph, tag));
  return made(graph, toggleBarrier(graph, tag));
}

const made = (graph: TagGraph, change: Change | undefined): Change[] =>
  change && enact(graph, change) ? [change] : [];

const pick = <T>(graph: TagGraph, of: readonly T[]): T | undefined => of[Math.floor(graph.random() * of.length)];

const pickOpen = (graph: TagGraph): GraphEdge | undefined =>
  pick(
    graph,
    graph.edges.filter(({ open }) => open),
  );

function openEdge(graph: TagGraph): Change {
  const [src, dst] = [pick(graph, graph.nodes)!, pick(graph, graph.nodes)!];
  const kind = pick(graph, possible[`${src.kind} ${dst.kind}`] ?? []);
  if (kind === undefined || src === dst) return openEdge(graph);
  const refined = kind === 'COLUMN_OF' || ((kind === 'DERIVED' || kind === 'VERSION_OF') && graph.random() < 0.4);
  return { kind: 'open', edge: { id: graph.nextEdge++, src: src.key, dst: dst.key, kind, refined, open: true } };
}

function ofOpenEdge(graph: TagGraph, kind: 'close' | 'refine'): Change | undefined {
  const edge = pickOpen(graph);
  return edge && { kind, edge: { ...edge, ...(kind === 'close' ? { open: false } : { refined: !edge.refined }) } };
}

/** An end proved to be another asset, as when a dataset is renamed. */
function moveEdge(graph: TagGraph): Change | undefined {
  const edge = pickOpen(graph);
  if (!edge) return undefined;
  const end = graph.random() < 0.5 ? 'src' : 'dst';
  const kindOf = (key: number): AssetKind => graph.nodes.find((node) => node.key === key)!.kind;
  const { key } = pick(
    graph,
    graph.nodes.filter(({ kind }) => kind === kindOf(edge[end])),
  )!;
  return { kind: 'move', edge: { ...edge, [end]: key } };
}

function toggleTag(graph: TagGraph, tag: number): Change {
  const node = pick(graph, graph.nodes)!.key;
  return { kind: graph.declared.has(`${node} ${tag}`) ? 'undeclare' : 'declare', node, tag };
}

function toggleBarrier(graph: TagGraph, tag: number): Change | undefined {
  const edge = pickOpen(graph);
  return edge && { kind: graph.barred.has(`${edge.id} ${tag}`) ? 'unbar' : 'bar', edge: { ...edge }, tag };
}

/** Makes the change, unless the graph as it is does not allow it: then it is false, and nothing happened. */
export function enact(graph: TagGraph, change: Change): boolean {
  const possible = tryEnact(graph, change);
  if (possible) graph.changes.push(change);
  return possible;
}

function tryEnact(graph: TagGraph, { kind, edge, node, tag }: Change): boolean {
  const known = graph.edges.find(({ id }) => id === edge?.id);
  switch (kind) {
    case 'open':
      if (isTaken(graph, edge!)) return false;
      graph.edges.push({ ...edge! });
      return true;
    case 'close':
    case 'refine':
      if (!known?.open || (kind === 'refine' && known.kind !== 'DERIVED' && known.kind !== 'VERSION_OF')) return false;
      Object.assign(known, { open: edge!.open, refined: edge!.refined });
      return true;
    case 'move':
      if (!known?.open || edge!.src === edge!.dst || isTaken(graph, edge!)) return false;
      Object.assign(known, { src: edge!.src, dst: edge!.dst });
      return true;
    case 'declare':
    case 'undeclare':
      return changeSet(graph.declared, `${node} ${tag}`, kind === 'declare');
    case 'bar':
    case 'unbar':
      return known !== undefined && changeSet(graph.barred, `${known.id} ${tag}`, kind === 'bar');
    case 'settle':
      return true;
  }
}

const isTaken = (graph: TagGraph, { src, dst, kind }: GraphEdge): boolean =>
  graph.edges.some((one) => one.open && one.src === src && one.dst === dst && one.kind === kind);

function changeSet(set: Set<string>, one: string, add: boolean): boolean {
  if (set.has(one) === add) return false;
  if (add) set.add(one);
  else set.delete(one);
  return true;
}

/** The rows that the table must have, as `state tag in distance by edge`. */
export function expectedRows(graph: TagGraph): string[] {
  const rows: string[] = [];
  for (let tag = 0; tag < graph.tags; tag++) {
    const lessons = graph.edges.flatMap((edge) => lessonsOf(graph, edge, tag));
    const dist = new Map<number, number>();
    for (const { key } of graph.nodes) if (graph.declared.has(`${key} ${tag}`)) dist.set(-key, 0);
    for (let changed = true; changed;) {
      changed = false;
      for (const { from, to } of lessons) {
        const through = (dist.get(from) ?? Infinity) + 1;
        if (through >= (dist.get(to) ?? Infinity)) continue;
        dist.set(to, through);
        changed = true;
      }
    }
    for (const [state, steps] of dist) {
      const witnesses = lessons.filter(({ from, to }) => to === state && dist.get(from) === steps - 1);
      rows.push(`${state} ${tag} in ${steps} by ${steps === 0 ? 0 : Math.min(...witnesses.map(({ edge }) => edge))}`);
    }
  }
  return rows.sort();
}

/** Which state learns from which by this edge; a negative state is the asset as a whole. */
function lessonsOf(graph: TagGraph, edge: GraphEdge, tag: number): { from: number; to: number; edge: number }[] {
  const { id, src, dst, kind, refined, open } = edge;
  if (!open || graph.barred.has(`${id} ${tag}`)) return [];
  const fromVersion = graph.nodes.find(({ key }) => key === src)!.kind === 'DATASET_VERSION';
  const by = (from: number, to: number) => ({ from, to, edge: id });
  switch (kind) {
    case 'EVALUATED':
      return []; // what only judges teaches nothing
    case 'COLUMN_OF':
      return [by(src, dst), by(-src, dst), by(-dst, src)]; // a part is in the whole, and what holds for the whole holds for each part
    case 'VERSION_OF':
      return refined ? [by(-src, dst)] : [by(src, dst), by(-src, dst)];
    case 'DERIVED':
      if (!refined) return [by(src, -dst), by(-src, -dst)];
      return fromVersion ? [by(-src, -dst)] : []; // columns tell it more exactly, but not of one version
    default:
      return [by(src, dst), by(-src, dst)];
  }
}
