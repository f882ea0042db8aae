/** Assets and edges in words. */
import type { AssetNameFragment, EdgeFactsFragment } from '../gql/graphql.ts';
import { plain } from '../words.ts';

/** `sex in features/german_credit`, `credit-scoring 1`. */
export function assetWords(asset: AssetNameFragment): string {
  switch (asset.__typename) {
    case 'Column':
      return `${asset.name} in ${asset.dataset.name}`;
    case 'DatasetVersion':
      return `${asset.name} (${asset.digest.slice(0, 8)})`;
    case 'ModelVersion':
      return `${asset.model.name} ${asset.version}`;
    case 'Deployment':
      return asset.purpose ? `${asset.purpose.label}, ${asset.environment}` : asset.environment;
    case 'LoggedModel':
      return `logged model ${asset.name}`;
    default:
      return asset.name;
  }
}

const kindWords: Record<string, string> = {
  DATASET: 'dataset',
  DATASET_VERSION: 'dataset version',
  COLUMN: 'column',
  LOGGED_MODEL: 'logged model',
  MODEL: 'model',
  MODEL_VERSION: 'model version',
  DEPLOYMENT: 'deployment',
  KPI: 'KPI',
};

export const kindOf = (asset: { kind: string }): string => kindWords[asset.kind] ?? plain(asset.kind);

/** The asset that has the page: a column's and a version's is its dataset. */
export function pageOwner(asset: AssetNameFragment): string {
  return asset.__typename === 'Column' || asset.__typename === 'DatasetVersion' ? asset.dataset.id : asset.id;
}

const edgeWords: Record<string, string> = {
  DERIVED: 'derived',
  COLUMN_OF: 'column of',
  IN_VERSION: 'in this version',
  VERSION_OF: 'version taken',
  TRAINED: 'trained',
  EVALUATED: 'evaluated, not learned from',
  REGISTERED: 'registered as',
  DEPLOYED: 'deployed as',
  MEASURED: 'measured by',
};

/** How one asset came from the other: the producer's own description where it gave one. */
export function edgeHow(edge: Pick<EdgeFactsFragment, 'kind' | 'transformations'>): string {
  if (edge.kind !== 'COLUMN_DERIVED') return edgeWords[edge.kind] ?? plain(edge.kind);
  const hows = edge.transformations.map((one) => {
    const how = one.subtype ? plain(one.subtype) : plain(one.type);
    const indirect = one.type === 'INDIRECT' ? `indirect, ${how}` : how;
    const words = one.description ? `${indirect}: ${one.description}` : indirect;
    return one.masking ? `${words} (masked)` : words;
  });
  return hows.length === 0 ? 'derived' : hows.join('; ');
}

export const isMasked = (edge: Pick<EdgeFactsFragment, 'transformations'>): boolean =>
  edge.transformations.some((one) => one.masking);

const sources: Record<string, string> = { OPENLINEAGE: 'OpenLineage', MLFLOW: 'MLflow', AVAL: 'recorded here' };
export const sourceWords = (source: string): string => sources[source] ?? plain(source);
