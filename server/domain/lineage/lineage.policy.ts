import { classify } from '../../access/classes.ts';
import { closed, ofProject, type TableLabels } from '../../access/tables.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';

const types = Object.values(typeOfKind);

export const lineagePolicy = classify(
  {
    ...Object.fromEntries(
      types.map((type) => [
        type,
        { upstream: 'lineage' as const, downstream: 'lineage' as const, completeness: 'lineage' as const },
      ]),
    ),
    LineageWalk: { assetCount: 'lineage', assets: 'lineage', edges: 'lineage', partial: 'lineage' },
    LineageEdge: {
      id: 'lineage',
      from: 'lineage',
      to: 'lineage',
      kind: 'lineage',
      run: 'lineage',
      source: 'lineage',
      firstSeen: 'lineage',
      lastSeen: 'lineage',
      stale: 'lineage',
      refined: 'lineage',
      transformations: 'lineage',
    },
    LineageCompleteness: {
      parts: 'lineage',
      explained: 'lineage',
      share: 'lineage',
      declaredSource: 'lineage',
      stale: 'lineage',
      lastSeen: 'lineage',
      producers: 'lineage',
    },
    LineageProducer: { source: 'lineage', job: 'lineage', lastSeen: 'lineage', stale: 'lineage' },
    Transformation: { type: 'lineage', subtype: 'lineage', description: 'lineage', masking: 'lineage' },
  },
  // along which edges to go says nothing of any hidden value
  Object.fromEntries(
    types.flatMap((type) => [`${type}.upstream(kinds:)`, `${type}.downstream(kinds:)`].map((name) => [name, []])),
  ),
);

export const lineageTables = {
  edge: ofProject(['lineage', 'sensitivity']),
  derivation: closed('What the edges of jobs without runs follow from.'),
} satisfies TableLabels;
