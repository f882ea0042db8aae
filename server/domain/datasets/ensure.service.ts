import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import { insertAssets } from '../assets/asset.service.ts';
import type { Tx } from '../store.ts';

export interface ColumnSighting {
  dataset: number;
  name: string;
  ordinal: number;
  type: string;
  description: string | null;
  /** When it was so; the newest sighting that knows the type tells type, place and description. */
  at: Date;
}

export interface VersionSighting {
  dataset: number;
  digest: string;
  label: string;
  sourceType: string;
  source: string;
  schema: string | null;
  profile: string | null;
  rowCount: number | null;
  at: Date;
}

/** What a column has before any schema names it (column lineage may do so first). */
export const unknownType = 'unknown';

/** Where columns stand that no schema has placed. */
export const unplaced = 1_000_000;

/** Graph keys of these columns, made where missing, by dataset and name. */
export async function ensureColumns(
  tx: Tx,
  projectId: string,
  sightings: readonly ColumnSighting[],
): Promise<(dataset: number, name: string) => number> {
  const wanted = new Map<string, ColumnSighting>();
  for (const sighting of sightings) {
    const key = `${sighting.dataset} ${sighting.name}`;
    const seen = wanted.get(key);
    if (!seen || isBetter(sighting, seen)) wanted.set(key, sighting);
  }
  const keys = new Map<string, number>();
  if (wanted.size === 0) return (dataset, name) => keys.get(`${dataset} ${name}`)!;
  const sent = [...wanted.values()].map((one) => ({ ...one, known: one.type !== unknownType }));
  // finds all, and corrects those of which this sighting knows better
  const { rows } = await sql<{ asset_key: number; dataset_key: number; name: string }>`${prepared}
    with w as (
      select * from jsonb_to_recordset(${JSON.stringify(sent)}::jsonb)
        as w(dataset bigint, name text, ordinal int, type text, description text, at timestamptz, known boolean)),
    changed as (
      update dataset_column c set ordinal = w.ordinal, type = w.type, description = w.description, updated_at = w.at
        from w where c.dataset_key = w.dataset and c.name = w.name and w.known
         and (c.type = ${unknownType} or (w.at, w.type collate "C", w.ordinal, coalesce(w.description, '') collate "C") >
              (c.updated_at, c.type, c.ordinal, coalesce(c.description, ''))))
    select c.asset_key, c.dataset_key, c.name from dataset_column c join w on c.dataset_key = w.dataset and c.name = w.name`.execute(
    tx.db,
  );
  for (const row of rows) keys.set(`${row.dataset_key} ${row.name}`, row.asset_key);
  const missing = [...wanted].filter(([key]) => !keys.has(key));
  if (missing.length > 0) {
    const assets = await insertAssets(
      tx,
      missing.map(([, { name }]) => ({ kind: 'COLUMN' as const, projectId, name })),
    );
    const made = missing.map(([key, one], i) => {
      keys.set(key, assets[i]!.key);
      return { asset_key: assets[i]!.key, dataset_key: one.dataset, name: one.name, ordinal: one.ordinal, type: one.type, description: one.description, updated_at: one.type === unknownType ? new Date(0) : one.at }; // prettier-ignore
    });
    await sql`${prepared}
      insert into dataset_column (asset_key, dataset_key, name, ordinal, type, description, updated_at)
      select * from jsonb_to_recordset(${JSON.stringify(made)}::jsonb) as c(asset_key bigint, dataset_key bigint, name text, ordinal int,
             type text, description text, updated_at timestamptz)`.execute(tx.db);
  }
  return (dataset, name) => keys.get(`${dataset} ${name}`)!;
}

/** In the order of the statement above: who knows the type, then the later, then the greater. */
function isBetter(a: ColumnSighting, b: ColumnSighting): boolean {
  if ((a.type === unknownType) !== (b.type === unknownType)) return b.type === unknownType;
  const [of, other] = [a, b].map((one) => [one.at.getTime(), one.type, one.ordinal, one.description ?? '']) as [
    (number | string)[],
    (number | string)[],
  ];
  const differs = of.findIndex((value, i) => value !== other[i]);
  return differs >= 0 && of[differs]! > other[differs]!;
}

/** Versions of these datasets by digest, made where missing; their keys and ids in the order given. */
export async function ensureVersions(
  tx: Tx,
  projectId: string,
  sightings: readonly VersionSighting[],
): Promise<{ key: number; id: string }[]> {
  const wanted = new Map<string, VersionSighting>();
  for (const one of sightings) {
    const key = `${one.dataset} ${one.digest}`;
    const seen = wanted.get(key);
    wanted.set(key, seen ? mergeVersions(seen, one) : one);
  }
  const found = new Map<string, { key: number; id: string }>();
  if (wanted.size > 0) {
    const { rows } = await sql<{ dataset: number; digest: string; key: number; id: string }>`${prepared}
      with w as (
        select * from jsonb_to_recordset(${JSON.stringify([...wanted.values()])}::jsonb)
          as w(dataset bigint, digest text, schema text, "rowCount" bigint, at timestamptz)),
      changed as (
        update dataset_version v set schema = coalesce(v.schema, w.schema), row_count = greatest(v.row_count, w."rowCount"),
               created_at = least(v.created_at, w.at)
          from w where v.dataset_key = w.dataset and v.digest = w.digest and
               (v.created_at > w.at or v.row_count is distinct from greatest(v.row_count, w."rowCount") or v.schema is null and w.schema is not null))
      select v.dataset_key as dataset, v.digest, a.key, a.id from dataset_version v join asset a on a.key = v.asset_key
        join w on v.dataset_key = w.dataset and v.digest = w.digest`.execute(tx.db);
    for (const row of rows) found.set(`${row.dataset} ${row.digest}`, { key: row.key, id: row.id });
  }
  const missing = [...wanted].filter(([key]) => !found.has(key));
  if (missing.length > 0) {
    const assets = await insertAssets(
      tx,
      missing.map(([, one]) => ({ kind: 'DATASET_VERSION' as const, projectId, name: `${one.label}@${one.digest}` })),
    );
    const rows = missing.map(([key, one], i) => {
      found.set(key, assets[i]!);
      return { asset_key: assets[i]!.key, dataset_key: one.dataset, digest: one.digest, label: one.label, source_type: one.sourceType, source: one.source, schema: one.schema, profile: one.profile, row_count: one.rowCount, created_at: one.at }; // prettier-ignore
    });
    await sql`${prepared}
      insert into dataset_version (asset_key, dataset_key, digest, label, source_type, source, schema, profile, row_count, created_at)
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as v(asset_key bigint, dataset_key bigint, digest text, label text,
             source_type text, source text, schema text, profile text, row_count bigint, created_at timestamptz)`.execute(
      tx.db,
    );
  }
  return sightings.map((one) => found.get(`${one.dataset} ${one.digest}`)!);
}

/** Two sightings of one version, in one request: as the statement above merges them when they come apart. */
function mergeVersions(a: VersionSighting, b: VersionSighting): VersionSighting {
  const counts = [a.rowCount, b.rowCount].filter((count) => count !== null);
  return {
    ...a,
    schema: a.schema ?? b.schema,
    rowCount: counts.length > 0 ? Math.max(...counts) : null,
    at: a.at < b.at ? a.at : b.at,
  };
}
