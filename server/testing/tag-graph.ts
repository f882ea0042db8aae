import type { AssetKind } from '../domain/assets/asset.entity.ts';
import type { EdgeKind } from '../domain/lineage/edge.entity.ts';

/** How many sequences of changes to try: a few in `npm test`, many in `npm run test:propagation`. */
export const sequences = Number(process.env['SEQUENCES'] ?? 200);

/** A small random graph that changes at random, and what its tags must be: told from the rules in words, with no cleverness at all. */
export interface TagGraph {
  readonly nodes: readonly { key: number; kind: AssetKind }[];
  readonly edges: GraphEdge[];
  /** `node tag` */
  readonly declared: Set<string>;
  /** `edge tag` */
  readonly barred: Set<string>;
  /** What happened to it so far, for whoever reads a failure. */
  readonly changes: string[];
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
  kind: 'open' | 'close' | 'refine' | 'move' | 'declare' | 'undeclare' | 'bar' | 'unbar' | 'nothing';
  edge?: Readonly<GraphEdge>;
  /** With `tag`: where it is declared, or no more. */
  node?: number;
  tag?: number;
}

const kinds: readonly AssetKind[] = [
  'DATASET', 'DATASET', 'DATASET', 'DATASET_VERSION', 'DATASET_VERSION', 'COLUMN', 'COLUMN', 'COLUMN', 'COLUMN', 'COLUMN', 'LOGGED_MODEL', 'MODEL_VERSION',
]; // prettier-ignore

/** Which kinds of edge may lead from one kind of asset to another. */
const possible: Record<string, readonly EdgeKind[]> = {
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
  ...Array.from({ length: 18 }, () => told(graph, openEdge(graph))),
  ...Array.from({ length: graph.tags }, (_, tag) => told(graph, toggleTag(graph, tag))),
];

export function randomChange(graph: TagGraph): Change {
  const dice = graph.random();
  const tag = Math.floor(graph.random() * graph.tags);
  if (dice < 0.35) return told(graph, openEdge(graph));
  if (dice < 0.6) return told(graph, closeEdge(graph));
  if (dice < 0.67) return told(graph, refineEdge(graph));
  if (dice < 0.73) return told(graph, moveEdge(graph));
  if (dice < 0.85) return told(graph, toggleTag(graph, tag));
  return told(graph, toggleBarrier(graph, tag));
}

function told(graph: TagGraph, change: Change): Change {
  graph.changes.push(JSON.stringify(change));
  return change;
}

const pick = <T>(graph: TagGraph, of: readonly T[]): T | undefined => of[Math.floor(graph.random() * of.length)];

function openEdge(graph: TagGraph): Change {
  const [src, dst] = [pick(graph, graph.nodes)!, pick(graph, graph.nodes)!];
  const kind = pick(graph, possible[`${src.kind} ${dst.kind}`] ?? []);
  if (kind === undefined || src === dst) return openEdge(graph);
  const isThere = graph.edges.some(
    (one) => one.open && one.src === src.key && one.dst === dst.key && one.kind === kind,
  );
  if (isThere) return { kind: 'nothing' };
  const refined = kind === 'COLUMN_OF' || ((kind === 'DERIVED' || kind === 'VERSION_OF') && graph.random() < 0.4);
  const edge = { id: graph.nextEdge++, src: src.key, dst: dst.key, kind, refined, open: true };
  graph.edges.push(edge);
  return { kind: 'open', edge: { ...edge } };
}

function closeEdge(graph: TagGraph): Change {
  const edge = pick(
    graph,
    graph.edges.filter((one) => one.open),
  );
  if (!edge) return { kind: 'nothing' };
  edge.open = false;
  return { kind: 'close', edge: { ...edge } };
}

function refineEdge(graph: TagGraph): Change {
  const edge = pick(
    graph,
    graph.edges.filter(({ open, kind }) => open && (kind === 'DERIVED' || kind === 'VERSION_OF')),
  );
  if (!edge) return { kind: 'nothing' };
  edge.refined = !edge.refined;
  return { kind: 'refine', edge: { ...edge } };
}

/** An end proved to be another asset, as when a dataset is renamed. */
function moveEdge(graph: TagGraph): Change {
  const edge = pick(
    graph,
    graph.edges.filter((one) => one.open),
  );
  if (!edge) return { kind: 'nothing' };
  const end = graph.random() < 0.5 ? 'src' : 'dst';
  const kindOf = (key: number): AssetKind => graph.nodes.find((node) => node.key === key)!.kind;
  const { key } = pick(
    graph,
    graph.nodes.filter(({ kind }) => kind === kindOf(edge[end])),
  )!;
  const moved = { ...edge, [end]: key };
  const isThere = graph.edges.some(
    (one) => one.open && one.src === moved.src && one.dst === moved.dst && one.kind === moved.kind,
  );
  if (moved.src === moved.dst || isThere) return { kind: 'nothing' };
  edge[end] = key;
  return { kind: 'move', edge: moved };
}

function toggleTag(graph: TagGraph, tag: number): Change {
  const node = pick(graph, graph.nodes)!.key;
  return { kind: toggle(graph.declared, `${node} ${tag}`) ? 'declare' : 'undeclare', node, tag };
}

function toggleBarrier(graph: TagGraph, tag: number): Change {
  const edge = pick(
    graph,
    graph.edges.filter((one) => one.open),
  );
  if (!edge) return { kind: 'nothing' };
  return { kind: toggle(graph.barred, `${edge.id} ${tag}`) ? 'bar' : 'unbar', edge, tag };
}

function toggle(set: Set<string>, one: string): boolean {
  if (set.delete(one)) return false;
  set.add(one);
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
