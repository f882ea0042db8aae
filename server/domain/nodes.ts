import { sql } from 'kysely';
import { uuids } from '../storage/arrays.ts';
import type { AssetKind } from './assets/asset.entity.ts';
import { typeOfKind } from './assets/asset.read-model.ts';
import { eventById } from './audit/event.read-model.ts';
import type { AssetView, Context, LoaderFor, Nodes, NodeView } from './context.ts';
import { columnByKey, datasetByKey, datasetVersionByKey } from './datasets/datasets.loader.ts';
import { experimentById } from './experiments/experiment.read-model.ts';
import { jobById } from './experiments/job.read-model.ts';
import { runById } from './experiments/run.read-model.ts';
import { projectById } from './identity/identity.read-model.ts';
import { kpiByKey } from './kpis/kpi.read-model.ts';
import { isNoHiddenKpi } from './kpis/visibility.read-model.ts';
import { oneByKey } from './loader.ts';
import { deploymentByKey, loggedModelByKey, modelByKey, versionByKey } from './models/models.loader.ts';
import { proposalById } from './policies/versions.read-model.ts';
import { inScope } from './scope.ts';

type Loader<Key, View> = LoaderFor<Key, View | null>;

/** How things that are not assets are found by id. */
const byId: Record<string, Loader<string, NodeView>> = {
  AuditEvent: eventById,
  Experiment: experimentById,
  Job: jobById,
  PolicyProposal: proposalById,
  Project: projectById,
  Run: runById,
};

/** How an asset's whole view is found by its graph key. */
const assetByKey: Partial<Record<AssetKind, Loader<number, AssetView>>> = {
  COLUMN: columnByKey,
  DATASET: datasetByKey,
  DATASET_VERSION: datasetVersionByKey,
  DEPLOYMENT: deploymentByKey,
  KPI: kpiByKey,
  LOGGED_MODEL: loggedModelByKey,
  MODEL: modelByKey,
  MODEL_VERSION: versionByKey,
};

const keyAndKind = { byId: assetRows('id'), byKey: assetRows('key') };

/**
 * One statement tells the kinds of all assets of a tick; then one statement for each kind fetches their views. Things of a type whose
 * `id` the caller may not read do not exist for the caller.
 */
export function createNodes(context: Context): Nodes {
  const exists = (type: string): boolean => context.access.outcome(`${type}.id`, 'select') !== 'DENY';
  const whole = async (found: { key: number; kind: AssetKind } | null): Promise<AssetView | null> => {
    const loader = found && exists(typeOfKind[found.kind]) ? assetByKey[found.kind] : undefined;
    return loader ? context.loader(loader).load(found!.key) : null;
  };
  return {
    async byId(type, uuid) {
      const loader = byId[type];
      if (loader) return exists(type) ? context.loader(loader).load(uuid) : null;
      const found = (await context.loader(keyAndKind.byId).load(uuid)) as { key: number; kind: AssetKind } | null;
      return found && typeOfKind[found.kind] === type ? whole(found) : null;
    },
    async asset(key) {
      return whole(await context.loader(keyAndKind.byKey).load(key));
    },
    async keys(kind, ids) {
      if (!exists(typeOfKind[kind])) return new Map();
      const { rows } = await sql<{ id: string; key: number }>`
        select id, coalesce(merged_into, key) as key from asset
         where id = any(${uuids(ids)}) and kind = ${kind} and ${inScope(context.actor, 'project_id')}`.execute(
        context.store.read,
      );
      return new Map(rows.map(({ id, key }) => [id, key]));
    },
  };
}

function assetRows(column: 'id' | 'key') {
  return oneByKey<string | number, { id: string; key: number; kind: AssetKind; asked: string | number }>(
    ({ store, actor, access }, wanted) =>
      store.read
        .selectFrom('asset')
        // one that proved to be another under a second name leads there
        .select(({ fn, ref }) => ['id', 'kind', fn.coalesce('merged_into', 'key').as('key'), ref(column).as('asked')])
        .where(column, 'in', wanted as never)
        .where(inScope(actor, 'project_id'))
        // that nobody looks for its view: a statement more would tell that it is there
        .where(isNoHiddenKpi(actor, access.policy, sql.ref('asset.key')))
        .execute(),
    (row) => row.asked,
  );
}
