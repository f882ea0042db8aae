import { sql } from 'kysely';
import type { TagCategory } from '../../access/classes.ts';
import type { Context } from '../context.ts';
import { AvalError, badInput } from '../../shared/errors.ts';
import { idOf } from '../../shared/ids.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { int8s } from '../../storage/arrays.ts';
import { openAt } from '../intervals.ts';
import { pagesByKey } from '../loader.ts';
import { holdsTagOf } from '../sensitivity/holders.read-model.ts';
import { matches, type TextFilter } from '../text-filter.ts';
import { deploymentRows, loggedModelByKey, loggedModelRows, modelRows, versionRows } from './models.loader.ts';
import type { ModelRef } from './model-row.ts';
import { noVersion, type VersionRef } from './version.service.ts';
import {
  deploymentView,
  loggedModelView,
  modelView,
  versionView,
  type DeploymentView,
  type LoggedModelView,
  type ModelVersionView,
  type ModelView,
} from './models.views.ts';

type Reader = Pick<Context, 'store' | 'actor'>;

/** Lists stand newest first: graph keys grow with creation. */
const byKey = 'asset.key desc';
const keyAfter = (after: string | null | undefined): number | undefined => decodeCursor(after, byKey, ['whole'])?.[0];
const cursorOf = (view: { assetKey: number }): string => encodeCursor(byKey, [view.assetKey]);

export interface LoggedModelFilter {
  name?: TextFilter | null;
}

export async function pageOfLoggedModels(
  context: Reader,
  { first, after, where }: PageRequest & { where?: LoggedModelFilter | null },
): Promise<Page<LoggedModelView>> {
  const size = pageSize(first);
  let query = loggedModelRows(context).where('logged_model.deleted_at', 'is', null);
  const before = keyAfter(after);
  if (before !== undefined) query = query.where('asset.key', '<', before);
  if (where?.name) query = query.where(matches('asset.name', where.name, 'where.name'));
  const rows = await query
    .orderBy('asset.key', 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows.map(loggedModelView), size, cursorOf);
}

export interface ModelFilter {
  name?: TextFilter | null;
}

/** By name, then by key: two projects may have models of one name. */
export async function pageOfModels(
  context: Reader,
  { first, after, where }: PageRequest & { where?: ModelFilter | null },
): Promise<Page<ModelView>> {
  const size = pageSize(first);
  const order = 'name, key';
  let query = modelRows(context).where('model.deleted_at', 'is', null);
  const last = decodeCursor(after, order, ['text', 'whole']);
  if (last) {
    query = query.where((eb) => eb(eb.refTuple('asset.name', 'asset.key'), '>', eb.tuple(last[0], last[1])));
  }
  if (where?.name) query = query.where(matches('asset.name', where.name, 'where.name'));
  const rows = await query
    .orderBy('asset.name')
    .orderBy('asset.key')
    .limit(size + 1)
    .execute();
  return pageOf(rows.map(modelView), size, (view) => encodeCursor(order, [view.name, view.assetKey]));
}

export interface ModelVersionFilter {
  modelId?: string | null;
  learnedFrom?: TagCategory[] | null;
  deployed?: boolean | null;
}

export async function pageOfVersions(
  context: Reader,
  { first, after, where }: PageRequest & { where?: ModelVersionFilter | null },
): Promise<Page<ModelVersionView>> {
  const size = pageSize(first);
  // what a version learned may come from any project
  const read = where?.learnedFrom == null ? context.store.read : context.store.derive;
  let query = versionRows(context, read).where('model_version.deleted_at', 'is', null);
  const before = keyAfter(after);
  if (before !== undefined) query = query.where('asset.key', '<', before);
  if (where?.modelId != null) {
    const id = idOf(where.modelId, ['Model'], 'where.modelId');
    query = query.where('model_version.model_key', '=', (q) =>
      q.selectFrom('asset as model_asset').select('model_asset.key').where('model_asset.id', '=', id),
    );
  }
  if (where?.learnedFrom != null) {
    query = query.where(holdsTagOf('asset.key', where.learnedFrom, context.store.clock.now()));
  }
  if (where?.deployed != null) {
    query = query.where((eb) => {
      const open = eb.exists(
        eb
          .selectFrom('deployment')
          .select('deployment.asset_key')
          .whereRef('deployment.version_key', '=', 'asset.key')
          .where(openAt('deployment', null)),
      );
      return where.deployed ? open : eb.not(open);
    });
  }
  const rows = await query
    .orderBy('asset.key', 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows.map(versionView), size, cursorOf);
}

/** The versions of each model, newest first. */
export const versionsOfModel = pagesByKey<number, ModelVersionView>(
  async (context, keys, limit, after) => {
    const before = keyAfter(after);
    const rows = await context.store.read
      .selectFrom(sql<{ model: number }>`unnest(${int8s(keys)})`.as<'wanted'>(sql`wanted(model)`))
      .innerJoinLateral(
        () => {
          const own = versionRows(context)
            .whereRef('model_version.model_key', '=', sql.ref('wanted.model'))
            .where('model_version.deleted_at', 'is', null);
          const page = before === undefined ? own : own.where('asset.key', '<', before);
          return page.orderBy('asset.key', 'desc').limit(limit).as('v');
        },
        (join) => join.onTrue(),
      )
      .selectAll('v')
      .orderBy('v.key', 'desc')
      .execute();
    return rows.map(versionView);
  },
  (version) => version.modelKey,
  cursorOf,
);

export interface DeploymentFilter {
  modelVersionId?: string | null;
  environment?: TextFilter | null;
  purpose?: string[] | null;
  active?: boolean | null;
  violating?: boolean | null;
}

export async function pageOfDeployments(
  context: Reader,
  { first, after, where, asOf = null }: PageRequest & { where?: DeploymentFilter | null; asOf?: Date | null },
): Promise<Page<DeploymentView>> {
  const size = pageSize(first);
  let query = deploymentRows(context);
  if (asOf) query = query.where('deployment.valid_from', '<=', asOf);
  const before = keyAfter(after);
  if (before !== undefined) query = query.where('asset.key', '<', before);
  if (where?.modelVersionId != null) {
    const id = idOf(where.modelVersionId, ['ModelVersion'], 'where.modelVersionId');
    query = query.where('deployment.version_key', '=', (q) =>
      q.selectFrom('asset as version_asset').select('version_asset.key').where('version_asset.id', '=', id),
    );
  }
  if (where?.environment) {
    query = query.where(matches('deployment.environment', where.environment, 'where.environment'));
  }
  if (where?.purpose != null) {
    if (where.purpose.length > 100) throw badInput('where.purpose', 'At most 100 purposes.');
    query = query.where('deployment.purpose_code', 'in', where.purpose.length > 0 ? where.purpose : ['']);
  }
  if (where?.active != null) {
    const inUse = openAt('deployment', asOf);
    query = query.where(where.active ? inUse : sql<boolean>`not ${inUse}`);
  }
  if (where?.violating != null) {
    query = query.where((eb) => {
      const open = eb.exists(
        eb
          .selectFrom('violation')
          .select('violation.id')
          .whereRef('violation.deployment_key', '=', 'asset.key')
          .where(openAt('violation', asOf)),
      );
      return where.violating ? open : eb.not(open);
    });
  }
  const rows = await query
    .orderBy('asset.key', 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows.map(deploymentView), size, cursorOf);
}

/** One version of a model by name, as MLflow's clients ask for it; NOT_FOUND when there is none. */
export async function versionByNumber(context: Reader, ref: VersionRef): Promise<ModelVersionView> {
  const model = await modelByName(context, ref);
  const row = await versionRows(context)
    .where('model_version.model_key', '=', model.assetKey)
    .where('model_version.version', '=', ref.version)
    .where('model_version.deleted_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw noVersion(ref);
  return versionView(row);
}

/** The version that an alias stands for now; NOT_FOUND when it stands for none. */
export async function versionByAlias(context: Reader, ref: ModelRef, alias: string): Promise<ModelVersionView> {
  const model = await modelByName(context, ref);
  const row = await versionRows(context)
    .innerJoin('model_alias', 'model_alias.version_key', 'asset.key')
    .where('model_alias.model_key', '=', model.assetKey)
    .where('model_alias.alias', '=', alias)
    .where(openAt('model_alias', null))
    .executeTakeFirst();
  if (!row) throw new AvalError('NOT_FOUND', 'Registered model alias not found.', { field: 'alias' });
  return versionView(row);
}

/** Where the files of a version are: the folder of what it was registered from. */
export async function downloadUri(context: Context, version: ModelVersionView): Promise<string> {
  const logged =
    version.loggedModelKey === null ? null : await context.loader(loggedModelByKey).load(version.loggedModelKey);
  if (logged) return logged.artifactUri;
  const place = version.storage ?? version.source;
  const [, path] = /^runs:\/+[^/]+\/(.+)$/.exec(place) ?? [];
  if (path === undefined || version.runId === null) return place;
  const run = await context.store.read
    .selectFrom('run')
    .select('artifact_uri')
    .where('id', '=', version.runId)
    .executeTakeFirst();
  return `${run?.artifact_uri ?? ''}/${path}`;
}

/** A model by name, as MLflow's clients ask for it; NOT_FOUND when the project has none. */
export async function modelByName(context: Reader, ref: ModelRef): Promise<ModelView> {
  const row = await modelRows(context)
    .where('model.project_id', '=', ref.projectId)
    .where('model.name', '=', ref.name)
    .where('model.deleted_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw new AvalError('NOT_FOUND', `Registered Model with name=${ref.name} not found`, { field: 'name' });
  return modelView(row);
}
