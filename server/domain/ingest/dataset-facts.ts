import { sql } from 'kysely';
import type { JsonObject } from '../../shared/json.ts';
import { insertMembers, type VersionMember } from '../datasets/datasets.service.ts';
import {
  ensureColumns,
  ensureVersions,
  unknownType,
  unplaced,
  type ColumnSighting,
} from '../datasets/ensure.service.ts';
import type { DatasetName } from '../datasets/naming.ts';
import type { NewEdge } from '../lineage/lineage.service.ts';
import type { Tx } from '../store.ts';
import type { DatasetSighting } from './event.ts';
import { mergeFacets, type StoredFacets } from './facets.ts';

export type KeyOf = (dataset: DatasetName) => number;

/** Keeps the newest of each dataset's facets; tells, by graph key, what they are now. */
export async function storeDatasetFacets(
  tx: Tx,
  sightings: readonly DatasetSighting[],
  keyOf: KeyOf,
  at: Date,
): Promise<Map<number, StoredFacets>> {
  const keys = [...new Set(sightings.map(keyOf))];
  const { rows } = await sql<{ asset_key: number; facets: JsonObject; facet_times: Record<string, string> | null }>`
    select asset_key, facets, facet_times from dataset
     where asset_key = any(${sql.val(keys)}::bigint[]) order by asset_key for update`.execute(tx.db);
  const known = new Map(rows.map((row) => [row.asset_key, { facets: row.facets, times: row.facet_times ?? {} }]));
  const changed = new Set<number>();
  for (const sighting of sightings) {
    const key = keyOf(sighting);
    const merged = mergeFacets(known.get(key)!, sighting.facets, at);
    if (merged.changed) changed.add(key);
    known.set(key, merged);
  }
  const updates = [...changed].map((key) => {
    const { facets, times } = known.get(key)!;
    const told = (facets['documentation'] as { description?: unknown } | undefined)?.description;
    return { key, facets, times, description: typeof told === 'string' ? told : null };
  });
  if (updates.length > 0) {
    await sql`
      update dataset d set facets = u.facets, facet_times = u.times, description = u.description,
             updated_at = ${tx.now}
        from jsonb_to_recordset(${JSON.stringify(updates)}::jsonb) as u(key bigint, facets jsonb, times jsonb, description text)
       where d.asset_key = u.key`.execute(tx.db);
  }
  return known;
}

export interface ColumnFacts {
  columnOf: (dataset: number, name: string) => number;
  /** By dataset: the version that the event names. */
  versions: Map<number, number>;
  edges: NewEdge[];
}

/** The columns and versions that an event names, and the edges that follow from their names alone. */
export async function recordColumns(
  tx: Tx,
  projectId: string,
  sightings: readonly DatasetSighting[],
  keyOf: KeyOf,
  at: Date,
): Promise<ColumnFacts> {
  const columnOf = await ensureColumns(
    tx,
    projectId,
    sightings.flatMap((one) => columnsIn(one, keyOf, at)),
  );
  const versioned = sightings.filter((one) => one.version !== undefined);
  const made = await ensureVersions(
    tx,
    projectId,
    versioned.map((one) => ({
      dataset: keyOf(one), digest: one.version!, label: one.name, sourceType: 'openlineage', source: '', schema: null, profile: null,
      rowCount: one.rowCount ?? null, at,
    })), // prettier-ignore
  );
  const source = 'OPENLINEAGE';
  const edges: NewEdge[] = sightings.flatMap((one) =>
    columnsIn(one, keyOf, at).map(({ dataset, name }) => ({
      src: columnOf(dataset, name), dst: dataset, kind: 'COLUMN_OF' as const, source, refined: true, at,
    })),
  ); // prettier-ignore
  const members: VersionMember[] = [];
  const versions = new Map<number, number>();
  versioned.forEach((one, i) => {
    const [dataset, version] = [keyOf(one), made[i]!.key];
    versions.set(dataset, version);
    edges.push({ src: dataset, dst: version, kind: 'VERSION_OF', source, refined: one.schema !== undefined, at });
    one.schema?.forEach(({ name, type }, ordinal) => {
      const column = columnOf(dataset, name);
      edges.push({ src: column, dst: version, kind: 'IN_VERSION', source, at });
      members.push({ version, column, ordinal, type, required: false, role: 'feature' });
    });
  });
  await insertMembers(tx, members);
  return { columnOf, versions, edges };
}

/** Every column that a sighting names: in its schema, its tags, its profile, or its column lineage, on either side. */
function columnsIn(one: DatasetSighting, keyOf: KeyOf, at: Date): ColumnSighting[] {
  const dataset = keyOf(one);
  const unknown = (key: number, name: string): ColumnSighting => ({
    dataset: key, name, ordinal: unplaced, type: unknownType, description: null, at,
  }); // prettier-ignore
  const { schema = [], columnLineage, tags, profile } = one;
  return [
    ...schema.map((field, ordinal) => ({ dataset, ordinal, at, ...field })),
    ...tags.flatMap(({ field }) => (field === undefined ? [] : [unknown(dataset, field)])),
    ...[...(profile?.keys() ?? [])].map((name) => unknown(dataset, name)),
    ...[...(columnLineage?.columns ?? [])].map((name) => unknown(dataset, name)),
    ...(columnLineage?.origins ?? []).map(({ input }) => unknown(keyOf(input), input.field)),
  ];
}

/** Profiles of columns as this run measured them; of two by one run the later counts. */
export async function recordProfiles(
  tx: Tx,
  runId: string | null,
  sightings: readonly DatasetSighting[],
  { columnOf }: ColumnFacts,
  keyOf: KeyOf,
  at: Date,
): Promise<void> {
  const rows = new Map<number, object>();
  for (const one of runId === null ? [] : sightings) {
    for (const [name, statistics] of one.profile ?? []) {
      const column = columnOf(keyOf(one), name);
      rows.set(column, { column, rows: one.rowCount ?? null, statistics });
    }
  }
  if (rows.size === 0) return;
  await sql`
    insert into column_profile (column_key, run_id, measured_at, row_count, statistics)
    select p."column", ${runId}::uuid, ${at}::timestamptz, p.rows, p.statistics
      from jsonb_to_recordset(${JSON.stringify([...rows.values()])}::jsonb) as p("column" bigint, rows bigint, statistics jsonb)
    on conflict (column_key, run_id) do update set
      measured_at = excluded.measured_at, row_count = excluded.row_count, statistics = excluded.statistics
    where (excluded.measured_at, excluded.statistics::text, coalesce(excluded.row_count, -1)) >
          (column_profile.measured_at, column_profile.statistics::text, coalesce(column_profile.row_count, -1))`.execute(
    tx.db,
  );
}
