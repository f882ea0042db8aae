import type { Context } from '../context.ts';
import { openAt } from '../intervals.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import { manyByKey, manyByKeyAt, oneByKey } from '../loader.ts';
import { inScope } from '../scope.ts';
import {
  deploymentColumns,
  deploymentView,
  loggedModelColumns,
  loggedModelView,
  modelColumns,
  modelView,
  versionColumns,
  versionView,
  type DeploymentView,
  type LoggedModelView,
  type ModelVersionView,
  type ModelView,
} from './models.views.ts';

type Reader = Pick<Context, 'store' | 'actor'>;

// Rows by key are those that were deleted too: what points at them goes on doing so. Lists and names are of what is there.

export const loggedModelRows = ({ store, actor }: Reader) =>
  store.read
    .selectFrom('logged_model')
    .innerJoin('asset', 'asset.key', 'logged_model.asset_key')
    .select(loggedModelColumns)
    .where(inScope(actor, 'asset.project_id'));

export const modelRows = ({ store, actor }: Reader) =>
  store.read
    .selectFrom('model')
    .innerJoin('asset', 'asset.key', 'model.asset_key')
    .select(modelColumns)
    .where(inScope(actor, 'asset.project_id'));

export const versionRows = ({ store, actor }: Reader, read = store.read) =>
  read
    .selectFrom('model_version')
    .innerJoin('asset', 'asset.key', 'model_version.asset_key')
    .select(versionColumns)
    .where(inScope(actor, 'asset.project_id'));

export const deploymentRows = ({ store, actor }: Reader) =>
  store.read
    .selectFrom('deployment')
    .innerJoin('asset', 'asset.key', 'deployment.asset_key')
    .select(deploymentColumns)
    .where(inScope(actor, 'asset.project_id'));

export const loggedModelByKey = oneByKey<number, LoggedModelView>(
  async (context, keys) =>
    (await loggedModelRows(context).where('asset.key', 'in', keys).execute()).map(loggedModelView),
  (view) => view.assetKey,
);

export const loggedModelById = oneByKey<string, LoggedModelView>(
  async (context, ids) => {
    const rows = loggedModelRows(context).where('asset.id', 'in', ids).where('logged_model.deleted_at', 'is', null);
    return (await rows.execute()).map(loggedModelView);
  },
  (view) => view.uuid,
);

export const modelByKey = oneByKey<number, ModelView>(
  async (context, keys) => (await modelRows(context).where('asset.key', 'in', keys).execute()).map(modelView),
  (view) => view.assetKey,
);

export const versionByKey = oneByKey<number, ModelVersionView>(
  async (context, keys) => (await versionRows(context).where('asset.key', 'in', keys).execute()).map(versionView),
  (view) => view.assetKey,
);

export const deploymentByKey = oneByKey<number, DeploymentView>(
  async (context, keys) => (await deploymentRows(context).where('asset.key', 'in', keys).execute()).map(deploymentView),
  (view) => view.assetKey,
);

/** The versions that were registered from each logged model. */
export const versionsOfLoggedModel = manyByKey<number, ModelVersionView>(
  async (context, keys) => {
    const rows = versionRows(context)
      .where('logged_model_key', 'in', keys)
      .where('model_version.deleted_at', 'is', null);
    return (await rows.orderBy('asset.key').execute()).map(versionView);
  },
  (view) => view.loggedModelKey!,
);

/** The newest version of each model in each stage that it has versions in, by stage. */
export const latestVersionsOfModel = manyByKey<number, ModelVersionView>(
  async (context, keys) => {
    const rows = await versionRows(context)
      .distinctOn(['model_version.model_key', 'model_version.stage'])
      .where('model_version.model_key', 'in', keys)
      .where('model_version.deleted_at', 'is', null)
      .orderBy('model_version.model_key')
      .orderBy('model_version.stage')
      .orderBy('model_version.version', 'desc')
      .execute();
    return rows.map(versionView);
  },
  (view) => view.modelKey,
);

export interface AliasRow {
  modelKey: number;
  versionKey: number;
  /** The version's number. */
  versionNumber: number;
  alias: string;
  validFrom: Date;
  validTo: Date | null;
}

/** The aliases of models, or of versions, as they stood at a moment. */
function aliasesBy(column: 'model_key' | 'version_key') {
  return manyByKeyAt<AliasRow>(
    async ({ store }, keys, at) => {
      const rows = await store.read
        .selectFrom('model_alias')
        .innerJoin('model_version', 'model_version.asset_key', 'model_alias.version_key')
        .select(['model_alias.model_key', 'version_key', 'version', 'alias', 'valid_from', 'valid_to'])
        .where(column === 'model_key' ? 'model_alias.model_key' : 'model_alias.version_key', 'in', keys)
        .where(openAt('model_alias', at))
        .orderBy('alias')
        .execute();
      return rows.map((row) => ({
        modelKey: row.model_key,
        versionKey: row.version_key,
        versionNumber: row.version,
        alias: row.alias,
        validFrom: row.valid_from,
        validTo: row.valid_to,
      }));
    },
    (row) => (column === 'model_key' ? row.modelKey : row.versionKey),
  );
}

export const aliasesOfModel = aliasesBy('model_key');
export const aliasesOfVersion = aliasesBy('version_key');

/** Newest first. */
export const deploymentsOfVersion = manyByKeyAt<DeploymentView>(
  async (context, keys, at) => {
    const rows = deploymentRows(context).where('version_key', 'in', keys).where(openAt('deployment', at));
    return (await rows.orderBy('asset.key', 'desc').execute()).map(deploymentView);
  },
  (view) => view.versionKey,
);

/** The dataset versions that a model was trained on itself, by graph key. */
export const trainedOnKeys = manyByKey<number, { src: number; dst: number }>(
  ({ store }, keys) =>
    store.read
      .selectFrom('edge')
      .select(['src', 'dst'])
      .where('dst', 'in', keys)
      .where('kind', '=', kindNumber('TRAINED'))
      .where('valid_to', 'is', null)
      .orderBy('src')
      .execute(),
  (edge) => edge.dst,
);
