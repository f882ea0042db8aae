import { toHex } from '../../shared/ids.ts';
import { assetColumns, assetView, type AssetRow } from '../assets/asset.read-model.ts';
import type { AssetView } from '../context.ts';
import type { KeyValue } from '../key-value.ts';
import type { Tags } from './names.ts';

const keyValues = (map: unknown): KeyValue[] =>
  Object.entries(map as Tags)
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));

export interface LoggedModelView extends AssetView {
  mlflowId: string;
  status: string;
  modelType: string | null;
  experimentId: string;
  runId: string | null;
  saidRun: string | null;
  artifactUri: string;
  params: KeyValue[];
  mlflowTags: KeyValue[];
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
}

export const loggedModelColumns = [
  ...assetColumns, 'logged_model.status', 'logged_model.model_type', 'logged_model.experiment_id', 'logged_model.run_id',
  'logged_model.said_run', 'logged_model.artifact_uri', 'logged_model.params', 'logged_model.tags', 'logged_model.created_at',
  'logged_model.updated_at', 'logged_model.deleted_at',
] as const; // prettier-ignore

interface LoggedModelRow extends AssetRow {
  status: string;
  model_type: string;
  experiment_id: string;
  run_id: string | null;
  said_run: string | null;
  artifact_uri: string;
  params: unknown;
  tags: unknown;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

export const loggedModelView = (row: LoggedModelRow): LoggedModelView => ({
  ...assetView(row),
  mlflowId: `m-${toHex(row.id)}`,
  status: row.status,
  modelType: row.model_type || null,
  experimentId: row.experiment_id,
  runId: row.run_id,
  saidRun: row.said_run,
  artifactUri: row.artifact_uri,
  params: keyValues(row.params),
  mlflowTags: keyValues(row.tags),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

export interface ModelView extends AssetView {
  description: string | null;
  mlflowTags: KeyValue[];
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
}

export const modelColumns = [
  ...assetColumns, 'model.description', 'model.tags', 'model.created_at', 'model.updated_at', 'model.deleted_at',
] as const; // prettier-ignore

interface ModelRow extends AssetRow {
  description: string | null;
  tags: unknown;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

export const modelView = (row: ModelRow): ModelView => ({
  ...assetView(row),
  description: row.description,
  mlflowTags: keyValues(row.tags),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

export interface ModelVersionView extends AssetView {
  modelKey: number;
  version: number;
  status: string;
  stage: string;
  source: string;
  digest: string | null;
  storage: string | null;
  description: string | null;
  runId: string | null;
  saidRun: string | null;
  loggedModelKey: number | null;
  mlflowTags: KeyValue[];
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
}

export const versionColumns = [
  ...assetColumns, 'model_version.model_key', 'model_version.version', 'model_version.status', 'model_version.stage',
  'model_version.source', 'model_version.storage', 'model_version.digest', 'model_version.description', 'model_version.run_id',
  'model_version.said_run', 'model_version.logged_model_key', 'model_version.tags', 'model_version.created_at',
  'model_version.updated_at', 'model_version.deleted_at',
] as const; // prettier-ignore

interface VersionRow extends AssetRow {
  model_key: number;
  version: number;
  status: string;
  stage: string;
  source: string;
  digest: string | null;
  storage: string | null;
  description: string | null;
  run_id: string | null;
  said_run: string | null;
  logged_model_key: number | null;
  tags: unknown;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

export const versionView = (row: VersionRow): ModelVersionView => ({
  ...assetView(row),
  modelKey: row.model_key,
  version: row.version,
  status: row.status,
  stage: row.stage,
  source: row.source,
  digest: row.digest,
  storage: row.storage,
  description: row.description,
  runId: row.run_id,
  saidRun: row.said_run,
  loggedModelKey: row.logged_model_key,
  mlflowTags: keyValues(row.tags),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

export interface DeploymentView extends AssetView {
  versionKey: number;
  environment: string;
  purposeCode: string;
  alias: string | null;
  stage: string | null;
  replacesKey: number | null;
  restoresKey: number | null;
  byId: string;
  validFrom: Date;
  validTo: Date | null;
}

export const deploymentColumns = [
  ...assetColumns, 'deployment.version_key', 'deployment.environment', 'deployment.purpose_code', 'deployment.alias', 'deployment.stage',
  'deployment.replaces_key', 'deployment.restores_key', 'deployment.by_id', 'deployment.valid_from', 'deployment.valid_to',
] as const; // prettier-ignore

interface DeploymentRow extends AssetRow {
  version_key: number;
  environment: string;
  purpose_code: string;
  alias: string | null;
  stage: string | null;
  replaces_key: number | null;
  restores_key: number | null;
  by_id: string;
  valid_from: Date;
  valid_to: Date | null;
}

export const deploymentView = (row: DeploymentRow): DeploymentView => ({
  ...assetView(row),
  versionKey: row.version_key,
  environment: row.environment,
  purposeCode: row.purpose_code,
  alias: row.alias,
  stage: row.stage,
  replacesKey: row.replaces_key,
  restoresKey: row.restores_key,
  byId: row.by_id,
  validFrom: row.valid_from,
  validTo: row.valid_to,
});
