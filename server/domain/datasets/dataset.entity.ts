import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Asset } from '../assets/asset.entity.ts';
import { Project } from '../identity/identity.entity.ts';
import { Run } from '../experiments/run.entity.ts';
import type { JsonObject } from '../../shared/json.ts';

/** A dataset by OpenLineage's identity: (namespace, name), within its project. */
export const Dataset = defineEntity({
  name: 'Dataset',
  tableName: 'dataset',
  policies: rows.ofProject(),
  properties: {
    asset: () => p.oneToOne(Asset).owner().primary().deleteRule('no action').updateRule('no action'),
    project: () => p.manyToOne(Project),
    namespace: column.text(),
    name: column.text(),
    description: column.text().nullable(),
    /** Facets as the producer sent them, unknown ones included; newest of each. */
    facets: column.json<JsonObject>(),
    /** When each facet was said; a deleted one leaves its time. */
    facetTimes: column.json<Record<string, string>>().nullable(),
    createdAt: column.time(),
    updatedAt: column.time(),
  },
  uniques: [{ name: 'dataset_name', properties: ['project', 'namespace', 'name'] }],
  // jobs name the versions of models that they use like this
  indexes: [{ name: 'dataset_model_name', properties: ['name'], where: `name ~~ 'models:/%'::text` }], // as the server keeps it
});

/** Each name that a dataset goes by: its own, and those that symlinks say are the same. What is told under any is told of the one. */
export const DatasetAlias = defineEntity({
  name: 'DatasetAlias',
  tableName: 'dataset_alias',
  policies: rows.ofProject(),
  properties: {
    project: () => p.manyToOne(Project).primary().deleteRule('no action').updateRule('no action'),
    namespace: column.text().primary(),
    name: column.text().primary(),
    dataset: () => p.manyToOne(Asset),
    /** It was this name that said what the others are: the first such is the one that is shown. */
    declares: p.boolean(),
  },
  indexes: [{ name: 'dataset_alias_of', properties: ['dataset'] }],
});

export const lifecycleChanges = ['ALTER', 'CREATE', 'DROP', 'OVERWRITE', 'RENAME', 'TRUNCATE'] as const;
export type LifecycleChange = (typeof lifecycleChanges)[number];

/** What happened to a dataset as a whole, and when. Append only. */
export const DatasetChange = defineEntity({
  name: 'DatasetChange',
  tableName: 'dataset_change',
  policies: rows.ofAsset('dataset_change.dataset_key'),
  properties: {
    dataset: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    at: column.time().primary(),
    change: p.text().$type<LifecycleChange>().primary(),
    /** Of a rename: the dataset of the former name. Else the dataset itself. */
    previous: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
  },
  indexes: [{ name: 'dataset_change_previous', properties: ['previous'] }],
});

/** What a dataset was at one moment: MLflow's (name, digest), OpenLineage's version facet. */
export const DatasetVersion = defineEntity({
  name: 'DatasetVersion',
  tableName: 'dataset_version',
  policies: rows.ofAsset('dataset_version.asset_key'),
  properties: {
    asset: () => p.oneToOne(Asset).owner().primary().deleteRule('no action').updateRule('no action'),
    dataset: () => p.manyToOne(Asset),
    digest: column.text(),
    /** The name that MLflow's client gave it; may differ from the dataset's own. */
    label: column.text(),
    sourceType: column.text(),
    source: column.text(),
    schema: column.text().nullable(),
    profile: column.text().nullable(),
    rowCount: p.bigint().nullable(),
    createdAt: column.time(),
  },
  uniques: [{ name: 'dataset_version_digest', properties: ['dataset', 'digest'] }],
  indexes: [{ name: 'dataset_version_newest', properties: ['dataset', 'createdAt', 'asset'] }],
});

/** A column of a dataset, by name: a tag on it outlives any one version. */
export const DatasetColumn = defineEntity({
  name: 'DatasetColumn',
  tableName: 'dataset_column',
  policies: rows.ofAsset('dataset_column.asset_key'),
  properties: {
    asset: () => p.oneToOne(Asset).owner().primary().deleteRule('no action').updateRule('no action'),
    dataset: () => p.manyToOne(Asset),
    name: column.text(),
    ordinal: p.integer(),
    type: column.text(),
    description: column.text().nullable(),
    updatedAt: column.time(),
  },
  uniques: [{ name: 'dataset_column_name', properties: ['dataset', 'name'] }],
});

/** Which columns a version has, with the types they had then. */
export const VersionColumn = defineEntity({
  name: 'VersionColumn',
  tableName: 'version_column',
  policies: rows.ofAsset('version_column.version_key'),
  properties: {
    version: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    column: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    ordinal: p.integer(),
    type: column.text(),
    required: p.boolean(),
    /** 'target' for the label column, else 'feature'. */
    role: p.text().$type<'feature' | 'target'>(),
  },
});

/** Aggregates over a column, never a raw value. */
export interface ColumnStatistics {
  nullCount?: number;
  distinctCount?: number;
  min?: number;
  max?: number;
  mean?: number;
  count?: number;
  sum?: number;
  quantiles?: Record<string, number>;
}

/** Statistics of a column as one run measured them, or as a dataset's own event told them. */
export const ColumnProfile = defineEntity({
  name: 'ColumnProfile',
  tableName: 'column_profile',
  policies: rows.ofAsset('column_profile.column_key'),
  properties: {
    column: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    /** The run's id, or the moment of an event without one. */
    toldBy: column.text().primary(),
    run: () => p.manyToOne(Run).nullable().deleteRule('no action'),
    measuredAt: column.time(),
    rowCount: p.bigint().nullable(),
    statistics: column.json<ColumnStatistics>(),
  },
  indexes: [{ name: 'column_profile_newest', properties: ['column', 'measuredAt'] }],
});

/** How a check of a dataset or of a column went: OpenLineage's data quality assertions. */
export const QualityCheck = defineEntity({
  name: 'QualityCheck',
  tableName: 'quality_check',
  policies: rows.ofAsset('quality_check.dataset_key'),
  properties: {
    dataset: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    /** Follows from assertion, name and column. */
    checkId: p.uuid().primary(),
    /** The run's id, or the moment of an event without one. */
    toldBy: column.text().primary(),
    run: () => p.manyToOne(Run).nullable().deleteRule('no action'),
    column: () => p.manyToOne(Asset).nullable().deleteRule('no action'),
    measuredAt: column.time(),
    assertion: column.text(),
    name: column.text().nullable(),
    success: p.boolean(),
    severity: column.text().nullable(),
    expected: column.text().nullable(),
    actual: column.text().nullable(),
  },
  indexes: [{ name: 'quality_check_newest', properties: ['dataset', 'checkId', 'measuredAt'] }],
});
