import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { sql } from 'kysely';
import { compose } from '../server/compose.ts';
import { systemActor } from '../server/domain/store.ts';
import { entities, type Tables } from '../server/domain/tables.ts';
import { toGlobalId } from '../server/shared/ids.ts';
import { migrate, openDatabase, type Database } from '../server/storage/database.ts';
import { median, type Measurement } from './measure.ts';

const layers = 20;
const perLayer = 20_000;
const edges = 1_000_000;
const hubs = 20;
const rounds = 7;
/** Layers in which walks start: from a handful of assets to most of the graph, down and up. */
const starts = [
  ...[17, 15, 13, 10, 0].map((layer) => ({ layer, direction: 'downstream' as const })),
  ...[2, 4, 6, 9, 19].map((layer) => ({ layer, direction: 'upstream' as const })),
];

const server = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Walks to depth 20 through the API against the bare recursive statement that finds the same assets. */
export async function run(): Promise<Measurement> {
  const name = `aval_bench_lineage_${process.pid}`;
  const admin = new Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = await openDatabase<Tables>({ kind: 'postgres', url: url.href }, entities);
  try {
    await migrate(database);
    return await measure(database);
  } finally {
    await database.close();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

async function measure(database: Database<Tables>): Promise<Measurement> {
  const aval = await compose({ database, onInternal: (error) => console.error(error) });
  const http = await aval.listen(0);
  try {
    const { identity } = aval.services;
    const projectId = await identity.ensureProject(systemActor, 'bench');
    const principalId = await identity.createPrincipal(systemActor, {
      name: 'bench', kind: 'service', roles: ['compliance_reviewer'], projects: [projectId],
    }); // prettier-ignore
    const token = await identity.issueToken(systemActor, { principalId, label: 'bench', defaultProjectId: projectId });
    console.log(`${layers * perLayer} assets and ${edges} edges in ${layers} layers, with ${hubs} hubs a layer:`);
    const started = Date.now();
    await generate(database, projectId);
    console.log(`  made in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
    let [total, totalBare] = [0, 0];
    for (const { layer, direction } of starts) {
      const start = await assetIn(database, layer);
      const viaApi = (): Promise<number> => walk(address, token, start.id, direction);
      const bare = (): Promise<number> => recursion(database, start.key, direction);
      const [found, expected] = [await viaApi(), await bare()];
      if (found !== expected) throw new Error(`The API found ${found} assets, the bare recursion ${expected}.`);
      const api: number[] = [];
      const raw: number[] = [];
      for (let round = 0; round < rounds; round++) {
        raw.push(await timed(bare));
        api.push(await timed(viaApi));
      }
      total += median(api);
      totalBare += median(raw);
      console.log(
        `  ${direction.padEnd(10)} ${String(found).padStart(7)} assets   bare ${median(raw).toFixed(2).padStart(8)} ms   API ${median(api).toFixed(2).padStart(8)} ms   ${(median(api) / median(raw)).toFixed(2)}x`,
      );
    }
    // the sum, not the mean of ratios: a walk of ten assets costs what any GraphQL request over HTTP costs
    return {
      ratio: total / totalBare,
      against: 'the bare recursive SQL that finds the same assets, all walks summed',
      unit: 'x',
    };
  } finally {
    http.closeAllConnections();
    http.close();
    await aval.stop();
  }
}

/** Layers joined at random, and hubs in each. No cycle: with one, assets may lie deeper than 20, and the two would differ. */
async function generate(database: Database<Tables>, projectId: string): Promise<void> {
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
  await sql`analyze asset, dataset, edge`.execute(db);
}

async function assetIn(database: Database<Tables>, layer: number): Promise<{ key: number; id: string }> {
  const key = layer * perLayer + Math.round(perLayer / 2);
  const { id } = await database.read.selectFrom('asset').select('id').where('key', '=', key).executeTakeFirstOrThrow();
  return { key, id: toGlobalId('Dataset', id) };
}

async function walk(address: string, token: string, id: string, direction: 'upstream' | 'downstream'): Promise<number> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Dataset {
    ${direction}(depth: 20) { assetCount partial assets(first: 20) { nodes { id name } pageInfo { endCursor } } } } } }`;
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { id } }),
  });
  const body = (await response.json()) as { data?: { node: Record<string, { assetCount: number }> }; errors?: unknown };
  if (!body.data || body.errors) throw new Error(JSON.stringify(body));
  return body.data.node[direction]!.assetCount;
}

async function recursion(
  database: Database<Tables>,
  key: number,
  direction: 'upstream' | 'downstream',
): Promise<number> {
  const [from, to] = direction === 'downstream' ? [sql.ref('src'), sql.ref('dst')] : [sql.ref('dst'), sql.ref('src')];
  const { rows } = await sql<{ found: number }>`
    with recursive r(node) as (
      select ${key}::bigint union select edge.${to} from r join edge on edge.${from} = r.node and edge.valid_to is null)
    select count(*) - 1 as found from r`.execute(database.read);
  return rows[0]!.found;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
