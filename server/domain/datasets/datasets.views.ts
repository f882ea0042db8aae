import type { JsonObject } from '../../shared/json.ts';
import type { AssetView } from '../context.ts';

export interface DatasetView extends AssetView {
  namespace: string;
  description: string | null;
  /** All facets as they are stored; what of them may be shown as they are, `shownFacets` tells. */
  stored: JsonObject;
}

/** What other fields say under their own access class must not slip out with the facets. */
const shownElsewhere = new Set([
  'tags', 'columnLineage', 'dataQualityMetrics', 'dataQualityAssertions', 'schema', 'documentation', 'version',
]); // prettier-ignore

/** Producers have sent statistics of columns under several names. */
const isProfile = (facet: JsonObject[string]): boolean =>
  typeof facet === 'object' && facet !== null && Object.hasOwn(facet, 'columnMetrics');

export const shownFacets = (facets: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(facets).filter(([name, facet]) => !shownElsewhere.has(name) && !isProfile(facet)));

export interface DatasetVersionView extends AssetView {
  datasetKey: number;
  digest: string;
  sourceType: string;
  source: string | null;
  createdAt: Date;
  rowCount: number | bigint | null;
}

export interface ColumnView extends AssetView {
  datasetKey: number;
  ordinal: number | null;
  type: string;
  description: string | null;
}

export interface VersionColumnView {
  versionKey: number;
  columnKey: number;
  ordinal: number;
  type: string;
  required: boolean;
  role: 'feature' | 'target';
}

/** Carries its column's graph key: whether it may be read depends on that column's tags. */
export interface ColumnProfileView {
  uuid: string;
  assetKey: number;
  measuredAt: Date;
  rowCount: number | bigint | null;
  nullCount: number | null;
  distinctCount: number | null;
  min: number | null;
  max: number | null;
  mean: number | null;
  quantiles: { q: number; value: number }[];
  /** Too few rows have a value: what would tell of them is left out. */
  overFew: boolean;
}
