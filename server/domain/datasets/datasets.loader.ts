import { sql } from 'kysely';
import { assetColumns, assetView } from '../assets/asset.read-model.ts';
import { manyByKey, oneByKey } from '../loader.ts';
import { inScope } from '../scope.ts';
import type { JsonObject } from '../../shared/json.ts';
import { isOverFew } from '../few-subjects.ts';
import type { ColumnStatistics } from './dataset.entity.ts';
import type {
  ColumnProfileView,
  ColumnView,
  DatasetVersionView,
  DatasetView,
  VersionColumnView,
} from './datasets.views.ts';
import { unplaced } from './ensure.service.ts';

export const datasetColumns = [...assetColumns, 'dataset.namespace', 'dataset.description', 'dataset.facets'] as const;

export interface DatasetRow {
  key: number;
  id: string;
  kind: 'DATASET';
  name: string;
  project_id: string;
  namespace: string;
  description: string | null;
  facets: JsonObject;
}

export const datasetView = (row: DatasetRow): DatasetView => ({
  ...assetView(row),
  namespace: row.namespace,
  description: row.description,
  stored: row.facets,
});

export const datasetByKey = oneByKey<number, DatasetView>(
  async ({ store, actor }, keys) => {
    const rows = await store.read
      .selectFrom('dataset')
      .innerJoin('asset', 'asset.key', 'dataset.asset_key')
      .select(datasetColumns)
      .where('dataset.asset_key', 'in', keys)
      .where(inScope(actor, 'asset.project_id'))
      .execute();
    return (rows as DatasetRow[]).map(datasetView);
  },
  (dataset) => dataset.assetKey,
);

export const versionColumns = [
  ...assetColumns, 'dataset_version.dataset_key', 'dataset_version.digest', 'dataset_version.source_type', 'dataset_version.source',
  'dataset_version.created_at', 'dataset_version.row_count',
] as const; // prettier-ignore

export interface DatasetVersionRow {
  key: number;
  id: string;
  kind: 'DATASET_VERSION';
  name: string;
  project_id: string;
  dataset_key: number;
  digest: string;
  source_type: string;
  source: string;
  created_at: Date;
  row_count: number | bigint | null;
}

export const versionView = (row: DatasetVersionRow): DatasetVersionView => ({
  ...assetView(row),
  datasetKey: row.dataset_key,
  digest: row.digest,
  sourceType: row.source_type,
  source: row.source === '' ? null : row.source,
  createdAt: row.created_at,
  rowCount: row.row_count,
});

export const datasetVersionByKey = oneByKey<number, DatasetVersionView>(
  async ({ store, actor }, keys) => {
    const rows = await store.read
      .selectFrom('dataset_version')
      .innerJoin('asset', 'asset.key', 'dataset_version.asset_key')
      .select(versionColumns)
      .where('dataset_version.asset_key', 'in', keys)
      .where(inScope(actor, 'asset.project_id'))
      .execute();
    return (rows as DatasetVersionRow[]).map(versionView);
  },
  (version) => version.assetKey,
);

/** The newest version of each dataset. */
export const latestVersion = oneByKey<number, DatasetVersionView>(
  async ({ store }, datasets) => {
    const rows = await store.read
      .selectFrom('dataset_version')
      .innerJoin('asset', 'asset.key', 'dataset_version.asset_key')
      .select(versionColumns)
      .distinctOn('dataset_version.dataset_key')
      .where('dataset_version.dataset_key', 'in', datasets)
      .orderBy('dataset_version.dataset_key')
      .orderBy('dataset_version.created_at', 'desc')
      .orderBy('dataset_version.asset_key', 'desc')
      .execute();
    return (rows as DatasetVersionRow[]).map(versionView);
  },
  (version) => version.datasetKey,
);

const columnColumns = [
  ...assetColumns, 'dataset_column.dataset_key', 'dataset_column.ordinal', 'dataset_column.type', 'dataset_column.description',
] as const; // prettier-ignore

interface ColumnRow {
  key: number;
  id: string;
  kind: 'COLUMN';
  name: string;
  project_id: string;
  dataset_key: number;
  ordinal: number;
  type: string;
  description: string | null;
}

const columnView = (row: ColumnRow): ColumnView => ({
  ...assetView(row),
  datasetKey: row.dataset_key,
  ordinal: row.ordinal === unplaced ? null : row.ordinal,
  type: row.type,
  description: row.description,
});

export const columnByKey = oneByKey<number, ColumnView>(
  async ({ store, actor }, keys) => {
    const rows = await store.read
      .selectFrom('dataset_column')
      .innerJoin('asset', 'asset.key', 'dataset_column.asset_key')
      .select(columnColumns)
      .where('dataset_column.asset_key', 'in', keys)
      .where(inScope(actor, 'asset.project_id'))
      .execute();
    return (rows as ColumnRow[]).map(columnView);
  },
  (column) => column.assetKey,
);

export const columnsOfDataset = manyByKey<number, ColumnView>(
  async ({ store }, datasets) => {
    const rows = await store.read
      .selectFrom('dataset_column')
      .innerJoin('asset', 'asset.key', 'dataset_column.asset_key')
      .select(columnColumns)
      .where('dataset_column.dataset_key', 'in', datasets)
      .orderBy('dataset_column.ordinal')
      .orderBy('dataset_column.name')
      .execute();
    return (rows as ColumnRow[]).map(columnView);
  },
  (column) => column.datasetKey,
);

export const columnsOfVersion = manyByKey<number, VersionColumnView>(
  async ({ store }, versions) =>
    store.read
      .selectFrom('version_column')
      .select(['version_key as versionKey', 'column_key as columnKey', 'ordinal', 'type', 'required', 'role'])
      .where('version_key', 'in', versions)
      .orderBy('ordinal')
      .orderBy('column_key')
      .execute(),
  (row) => row.versionKey,
);

/** The newest profile of each column. */
export const latestProfile = oneByKey<number, ColumnProfileView>(
  async ({ store }, columns) => {
    const { rows } = await sql<{
      column_key: number; uuid: string; measured_at: Date; row_count: number | bigint | null; statistics: ColumnStatistics;
    }>`
      select distinct on (p.column_key) p.column_key, a.id as uuid, p.measured_at, p.row_count, p.statistics
        from column_profile p join asset a on a.key = p.column_key
       where p.column_key = any(${sql.val([...columns])}::bigint[])
       order by p.column_key, p.measured_at desc, p.run_id desc`.execute(store.read); // prettier-ignore
    return rows.map(({ column_key, uuid, measured_at, row_count, statistics }) => ({
      uuid,
      assetKey: column_key,
      measuredAt: measured_at,
      rowCount: row_count,
      ...figuresOf(statistics, row_count),
    }));
  },
  (profile) => profile.assetKey,
);

type Figures = Omit<ColumnProfileView, 'uuid' | 'assetKey' | 'measuredAt' | 'rowCount'>;

/** Everything that a profile says of the rows that have a value; nothing of it when they are few. */
export const figuresOf = (s: ColumnStatistics, rowCount: number | bigint | null): Figures => {
  const filled = s.count ?? (rowCount === null ? null : Number(rowCount) - (s.nullCount ?? 0));
  if (isOverFew(filled)) {
    return { nullCount: null, distinctCount: null, min: null, max: null, mean: null, quantiles: [], overFew: true };
  }
  return {
    nullCount: s.nullCount ?? null,
    distinctCount: s.distinctCount ?? null,
    min: s.min ?? null,
    max: s.max ?? null,
    mean: s.mean ?? (s.sum !== undefined && s.count ? s.sum / s.count : null),
    quantiles: Object.entries(s.quantiles ?? {})
      .map(([q, value]) => ({ q: Number(q), value }))
      .sort((a, b) => a.q - b.q),
    overFew: false,
  };
};
