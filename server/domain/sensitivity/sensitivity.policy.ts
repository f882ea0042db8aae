import { classify } from '../../access/classes.ts';
import { closed, ofAll, ofProject, type TableLabels } from '../../access/tables.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';

const onEachAsset = Object.fromEntries(
  Object.values(typeOfKind).map((type) => [type, { tags: 'sensitivity' as const, barriers: 'sensitivity' as const }]),
);

export const sensitivityPolicy = classify(
  {
    ...onEachAsset,
    Query: { sensitivityTags: 'sensitivity' },
    // whoever builds a step proposes what it does to tags; who governs signs
    Mutation: {
      tagAsset: 'sensitivity',
      untagAsset: 'sensitivity',
      defineTag: 'sensitivity',
      moveTag: 'sensitivity',
      retireTag: 'sensitivity',
      proposeBarrier: 'lineage',
      signBarrier: 'sensitivity',
      revokeBarrier: 'sensitivity',
    },
    ModelVersion: { tags: 'sensitivity', barriers: 'sensitivity', learnedFrom: 'sensitivity' },
    LineageEdge: { barriers: 'sensitivity' },
    Run: { sensitivity: 'sensitivity' },
    SensitivityTag: {
      name: 'sensitivity',
      label: 'sensitivity',
      category: 'sensitivity',
      parent: 'sensitivity',
      iri: 'sensitivity',
      description: 'sensitivity',
      retiredAt: 'sensitivity',
    },
    TagAssignment: {
      tag: 'sensitivity',
      asset: 'sensitivity',
      origin: 'sensitivity',
      path: 'sensitivity',
      declaredOn: 'sensitivity',
      coarse: 'sensitivity',
      validFrom: 'sensitivity',
      validTo: 'sensitivity',
      by: 'sensitivity',
      note: 'sensitivity',
    },
    Barrier: {
      id: 'handle',
      edge: 'sensitivity',
      kind: 'sensitivity',
      state: 'sensitivity',
      tags: 'sensitivity',
      statement: 'sensitivity',
      evidenceUrl: 'sensitivity',
      evidenceSha256: 'sensitivity',
      proposedBy: 'sensitivity',
      proposedAt: 'sensitivity',
      signedBy: 'sensitivity',
      signedAt: 'sensitivity',
      expiresAt: 'sensitivity',
      endedBy: 'sensitivity',
      endedAt: 'sensitivity',
      endReason: 'sensitivity',
    },
    BarrierPayload: { barrier: 'structural' },
    SensitivityTagPayload: { tag: 'structural' },
    TagAssetPayload: { assignment: 'structural' },
    UntagAssetPayload: { assignment: 'structural' },
  },
  {
    // which of an asset's own tags to show
    ...Object.fromEntries(Object.values(typeOfKind).map((type) => [`${type}.tags(origin:)`, []])),
    'ModelVersion.learnedFrom(categories:)': [],
    'Run.sensitivity(categories:)': [],
  },
  // assets, and what is measured of them
  [...Object.values(typeOfKind), 'ColumnProfile', 'KpiValue', 'Metric', 'QualityCheck'],
);

export const sensitivityTables = {
  sensitivity_tag: ofAll('The taxonomy is the organisation’s.', ['sensitivity']),
  former_tag_place: ofAll('The taxonomy is the organisation’s.', ['sensitivity']),
  tag_declaration: ofProject(['sensitivity']),
  effective_tag: ofProject(['sensitivity']),
  barrier: ofProject(['sensitivity']),
  barrier_tag: ofProject(['sensitivity']),
  tag_sighting: closed('When producers named a tag, for those who record what they say.'),
  tag_retraction: closed('When producers took tags back, for those who record what they say.'),
  tag_change: closed('What propagation has yet to look at.'),
} satisfies TableLabels;
