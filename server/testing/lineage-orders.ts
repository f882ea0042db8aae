import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Actor } from '../access/actor.ts';
import { readEvents } from '../transport/openlineage/translate.ts';
import type { TestApp } from './app.ts';
import { forgetLineage, lineageState } from './lineage-state.ts';

const folder = new URL('./openlineage-events/', import.meta.url);

/** Events as real producers sent them: Airflow, Spark, and one by hand. */
export const recordedEvents = (): object[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as object);

interface RunEvent {
  run?: unknown;
  inputs?: unknown[];
  outputs?: unknown[];
}

/** What a producer that tells of inputs and outputs apart would send. Only a run joins the two again. */
export const splitEvent = (event: object): object[] => {
  const { run, inputs, outputs } = event as RunEvent;
  return run !== undefined && inputs?.length && outputs?.length
    ? [
        { ...event, outputs: [] },
        { ...event, inputs: [] },
      ]
    : [event];
};

/** The events in any order, some of them twice, some in two parts, in requests of any size. */
export const ordersOf = (events: readonly object[]): fc.Arbitrary<object[][]> =>
  fc
    .array(fc.constantFrom('once', 'twice', 'split', 'split and whole'), {
      minLength: events.length,
      maxLength: events.length,
    })
    .map((ways) =>
      events.flatMap((event, i) => {
        if (ways[i] === 'once') return [event];
        if (ways[i] === 'twice') return [event, event];
        return [...splitEvent(event), ...(ways[i] === 'split' ? [] : [event])];
      }),
    )
    .chain((all) =>
      fc.tuple(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.uniqueArray(fc.nat({ max: all.length }), { maxLength: 6 }),
      ),
    )
    .map(([order, cuts]) => {
      const ends = [0, ...cuts.sort((a, b) => a - b), order.length];
      return ends
        .slice(1)
        .map((end, i) => order.slice(ends[i], end))
        .filter((batch) => batch.length > 0);
    });

/** The state that these requests leave on an empty database. */
export async function stateAfter(
  app: TestApp,
  actor: Actor,
  requests: readonly (readonly object[])[],
): Promise<string> {
  await forgetLineage(app.database);
  for (const request of requests) await app.aval.services.ingest.record(actor, readEvents(request));
  return JSON.stringify(await lineageState(app.database), null, 1);
}

const names = ['a', 'b', 'c', 'd'];
const columns = ['x', 'y', 'z'];
const one = fc.constantFrom;

const facet = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | { _deleted: true } | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant({ _deleted: true as const }) }); // prettier-ignore

const inputField = fc.record({
  namespace: fc.constant('n'),
  name: one(...names),
  field: one(...columns),
  transformations: fc.array(
    fc.record({ type: one('DIRECT', 'INDIRECT'), subtype: one('IDENTITY', 'FILTER'), masking: fc.boolean() }),
    { maxLength: 2 },
  ),
});

const facets = fc.record({
  schema: facet(
    fc.record({
      fields: fc.uniqueArray(fc.record({ name: one(...columns), type: one('int', 'text') }), {
        selector: ({ name }) => name,
        maxLength: 3,
      }),
    }),
  ),
  tags: facet(
    fc.record({
      tags: fc.array(
        fc.record({
          key: fc.constant('sensitivity'),
          value: one('personal-data:name', 'special-category:health'),
          field: one(undefined, ...columns),
        }),
        { maxLength: 2 },
      ),
    }),
  ),
  columnLineage: facet(
    fc.record({
      fields: fc.dictionary(one(...columns), fc.record({ inputFields: fc.array(inputField, { maxLength: 2 }) }), { maxKeys: 2 }),
      dataset: fc.array(inputField, { maxLength: 1 }),
    }),
  ),
  symlinks: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ identifiers: fc.array(fc.record({ namespace: fc.constant('n'), name: one(...names), type: fc.constant('TABLE') }), { minLength: 1, maxLength: 2 }) }) },
  ),
  lifecycleStateChange: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ lifecycleStateChange: one('DROP', 'CREATE', 'TRUNCATE') }) },
    { weight: 1, arbitrary: fc.record({ lifecycleStateChange: fc.constant('RENAME'), previousIdentifier: fc.record({ namespace: fc.constant('n'), name: one(...names) }) }) },
  ),
  version: facet(fc.record({ datasetVersion: one('1', '2') })),
  dataQualityMetrics: facet(
    fc.record({ rowCount: fc.nat(9), columnMetrics: fc.dictionary(one(...columns), fc.record({ nullCount: fc.nat(9) }), { maxKeys: 1 }) }),
  ),
  dataQualityAssertions: facet(
    fc.record({ assertions: fc.array(fc.record({ assertion: fc.constant('unique'), success: fc.boolean(), column: one(undefined, ...columns) }), { maxLength: 2 }) }),
  ),
  lineage: facet(
    fc.record({ inputs: fc.array(fc.record({ namespace: fc.constant('n'), name: one(...names), type: fc.constant('DATASET') }), { maxLength: 1 }) }),
  ),
}); // prettier-ignore

const dataset = fc.record({
  namespace: fc.constant('n'),
  name: one(...names),
  facets,
  inputFacets: fc.record({ inputStatistics: facet(fc.record({ rowCount: fc.nat(9) })) }),
});

/** Sequences such as producers might send, with all that changes what a dataset is: few names and moments, so that they meet. */
export const generatedEvents: fc.Arbitrary<object[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        eventTime: fc.integer({ min: 1, max: 6 }).map((second) => `2026-03-03T09:30:0${second}.000Z`),
        eventType: one('START', 'COMPLETE', 'FAIL'),
        run: fc.record({ runId: one('r1', 'r2', 'r3'), facets: fc.record({ parent: facet(fc.record({ run: fc.record({ runId: one('r1', 'p') }) })) }) }),
        job: fc.record({ namespace: fc.constant('n'), name: one('j1', 'j2') }),
        inputs: fc.array(dataset, { maxLength: 2 }),
        outputs: fc.array(dataset, { maxLength: 2 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        eventTime: fc.integer({ min: 1, max: 6 }).map((second) => `2026-03-03T09:30:0${second}.000Z`),
        job: fc.record({ namespace: fc.constant('n'), name: one('j1', 'j2') }),
        inputs: fc.array(dataset, { maxLength: 1 }),
        outputs: fc.array(dataset, { maxLength: 1 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        eventTime: fc.integer({ min: 1, max: 6 }).map((second) => `2026-03-03T09:30:0${second}.000Z`),
        dataset,
      }),
    },
  ),
  { minLength: 2, maxLength: 8 },
); // prettier-ignore
