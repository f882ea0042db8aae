import { sql, type Expression, type SqlBool } from 'kysely';
import type { Actor } from '../../access/actor.ts';

/** Who answers for key figures sees them all; everyone else sees those that are for one of their roles. */
const seeAll = ['governance_lead', 'compliance_reviewer', 'admin'];

export const seesAllKpis = (actor: Actor): boolean => actor.roles.some((role) => seeAll.includes(role));

/** True for KPIs that the actor may know of, on the column `kpi.roles` or an alias of it. */
export function kpiIsFor(actor: Actor, column: string): Expression<SqlBool> {
  if (seesAllKpis(actor)) return sql<SqlBool>`true`;
  return sql<SqlBool>`${sql.ref(column)} && ${sql.val([...actor.roles])}::text[]`;
}

/** True for assets that are no hidden KPI, on a column of graph keys: walks and lists over all kinds of assets use it. */
export function noHiddenKpi(actor: Actor, keyColumn: string): Expression<SqlBool> {
  if (seesAllKpis(actor)) return sql<SqlBool>`true`;
  return sql<SqlBool>`not exists (select 1 from kpi hidden_kpi
    where hidden_kpi.asset_key = ${sql.ref(keyColumn)} and not hidden_kpi.roles && ${sql.val([...actor.roles])}::text[])`;
}
