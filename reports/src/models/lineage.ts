/**
 * The lineage around one asset as a picture's model: a box for each dataset with the columns that carry a tag, the
 * versions trained on, models and deployments. Logged models are drawn as the version that they were registered as.
 */
import type { TagPathFragment, WalkEdgesFragment } from '../gql/graphql.ts';
import { edgeView, hiddenAsset, kindOf, tagFacts, type EdgeView, type NamedAsset, type TagFacts } from './names.ts';
import { gravity } from './paths.ts';
import { plain } from '../words.ts';

export const mostNodes = 60;

export interface PictureNode {
  id: string;
  title: string;
  kind: string;
  ownerId: string;
  focus: boolean;
  onPath: boolean;
  /** Columns on a tag's path, with the tags' labels where they were declared. */
  columns: { id: string; name: string; tags: string[]; category: string }[];
}

export interface PictureEdge {
  from: string;
  to: string;
  fromColumn?: string;
  toColumn?: string;
  /** The gravest category on it; undefined when it is on no tag's path. */
  category?: string;
  label?: string;
  masked: boolean;
  dashed: boolean;
}

export interface EdgeRow {
  from: string;
  to: string;
  fromOwner: string;
  toOwner: string;
  how: string;
  source: string;
  since: string;
  carries: string[];
}

export interface LineagePicture {
  subject: string;
  nodes: PictureNode[];
  edges: PictureEdge[];
  rows: EdgeRow[];
  /** Nodes left out to keep the picture readable. */
  merged: number;
  /** One dashed node stands for all that the role may not see. */
  hidden: boolean;
  /** Why the walk is not whole, in words; undefined when it is. */
  partial?: string;
  /** The paths in sentences, for those who do not see the picture. */
  description: string;
}

interface Walk {
  partial: WalkEdgesFragment['partial'];
  edges: WalkEdgesFragment['edges'];
}

interface Focus {
  id: string;
  words: string;
}

const partialWords: Record<string, string> = {
  DEPTH: 'The walk stopped at its greatest depth: there is more lineage beyond.',
  SIZE: 'The walk stopped at its greatest size: there is more lineage beyond.',
  HIDDEN: 'Part of the lineage is hidden from this role.',
};

export function lineagePicture(
  focus: Focus,
  walks: readonly (Walk | null | undefined)[],
  tagPaths: readonly TagPathFragment[],
): LineagePicture {
  const tags = tagPaths.map(tagFacts);
  const present = walks.filter((walk) => walk !== null && walk !== undefined);
  const pathEdges = tags.flatMap((tag) => tag.path);
  const walked = present.flatMap((walk) => walk.edges.nodes.map(edgeView)).filter(({ from }) => from.kind !== 'MODEL'); // that a version is one of its model goes without drawing
  const standIn = registeredAs([...walked, ...pathEdges], focus.id);
  const nodes = collectNodes(focus, [...walked, ...pathEdges], tags, standIn);
  const near = nearest(focus.id, nodes, [...walked, ...pathEdges], standIn);
  const edges = collectEdges(walked, tags, standIn, focus.id).filter(
    (edge) => near.has(edge.from) && near.has(edge.to),
  );
  const partial = present.map((walk) => walk.partial).find((one) => one !== null);
  const cut = present.some((walk) => walk.edges.pageInfo.hasNextPage);
  return {
    subject: focus.words,
    nodes: [...nodes.values()].filter((node) => near.has(node.id)),
    edges,
    rows: edgeRows([...pathEdges, ...walked], tags),
    merged: nodes.size - near.size,
    hidden: present.some((walk) => walk.partial === 'HIDDEN') && !nodes.has(hiddenAsset.id),
    ...(partial ? { partial: partialWords[partial]! } : cut ? { partial: partialWords.SIZE! } : {}),
    description: describe(focus, tags),
  };
}

type StandIn = (asset: NamedAsset) => NamedAsset;

function registeredAs(edges: readonly EdgeView[], focusId: string): StandIn {
  const versions = new Map<string, NamedAsset>();
  for (const edge of edges)
    if (edge.kind === 'REGISTERED' && (!versions.has(edge.from.id) || edge.to.id === focusId))
      versions.set(edge.from.id, edge.to);
  return (asset) => versions.get(asset.id) ?? asset;
}

/** The box that an asset is drawn in. */
const boxOf = (asset: NamedAsset): string => asset.dataset?.id ?? asset.id;

function collectNodes(
  focus: Focus,
  edges: readonly EdgeView[],
  tags: readonly TagFacts[],
  standIn: StandIn,
): Map<string, PictureNode> {
  const nodes = new Map<string, PictureNode>();
  const box = (asset: NamedAsset): PictureNode => {
    const id = boxOf(asset);
    const old = nodes.get(id);
    if (old) return old;
    const node: PictureNode = {
      id,
      title: asset.dataset?.name ?? asset.words,
      kind: asset.dataset ? 'dataset' : kindOf(asset),
      ownerId: asset.ownerId,
      focus: id === focus.id,
      onPath: false,
      columns: [],
    };
    nodes.set(id, node);
    return node;
  };
  for (const edge of edges) [edge.from, edge.to].forEach((asset) => box(standIn(asset)));
  for (const tag of tags) {
    for (const asset of [tag.declaredOn, ...tag.path.flatMap((edge) => [edge.from, edge.to])].map(standIn)) {
      const node = box(asset);
      node.onPath = true;
      if (!asset.dataset) continue;
      let column = node.columns.find((one) => one.id === asset.id);
      if (!column) {
        column = { id: asset.id, name: asset.name, tags: [], category: tag.tag.category };
        node.columns.push(column);
      }
      if (gravity(tag.tag.category) < gravity(column.category)) column.category = tag.tag.category;
      if (asset.id === tag.declaredOn.id && !column.tags.includes(tag.tag.label)) column.tags.push(tag.tag.label);
    }
  }
  return nodes;
}

function collectEdges(
  walked: readonly EdgeView[],
  tags: readonly TagFacts[],
  standIn: StandIn,
  focusId: string,
): PictureEdge[] {
  const edges = new Map<string, PictureEdge>();
  for (const tag of tags) {
    for (const edge of tag.path) {
      const [from, to] = [standIn(edge.from), standIn(edge.to)];
      const ends = {
        from: boxOf(from),
        to: boxOf(to),
        ...(from.dataset ? { fromColumn: from.id } : {}),
        ...(to.dataset ? { toColumn: to.id } : {}),
      };
      if (ends.from === ends.to) continue;
      const key = [ends.from, ends.fromColumn, ends.to, ends.toColumn].join(' ');
      const old = edges.get(key);
      const category =
        old?.category && gravity(old.category) < gravity(tag.tag.category) ? old.category : tag.tag.category;
      const masked = (old?.masked ?? false) || edge.masked;
      edges.set(key, { ...ends, category, masked, dashed: false });
    }
  }
  const joined = new Set([...edges.values()].map((edge) => `${edge.from} ${edge.to}`));
  for (const edge of walked) {
    const [from, to] = [boxOf(standIn(edge.from)), boxOf(standIn(edge.to))];
    if (from === to || joined.has(`${from} ${to}`)) continue;
    joined.add(`${from} ${to}`);
    const evaluated = edge.kind === 'EVALUATED';
    // what a version learned goes where the version goes
    const worst = edge.kind === 'DEPLOYED' && from === focusId ? gravest(tags) : undefined;
    edges.set(`${from} ${to}`, {
      from,
      to,
      masked: false,
      dashed: evaluated,
      ...(evaluated ? { label: 'evaluated on' } : {}),
      ...(worst === undefined ? {} : { category: worst }),
    });
  }
  return [...edges.values()];
}

const gravest = (tags: readonly TagFacts[]): string | undefined =>
  tags.map((tag) => tag.tag.category).sort((a, b) => gravity(a) - gravity(b))[0];

/** The boxes that fit: those on a path, then by distance from the focus. */
function nearest(
  focusId: string,
  nodes: Map<string, PictureNode>,
  edges: readonly EdgeView[],
  standIn: StandIn,
): Set<string> {
  const neighbours = new Map<string, string[]>();
  const join = (a: string, b: string) => neighbours.set(a, [...(neighbours.get(a) ?? []), b]);
  for (const edge of edges) {
    const [a, b] = [boxOf(standIn(edge.from)), boxOf(standIn(edge.to))];
    join(a, b);
    join(b, a);
  }
  const kept = new Set([focusId, ...[...nodes.values()].filter((node) => node.onPath).map((node) => node.id)]);
  const queue = [...kept];
  while (queue.length > 0 && kept.size < mostNodes) {
    for (const id of neighbours.get(queue.shift()!) ?? []) {
      if (kept.has(id) || kept.size >= mostNodes) continue;
      kept.add(id);
      queue.push(id);
    }
  }
  return new Set([...kept].filter((id) => nodes.has(id)));
}

function edgeRows(edges: readonly EdgeView[], tags: readonly TagFacts[]): EdgeRow[] {
  const carries = new Map<string, Set<string>>();
  const keyOf = (edge: EdgeView) => `${edge.from.id} ${edge.to.id} ${edge.kind}`;
  for (const tag of tags)
    for (const edge of tag.path)
      carries.set(keyOf(edge), (carries.get(keyOf(edge)) ?? new Set<string>()).add(tag.tag.label));
  const rows = new Map<string, EdgeRow>();
  for (const edge of edges) {
    rows.set(keyOf(edge), {
      from: edge.from.words,
      to: edge.to.words,
      fromOwner: edge.from.ownerId,
      toOwner: edge.to.ownerId,
      how: edge.how,
      source: edge.source,
      since: edge.since,
      carries: [...(carries.get(keyOf(edge)) ?? [])].sort(),
    });
  }
  return [...rows.values()].sort((a, b) => Number(b.carries.length > 0) - Number(a.carries.length > 0));
}

function describe(focus: Focus, tags: readonly TagFacts[]): string {
  if (tags.length === 0) return `Where ${focus.words} comes from and what came of it. No sensitivity tag reaches it.`;
  const paths = tags.map((tag) => {
    const steps = [tag.declaredOn.words, ...tag.path.map((edge) => edge.to.words)];
    return `${tag.tag.label} (${plain(tag.tag.category)}): ${steps.join(', then ')}.`;
  });
  return `Where ${focus.words} comes from and what came of it. ${paths.join(' ')}`;
}
