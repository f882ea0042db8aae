import { classify } from '../../access/classes.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';

const onEachAsset = Object.fromEntries(
  Object.values(typeOfKind).map((type) => [type, { tags: 'sensitivity' as const }]),
);

export const sensitivityPolicy = classify(
  {
    ...onEachAsset,
    Query: { sensitivityTags: 'sensitivity' },
    Mutation: { tagAsset: 'sensitivity', untagAsset: 'sensitivity' },
    ModelVersion: { tags: 'sensitivity', learnedFrom: 'sensitivity' },
    SensitivityTag: {
      name: 'sensitivity',
      label: 'sensitivity',
      category: 'sensitivity',
      parent: 'sensitivity',
      iri: 'sensitivity',
      description: 'sensitivity',
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
    TagAssetPayload: { assignment: 'structural' },
    UntagAssetPayload: { assignment: 'structural' },
  },
  {
    // which of an asset's own tags to show
    ...Object.fromEntries(Object.values(typeOfKind).map((type) => [`${type}.tags(origin:)`, []])),
    'ModelVersion.learnedFrom(categories:)': [],
  },
  // assets, and what is measured of them
  [...Object.values(typeOfKind), 'ColumnProfile', 'KpiValue', 'Metric'],
);
