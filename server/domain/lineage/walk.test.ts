import fc from 'fast-check';
import { graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { systemActor } from '../store.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { forgetLineage } from '../../testing/lineage-state.ts';
import { ensureDatasets } from '../datasets/names.service.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { link } from './lineage.service.ts';
import { askExtent, extent, type Extent, type Walk } from './walk.read-model.ts';

let app: TestApp;
let actor: Actor;
beforeAll(async () => {
  app = await startTestApp();
  actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
});
afterAll(() => app.close());

type Pair = readonly [src: string, dst: string];
interface Graph {
  key(name: string): number;
  id(name: string): string;
}

/** Datasets derived from each other; a name that starts with `other/` lies in another project. */
async function make(pairs: readonly Pair[], names: readonly string[] = []): Promise<Graph> {
  await forgetLineage(app.database);
  const other = await app.aval.services.identity.ensureProject(systemActor, 'other');
  const all = [...new Set([...pairs.flat(), ...names])];
  const keys = await app.aval.store.write(systemActor, async (tx) => {
    const found = new Map<string, number>();
    for (const projectId of [app.projectId, other]) {
      const here = all.filter((name) => name.startsWith('other/') === (projectId === other));
      const keyOf = await ensureDatasets(
        tx,
        projectId,
        here.map((name) => ({ namespace: 'n', name })),
      );
      for (const name of here) found.set(name, keyOf({ namespace: 'n', name }));
    }
    await link(
      tx,
      pairs.map(([src, dst]) => ({ src: found.get(src)!, dst: found.get(dst)!, kind: 'DERIVED', source: 'AVAL' })),
    );
    return found;
  });
  const rows = await app.database.read.selectFrom('asset').select(['key', 'id']).execute();
  const ids = new Map(rows.map((row) => [row.key, toGlobalId('Dataset', row.id)]));
  return { key: (name) => keys.get(name)!, id: (name) => ids.get(keys.get(name)!)! };
}

const reach = (walk: Walk, as: Actor = actor): Promise<Extent> => {
  const context = app.aval.contextFor(as);
  return context.loader(extent).load(askExtent(walk, 0));
};
const from = (start: number, more: Partial<Walk> = {}): Walk => ({
  start,
  direction: 'up',
  depth: 20,
  kinds: null,
  asOf: null,
  ...more,
});

describe('a walk', () => {
  test('of a past moment follows the edges that stood then, whatever began or ended since', async () => {
    const graph = await make([['a', 'b'], ['b', 'c']], ['d']); // prettier-ignore
    const opened = new Date(Date.now() - 60_000);
    const ended = new Date(Date.now() - 30_000);
    await app.aval.store.write(systemActor, async (tx) => {
      tx.changedGraph();
      await tx.db.updateTable('edge').set({ valid_from: opened, valid_to: ended }).where('src', '=', graph.key('b')).execute(); // prettier-ignore
      await link(tx, [{ src: graph.key('b'), dst: graph.key('d'), kind: 'DERIVED', source: 'AVAL' }]);
      await tx.db.updateTable('edge').set({ valid_from: opened }).where('src', '=', graph.key('a')).execute();
    });
    const ask = `query($id: ID!, $asOf: DateTime) { node(id: $id) { ... on Dataset { downstream(asOf: $asOf) {
      assetCount assets { nodes { ... on Dataset { name } } } edges { nodes { to { ... on Dataset { name } } } } } } } }`;
    const at = async (asOf: Date | null) => {
      const { data, errors } = await app.graphql('ml_engineer', ask, { id: graph.id('a'), asOf });
      expect(errors).toBeUndefined();
      const { downstream } = data!['node'] as { downstream: { assetCount: number; assets: { nodes: { name: string }[] }; edges: { nodes: { to: { name: string } }[] } } }; // prettier-ignore
      const [found, edges] = [downstream.assets.nodes, downstream.edges.nodes];
      return [downstream.assetCount, found.map(({ name }) => name).sort(), edges.map(({ to }) => to.name).sort()];
    };
    expect(await at(new Date(opened.getTime() - 1))).toEqual([0, [], []]);
    expect(await at(new Date(ended.getTime() - 1))).toEqual([2, ['b', 'c'], ['b', 'c']]);
    expect(await at(ended)).toEqual([1, ['b'], ['b']]);
    expect(await at(null)).toEqual([2, ['b', 'd'], ['b', 'd']]);
  });

  test('goes up or down, not beyond its depth, and says when there is more', async () => {
    const { key } = await make([['a', 'b'], ['b', 'c'], ['c', 'd']]); // prettier-ignore
    const far = { assetCount: 3, partial: null };
    expect(await reach(from(key('d')))).toMatchObject({
      ...far,
      keys: [key('a'), key('b'), key('c')].sort((a, b) => a - b),
    });
    expect(await reach(from(key('a'), { direction: 'down' }))).toMatchObject(far);
    expect(await reach(from(key('d'), { depth: 2 }))).toMatchObject({ assetCount: 2, partial: 'DEPTH' });
    expect(await reach(from(key('d'), { depth: 3 }))).toMatchObject(far);
    expect(await reach(from(key('d'), { kinds: ['TRAINED'] }))).toMatchObject({ assetCount: 0, partial: null });
  });

  test('comes to an end in cycles, and does not call what it has seen deeper', async () => {
    const { key } = await make([['a', 'b'], ['b', 'a'], ['b', 'c'], ['c', 'b']]); // prettier-ignore
    for (const depth of [2, 3, 20])
      expect(await reach(from(key('a'), { depth }))).toMatchObject({ assetCount: 2, partial: null });
    expect(await reach(from(key('a'), { depth: 1 }))).toMatchObject({ assetCount: 1, partial: 'DEPTH' });
  });

  test('stops where projects that are not the caller’s begin, and says so', async () => {
    const { key } = await make([['other/deep', 'other/near'], ['other/near', 'b'], ['a', 'b'], ['a', 'other/deep']]); // prettier-ignore
    expect(await reach(from(key('b')))).toMatchObject({ assetCount: 1, partial: 'HIDDEN', keys: [key('a')] });
    expect(await reach(from(key('b')), { ...actor, projects: 'all' })).toMatchObject({ assetCount: 3, partial: null });
    expect(await reach(from(key('b'), { depth: 1 }), { ...actor, projects: 'all' })).toMatchObject({
      assetCount: 2,
      partial: 'DEPTH',
    });
  });

  test('finds what a plain search finds, in any graph and to any depth', { timeout: 120_000 }, async () => {
    const names = Array.from({ length: 9 }, (_, i) => `n${i}`);
    const node = fc.constantFrom(...names);
    const pairs = fc.uniqueArray(fc.tuple(node, node), { minLength: 5, maxLength: 24, selector: String });
    await fc.assert(
      fc.asyncProperty(pairs, node, fc.integer({ min: 1, max: 6 }), fc.boolean(), async (found, start, depth, up) => {
        const graph = await make(
          found.filter(([src, dst]) => src !== dst),
          names,
        );
        const seen = new Set([start]);
        let level = [start];
        const next = () =>
          level.flatMap((name) =>
            found.filter(([src, dst]) => (up ? dst : src) === name).map(([src, dst]) => (up ? src : dst)),
          );
        for (let i = 0; i < depth; i++) {
          level = [...new Set(next())].filter((name) => !seen.has(name));
          level.forEach((name) => seen.add(name));
        }
        const deeper = next().some((name) => !seen.has(name));
        seen.delete(start);
        expect(await reach(from(graph.key(start), { depth, direction: up ? 'up' : 'down' }))).toEqual({
          assetCount: seen.size,
          partial: deeper ? 'DEPTH' : null,
          keys: [...seen].map(graph.key).sort((a, b) => a - b),
        });
      }),
      { numRuns: 60, seed: 5, endOnFailure: true },
    );
  });
});

describe('through the API', () => {
  const wide = Array.from({ length: 130 }, (_, i): Pair => [`source ${i}`, 'target']);
  const query = `query($id: ID!, $first: Int, $after: String, $edgesAfter: String) { node(id: $id) { ... on Dataset { upstream(depth: 3) {
    assetCount partial
    assets(first: $first, after: $after) { nodes { name kind project { slug } } pageInfo { hasNextPage endCursor } }
    edges(first: $first, after: $edgesAfter) { nodes { kind from { name } to { name } refined } pageInfo { hasNextPage endCursor } } } } } }`;
  interface Page {
    nodes: { name: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  }
  interface Answer {
    node: { upstream: { assetCount: number; partial: null; assets: Page; edges: Page } };
  }

  test('pages of assets and edges follow one another without gaps', async () => {
    const { id } = await make(wide);
    const ask = async (variables: object) => {
      const { data, errors } = await app.graphql('compliance_reviewer', query, {
        id: id('target'),
        first: 100,
        ...variables,
      });
      expect(errors).toBeUndefined();
      return (data as unknown as Answer).node.upstream;
    };
    const one = await ask({});
    expect(one).toMatchObject({ assetCount: 130, partial: null, assets: { pageInfo: { hasNextPage: true } } });
    const two = await ask({ after: one.assets.pageInfo.endCursor, edgesAfter: one.edges.pageInfo.endCursor });
    expect(two.assets.pageInfo.hasNextPage).toBe(false);
    expect(new Set([...one.assets.nodes, ...two.assets.nodes].map(({ name }) => name)).size).toBe(130);
    expect(one.edges.nodes.length + two.edges.nodes.length).toBe(130);
    expect(one.edges.nodes[0]).toEqual({
      kind: 'DERIVED',
      from: { name: expect.any(String) },
      to: { name: 'target' },
      refined: false,
    });
  });

  test('a hundred assets with names, kinds and projects cost six statements', async () => {
    const { id } = await make(wide);
    const source = `{ node(id: "${id('target')}") { ... on Dataset { upstream { assetCount partial
      assets { nodes { name kind project { slug } ... on Dataset { namespace } } } } } } }`;
    const { result, statements } = await countStatements(() =>
      graphql({ schema: app.aval.schema, source, contextValue: app.aval.contextFor(actor) }),
    );
    expect(result.errors).toBeUndefined();
    expect((result.data as unknown as Answer).node.upstream.assets.nodes).toHaveLength(100);
    // the start's kind and view, the walk, then kinds, views and projects of all that it found
    expect(statements).toBe(6);
  });

  test.each([
    ['depth: 0', 'BAD_INPUT'],
    ['depth: 21', 'BAD_INPUT'],
    ['depth: -1', 'BAD_INPUT'],
    ['depth: 2147483648', 'BAD_INPUT'],
    ['kinds: [NONSENSE]', 'BAD_INPUT'],
  ])('%s is refused', async (args, code) => {
    const { id } = await make([['a', 'b']]);
    const { errors } = await app.graphql(
      'compliance_reviewer',
      `{ node(id: "${id('b')}") { ... on Dataset { upstream(${args}) { assetCount } } } }`,
    );
    expect(errors![0]!.extensions['code']).toBe(code);
  });

  test.each([
    'first: 0',
    'first: 101',
    'after: "nonsense"',
    `after: "${Buffer.from('["walk:key","x"]').toString('base64url')}"`,
  ])('a page with %s is refused', async (args) => {
    const { id } = await make([['a', 'b']]);
    const { errors } = await app.graphql(
      'compliance_reviewer',
      `{ node(id: "${id('b')}") { ... on Dataset { upstream { assets(${args}) { nodes { name } } } } } }`,
    );
    expect(errors![0]!.extensions['code']).toBe('BAD_INPUT');
  });

  test('business viewers see no lineage, and are told so', async () => {
    const { id } = await make([['a', 'b']]);
    const { data } = await app.graphql(
      'business_viewer',
      `{ node(id: "${id('b')}") { ... on Dataset { upstream { assetCount } redactions { field } } } }`,
    );
    expect(data).toMatchObject({
      node: { upstream: null, redactions: expect.arrayContaining([{ field: 'Dataset.upstream' }]) },
    });
  });
});

test('nothing went wrong inside', () => expect(app.internalErrors).toEqual([]));
