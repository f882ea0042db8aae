import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { compose } from '../server/compose.ts';
import { link } from '../server/domain/lineage/lineage.service.ts';
import { createStore, systemActor } from '../server/domain/store.ts';
import type { Tables } from '../server/domain/tables.ts';
import { systemClock } from '../server/shared/clock.ts';
import type { Database } from '../server/storage/database.ts';
import { edges, generate, layers, onNewDatabase, perLayer, timed } from './lineage-graph.ts';
import { median, type Measurement } from './measure.ts';
import { measureRing } from './propagate/ring.ts';

const rounds = 5;
const wanted = 100_000;
const tag = 'special-category:health';

export const options = `  --ring N   a tag on a ring of N edges instead: as deep as it is large, and without an end`;

/** A tag on an asset that reaches 100,000 others, put on and taken off, against the bare recursion that finds them; and one small edge. */
export async function run(args: readonly string[]): Promise<Measurement> {
  const { values } = parseArgs({ args: [...args], options: { ring: { type: 'string' } } });
  if (values.ring === undefined) return onNewDatabase('propagate', measure);
  const size = Number(values.ring);
  if (!Number.isSafeInteger(size) || size < 2) throw new Error('--ring takes the number of edges, 2 or more.');
  return onNewDatabase('propagate', (database) => measureRing(database, size));
}

async function measure(database: Database<Tables>): Promise<Measurement> {
  const aval = await compose({ database, onInternal: (error) => console.error(error) });
  try {
    const { identity, sensitivity } = aval.services;
    const projectId = await identity.ensureProject(systemActor, 'bench');
    const principalId = await identity.createPrincipal(systemActor, {
      name: 'bench', kind: 'service', roles: ['governance_lead'], projects: [projectId],
    }); // prettier-ignore
    const token = await identity.issueToken(systemActor, { principalId, label: 'bench', defaultProjectId: projectId });
    const actor = await identity.authenticate(token);
    console.log(`${layers * perLayer} assets and ${edges} edges:`);
    await generate(database, projectId);
    const root = await rootOf(database);
    const tagged = { assetId: root.id, tag };
    const settle = () => aval.propagator.drain();
    const times = { bare: [] as number[], add: [] as number[], remove: [] as number[] };
    for (let round = -1; round < rounds; round++) {
      const bare = await timed(() => reach(database, root.key));
      const add = await timed(() => sensitivity.tagAsset(actor, tagged).then(settle));
      const found = await rowsOf(database);
      if (found !== root.reach + 1) throw new Error(`${found} rows, but the recursion finds ${root.reach + 1}.`);
      const remove = await timed(() => sensitivity.untagAsset(actor, tagged).then(settle));
      if ((await rowsOf(database)) !== 0) throw new Error('Some rows stayed.');
      await sql`vacuum effective_tag`.execute(database.read);
      if (round < 0) continue; // the first one warms up
      times.bare.push(bare);
      times.add.push(add);
      times.remove.push(remove);
    }
    const [bare, add, remove] = [median(times.bare), median(times.add), median(times.remove)];
    const show = (what: string, ms: number, against: number, target: number) =>
      console.log(`  ${what.padEnd(34)} ${ms.toFixed(2).padStart(9)} ms   ${(ms / against).toFixed(2)}x of at most ${target}x`); // prettier-ignore
    show(`recursion over ${root.reach} assets`, bare, bare, 1);
    show('tag put on', add, bare, 3);
    show('tag taken off', remove, bare, 6);
    const { plain, whole } = await oneEdge(database, aval.store);
    show('one edge, its commit alone', plain, plain, 1);
    show('one edge, with its tags', whole, plain, 2);
    return { ratio: add / bare, against: 'the bare recursive SQL that finds the same assets', unit: 'x' };
  } finally {
    await aval.stop();
  }
}

/** The asset, one of each layer's, whose reach is nearest to what is wanted. */
async function rootOf(database: Database<Tables>): Promise<{ key: number; id: string; reach: number }> {
  let best: { key: number; reach: number } | undefined;
  for (let layer = 0; layer < layers - 1; layer++) {
    const key = layer * perLayer + Math.round(perLayer / 2);
    const found = await reach(database, key);
    if (!best || Math.abs(found - wanted) < Math.abs(best.reach - wanted)) best = { key, reach: found };
  }
  const { id } = await database.read.selectFrom('asset').select('id').where('key', '=', best!.key).executeTakeFirstOrThrow(); // prettier-ignore
  return { ...best!, id };
}

async function reach(database: Database<Tables>, key: number): Promise<number> {
  const { rows } = await sql<{ found: number }>`
    with recursive r(node) as (
      select ${key}::bigint union select edge.dst from r join edge on edge.src = r.node and edge.valid_to is null)
    select count(*) - 1 as found from r`.execute(database.read);
  return rows[0]!.found;
}

async function rowsOf(database: Database<Tables>): Promise<number> {
  const { rows } = await sql<{ found: number }>`
    select case when exists (select from tag_change) then -1 else (select count(*) from effective_tag) end as found`.execute(database.read); // prettier-ignore
  return rows[0]!.found;
}

/** Edges out of a tagged asset, each in a transaction of its own: with what follows, and with that left out. */
async function oneEdge(
  database: Database<Tables>,
  store: ReturnType<typeof createStore>,
): Promise<{ plain: number; whole: number }> {
  const nothing = { settle: () => Promise.resolve(true), onEvents: () => {}, onUnsettled: () => {} };
  const without = createStore(database, systemClock, nothing);
  const last = layers * perLayer;
  await sql`insert into tag_declaration (id, asset_key, tag_name, origin, valid_from)
    values (gen_random_uuid(), ${last}, ${tag}, 'IMPORTED', now())`.execute(database.read);
  const times = { plain: [] as number[], whole: [] as number[] };
  for (let n = 1; n <= 400; n++) {
    const [kind, its] = n % 2 === 0 ? (['plain', without] as const) : (['whole', store] as const);
    const ms = await timed(() =>
      its.write(systemActor, async (tx) => {
        await link(tx, [{ src: last, dst: last - n, kind: 'DERIVED', source: 'AVAL' }]);
        tx.record({ action: 'lineage.recorded', details: { inputs: n } });
      }),
    );
    if (n > 40) times[kind].push(ms);
    if (kind === 'plain') await sql`delete from tag_change`.execute(database.read);
  }
  return { plain: median(times.plain), whole: median(times.whole) };
}
