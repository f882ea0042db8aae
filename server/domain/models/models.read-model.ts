import type { Context } from '../context.ts';
import { AvalError, badInput } from '../../shared/errors.ts';
import { idOf } from '../../shared/ids.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { matches, type TextFilter } from '../text-filter.ts';
import { deploymentRows, heldAt, loggedModelRows, modelRows, versionRows } from './models.loader.ts';
import type { ModelRef } from './registry.service.ts';
import {
  deploymentView,
  loggedModelView,
  modelView,
  versionView,
  type DeploymentView,
  type LoggedModelView,
  type ModelVersionView,
  type ModelView,
} from './views.ts';

type Reader = Pick<Context, 'store' | 'actor'>;

/** Lists stand newest first: graph keys grow with creation. */
const byKey = 'asset.key desc';
const keyAfter = (after: string | null | undefined): number | undefined => {
  const [key] = decodeCursor(after, byKey, 1) ?? [];
  if (key === undefined) return undefined;
  if (typeof key !== 'number') throw badInput('after', 'This cursor does not belong to this list.');
  return key;
};
const cursorOf = (view: { assetKey: number }): string => encodeCursor(byKey, [view.assetKey]);

export interface LoggedModelFilter {
  name?: TextFilter | null;
}

export async function pageOfLoggedModels(
  context: Reader,
  { first, after, where }: PageRequest & { where?: LoggedModelFilter | null },
): Promise<Page<LoggedModelView>> {
  const size = pageSize(first);
  let query = loggedModelRows(context);
  const before = keyAfter(after);
  if (before !== undefined) query = query.where('asset.key', '<', before);
  if (where?.name) query = query.where((eb) => matches(eb, 'asset.name', where.name!, 'where.name'));
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
  let query = modelRows(context);
  const last = decodeCursor(after, order, 2);
  if (last) {
    const [name, key] = last;
    if (typeof name !== 'string' || typeof key !== 'number') {
      throw badInput('after', 'This cursor does not belong to this list.');
    }
    query = query.where((eb) => eb(eb.refTuple('asset.name', 'asset.key'), '>', eb.tuple(name, key)));
  }
  if (where?.name) query = query.where((eb) => matches(eb, 'asset.name', where.name!, 'where.name'));
  const rows = await query
    .orderBy('asset.name')
    .orderBy('asset.key')
    .limit(size + 1)
    .execute();
  return pageOf(rows.map(modelView), size, (view) => encodeCursor(order, [view.name, view.assetKey]));
}

export interface ModelVersionFilter {
  modelId?: string | null;
  deployed?: boolean | null;
}

export async function pageOfVersions(
  context: Reader,
  { first, after, where }: PageRequest & { where?: ModelVersionFilter | null },
): Promise<Page<ModelVersionView>> {
  const size = pageSize(first);
  let query = versionRows(context);
  const before = keyAfter(after);
  if (before !== undefined) query = query.where('asset.key', '<', before);
  if (where?.modelId != null) {
    const id = idOf(where.modelId, ['Model'], 'where.modelId');
    query = query.where('model_version.model_key', '=', (q) =>
      q.selectFrom('asset as model_asset').select('model_asset.key').where('model_asset.id', '=', id),
    );
  }
  if (where?.deployed != null) {
    query = query.where((eb) => {
      const open = eb.exists(
        eb
          .selectFrom('deployment')
          .select('deployment.asset_key')
          .whereRef('deployment.version_key', '=', 'asset.key')
          .where(heldAt(null, 'deployment')),
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

/** The versions of one model, newest first. */
export async function pageOfVersionsOf(
  context: Reader,
  modelKey: number,
  { first, after }: PageRequest,
): Promise<Page<ModelVersionView>> {
  const size = pageSize(first);
  let query = versionRows(context).where('model_version.model_key', '=', modelKey);
  const before = keyAfter(after);
  if (before !== undefined) query = query.where('asset.key', '<', before);
  const rows = await query
    .orderBy('asset.key', 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows.map(versionView), size, cursorOf);
}

export interface DeploymentFilter {
  modelVersionId?: string | null;
  environment?: TextFilter | null;
  purpose?: string[] | null;
  active?: boolean | null;
}

export async function pageOfDeployments(
  context: Reader,
  { first, after, where }: PageRequest & { where?: DeploymentFilter | null },
): Promise<Page<DeploymentView>> {
  const size = pageSize(first);
  let query = deploymentRows(context);
  const before = keyAfter(after);
  if (before !== undefined) query = query.where('asset.key', '<', before);
  if (where?.modelVersionId != null) {
    const id = idOf(where.modelVersionId, ['ModelVersion'], 'where.modelVersionId');
    query = query.where('deployment.version_key', '=', (q) =>
      q.selectFrom('asset as version_asset').select('version_asset.key').where('version_asset.id', '=', id),
    );
  }
  if (where?.environment) {
    query = query.where((eb) => matches(eb, 'deployment.environment', where.environment!, 'where.environment'));
  }
  if (where?.purpose != null) {
    if (where.purpose.length > 100) throw badInput('where.purpose', 'At most 100 purposes.');
    query = query.where('deployment.purpose_code', 'in', where.purpose.length > 0 ? where.purpose : ['']);
  }
  if (where?.active != null) {
    query = query.where('deployment.valid_to', where.active ? 'is' : 'is not', null);
  }
  const rows = await query
    .orderBy('asset.key', 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows.map(deploymentView), size, cursorOf);
}

/** A model by name, as MLflow's clients ask for it; NOT_FOUND when the project has none. */
export async function modelByName(context: Reader, ref: ModelRef): Promise<ModelView> {
  const row = await modelRows(context)
    .where('model.project_id', '=', ref.projectId)
    .where('model.name', '=', ref.name)
    .executeTakeFirst();
  if (!row) throw new AvalError('NOT_FOUND', `Registered Model with name=${ref.name} not found`, { field: 'name' });
  return modelView(row);
}
