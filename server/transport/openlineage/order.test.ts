import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { forgetLineage, lineageState } from '../../testing/lineage-state.ts';
import { ordersOf, generatedEvents, recordedEvents, stateAfter } from '../../testing/lineage-orders.ts';
import { readEvents } from './translate.ts';

/** What the recorded events lack: tags, masking, versions, profiles, deletions, ties, a second job without column lineage. */
const made = [
  event(1, 'START', 'etl', { inputs: [raw({ tags: tags(['sex', 'protected-characteristic:sex']) })] }),
  event(1, 'RUNNING', 'etl', { inputs: [raw({})], outputs: [features({})] }),
  event(3, 'COMPLETE', 'etl', {
    inputs: [raw({ documentation: { description: 'newer' }, schema: schema('sex', 'id') })],
    outputs: [features({ schema: schema('sex', 'key'), version: { datasetVersion: 'v1' }, columnLineage: lineage() })],
  }),
  event(2, 'FAIL', 'etl', { inputs: [raw({ documentation: { description: 'older' }, schema: schema('id', 'gone') })] }),
  event(2, 'COMPLETE', 'copy', { inputs: [raw({})], outputs: [features({ lifecycle: { _deleted: true } })] }),
  event(1, 'OTHER', 'copy', { outputs: [features({ lifecycle: { state: 'CREATE' } })] }),
  { eventTime: time(4), job: { namespace: 'n', name: 'static' }, inputs: [raw({})], outputs: [dataset('other', {})] },
  { eventTime: time(5), dataset: raw({ ownership: { owners: [{ name: 'team:data' }] } }) },
];

let app: TestApp;
let actor: Actor;
beforeAll(async () => {
  app = await startTestApp();
  actor = await app.aval.services.identity.authenticate(await app.token('ingest'));
});
afterAll(() => app.close());

// A thousand orders and more generated sequences are `npm run orders`, which CI runs.
const recorded = recordedEvents();

test('the 42 recorded events are all here', () => expect(recorded).toHaveLength(42));

test(
  'any order, with duplicates and events in parts, in requests of any size, ends in the same state',
  { timeout: 120_000 },
  async () => {
    const all = [...recorded, ...made];
    const expected = await stateAfter(
      app,
      actor,
      all.map((event) => [event]),
    );
    expect(JSON.parse(expected)).toMatchObject({ edges: expect.arrayContaining([expect.anything()]) as unknown });
    await fc.assert(
      fc.asyncProperty(ordersOf(all), async (order) => {
        expect(await stateAfter(app, actor, order)).toBe(expected);
      }),
      { numRuns: 3, seed: 42, endOnFailure: true },
    );
  },
);

test(
  'so does whatever producers may send: renames, drops, symlinks, tags, masking, deletions, ties',
  { timeout: 120_000 },
  async () => {
    const sequences = generatedEvents.chain((events) => fc.tuple(fc.constant(events), ordersOf(events)));
    await fc.assert(
      fc.asyncProperty(sequences, async ([events, order]) => {
        const expected = await stateAfter(app, actor, [events]);
        expect(await stateAfter(app, actor, order)).toBe(expected);
      }),
      { numRuns: 8, seed: 7 },
    );
  },
);

test('events that are sent again write nothing, not even to the log', async () => {
  const all = [...recorded.slice(0, 8), ...made];
  const state = await stateAfter(app, actor, [all]);
  const count = () => app.database.read.selectFrom('event_inbox').select(({ fn }) => fn.countAll().as('n')).executeTakeFirst(); // prettier-ignore
  const before = await count();
  for (const event of all) await app.aval.services.ingest.record(actor, readEvents(event));
  expect(await count()).toEqual(before);
  expect(JSON.stringify(await lineageState(app.database), null, 1)).toBe(state);
});

test('tags that are taken back late split what was said after', async () => {
  const tagged = (second: number, facets: object) => ({ eventTime: time(second), dataset: raw(facets) });
  const named = tags(['sex', 'protected-characteristic:sex']);
  const state = JSON.parse(
    await stateAfter(app, actor, [[tagged(1, { tags: named }), tagged(5, { tags: named }), tagged(7, { tags: named })], [tagged(3, { tags: { _deleted: true } })]]),
  ) as { tags: { valid_from: string; valid_to: string | null }[] };
  const spans = state.tags.map(({ valid_from, valid_to }) => [new Date(valid_from), valid_to && new Date(valid_to)]);
  expect(spans).toEqual([[new Date(time(1)), new Date(time(3))], [new Date(time(5)), null]]);
}); // prettier-ignore

test('a run that its producer tells of under two jobs belongs to both, whichever comes first', async () => {
  const run = { runId: 'renamed' };
  const reading = { ...event(1, 'RUNNING', 'old name', { inputs: [raw({})], outputs: [features({})] }), run };
  const ending = { ...event(2, 'COMPLETE', 'name', {}), run };
  const state = await stateAfter(app, actor, [[reading, ending]]);
  const { derivations } = JSON.parse(state) as { derivations: { job: string }[] };
  expect(derivations.map(({ job }) => job).sort()).toEqual(['name', 'old name']);
  for (const order of [[[ending, reading]], [[reading], [ending]], [[ending], [reading]]]) {
    expect(await stateAfter(app, actor, order)).toBe(state);
  }
});

test('whole datasets that are stated as sources make the lineage of versions coarse again, known or not', async () => {
  const versioned = { version: { datasetVersion: '1' } };
  const reading = event(1, 'COMPLETE', 'etl', { inputs: [raw(versioned)], outputs: [features(versioned)] });
  const sources = { inputs: [{ namespace: 's3://warehouse', name: 'raw', type: 'DATASET' }] };
  const stating = {
    ...event(1, 'COMPLETE', 'etl', { outputs: [features({ lineage: sources })] }),
    run: { runId: 'other' },
  };
  const state = await stateAfter(app, actor, [[reading, stating]]);
  const { edges } = JSON.parse(state) as { edges: { src: string; refined: boolean }[] };
  const refined = edges.filter(({ src }) => src === 'raw@1').map(({ refined }) => refined);
  expect(refined).toEqual([false]);
  for (const order of [
    [[reading], [stating]],
    [[stating], [reading]],
  ]) {
    expect(await stateAfter(app, actor, order)).toBe(state);
  }
});

const linked = (from: string, to: string) => ({
  eventTime: time(1),
  dataset: dataset(from, { symlinks: { identifiers: [{ namespace: 's3://warehouse', name: to, type: 'TABLE' }] } }),
});

test('between versions of two datasets that prove to be one there is no lineage', async () => {
  const of = (version: string) => ({ version: { datasetVersion: version } });
  const copy = event(1, 'COMPLETE', 'copy', { inputs: [raw(of('1'))], outputs: [features(of('2'))] });
  const state = await stateAfter(app, actor, [[copy, linked('raw', 'features')]]);
  const { edges } = JSON.parse(state) as { edges: { src: string; dst: string }[] };
  expect(edges.map(({ src, dst }) => `${src} ${dst}`).sort()).toEqual(['raw raw@1', 'raw raw@2']);
  expect(await stateAfter(app, actor, [[copy], [linked('raw', 'features')]])).toBe(state);
});

test('all ways in which one event says that a column came from another add up, though under two names', async () => {
  const from = (name: string, type: string) => ({
    namespace: 's3://warehouse', name, field: 'id', transformations: [{ type, subtype: type === 'DIRECT' ? 'IDENTITY' : 'JOIN' }],
  }); // prettier-ignore
  const columnLineage = { fields: { key: { inputFields: [from('raw', 'DIRECT'), from('other', 'INDIRECT')] } } };
  const told = event(1, 'COMPLETE', 'etl', { outputs: [features({ columnLineage })] });
  const state = await stateAfter(app, actor, [[told, linked('raw', 'other')]]);
  const { edges } = JSON.parse(state) as { edges: { src: string; transformations: { type: string }[] | null }[] };
  const ways = edges.flatMap(({ transformations }) => transformations ?? []).map(({ type }) => type);
  expect(ways.sort()).toEqual(['DIRECT', 'INDIRECT']);
  for (const order of [
    [[told], [linked('raw', 'other')]],
    [[linked('raw', 'other')], [told], [told]],
  ]) {
    expect(await stateAfter(app, actor, order)).toBe(state);
  }
});

test('what producers say that they mask is proposed, whatever they say later, in any order and under any name', async () => {
  const masks = (second: number, name: string, description: string | undefined) => {
    const way = { type: 'DIRECT', subtype: 'TRANSFORMATION', masking: description !== undefined, description };
    const key = { inputFields: [{ namespace: 's3://warehouse', name, field: 'id', transformations: [way] }] };
    return event(second, 'COMPLETE', `etl ${second}`, { outputs: [features({ columnLineage: { fields: { key } } })] });
  };
  const all = [masks(1, 'raw', 'hashed'), masks(2, 'raw', 'cut'), masks(3, 'other', 'blurred'), masks(4, 'raw', undefined), linked('raw', 'other')]; // prettier-ignore
  const state = await stateAfter(app, actor, [all]);
  expect((JSON.parse(state) as { barriers: object[] }).barriers).toEqual([
    { src: 'id', dst: 'key', kind: 1, barrier: 'MASKING', tags: [], statement: 'blurred' },
  ]);
  for (const order of [all.toReversed(), ...all.map((_, i) => [...all.slice(i), ...all.slice(0, i)])]) {
    expect(await stateAfter(app, actor, order.map((one) => [one]))).toBe(state); // prettier-ignore
  }
});

test('an event costs a bounded number of statements, however many columns it has', async () => {
  const wide = (columns: number) => {
    const names = Array.from({ length: columns }, (_, i) => `c${i}`);
    return event(1, 'COMPLETE', 'wide', {
      inputs: [
        raw({
          schema: schema(...names),
          tags: tags(...names.map((name): [string, string] => [name, 'personal-data'])),
        }),
      ],
      outputs: [
        features({ schema: schema(...names), version: { datasetVersion: '1' }, columnLineage: lineage(names) }),
      ],
    });
  };
  await forgetLineage(app.database);
  const few = await countStatements(() => app.aval.services.ingest.record(actor, readEvents(wide(2))));
  await forgetLineage(app.database);
  const many = await countStatements(() => app.aval.services.ingest.record(actor, readEvents(wide(400))));
  expect(few.statements).toBeLessThanOrEqual(40);
  expect(many.statements).toBeLessThanOrEqual(few.statements); // its tags are left to the worker
  await forgetLineage(app.database);
  const batch = Array.from({ length: 20 }, (_, i) => wide(2 + i));
  const together = await countStatements(() => app.aval.services.ingest.record(actor, readEvents(batch)));
  expect(together.statements).toBeLessThanOrEqual(40); // for twenty events
});

function time(second: number): string {
  return `2026-03-03T09:30:0${second}.000Z`;
}
function event(second: number, eventType: string, name: string, sides: object): object {
  return { eventTime: time(second), eventType, run: { runId: `${name}-run` }, job: { namespace: 'n', name }, ...sides };
}
function dataset(name: string, facets: object): object {
  return { namespace: 's3://warehouse', name, facets };
}
function raw(facets: object): object {
  return dataset('raw', facets);
}
function features(facets: object): object {
  return dataset('features', facets);
}
function schema(...names: string[]): object {
  return { fields: names.map((name) => ({ name, type: 'long' })) };
}
function tags(...pairs: [field: string, value: string][]): object {
  return { tags: pairs.map(([field, value]) => ({ key: 'sensitivity', value, field })) };
}
function lineage(names = ['sex']): object {
  const from = (field: string) => ({ namespace: 's3://warehouse', name: 'raw', field });
  const masked = [{ type: 'DIRECT', subtype: 'TRANSFORMATION', description: 'hashed', masking: true }];
  return {
    fields: {
      ...Object.fromEntries(names.map((name) => [name, { inputFields: [from(name)] }])),
      key: { inputFields: [{ ...from('id'), transformations: masked }] },
    },
    dataset: [{ ...from('id'), transformations: [{ type: 'INDIRECT', subtype: 'JOIN' }] }],
  };
}
