import { toGlobalId } from '../../shared/ids.ts';
import type { AssetView } from '../context.ts';
import type { AssetKind } from './asset.entity.ts';

/** The GraphQL type of each kind. */
export const typeOfKind = {
  DATASET: 'Dataset',
  DATASET_VERSION: 'DatasetVersion',
  COLUMN: 'Column',
  LOGGED_MODEL: 'LoggedModel',
  MODEL: 'Model',
  MODEL_VERSION: 'ModelVersion',
  DEPLOYMENT: 'Deployment',
  KPI: 'Kpi',
} as const satisfies Record<AssetKind, string>;

/** The columns of `asset` that every asset's view needs, for joins: `.select(assetColumns)`. */
export const assetColumns = ['asset.key', 'asset.id', 'asset.kind', 'asset.name', 'asset.project_id'] as const;

export interface AssetRow {
  key: number;
  id: string;
  kind: AssetKind;
  name: string;
  project_id: string;
}

/** The part of a view that all assets share; each domain spreads it into its own. */
export function assetView(row: AssetRow): AssetView {
  const type = typeOfKind[row.kind];
  return {
    __typename: type,
    id: toGlobalId(type, row.id),
    uuid: row.id,
    assetKey: row.key,
    kind: row.kind,
    name: row.name,
    projectId: row.project_id,
  };
}
