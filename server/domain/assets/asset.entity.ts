import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Project } from '../identity/identity.entity.ts';

export const assetKinds = [
  'DATASET',
  'DATASET_VERSION',
  'COLUMN',
  'LOGGED_MODEL',
  'MODEL',
  'MODEL_VERSION',
  'DEPLOYMENT',
  'KPI',
] as const;
export type AssetKind = (typeof assetKinds)[number];

/** The supertype of all that lineage, tags, holds and approvals point at. `key` is for the graph, `id` for the API. */
export const Asset = defineEntity({
  name: 'Asset',
  tableName: 'asset',
  policies: rows.ofProject(),
  properties: {
    key: p.bigint('number').primary().autoincrement(),
    id: p.uuid().unique(),
    kind: p.text().$type<AssetKind>(),
    project: () => p.manyToOne(Project),
    name: column.text(),
    createdAt: column.time(),
    /** Where its facts went, once it proved to be another under a second name. Its id goes on leading there. */
    mergedInto: p.bigint('number').nullable(),
  },
  indexes: [{ name: 'asset_by_project_kind', properties: ['project', 'kind', 'name', 'key'] }],
});
