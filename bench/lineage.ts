import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { compose } from '../server/compose.ts';
import { systemActor } from '../server/domain/store.ts';
import type { Tables } from '../server/domain/tables.ts';
import { toGlobalId } from '../server/shared/ids.ts';
import type { Database } from '../server/storage/database.ts';
import { ask } from './ask.ts';
import { edges, generate, hubs, layers, onNewDatabase, perLayer, timed } from './lineage-graph.ts';
import { median, type Measurement } from './measure.ts';

const rounds = 7;
/** Layers in which walks start: from a handful of assets to most of the graph, down and up. */
const starts = [
  ...[17, 15, 13, 10, 0].map((layer) => ({ layer, direction: 'downstream' as const })),
  ...[2, 4, 6, 9, 19].map((layer) => ({ layer, direction: 'upstream' as const })),
];

/** Walks to depth 20 through the API against the bare recursive statement that finds the same assets. */
export const run = (): Promise<Measurement> => onNewDatabase('lineage', measure);

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

async function assetIn(database: Database<Tables>, layer: number): Promise<{ key: number; id: string }> {
  const key = layer * perLayer + Math.round(perLayer / 2);
  const { id } = await database.read.selectFrom('asset').select('id').where('key', '=', key).executeTakeFirstOrThrow();
  return { key, id: toGlobalId('Dataset', id) };
}

async function walk(address: string, token: string, id: string, direction: 'upstream' | 'downstream'): Promise<number> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Dataset {
    ${direction}(depth: 20) { assetCount partial assets(first: 20) { nodes { id name } pageInfo { endCursor } } } } } }`;
  const body = JSON.stringify({ query, variables: { id } });
  const { node } = await ask<{ node: Record<string, { assetCount: number }> }>(address, token, body);
  return node[direction]!.assetCount;
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
