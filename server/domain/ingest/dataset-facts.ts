import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import type { JsonObject } from '../../shared/json.ts';
import { insertMembers, type VersionMember } from '../datasets/datasets.service.ts';
import {
  ensureColumns,
  ensureVersions,
  unknownType,
  unplaced,
  type ColumnSighting,
} from '../datasets/ensure.service.ts';
import { mergeAll, storedOf } from '../facets.ts';
import type { NewEdge } from '../lineage/lineage.service.ts';
import type { Tx } from '../store.ts';
import type { KeyOf, Sighted } from './sighted.ts';

/** Keeps the newest of each dataset's facets. Facets of one use that no run made are kept with the dataset's own. */
export async function storeDatasetFacets(tx: Tx, sighted: readonly Sighted[]): Promise<void> {
  const telling = sighted
    .map(({ key, sighting, runId, at }) => ({
      key,
      at,
      facets: runId === null ? { ...sighting.usage, ...sighting.facets } : sighting.facets,
    }))
    .filter(({ facets }) => Object.keys(facets).length > 0);
  if (telling.length === 0) return;
  const keys = [...new Set(telling.map(({ key }) => key))];
  const { rows } = await sql<{
    asset_key: number;
    facets: JsonObject;
    facet_times: Record<string, string> | null;
  }>`${prepared}
    select asset_key, facets, facet_times from dataset
     where asset_key = any(${sql.val(keys)}::bigint[]) order by asset_key for update`.execute(tx.db);
  const { now, updates } = mergeAll(new Map(rows.map((row) => [row.asset_key, storedOf(row)])), telling);
  if (updates.length === 0) return;
  const described = updates.map((update) => {
    const told = (now.get(update.key)!.facets['documentation'] as { description?: unknown } | undefined)?.description;
    return { ...update, description: typeof told === 'string' ? told : null };
  });
  await sql`${prepared}
    update dataset d set facets = coalesce(u.facets, d.facets), facet_times = u.times, description = u.description, updated_at = ${tx.now}
      from jsonb_to_recordset(${JSON.stringify(described)}::jsonb) as u(key bigint, facets jsonb, times jsonb, description text)
     where d.asset_key = u.key`.execute(tx.db);
}

export interface ColumnFacts {
  columnOf: (dataset: number, name: string) => number;
  /** The version that a sighting names. */
  versionOf: ReadonlyMap<Sighted, number>;
  edges: NewEdge[];
  /** Datasets of which columns were named. */
  touched: number[];
}

/** The columns and versions that events name, and the edges that follow from their names alone. */
export async function recordColumns(
  tx: Tx,
  projectId: string,
  sighted: readonly Sighted[],
  keyOf: KeyOf,
): Promise<ColumnFacts> {
  const named = sighted.flatMap((one) => columnsIn(one, keyOf));
  const columnOf = await ensureColumns(tx, projectId, named);
  const versioned = sighted.filter(({ sighting }) => sighting.version !== undefined);
  const labels = await namesOf(
    tx,
    versioned.map(({ key }) => key),
  );
  const made = await ensureVersions(
    tx,
    projectId,
    versioned.map(({ key, sighting, at }) => ({
      dataset: key, digest: sighting.version!, label: labels.get(key)!, sourceType: 'openlineage', source: '', schema: null, profile: null,
      rowCount: sighting.rowCount ?? null, at,
    })),
  ); // prettier-ignore
  const source = 'OPENLINEAGE';
  const edges: NewEdge[] = named.map(({ dataset, name, at }) => ({
    src: columnOf(dataset, name), dst: dataset, kind: 'COLUMN_OF', source, refined: true, at,
  })); // prettier-ignore
  const members: VersionMember[] = [];
  const versionOf = new Map<Sighted, number>();
  versioned.forEach((one, i) => {
    const { key, at, sighting } = one;
    const version = made[i]!.key;
    versionOf.set(one, version);
    edges.push({ src: key, dst: version, kind: 'VERSION_OF', source, refined: sighting.schema !== undefined, at });
    sighting.schema?.forEach(({ name, type }, ordinal) => {
      const column = columnOf(key, name);
      edges.push({ src: column, dst: version, kind: 'IN_VERSION', source, at });
      members.push({ version, column, ordinal, type, required: false, role: 'feature' });
    });
  });
  await insertMembers(tx, members);
  return { columnOf, versionOf, edges, touched: [...new Set(named.map(({ dataset }) => dataset))] };
}

/** What datasets are called now, by key: a version is labelled alike under whichever of its dataset's names it was told. */
async function namesOf(tx: Tx, keys: readonly number[]): Promise<Map<number, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ key: number; name: string }>`${prepared}
    select asset_key as key, name from dataset where asset_key = any(${sql.val([...keys])}::bigint[])`.execute(tx.db);
  return new Map(rows.map(({ key, name }) => [key, name]));
}

/** Every column that a sighting names: in its schema, tags, profile, checks, or its lineage, on either side. */
function columnsIn({ sighting, key: dataset, at }: Sighted, keyOf: KeyOf): ColumnSighting[] {
  const unknown = (key: number, name: string): ColumnSighting => ({
    dataset: key, name, ordinal: unplaced, type: unknownType, description: null, at,
  }); // prettier-ignore
  const { schema = [], lineage, tags, profile, checks } = sighting;
  const names = [
    ...tags.map(({ field }) => field),
    ...checks.map(({ column }) => column),
    ...(profile?.keys() ?? []),
    ...(lineage?.columns ?? []),
  ];
  return [
    ...schema.map((field, ordinal) => ({ dataset, ordinal, at, ...field })),
    ...names.filter((name) => name !== undefined).map((name) => unknown(dataset, name)),
    ...(lineage?.origins ?? []).flatMap(({ input }) =>
      input.field === undefined ? [] : [unknown(keyOf(input), input.field)],
    ),
  ];
}
