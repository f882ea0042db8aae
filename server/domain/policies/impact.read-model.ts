import { sql, type RawBuilder } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { cell, outcomes, type CompiledPolicy, type Outcome } from '../../access/decisions.ts';
import { uses, type Use } from '../../access/uses.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';
import type { Context } from '../context.ts';
import { inScope } from '../scope.ts';

/** One decision that would be another. */
export interface AccessChange {
  /** `Type.field` */
  coordinate: string;
  role: string;
  use: Use;
  from: Outcome;
  to: Outcome;
}

/** What would be decided otherwise: by field, role and use. Roles that only one of the two knows are among them. */
export function changesBetween(before: CompiledPolicy, after: CompiledPolicy): AccessChange[] {
  const tables = [...new Set([...before.roles, ...after.roles])]
    .sort()
    .map((role) => ({ role, old: before.tableFor([role]), now: after.tableFor([role]) }));
  return before.coordinates.names.flatMap((coordinate, number) =>
    tables.flatMap(({ role, old, now }) =>
      uses.flatMap((use) => {
        const [from, to] = [outcomes[old[cell(number, use)]!]!, outcomes[now[cell(number, use)]!]!];
        return from === to ? [] : [{ coordinate, role, use, from, to }];
      }),
    ),
  );
}

const order = 'impact';

export function pageOfChanges(changes: readonly AccessChange[], { first, after }: PageRequest): Page<AccessChange> {
  const size = pageSize(first);
  const start = decodeCursor(after, order, ['whole'])?.[0] ?? 0;
  const places = new Map(changes.map((change, place) => [change, place]));
  return pageOf(changes.slice(start, start + size + 1), size, (change) =>
    encodeCursor(order, [places.get(change)! + 1]),
  );
}

export interface TouchedType {
  type: string;
  objects: number;
}

/** Where a type's objects are rows of a table, and by what these belong to a project; without it they are of the organisation. */
const tables: Readonly<Record<string, { table: string; project?: string; asset?: string; run?: string }>> = {
  AuditEvent: { table: 'event_log', project: 'project_id' },
  ColumnProfile: { table: 'column_profile', asset: 'column_key' },
  Experiment: { table: 'experiment', project: 'project_id' },
  Job: { table: 'job', project: 'project_id' },
  KpiValue: { table: 'kpi_value', asset: 'kpi_key' },
  Metric: { table: 'metric_series', run: 'run_id' },
  ModelAlias: { table: 'model_alias', asset: 'model_key' },
  PolicyProposal: { table: 'policy_proposal' },
  PolicyVersionInfo: { table: 'policy_version' },
  Principal: { table: 'principal' },
  Project: { table: 'project', project: 'id' },
  Purpose: { table: 'purpose' },
  Run: { table: 'run', project: 'project_id' },
  RunInput: { table: 'run_input', run: 'run_id' },
  SensitivityTag: { table: 'sensitivity_tag' },
  TagAssignment: { table: 'tag_declaration', asset: 'asset_key' },
  VersionColumn: { table: 'version_column', asset: 'version_key' },
};

/** How many objects of these types the actor's projects hold, for types that are objects of their own: one statement. */
export async function touchedBy({ store, actor }: Context, types: readonly string[]): Promise<TouchedType[]> {
  const counts = types.flatMap((type): RawBuilder<unknown>[] => {
    const count = countOf(actor, type);
    return count ? [sql`select ${type}::text as type, (${count}) as objects`] : [];
  });
  if (counts.length === 0) return [];
  const { rows } = await sql<{ type: string; objects: number | string }>`
    ${sql.join(counts, sql` union all `)} order by type`.execute(store.read);
  return rows.map(({ type, objects }) => ({ type, objects: Number(objects) }));
}

function countOf(actor: Actor, type: string): RawBuilder<unknown> | undefined {
  const kind = Object.entries(typeOfKind).find(([, name]) => name === type)?.[0];
  if (kind) return sql`select count(*) from asset where kind = ${kind} and ${inScope(actor, 'asset.project_id')}`;
  const found = tables[type];
  if (!found) return undefined;
  const { table, project, asset, run } = found;
  const rows = sql`select count(*) from ${sql.table(table)} t`;
  if (asset)
    return sql`${rows} join asset on asset.key = t.${sql.ref(asset)} where ${inScope(actor, 'asset.project_id')}`;
  if (run) return sql`${rows} join run on run.id = t.${sql.ref(run)} where ${inScope(actor, 'run.project_id')}`;
  return project ? sql`${rows} where ${inScope(actor, `t.${project}`)}` : rows;
}
