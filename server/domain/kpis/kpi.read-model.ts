import { sql } from 'kysely';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { assetColumns, assetView, type AssetRow } from '../assets/asset.read-model.ts';
import type { AssetView, Context } from '../context.ts';
import { isOverFew } from '../few-subjects.ts';
import { manyByKey, oneByKey } from '../loader.ts';
import { matches, type TextFilter } from '../text-filter.ts';
import { inScope } from '../scope.ts';
import type { Direction } from './kpi.service.ts';
import { kpiIsFor } from './visibility.read-model.ts';

export type KpiStatus = 'OK' | 'WARN' | 'FAIL';

export interface KpiView extends AssetView {
  unit: string | null;
  direction: Direction;
  definition: string;
  metricKey: string | null;
  subjectKey: number | null;
  warnAt: number | null;
  failAt: number | null;
  ownerId: string;
  roles: string[];
  createdAt: Date;
}

export interface KpiValueView {
  /** Of the KPI, whose tags are the value's. */
  assetKey: number;
  at: Date;
  /** Null over too few subjects, as is what would tell of it. */
  value: number | null;
  status: KpiStatus | null;
  subjects: number | null;
  suppressed: boolean;
}

interface KpiRow extends AssetRow {
  unit: string | null;
  direction: Direction;
  definition: string;
  metric_key: string | null;
  subject_key: number | null;
  warn_at: number | null;
  fail_at: number | null;
  owner_id: string;
  roles: string[];
  created_at: Date;
}

const kpiColumns = [
  ...assetColumns, 'kpi.unit', 'kpi.direction', 'kpi.definition', 'kpi.metric_key', 'kpi.subject_key', 'kpi.warn_at',
  'kpi.fail_at', 'kpi.owner_id', 'kpi.roles', 'kpi.created_at',
] as const; // prettier-ignore

const kpiView = (row: KpiRow): KpiView => ({
  ...assetView(row),
  unit: row.unit,
  direction: row.direction,
  definition: row.definition,
  metricKey: row.metric_key,
  subjectKey: row.subject_key,
  warnAt: row.warn_at,
  failAt: row.fail_at,
  ownerId: row.owner_id,
  roles: row.roles,
  createdAt: row.created_at,
});

/** Only the KPIs that the actor may know of. */
const kpiRows = ({ store, actor, access }: Pick<Context, 'store' | 'actor' | 'access'>) =>
  store.read
    .selectFrom('kpi')
    .innerJoin('asset', 'asset.key', 'kpi.asset_key')
    .select(kpiColumns)
    .where(inScope(actor, 'asset.project_id'))
    .where(kpiIsFor(actor, access.policy, 'kpi.roles'));

export const kpiByKey = oneByKey<number, KpiView>(
  async (context, keys) =>
    (await kpiRows(context).where('asset.key', 'in', keys).execute()).map((row) => kpiView(row as KpiRow)),
  (view) => view.assetKey,
);

/** By name. */
export async function pageOfKpis(
  context: Pick<Context, 'store' | 'actor' | 'access'>,
  { first, after, where }: PageRequest & { where?: { name?: TextFilter | null } | null },
): Promise<Page<KpiView>> {
  const size = pageSize(first);
  const order = 'name, key';
  let query = kpiRows(context);
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
  return pageOf(
    rows.map((row) => kpiView(row as KpiRow)),
    size,
    (view) => encodeCursor(order, [view.name, view.assetKey]),
  );
}

interface ValueRow {
  kpi_key: number;
  at: Date;
  value: number;
  subjects: number | null;
}

export const latestKpiValue = oneByKey<number, ValueRow>(
  async ({ store }, keys) =>
    (
      await sql<ValueRow>`
        select v.* from unnest(${sql.val([...keys])}::bigint[]) as wanted (key)
          cross join lateral (select * from kpi_value where kpi_key = wanted.key order by at desc limit 1) v`.execute(
        store.read,
      )
    ).rows,
  (row) => row.kpi_key,
);

/** Every value of each KPI, oldest first, the newest 1,000. */
export const kpiHistory = manyByKey<number, ValueRow>(
  async ({ store }, keys) =>
    (
      await sql<ValueRow>`
        select v.* from unnest(${sql.val([...keys])}::bigint[]) as wanted (key)
          cross join lateral (select * from kpi_value where kpi_key = wanted.key order by at desc limit 1000) v
         order by v.kpi_key, v.at`.execute(store.read)
    ).rows,
  (row) => row.kpi_key,
);

/** A threshold is passed when the value is worse than it; a figure that is no number fails where a threshold is set. */
export function statusOf(kpi: Pick<KpiView, 'direction' | 'warnAt' | 'failAt'>, value: number): KpiStatus {
  const worse = (limit: number | null): boolean =>
    limit !== null && (Number.isNaN(value) || (kpi.direction === 'HIGHER_IS_BETTER' ? value < limit : value > limit));
  return worse(kpi.failAt) ? 'FAIL' : worse(kpi.warnAt) ? 'WARN' : 'OK';
}

export function valueView(kpi: KpiView, row: ValueRow): KpiValueView {
  const [suppressed, about] = [isOverFew(row.subjects), { assetKey: kpi.assetKey, at: row.at }];
  return suppressed
    ? { ...about, value: null, status: null, subjects: null, suppressed }
    : { ...about, value: row.value, status: statusOf(kpi, row.value), subjects: row.subjects, suppressed };
}
