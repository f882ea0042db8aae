import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { compose, type Aval } from '../../compose.ts';
import { AvalError } from '../../shared/errors.ts';
import type { Database } from '../../storage/database.ts';
import { onPostgres, openTestDatabase } from '../../testing/database.ts';
import { expectedRows, graphOf, kinds, possible, type TagGraph } from '../../testing/tag-graph.ts';
import { effectiveTags, rowTexts } from '../../testing/tag-rows.ts';
import { insertAssets } from '../assets/asset.service.ts';
import { edgeKinds, kindNumber } from '../lineage/edge.entity.ts';
import { edgeIdOf } from '../lineage/lineage.loader.ts';
import { link } from '../lineage/lineage.service.ts';
import { systemActor } from '../store.ts';
import type { Tables } from '../tables.ts';
import { tagsReaching } from './reach.read-model.ts';
import { recompute } from './recompute.ts';

const writers = 20;
const writesEach = 25;
const tags = ['special-category:health', 'personal-data:name', 'financial:income'];
const evidence = { url: 'https://example.org/masking.pdf', sha256: 'ab'.repeat(32) };

let database: Database<Tables>;
let aval: Aval;
let actor: Actor;
const internalErrors: unknown[] = [];
let assets: { key: number; id: string; kind: (typeof kinds)[number] }[];
beforeAll(async () => {
  if (!onPostgres) return;
  database = await openTestDatabase({ connections: writers + 2 });
  aval = await compose({ database, onInternal: (error) => internalErrors.push(error) });
  const { identity } = aval.services;
  const projectId = await identity.ensureProject(systemActor, 'writers');
  const principalId = await identity.createPrincipal(systemActor, {
    name: 'writer', kind: 'service', roles: ['governance_lead'], projects: [projectId],
  }); // prettier-ignore
  actor = await identity.authenticate(
    await identity.issueToken(systemActor, { principalId, label: 'test', defaultProjectId: projectId }),
  );
  const kindOfEach = [...kinds, ...kinds, ...kinds];
  const made = await aval.store.write(systemActor, (tx) =>
    insertAssets(
      tx,
      kindOfEach.map((kind, i) => ({ kind, projectId, name: `asset ${i}` })),
    ),
  );
  assets = made.map(({ key, id }, i) => ({ key, id, kind: kindOfEach[i]! }));
});
afterAll(async () => {
  if (!onPostgres) return;
  await aval.stop();
  await database.close();
});

// PGlite is one session of one process: there is never a second writer
test.skipIf(!onPostgres)(
  `${writers} who write at once end in what recomputing gives, and no reader sees anything else meanwhile`,
  { timeout: 120_000 },
  async () => {
    const { random } = graphOf(0, tags.length);
    const dice = { random, pick: <T>(of: readonly T[]): T | undefined => of[Math.floor(random() * of.length)] };
    const done = { writes: 0, refused: 0 };
    let writing = true;
    const reads = { fresh: 0, all: 0 };
    const reader = async (): Promise<void> => {
      while (writing) await readTwice(reads);
    };
    const writer = async (breath = 0): Promise<void> => {
      for (let n = 0; n < writesEach; n++) {
        if (breath > 0) await setTimeout(breath);
        try {
          await change(dice);
          done.writes++;
        } catch (error) {
          if (!(error instanceof AvalError)) throw error;
          done.refused++; // someone else was there before
        }
      }
    };
    const writingAll = async (): Promise<void> => {
      await Promise.all(Array.from({ length: writers }, () => writer()));
      await Promise.all([writer(20), writer(30)]); // a crowd leaves hardly a moment when nothing waits: two that take breath do
    };
    await Promise.all([writingAll().finally(() => (writing = false)), reader()]);
    await aval.propagator.drain();
    expect(internalErrors).toEqual([]);
    expect(done.writes).toBeGreaterThan(writers * writesEach * 0.7);
    expect(reads.fresh).toBeGreaterThan(0);
    const { graph, keys } = await graphNow();
    expect(graph.edges.length).toBeGreaterThan(20);
    const rows = rowTexts(graph, await effectiveTags(database.read), keys);
    expect(rows.length).toBeGreaterThan(50);
    expect(rows).toEqual(expectedRows(graph));
  },
);

interface Dice {
  random(): number;
  pick<T>(of: readonly T[]): T | undefined;
}

async function change({ random, pick }: Dice): Promise<void> {
  const { store, services } = aval;
  const n = random();
  const tag = pick(tags)!;
  if (n < 0.4) {
    const [src, dst] = [pick(assets)!, pick(assets)!];
    const kind = pick(possible[`${src.kind} ${dst.kind}`] ?? []);
    if (!kind || src === dst) return change({ random, pick });
    const refined = kind === 'COLUMN_OF' || (kind === 'DERIVED' && random() < 0.3);
    return store.write(actor, (tx) => link(tx, [{ src: src.key, dst: dst.key, kind, refined, source: 'AVAL' }]));
  }
  if (n < 0.7) {
    const assetId = pick(assets)!.id;
    await (n < 0.6
      ? services.sensitivity.tagAsset(actor, { assetId, tag })
      : services.sensitivity.untagAsset(actor, { assetId: pick(await idsOfTagged(tag)) ?? assetId, tag }));
    return;
  }
  const edge = pick(await openEdges());
  if (edge === undefined) return change({ random, pick });
  if (n < 0.8) return changeEdge(edge, sql`valid_to = now()`);
  if (n < 0.85) return changeEdge(edge, sql`refined = not refined and kind = ${kindNumber('DERIVED')}`);
  if (n < 0.95) {
    const barrierId = await services.barriers.propose(actor, { edgeId: edgeIdOf(edge), kind: 'MASKING', tags: [tag], statement: 'Masked.', evidence }); // prettier-ignore
    return services.barriers.sign(actor, { barrierId, expiresAt: new Date(Date.now() + 86_400_000) });
  }
  const barrierId = pick(await standingBarriers());
  if (barrierId !== undefined) await services.barriers.revoke(actor, { barrierId, reason: 'Not masked after all.' });
}

const changeEdge = (id: number, set: ReturnType<typeof sql>): Promise<void> =>
  aval.store.write(actor, async (tx) => {
    tx.changedGraph();
    await sql`update edge set ${set} where id = ${id} and valid_to is null`.execute(tx.db);
  });

const openEdges = async (): Promise<number[]> =>
  (await database.read.selectFrom('edge').select('id').where('valid_to', 'is', null).execute()).map(({ id }) => id);

const standingBarriers = async (): Promise<string[]> =>
  (await sql<{ id: string }>`select barrier_id as id from barrier_tag where valid_to is null`.execute(database.read)).rows.map(({ id }) => id); // prettier-ignore

const idsOfTagged = async (tag: string): Promise<string[]> =>
  (await sql<{ id: string }>`
    select a.id from tag_declaration t join asset a on a.key = t.asset_key where t.tag_name = ${tag} and t.valid_to is null`.execute(database.read)).rows.map(({ id }) => id); // prettier-ignore

/** What readers are told, and what recomputing gives in the same snapshot. */
async function readTwice(reads: { fresh: number; all: number }): Promise<void> {
  await database.write(async (db) => {
    await sql`set transaction isolation level repeatable read`.execute(db);
    const keys = assets.map(({ key }) => key);
    const moment = { asOf: null, now: new Date() };
    const pending = await sql`select from tag_change limit 1`.execute(db);
    reads.all++;
    if (pending.rows.length === 0) reads.fresh++;
    const [told, truth] = [await tagsReaching(db, keys, moment), await recompute(db, keys, moment, true)];
    for (const key of keys) {
      const inShort = (found: typeof told) => found.get(key)!.map(({ tag, path }) => `${tag} in ${path.length}`);
      expect(inShort(told)).toEqual(inShort(truth));
    }
  });
}

/** The graph as the tables have it, for the rules in words. */
async function graphNow(): Promise<{ graph: TagGraph; keys: number[] }> {
  const { read } = database;
  const known = await read.selectFrom('sensitivity_tag').select(['key', 'name']).where('name', 'in', tags).execute();
  const numberOf = (name: string): number => tags.indexOf(name);
  const edges = await read.selectFrom('edge').select(['id', 'src', 'dst', 'kind', 'refined']).where('valid_to', 'is', null).execute(); // prettier-ignore
  const declared = await read.selectFrom('tag_declaration').select(['asset_key', 'tag_name']).where('valid_to', 'is', null).execute(); // prettier-ignore
  const barred = await read.selectFrom('barrier_tag').select(['edge_id', 'tag_key']).where('valid_to', 'is', null).execute(); // prettier-ignore
  const keys = tags.map((tag) => known.find(({ name }) => name === tag)!.key);
  return {
    keys,
    graph: {
      ...graphOf(0, tags.length),
      nodes: assets,
      edges: edges.map((edge) => ({ ...edge, kind: edgeKinds[edge.kind]!, open: true })),
      declared: new Set(declared.map((row) => `${row.asset_key} ${numberOf(row.tag_name)}`)),
      barred: new Set(barred.map((row) => `${row.edge_id} ${keys.indexOf(row.tag_key)}`)),
    },
  };
}
