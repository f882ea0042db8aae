/** How a sensitivity tag reached an asset: the shortest path that the API found, as steps and as one line. */
import type { TagPathFragment } from '../gql/graphql.ts';
import { kindOf, tagFacts, type NamedAsset } from './names.ts';
import { plain } from '../words.ts';

export interface PathStep {
  words: string;
  kind: string;
  assetId: string;
  /** Whose page tells about it. */
  ownerId: string;
  /** How this one came from the step before; undefined for the first. */
  how?: string;
  masked: boolean;
}

export interface TagView {
  name: string;
  label: string;
  category: string;
  categoryWords: string;
  iri: string | null;
  description: string;
  origin: string;
  since: string;
  note: string | null;
  /** From where it was declared to the asset; one step when it was declared right there. */
  steps: PathStep[];
  /** The steps that a person would name: columns and datasets, then what was made of them. */
  brief: PathStep[];
  /** True when the path went over a whole table because no column lineage was recorded for it. */
  coarse: boolean;
}

const severity = ['SPECIAL_CATEGORY', 'PROTECTED_CHARACTERISTIC', 'PERSONAL_DATA', 'FINANCIAL', 'OTHER'];

/** 0 is the gravest category. */
export const gravity = (category: string): number => {
  const at = severity.indexOf(category);
  return at < 0 ? severity.length : at;
};

const originWords: Record<string, string> = {
  DECLARED: 'declared by a person',
  IMPORTED: 'imported from the producer',
  DERIVED: 'derived by lineage',
};

const step = (asset: NamedAsset): PathStep => ({
  words: asset.words,
  kind: kindOf(asset),
  assetId: asset.id,
  ownerId: asset.ownerId,
  masked: false,
});

export function tagView(from: TagPathFragment): TagView {
  const { tag, declaredOn, path, origin, validFrom, note, coarse } = tagFacts(from);
  const steps = [step(declaredOn), ...path.map((edge) => ({ ...step(edge.to), how: edge.how, masked: edge.masked }))];
  return {
    name: tag.name,
    label: tag.label,
    category: tag.category,
    categoryWords: plain(tag.category),
    iri: tag.iri,
    description: tag.description,
    origin: originWords[origin] ?? plain(origin),
    since: validFrom,
    note,
    steps,
    brief: briefOf(steps),
    coarse,
  };
}

/** At most five steps: how it began, where it arrived, and an ellipsis for what lies between. */
function briefOf(steps: PathStep[]): PathStep[] {
  const named = steps.filter(
    (step, i) => i === 0 || i === steps.length - 1 || (step.kind !== 'logged model' && step.kind !== 'dataset version'),
  );
  if (named.length <= 5) return named;
  const between = named.length - 4;
  const gap: PathStep = { words: `${between} more steps`, kind: '', assetId: '', ownerId: '', masked: false };
  return [...named.slice(0, 2), gap, ...named.slice(-2)];
}

export const byGravity = (a: TagView, b: TagView): number =>
  gravity(a.category) - gravity(b.category) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
