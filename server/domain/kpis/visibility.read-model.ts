import { sql, type Expression, type SqlBool } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { cell, DENY, type CompiledPolicy } from '../../access/decisions.ts';

/** Whether the policy shows the actor KPIs that are for none of its roles. */
function seesOthers({ roles }: Actor, policy: CompiledPolicy): boolean {
  const id = policy.coordinates.index.get('Kpi.id')!;
  return policy.under({ addressed: false }).tableFor(roles)[cell(id, 'select')] !== DENY;
}

/** True for KPIs that the actor may know of, on the column `kpi.roles` or an alias of it. */
export function kpiIsFor(actor: Actor, policy: CompiledPolicy, column: string): Expression<SqlBool> {
  if (seesOthers(actor, policy)) return sql<SqlBool>`true`;
  return sql<SqlBool>`${sql.ref(column)} && ${sql.val([...actor.roles])}::text[]`;
}

/** True unless the asset with that graph key is a KPI that is not for the actor: walks over all kinds of assets use it. */
export function isNoHiddenKpi(actor: Actor, policy: CompiledPolicy, key: Expression<unknown>): Expression<SqlBool> {
  if (seesOthers(actor, policy)) return sql<SqlBool>`true`;
  return sql<SqlBool>`not exists (select from kpi where kpi.asset_key = ${key} and not ${kpiIsFor(actor, policy, 'kpi.roles')})`;
}
