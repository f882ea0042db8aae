import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { forgetLineage, lineageState } from '../../testing/lineage-state.ts';
import { readEvents } from './translate.ts';

const folder = new URL('../../testing/openlineage-events/', import.meta.url);
const recorded = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as object);

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

async function ingest(events: readonly object[]): Promise<Record<string, unknown[]>> {
  await forgetLineage(app.database);
  for (const one of events) await app.aval.services.ingest.record(actor, readEvents(one));
  return lineageState(app.database);
}

test('the 42 recorded events are all here', () => expect(recorded).toHaveLength(42));

test('any order, with any event twice, ends in the same state', { timeout: 240_000 }, async () => {
  const all = [...recorded, ...made];
  const expected = await ingest(all);
  expect(expected['edges']!.length).toBeGreaterThan(50);
  expect(await ingest(all.toReversed())).toEqual(expected);
  const orders = fc.shuffledSubarray([...all, ...made], { minLength: all.length + made.length });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      expect(await ingest(order)).toEqual(expected);
    }),
    { numRuns: 2, seed: 42, endOnFailure: true },
  );
});

test('what ties and disagreements leave behind does not depend on order', { timeout: 240_000 }, async () => {
  const expected = await ingest(made);
  const orders = fc.shuffledSubarray([...made, ...made], { minLength: made.length * 2 });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      expect(await ingest(order)).toEqual(expected);
    }),
    { numRuns: 12, seed: 7, endOnFailure: true },
  );
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
  expect(few.statements).toBeLessThanOrEqual(32);
  expect(many.statements).toBeLessThanOrEqual(few.statements); // its tags are left to the worker
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
