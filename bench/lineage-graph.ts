import { Client } from 'pg';
import { sql } from 'kysely';
import { entities, type Tables } from '../server/domain/tables.ts';
import { migrate, openDatabase, type Database } from '../server/storage/database.ts';

export const layers = 20;
export const perLayer = 20_000;
export const edges = 1_000_000;
export const hubs = 20;

const server = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Does the work on a new, migrated database of the server, and drops it. */
export async function onNewDatabase<T>(bench: string, work: (database: Database<Tables>) => Promise<T>): Promise<T> {
  const name = `aval_bench_${bench}_${process.pid}`;
  const admin = new Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase<Tables>({ kind: 'postgres', url: url.href }, entities);
  try {
    await migrate(database);
    return await work(database);
  } finally {
    await database.close();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

/** Layers joined at random, and hubs in each. No cycle: with one, assets may lie deeper than 20, and the two would differ. */
export async function generate(database: Database<Tables>, projectId: string): Promise<void> {
  const db = database.read;
  const at = sql`timestamptz '2026-03-03T00:00:00Z'`;
  const count = layers * perLayer;
  await sql`select setseed(0.42)`.execute(db);
  await sql`insert into asset (key, id, kind, project_id, name, created_at)
    select n, gen_random_uuid(), 'DATASET', ${projectId}::uuid, 'table ' || n, ${at} from generate_series(1, ${sql.lit(count)}) n`.execute(
    db,
  );
  await sql`insert into dataset (asset_key, project_id, namespace, name, facets, created_at, updated_at)
    select key, project_id, 'bench', name, '{}', created_at, created_at from asset`.execute(db);
  // source n in any layer but the last; its target is a random asset of the next layer, or a hub
  await sql`insert into edge (src, dst, kind, valid_from, last_seen, source, refined, crosses)
    select distinct on (src, dst) src, dst, 0, ${at}, ${at}, 'OPENLINEAGE', false, false
      from (select 1 + (i % ${sql.lit(count - perLayer)}) as src, i, random() as r from generate_series(1, ${sql.lit(Math.round(edges * 1.03))}) i) s,
           lateral (select case
             when i % 50 = 0 then ((src - 1) / ${sql.lit(perLayer)} + 1) * ${sql.lit(perLayer)} + 1 + (i % ${sql.lit(hubs)})
             else ((src - 1) / ${sql.lit(perLayer)} + 1) * ${sql.lit(perLayer)} + 1 + floor(r * ${sql.lit(perLayer)})::int end as dst) d
     order by src, dst limit ${sql.lit(edges)}`.execute(db);
  await sql`truncate tag_change`.execute(db); // nothing is tagged: there is nothing to propagate
  await sql`vacuum (analyze) asset, dataset, edge`.execute(db); // as the server itself does a minute later
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
