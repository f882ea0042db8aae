/** Assets and edges in words. What the role may not see of them, down to their names, becomes words here too. */
import type { AssetHandleFragment, AssetNameFragment, EdgeFactsFragment, TagPathFragment } from '../gql/graphql.ts';
import { plain } from '../words.ts';

/** For a name that a rule hides: always the same, so that not even its length is told. */
export const hiddenName = '[redacted]';

export const nameOr = (name: string | number | null | undefined): string =>
  name === null || name === undefined ? hiddenName : String(name);

export interface NamedAsset {
  id: string;
  kind: string;
  /** `sex in features/german_credit`, `credit-scoring 1`. */
  words: string;
  /** Its own name alone. */
  name: string;
  /** The asset that has the page: a column's and a version's is its dataset, a deployment's is its model version. */
  ownerId: string;
  /** For a column: what it is a column of. */
  dataset?: { id: string; name: string };
}

/** Stands for every asset that this role may not see, or that lies outside its projects. */
export const hiddenAsset: NamedAsset = {
  id: 'hidden',
  kind: 'HIDDEN',
  words: 'hidden from this role',
  name: hiddenName,
  ownerId: '',
};

export function named(asset: AssetNameFragment | AssetHandleFragment | null | undefined): NamedAsset {
  if (!asset) return hiddenAsset;
  const base = { id: asset.id, kind: asset.kind, name: nameOr(asset.name), ownerId: asset.id };
  switch (asset.__typename) {
    case 'Column': {
      if (!('dataset' in asset) || !asset.dataset) return { ...base, words: `column ${base.name}` };
      const dataset = { id: asset.dataset.id, name: nameOr(asset.dataset.name) };
      return { ...base, words: `${base.name} in ${dataset.name}`, ownerId: dataset.id, dataset };
    }
    case 'DatasetVersion':
      if (!('digest' in asset)) return { ...base, words: base.name };
      return {
        ...base,
        // MLflow's own name may end in the digest already
        words: base.name.includes(asset.digest.slice(0, 8)) ? base.name : `${base.name} (${asset.digest.slice(0, 8)})`,
        ownerId: asset.dataset?.id ?? asset.id,
      };
    case 'ModelVersion':
      return { ...base, words: `${nameOr(asset.model?.name)} ${nameOr(asset.version)}` };
    case 'Deployment': {
      const where = nameOr(asset.environment);
      const words = 'purpose' in asset && asset.purpose ? `${asset.purpose.label}, ${where}` : where;
      return { ...base, words, ownerId: asset.modelVersion?.id ?? asset.id };
    }
    case 'LoggedModel':
      return { ...base, words: `logged model ${base.name}` };
    default:
      return { ...base, words: base.name };
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
  HIDDEN: '',
};

export const kindOf = (asset: { kind: string }): string => kindWords[asset.kind] ?? plain(asset.kind);

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

export interface EdgeView {
  from: NamedAsset;
  to: NamedAsset;
  kind: string;
  /** How one came from the other: the producer's own description where it gave one. */
  how: string;
  masked: boolean;
  source: string;
  since: string;
}

const sources: Record<string, string> = { OPENLINEAGE: 'OpenLineage', MLFLOW: 'MLflow', AVAL: 'recorded here' };

export function edgeView(edge: EdgeFactsFragment): EdgeView {
  return {
    from: named(edge.from),
    to: named(edge.to),
    kind: edge.kind,
    how: edgeHow(edge),
    masked: (edge.transformations ?? []).some((one) => one.masking),
    source: sources[edge.source] ?? plain(edge.source),
    since: edge.firstSeen,
  };
}

function edgeHow({ kind, transformations }: EdgeFactsFragment): string {
  if (kind !== 'COLUMN_DERIVED') return edgeWords[kind] ?? plain(kind);
  const hows = (transformations ?? []).map((one) => {
    const how = one.subtype ? plain(one.subtype) : plain(one.type);
    const indirect = one.type === 'INDIRECT' ? `indirect, ${how}` : how;
    const words = one.description ? `${indirect}: ${one.description}` : indirect;
    return one.masking ? `${words} (masked)` : words;
  });
  return hows.length === 0 ? 'derived' : hows.join('; ');
}

/** A tag on an asset, with its path in our own words. */
export interface TagFacts extends Pick<TagPathFragment, 'tag' | 'origin' | 'coarse' | 'validFrom' | 'note'> {
  declaredOn: NamedAsset;
  path: EdgeView[];
}

export const tagFacts = ({ declaredOn, path, ...rest }: TagPathFragment): TagFacts => ({
  ...rest,
  declaredOn: named(declaredOn),
  path: (path ?? []).map(edgeView),
});
