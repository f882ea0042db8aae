import { sql, type Expression, type SqlBool } from 'kysely';
import type { Actor } from '../../access/actor.ts';

/** Who answers for key figures sees them all; everyone else sees those that are for one of their roles. */
const seeAll = ['governance_lead', 'compliance_reviewer', 'admin'];

const seesAllKpis = (actor: Actor): boolean => actor.roles.some((role) => seeAll.includes(role));

/** True for KPIs that the actor may know of, on the column `kpi.roles` or an alias of it. */
export function kpiIsFor(actor: Actor, column: string): Expression<SqlBool> {
  if (seesAllKpis(actor)) return sql<SqlBool>`true`;
  return sql<SqlBool>`${sql.ref(column)} && ${sql.val([...actor.roles])}::text[]`;
}

/** True unless the asset with that graph key is a KPI that the actor may not know of: walks over all kinds of assets use it. */
export function isNoHiddenKpi(actor: Actor, key: Expression<unknown>): Expression<SqlBool> {
  if (seesAllKpis(actor)) return sql<SqlBool>`true`;
  return sql<SqlBool>`not exists (select from kpi where kpi.asset_key = ${key} and not ${kpiIsFor(actor, 'kpi.roles')})`;
}
