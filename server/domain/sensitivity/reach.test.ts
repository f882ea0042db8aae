import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { forgetLineage } from '../../testing/lineage-state.ts';
import { insertAssets } from '../assets/asset.service.ts';
import type { AssetKind } from '../assets/asset.entity.ts';
import type { EdgeKind } from '../lineage/edge.entity.ts';
import { link } from '../lineage/lineage.service.ts';
import { holdsTagOf } from './holders.read-model.ts';
import { tagsLearned } from './reach.read-model.ts';
import { recompute } from './recompute.ts';
import { importTags } from './imports.service.ts';

let app: TestApp;
let actor: Actor;
beforeAll(async () => {
  app = await startTestApp();
  actor = await app.aval.services.identity.authenticate(await app.token('ingest'));
});
afterAll(() => app.close());
beforeEach(() => forgetLineage(app.database));

type EdgeText = readonly [src: string, kind: EdgeKind, dst: string, refined?: boolean];

/** The first letter of a name says what it is: d dataset, v its version, c its column, m model. */
const kindOf = (name: string): AssetKind =>
  (({ d: 'DATASET', v: 'DATASET_VERSION', c: 'COLUMN', m: 'LOGGED_MODEL' }) as const)[name[0] as 'd'];

/** Makes a graph; gives what `names` learned, as words, and which assets hold the tag. */
async function learn(edges: readonly EdgeText[], tagged: readonly string[], names: readonly string[]) {
  const all = [...new Set([...edges.flatMap(([src, , dst]) => [src, dst]), ...tagged, ...names])];
  const keys = new Map<string, number>();
  await app.aval.store.write(actor, async (tx) => {
    const made = await insertAssets(
      tx,
      all.map((name) => ({ kind: kindOf(name), projectId: app.projectId, name })),
    );
    made.forEach(({ key }, i) => keys.set(all[i]!, key));
    await link(
      tx,
      edges.map(([src, kind, dst, refined]) => ({
        src: keys.get(src)!, dst: keys.get(dst)!, kind, source: 'AVAL', refined: refined ?? kind === 'COLUMN_OF',
      })), // prettier-ignore
    );
    await importTags(
      tx,
      tagged.map((name) => ({ assetKey: keys.get(name)!, tag: 'special-category:health', at: tx.now })),
    );
  });
  const nameOf = new Map([...keys].map(([name, key]) => [key, name]));
  const { read } = app.database;
  const asked = names.map((name) => keys.get(name)!);
  const moment = { asOf: null, now: new Date() };
  const learned = await tagsLearned(read, asked, moment);
  expect(await recompute(read, asked, moment, false)).toEqual(learned);
  const { rows } = await sql<{ name: string }>`
    select asset.name from asset where ${holdsTagOf('asset.key', ['SPECIAL_CATEGORY'], moment.now)} order by asset.name`.execute(
    read,
  );
  return {
    learned: names.map(
      (name) =>
        learned
          .get(keys.get(name)!)!
          .map(
            ({ declaredOn, path, coarse }) => `${nameOf.get(declaredOn)} in ${path.length}${coarse ? ', coarse' : ''}`,
          )[0],
    ),
    holders: rows.map(({ name }) => name).sort(),
  };
}

const known = true;
/** Raw data with a tagged and a harmless column; features derived from it; a version with a known schema that taught a model. */
const pipeline: EdgeText[] = [
  ['cTagged', 'COLUMN_OF', 'dRaw'],
  ['cPlain', 'COLUMN_OF', 'dRaw'],
  ['cFeature', 'COLUMN_OF', 'dFeatures'],
  ['cFeature', 'IN_VERSION', 'vFeatures'],
  ['dFeatures', 'VERSION_OF', 'vFeatures', known],
  ['vFeatures', 'TRAINED', 'mModel'],
];

describe('a model learned a tag', () => {
  test('by column lineage, exactly', async () => {
    const edges: EdgeText[] = [
      ...pipeline,
      ['dRaw', 'DERIVED', 'dFeatures', known],
      ['cTagged', 'COLUMN_DERIVED', 'cFeature'],
    ];
    const { learned, holders } = await learn(edges, ['cTagged'], ['mModel', 'cPlain', 'dRaw']);
    expect(learned).toEqual(['cTagged in 3', undefined, 'cTagged in 1']);
    expect(holders).toEqual(['cFeature', 'cTagged', 'dFeatures', 'dRaw', 'mModel', 'vFeatures']);
  });

  test('not where column lineage tells that only harmless columns were used', async () => {
    const edges: EdgeText[] = [
      ...pipeline,
      ['dRaw', 'DERIVED', 'dFeatures', known],
      ['cPlain', 'COLUMN_DERIVED', 'cFeature'],
    ];
    const { learned, holders } = await learn(edges, ['cTagged'], ['mModel']);
    expect(learned).toEqual([undefined]);
    expect(holders).toEqual(['cTagged', 'dRaw']);
  });

  test('coarsely where no column lineage explains a step, though every schema is known', async () => {
    const { learned } = await learn(
      [...pipeline, ['dRaw', 'DERIVED', 'dFeatures']],
      ['cTagged'],
      ['mModel', 'cFeature'],
    );
    expect(learned).toEqual(['cTagged in 4, coarse', 'cTagged in 3, coarse']);
  });

  test('coarsely where the version’s schema is not known', async () => {
    const edges: EdgeText[] = [
      ['cTagged', 'COLUMN_OF', 'dRaw'],
      ['dRaw', 'VERSION_OF', 'vRaw'],
      ['vRaw', 'TRAINED', 'mModel'],
    ];
    expect((await learn(edges, ['cTagged'], ['mModel'])).learned).toEqual(['cTagged in 3, coarse']);
  });

  test('not from columns that the version lacks', async () => {
    const edges: EdgeText[] = [
      ['cTagged', 'COLUMN_OF', 'dRaw'],
      ['dRaw', 'VERSION_OF', 'vRaw', known],
      ['cPlain', 'IN_VERSION', 'vRaw'],
      ['vRaw', 'TRAINED', 'mModel'],
    ];
    expect((await learn(edges, ['cTagged'], ['mModel'])).learned).toEqual([undefined]);
  });

  test('that was declared on a whole dataset, through any of its columns and versions', async () => {
    const edges: EdgeText[] = [
      ...pipeline,
      ['dRaw', 'DERIVED', 'dFeatures', known],
      ['cPlain', 'COLUMN_DERIVED', 'cFeature'],
    ];
    const { learned, holders } = await learn(edges, ['dRaw'], ['mModel', 'cPlain']);
    expect(learned).toEqual(['dRaw in 4', 'dRaw in 1']);
    expect(holders).toEqual(['cFeature', 'cPlain', 'cTagged', 'dFeatures', 'dRaw', 'mModel', 'vFeatures']);
  });

  test('from a column that decided which rows there are', async () => {
    const edges: EdgeText[] = [
      ...pipeline,
      ['dRaw', 'DERIVED', 'dFeatures', known],
      ['cTagged', 'DERIVED', 'dFeatures'],
    ];
    expect((await learn(edges, ['cTagged'], ['mModel'])).learned).toEqual(['cTagged in 3, coarse']);
  });

  test('not from what only judged it', async () => {
    expect((await learn([['vTest', 'EVALUATED', 'mModel']], ['vTest'], ['mModel'])).learned).toEqual([undefined]);
  });

  test('through cycles, by the shortest way', async () => {
    const edges: EdgeText[] = [
      ['cA', 'COLUMN_DERIVED', 'cB'],
      ['cB', 'COLUMN_DERIVED', 'cA'],
      ['cB', 'COLUMN_DERIVED', 'cC'],
      ['cA', 'COLUMN_DERIVED', 'cC'],
    ];
    expect((await learn(edges, ['cA'], ['cC', 'cB', 'cA'])).learned).toEqual(['cA in 1', 'cA in 1', undefined]);
  });
});

test('asking upstream and asking downstream agree, on any graph', { timeout: 120_000 }, async () => {
  const node = fc.constantFrom('d1', 'd2', 'd3', 'v1', 'v2', 'c1', 'c2', 'c3', 'c4', 'm1', 'm2');
  const kinds: Record<string, EdgeKind[]> = { cc: ['COLUMN_DERIVED'], cd: ['COLUMN_OF', 'DERIVED'], cv: ['IN_VERSION'], dd: ['DERIVED'], dv: ['VERSION_OF'], vv: ['DERIVED'], vm: ['TRAINED', 'EVALUATED'], mm: ['REGISTERED'] }; // prettier-ignore
  const edge = fc
    .tuple(node, node, fc.boolean(), fc.boolean())
    .map(([src, dst, refined, second]): EdgeText | undefined => {
      const [one, other = one] = kinds[src[0]! + dst[0]!] ?? [];
      const kind = second ? other : one;
      if (kind === undefined || src === dst) return undefined;
      return [src, kind, dst, kind === 'COLUMN_OF' || ((kind === 'DERIVED' || kind === 'VERSION_OF') && refined)];
    });
  const graph = fc.array(edge, { minLength: 4, maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(graph, node, async (found, tagged) => {
      await forgetLineage(app.database);
      const edges = found.filter((one) => one !== undefined);
      const names = [...new Set([...edges.flatMap(([src, , dst]) => [src, dst]), tagged])];
      const { learned, holders } = await learn(edges, [tagged], names);
      const upstream = names.filter((name, i) => name === tagged || learned[i] !== undefined).sort();
      expect(upstream).toEqual(holders);
    }),
    { numRuns: 60, seed: 3, endOnFailure: true },
  );
});
