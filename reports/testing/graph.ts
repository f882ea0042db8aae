/** A small asset graph in memory, shaped so that graphql-js's default resolver can answer the report's queries from it. */

export interface FixtureAsset {
  __typename: string;
  id: string;
  kind: string;
  name: string;
  [field: string]: unknown;
}

export interface FixtureEdge {
  from: FixtureAsset;
  to: FixtureAsset;
  kind: string;
  refined: boolean;
  source: string;
  firstSeen: string;
  lastSeen: string;
  transformations: { type: string; subtype: string; description: string; masking: boolean }[];
}

export interface FixtureTag {
  name: string;
  label: string;
  category: string;
  iri: string | null;
  description: string;
}

export interface Declaration {
  asset: FixtureAsset;
  tag: FixtureTag;
  origin: 'DECLARED' | 'IMPORTED';
}

const typeNames: Record<string, string> = {
  DATASET: 'Dataset',
  DATASET_VERSION: 'DatasetVersion',
  COLUMN: 'Column',
  LOGGED_MODEL: 'LoggedModel',
  MODEL: 'Model',
  MODEL_VERSION: 'ModelVersion',
  DEPLOYMENT: 'Deployment',
  KPI: 'Kpi',
};

export interface PageArgs {
  first?: number;
  after?: string | null;
}

export const page = <T>(rows: T[], args: PageArgs = {}) => {
  const from = args.after ? Number(args.after) : 0;
  const nodes = rows.slice(from, from + (args.first ?? 20));
  const end = from + nodes.length;
  return {
    nodes,
    edges: nodes.map((node, i) => ({ cursor: String(from + i + 1), node })),
    pageInfo: {
      hasNextPage: end < rows.length,
      hasPreviousPage: from > 0,
      startCursor: String(from),
      endCursor: String(end),
    },
  };
};

export class FixtureGraph {
  readonly assets: FixtureAsset[] = [];
  readonly edges: FixtureEdge[] = [];
  readonly declarations: Declaration[] = [];
  private counter = 0;

  id(prefix: string): string {
    this.counter += 1;
    return `${prefix}-${String(this.counter).padStart(4, '0')}`;
  }

  add(kind: string, name: string, fields: Record<string, unknown> = {}): FixtureAsset {
    const asset: FixtureAsset = { __typename: typeNames[kind]!, id: this.id(kind), kind, name, ...fields };
    const lineage = (up: boolean) => (args: { depth: number; kinds?: string[] }) =>
      this.walk(asset, up, args.depth, args.kinds);
    Object.assign(asset, {
      tags: () => this.tagsOf(asset),
      upstream: lineage(true),
      downstream: lineage(false),
    });
    this.assets.push(asset);
    return asset;
  }

  connect(from: FixtureAsset, to: FixtureAsset, kind: string, more: Partial<FixtureEdge> = {}): void {
    const at = '2026-11-20T09:00:00.000Z';
    const source = ['TRAINED', 'EVALUATED', 'REGISTERED'].includes(kind) ? 'MLFLOW' : 'OPENLINEAGE';
    this.edges.push({
      from,
      to,
      kind,
      refined: false,
      source,
      firstSeen: at,
      lastSeen: at,
      transformations: [],
      ...more,
    });
  }

  declare(asset: FixtureAsset, tag: FixtureTag, origin: 'DECLARED' | 'IMPORTED' = 'IMPORTED'): void {
    this.declarations.push({ asset, tag, origin });
  }

  private walk(start: FixtureAsset, up: boolean, depth: number, kinds?: string[]) {
    const seen = new Set<FixtureAsset>([start]);
    const found = new Set<FixtureEdge>();
    let frontier = [start];
    for (let level = 0; level < depth && frontier.length > 0; level++) {
      const next: FixtureAsset[] = [];
      for (const asset of frontier) {
        for (const edge of this.edges) {
          if ((up ? edge.to : edge.from) !== asset || (kinds && !kinds.includes(edge.kind))) continue;
          found.add(edge);
          const other = up ? edge.from : edge.to;
          if (!seen.has(other)) next.push(other);
          seen.add(other);
        }
      }
      frontier = next;
    }
    const assets = [...seen].slice(1);
    return {
      assetCount: assets.length,
      partial: frontier.length > 0 ? 'DEPTH' : null,
      assets: (args: { first: number }) => page(assets, args),
      edges: (args: { first: number }) => page([...found], args),
    };
  }

  /** Shortest path of each tag to `asset`, refined and evaluation edges left out. */
  learned(asset: FixtureAsset) {
    const paths = new Map<FixtureAsset, FixtureEdge[]>([[asset, []]]);
    const queue = [asset];
    for (let at = queue.shift(); at; at = queue.shift()) {
      for (const edge of this.edges) {
        if (edge.to !== at || edge.refined || edge.kind === 'EVALUATED' || paths.has(edge.from)) continue;
        paths.set(edge.from, [edge, ...paths.get(at)!]);
        queue.push(edge.from);
      }
    }
    const byTag = new Map<string, ReturnType<FixtureGraph['assignment']>>();
    for (const { asset: on, tag } of this.declarations) {
      const path = paths.get(on);
      if (!path || path.length === 0) continue;
      const known = byTag.get(tag.name);
      if (!known || known.path.length > path.length)
        byTag.set(tag.name, this.assignment(asset, on, tag, 'DERIVED', path));
    }
    return [...byTag.values()];
  }

  private tagsOf(asset: FixtureAsset) {
    const own = this.declarations
      .filter((one) => one.asset === asset)
      .map((one) => this.assignment(asset, asset, one.tag, one.origin, []));
    return [...own, ...this.learned(asset)];
  }

  private assignment(
    asset: FixtureAsset,
    declaredOn: FixtureAsset,
    tag: FixtureTag,
    origin: string,
    path: FixtureEdge[],
  ) {
    return {
      tag,
      asset,
      declaredOn,
      origin,
      path,
      coarse: path.some((edge) => edge.kind === 'DERIVED'),
      validFrom: '2026-11-20T09:00:00.000Z',
      validTo: null,
      note: null,
    };
  }
}
