import { classify } from '../../access/classes.ts';
import { ofProject, type TableLabels } from '../../access/tables.ts';

const asset = { id: 'handle', kind: 'handle', name: 'catalogue', project: 'handle', redactions: 'structural' } as const;

export const datasetsPolicy = classify(
  {
    Query: { datasets: 'catalogue' },
    Dataset: {
      ...asset,
      namespace: 'catalogue',
      description: 'catalogue',
      columns: 'catalogue',
      latest: 'catalogue',
      versions: 'catalogue',
      facets: 'lineage',
      names: 'catalogue',
      formerNames: 'catalogue',
      changes: 'catalogue',
      droppedAt: 'catalogue',
      owners: 'catalogue',
      labels: 'catalogue',
      storage: 'catalogue',
      catalog: 'catalogue',
      hierarchy: 'catalogue',
      checks: 'catalogue',
    },
    DatasetChange: { at: 'catalogue', change: 'catalogue', previous: 'catalogue', next: 'catalogue' },
    QualityCheck: {
      assertion: 'catalogue',
      name: 'catalogue',
      column: 'catalogue',
      success: 'catalogue',
      severity: 'catalogue',
      measuredAt: 'catalogue',
      run: 'catalogue',
      // values of the data, maybe
      expected: 'profile',
      actual: 'profile',
    },
    DatasetVersion: {
      ...asset,
      dataset: 'catalogue',
      digest: 'handle',
      sourceType: 'catalogue',
      source: 'catalogue',
      createdAt: 'handle',
      rowCount: 'catalogue',
      columns: 'catalogue',
    },
    VersionColumn: {
      column: 'catalogue',
      ordinal: 'catalogue',
      type: 'catalogue',
      required: 'catalogue',
      role: 'catalogue',
    },
    Column: {
      ...asset,
      dataset: 'catalogue',
      ordinal: 'catalogue',
      type: 'catalogue',
      description: 'catalogue',
      profile: 'profile',
    },
    ColumnProfile: {
      measuredAt: 'profile',
      rowCount: 'profile',
      nullCount: 'profile',
      distinctCount: 'profile',
      min: 'profile',
      max: 'profile',
      mean: 'profile',
      quantiles: 'profile',
      redactions: 'structural',
    },
    Quantile: { q: 'structural', value: 'structural' },
  },
  // which facets to show reveals nothing of any hidden value
  { 'Dataset.facets(names:)': [] },
);

export const datasetTables = {
  dataset: ofProject('everyone'),
  dataset_alias: ofProject(['catalogue']),
  dataset_change: ofProject(['catalogue']),
  dataset_version: ofProject('everyone', { profile: ['catalogue'] }),
  dataset_column: ofProject('everyone'),
  version_column: ofProject(['catalogue', 'lineage']),
  column_profile: ofProject(['profile']),
  quality_check: ofProject(['catalogue'], { expected: ['profile'], actual: ['profile'] }),
} satisfies TableLabels;
