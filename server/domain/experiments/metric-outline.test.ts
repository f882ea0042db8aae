import fc from 'fast-check';
import { sql, type Kysely, type RootOperationNode } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { Context } from '../context.ts';
import type { Tables } from '../tables.ts';
import type { NewMetric } from './metric-batch.ts';
import { curveOfMetric } from './metric-curve.read-model.ts';
import { pageOfHistory, pointsOfRuns } from './metric-history.read-model.ts';
import { outlineChunks } from './metric-outline.ts';
import { comparePoints, type MetricPoint } from './metric-points.ts';

let app: TestApp;
let actor: Actor;
let experimentId: string;
beforeAll(async () => {
  app = await startTestApp();
  const { identity, experiments } = app.aval.services;
  actor = await identity.authenticate(await app.token('ml_engineer'));
  experimentId = (await experiments.create(actor, { name: 'long', tags: [] })).id;
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const newRun = () => app.aval.services.runs.create(actor, { experimentId, name: '', userName: 'ana', tags: [] });
const log = (run: string, metrics: NewMetric[]) => app.aval.services.runs.log(actor, run, { metrics });
const outline = () => app.aval.store.write(actor, ({ db }) => outlineChunks(db, 10_000));
const metric = (step: number, value: number, at = 0): NewMetric => ({
  key: 'm', value, step, at: new Date(1_700_000_000_000 + at), datasetName: '', datasetDigest: '', modelId: '',
}); // prettier-ignore
const say = ({ step, at, value }: MetricPoint): string => `${step} ${at.getTime()} ${value}`;
const unique = (points: readonly MetricPoint[]): MetricPoint[] =>
  [...new Map(points.map((point) => [say(point), point])).values()].sort(comparePoints);

describe('a curve that is drawn from outlines', () => {
  test('tells how much was recorded, and keeps ends and extremes, as one that is drawn from all points', async () => {
    const value = fc.oneof({ weight: 30, arbitrary: fc.integer({ min: -1e6, max: 1e6 }) }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) }); // prettier-ignore
    const batch = fc.record({
      start: fc.integer({ min: 0, max: 12 }), // batches lie behind each other, meet, overlap or repeat
      width: fc.constantFrom(0, 1, 3),
      values: fc.oneof(
        { weight: 4, arbitrary: fc.array(value, { minLength: 256, maxLength: 600, size: 'max' }) },
        { weight: 1, arbitrary: fc.array(value, { minLength: 1, maxLength: 5 }) },
      ),
    });
    let outlined = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 2, maxLength: 7, size: 'max' }), fc.integer({ min: 0, max: 8_000 }), async (batches, from) => {
        const run = await newRun();
        const points = batches.flatMap(({ start, width, values }) => values.map((v, i) => metric(start * 600 + i * width, v, start * 600 + i)));
        for (const { start, width, values } of batches) await log(run, values.map((v, i) => metric(start * 600 + i * width, v, start * 600 + i)));
        outlined += await outline();
        for (const first of [null, BigInt(from)]) {
          const own = unique(points.filter(({ step }) => first === null || step >= first));
          const asked = { runId: run, n: 1, points: 4, from: first };
          const curve = await app.aval.contextFor(actor).loader(curveOfMetric).load(asked);
          expect([curve.recorded, curve.notFinite]).toEqual([own.length, own.filter((p) => !Number.isFinite(p.value)).length]);
          const finite = own.map((p) => p.value).filter(Number.isFinite);
          const shown = curve.points.map((p) => p.value);
          if (finite.length > 0) for (const extreme of [Math.min(...finite), Math.max(...finite)]) expect(shown).toContain(extreme);
          const places = curve.points.map((point) => own.findIndex((one) => say(one) === say(point)));
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          if (own.length > 0) expect([places[0], places.at(-1)]).toEqual([0, own.length - 1]);
        }
      }),
      { numRuns: 15 },
    );
    expect(outlined).toBeGreaterThan(15);
  }); // prettier-ignore
});

describe('of a long series', () => {
  const [chunks, each] = [250, 1_000];
  let runs: string[];

  beforeAll(async () => {
    runs = (await Promise.all([newRun(), newRun()])).sort();
    for (const run of runs) {
      await log(run, [metric(0, 0)]);
      await sql`
        insert into metric_chunk (run_id, n, id, points, first_step, last_step, first_time, last_time, steps, times, measures)
        select ${run}::uuid, 1, gen_random_uuid(), ${each}::int, min(i), max(i), min(i), max(i), array_agg(i order by i), array_agg(i order by i), array_agg(sin(i / 1000.0) order by i)
          from generate_series(1, ${(run === runs[0] ? chunks : 2) * each}::int) i group by (i - 1) / ${each}::int`.execute(app.database.read);
    }
    await outline();
  }, 120_000); // prettier-ignore

  /** How many points were taken out of chunks for what the work reads, by the plans that it was read with. */
  async function opened<T>(work: (context: Context) => Promise<T>): Promise<{ result: T; points: number }> {
    const { read } = app.database;
    const asked: RootOperationNode[] = [];
    const watched: Kysely<Tables> = read.withPlugin({
      transformQuery: ({ node }) => (asked.push(node), node),
      transformResult: ({ result }) => Promise.resolve(result),
    });
    const context = app.aval.contextFor(actor);
    const result = await work({ ...context, store: { ...context.store, read: watched } });
    let points = 0;
    for (const node of asked) {
      const compiled = read.getExecutor().compileQuery(node, { queryId: 'explained' });
      const { rows } = await read.executeQuery<{ 'QUERY PLAN': [{ Plan: Plan }] }>({ ...compiled, sql: `explain (analyze, format json) ${compiled.sql}` }); // prettier-ignore
      points += unnested(rows[0]!['QUERY PLAN'][0].Plan);
    }
    return { result, points };
  }
  interface Plan {
    'Function Name'?: string;
    'Actual Rows': number;
    'Actual Loops': number;
    Plans?: Plan[];
  }
  const unnested = (plan: Plan): number =>
    (/unnest/.test(plan['Function Name'] ?? '') && (plan['Actual Rows'] > 1 || plan['Actual Loops'] > 1) ? plan['Actual Rows'] * plan['Actual Loops'] : 0) +
    (plan.Plans ?? []).reduce((sum, one) => sum + unnested(one), 0); // prettier-ignore

  const curve = (points: number, from?: bigint, to?: bigint) =>
    opened((context) => curveOfMetric(context).load({ runId: runs[0]!, n: 1, points, from: from ?? null, to: to ?? null })); // prettier-ignore

  test('a curve takes a few in a hundred', async () => {
    const { result, points } = await curve(500);
    expect([result.recorded, result.points.length]).toEqual([chunks * each + 1, 500]);
    expect(points).toBeLessThan((chunks * each) / 25);
  });

  test('a part of it takes what lies there, and no more than so many for each that is asked for', async () => {
    const wide = await curve(100, 50_001n, 200_500n);
    expect(wide.result.recorded).toBe(150_500);
    expect(wide.points).toBeLessThan(150_500 / 25);
    const narrow = await curve(100, 40_501n, 45_500n);
    expect(narrow.result.recorded).toBe(5_000);
    expect(narrow.points).toBeLessThanOrEqual(6_000);
  });

  test('the first of a history are read, and no others', async () => {
    const bulk = await opened((context) => pointsOfRuns(context, { runIds: runs, key: 'm', limit: 2_500 }));
    expect(bulk.result.map(({ runId, step }) => [runId, step])).toEqual(
      Array.from({ length: 2_500 }, (_, i) => [runs[0], i + 1]),
    );
    expect(bulk.points).toBeLessThanOrEqual(3_500);
    const page = await opened((context) => pageOfHistory(context, { runId: runs[0]!, key: 'm', limit: 2_500, token: '' })); // prettier-ignore
    expect(page.points).toBeLessThanOrEqual(4_500);
  });

  test('what was logged twice does not shorten a history', async () => {
    const run = await newRun();
    const points = Array.from({ length: 300 }, (_, i) => metric(i, i, i));
    for (let time = 0; time < 3; time++) await log(run, points);
    const found = await pointsOfRuns(app.aval.contextFor(actor), { runIds: [run], key: 'm', limit: 299 });
    expect(found.map(say)).toEqual(points.slice(0, 299).map(say));
  });
});
