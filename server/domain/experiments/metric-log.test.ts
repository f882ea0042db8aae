import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { curveOfMetric } from './metric-curve.read-model.ts';
import { pageOfHistory } from './metric-history.read-model.ts';
import type { NewMetric } from './metric-batch.ts';
import { mergeChunks, sortIntoSeries } from './metric-chunks.ts';
import { comparePoints, type MetricPoint } from './metric-points.ts';
import { metricsOfRun } from './metric.read-model.ts';

let app: TestApp;
let actor: Actor;
let experimentId: string;
beforeAll(async () => {
  app = await startTestApp();
  const { identity, experiments } = app.aval.services;
  actor = await identity.authenticate(await app.token('ml_engineer'));
  experimentId = (await experiments.create(actor, { name: 'log', tags: [] })).id;
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const newRun = () => app.aval.services.runs.create(actor, { experimentId, name: '', userName: 'ana', tags: [] });
const log = (run: string, metrics: NewMetric[]) => app.aval.services.runs.log(actor, run, { metrics });
const sort = (run: string) => app.aval.store.write(actor, ({ db }) => sortIntoSeries(db, [run]));
const merge = (run: string) => app.aval.store.write(actor, ({ db }) => mergeChunks(db, [run]));
const metric = (key: string, step: number | bigint, value: number, at = 0, datasetName = ''): NewMetric => ({
  key, value, step, at: new Date(1_700_000_000_000 + at), datasetName, datasetDigest: datasetName && 'd', modelId: '',
}); // prettier-ignore

const say = ({ step, at, value }: MetricPoint): string => `${step} ${at.getTime()} ${value}`;

/** All pages of a key's history. */
async function history(runId: string, key: string, limit = 7): Promise<string[]> {
  const context = app.aval.contextFor(actor);
  const points: MetricPoint[] = [];
  for (let token = ''; ;) {
    const page = await pageOfHistory(context, { runId, key, limit, token });
    expect(page.points.length).toBeLessThanOrEqual(limit);
    points.push(...page.points);
    if (!page.nextToken) return points.map(say);
    token = page.nextToken;
  }
}

const chunksOf = (run: string) =>
  app.database.read.selectFrom('metric_chunk').select(['n', 'points']).where('run_id', '=', run).orderBy('n').execute();

/** What is said twice counts once; the order of a history is time, step, value. */
function unique(points: readonly MetricPoint[]): MetricPoint[] {
  return [...new Map(points.map((point) => [say(point), point])).values()].sort(comparePoints);
}
const byTime = (points: readonly MetricPoint[]): string[] =>
  points.toSorted((a, b) => a.at.getTime() - b.at.getTime() || comparePoints(a, b)).map(say);

describe('points of metrics', () => {
  test('give one history and one latest, however they are split, ordered, repeated and sorted away', async () => {
    const value = fc.constantFrom(0, 1, -1, 0.1, 1e300, NaN, Infinity, -Infinity);
    const step = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 60n + 1n));
    const point = fc
      .tuple(fc.constantFrom('a', 'b'), step, value, fc.integer({ min: -2, max: 3 }), fc.constantFrom('', 'test'))
      .map((parts) => metric(...parts));
    const batch = fc.array(point, { minLength: 1, maxLength: 160, size: 'max' });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof({ weight: 3, arbitrary: batch }, { weight: 1, arbitrary: fc.constantFrom('sort', 'merge') }), { minLength: 1, maxLength: 6 }), async (steps) => {
        const run = await newRun();
        for (const one of steps) await (one === 'sort' ? sort(run) : one === 'merge' ? merge(run) : log(run, one));
        const points = steps.flatMap((one) => (typeof one === 'string' ? [] : one));
        const context = app.aval.contextFor(actor);
        for (const series of await context.loader(metricsOfRun).load(run)) {
          const own = unique(points.filter((p) => p.key === series.key && p.datasetName === (series.datasetName ?? '')));
          expect(say(series)).toBe(say(own.at(-1)!));
          const curve = await context.loader(curveOfMetric).load({ runId: run, n: series.n, points: 2_000 });
          expect(curve.points.map(say)).toEqual(own.map(say));
          expect([curve.recorded, curve.notFinite]).toEqual([own.length, own.filter((p) => !Number.isFinite(p.value)).length]);
        }
        for (const key of ['a', 'b']) {
          expect(await history(run, key, 50)).toEqual(byTime(unique(points.filter((p) => p.key === key))));
        }
      }),
      { numRuns: 20 },
    );
  }); // prettier-ignore

  test('are a chunk of their series when a request brings many, and share one otherwise', async () => {
    const run = await newRun();
    const long = Array.from({ length: 100 }, (_, i) => metric('long', i, i));
    await log(run, [metric('short', 0, 1), ...long, metric('other', 0, 1)]);
    expect(await chunksOf(run)).toEqual([{ n: 0, points: 2 }, { n: 1, points: 100 }]); // prettier-ignore
    expect(await history(run, 'long')).toEqual(long.map(say));
    expect(await history(run, 'short')).toHaveLength(1);
  });

  test('are sorted into their series when many shared chunks have come', async () => {
    const run = await newRun();
    const wide = (step: number) => Array.from({ length: 128 }, (_, k) => metric(`k${k}`, step, step));
    for (let step = 0; step < 64; step++) await log(run, wide(step)); // 64 points of each of 128 series
    expect(await chunksOf(run)).toEqual(Array.from({ length: 64 }, () => ({ n: 0, points: 128 })));
    await log(run, wide(64));
    expect(await chunksOf(run)).toEqual(Array.from({ length: 128 }, (_, i) => ({ n: i + 1, points: 65 })));
    expect(await history(run, 'k127', 25)).toHaveLength(65);
  });

  test('come from two writers at once, each in its turn', async () => {
    const run = await newRun();
    const writers = ['a', 'b'].map(async (name, w) => {
      for (let i = 0; i < 10; i++) await log(run, [metric('m', i, w), metric(name, i, i), metric(`new-${i}`, w, w)]);
    });
    await Promise.all(writers);
    expect(await history(run, 'm')).toHaveLength(20);
    const series = await app.database.read.selectFrom('metric_series').select('n').where('run_id', '=', run).orderBy('n').execute(); // prettier-ignore
    expect(series.map(({ n }) => n)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
  });
});

describe('a batch of known series', () => {
  const sent = async (run: string, metrics: NewMetric[]) => (await countStatements(() => log(run, metrics))).statements;
  const events = async (run: string) => {
    await app.aval.integrator.integrate();
    return app.database.read
      .selectFrom('event_log')
      .select(['action', 'actor_id', 'project_id', 'details'])
      .where('subject_id', '=', run)
      .orderBy('idx')
      .execute();
  };

  test('is one statement, and leaves its event as any other', async () => {
    const run = await newRun();
    expect(await sent(run, [metric('a', 0, 1), metric('b', 0, 1)])).toBeGreaterThan(1);
    expect(await sent(run, [metric('b', 1, 2), metric('a', 1, 2)])).toBe(1);
    expect(await sent(run, [metric('b', 0, 0), metric('a', 1, 2)])).toBe(1); // late, and twice the same
    expect(await sent(run, [metric('a', 2, 3), metric('c', 0, 1)])).toBeGreaterThan(1);
    expect([await history(run, 'a'), await history(run, 'b')].map((points) => points.length)).toEqual([3, 3]);
    const series = await app.database.read
      .selectFrom('metric_series').select(['key', 'latest_step', 'latest_value']).where('run_id', '=', run).orderBy('n').execute(); // prettier-ignore
    expect(series.map((one) => Object.values(one).join(' '))).toEqual(['a 2 3', 'b 1 2', 'c 0 1']);
    const [, first, second] = await events(run);
    expect(second).toEqual(first);
    expect(second).toMatchObject({ action: 'run.logged', details: { metrics: 2, params: 0, tags: 0 } });
    expect(await events(run)).toHaveLength(5);
  });

  test('writes nothing to a run that is deleted or outside the caller’s projects', async () => {
    const run = await newRun();
    await log(run, [metric('a', 0, 1)]);
    const stranger = { ...actor, projects: [crypto.randomUUID()] };
    await expect(app.aval.services.runs.log(stranger, run, { metrics: [metric('a', 1, 1)] })).rejects.toThrow(
      /outside your projects/,
    );
    await app.aval.services.runs.delete(actor, run);
    await expect(log(run, [metric('a', 1, 1)])).rejects.toThrow(/must be in the 'active' state/);
    expect(await history(run, 'a')).toHaveLength(1);
    expect((await events(run)).map(({ action }) => action)).toEqual(['run.created', 'run.logged', 'run.deleted']);
  });

  test('comes from many at once: every point is there, and the latest is the latest', async () => {
    const run = await newRun();
    await log(run, [metric('m', -1, 0)]);
    const steps = Array.from({ length: 40 }, (_, i) => (i * 17) % 40);
    await Promise.all(steps.map((step) => log(run, [metric('m', step, step)])));
    expect(await history(run, 'm', 50)).toHaveLength(41);
    const [latest] = await app.aval.contextFor(actor).loader(metricsOfRun).load(run);
    expect(latest).toMatchObject({ step: 39, value: 39 });
    expect(await events(run)).toHaveLength(42);
  });
});

describe('batches that come at the same time', () => {
  const other = async () => {
    const { identity } = app.aval.services;
    return identity.authenticate(await app.token('ml_engineer', 'other'));
  };

  test('share a statement, and each has its own event', async () => {
    const runs = await Promise.all(Array.from({ length: 12 }, newRun));
    for (const run of runs) await log(run, [metric('a', 0, 0), metric('b', 0, 0)]);
    const many = (run: string) => Array.from({ length: 70 }, (_, i) => metric('b', i, runs.indexOf(run)));
    const { statements } = await countStatements(() =>
      Promise.all(runs.map((run, i) => log(run, [...(i % 2 ? many(run) : []), metric('a', 1, i)]))),
    );
    expect(statements).toBeLessThan(4);
    for (const [i, run] of runs.entries()) {
      expect(await history(run, 'a')).toEqual([metric('a', 0, 0), metric('a', 1, i)].map(say));
      expect(await history(run, 'b', 99)).toHaveLength(i % 2 ? 70 + Number(i > 0) : 1);
      const [a, b] = await app.aval.contextFor(actor).loader(metricsOfRun).load(run);
      expect([a, b]).toMatchObject([{ key: 'a', step: 1, value: i }, i % 2 ? { step: 69, value: i } : { step: 0 }]);
    }
    await app.aval.integrator.integrate();
    const events = app.database.read.selectFrom('event_log').select('details').where('subject_id', 'in', runs);
    const logged = await events.where('action', '=', 'run.logged').orderBy('idx').execute();
    expect(logged.slice(12).map(({ details }) => details['metrics']).sort()).toEqual([1, 1, 1, 1, 1, 1, 71, 71, 71, 71, 71, 71]);
  }); // prettier-ignore

  test('are each written or refused for themselves', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, newRun));
    for (const run of runs) await log(run, [metric('a', 0, 0)]);
    const [good, deleted, foreign, fresh, held, last] = runs as [string, string, string, string, string, string];
    await app.aval.services.runs.delete(actor, deleted);
    const stranger = await other();
    let outcome: Promise<PromiseSettledResult<void>[]> | undefined;
    await app.aval.store.write(actor, async ({ db }) => {
      await db.selectFrom('run').select('id').where('id', '=', held).forNoKeyUpdate().execute();
      outcome = Promise.allSettled([
        log(good, [metric('a', 1, 1)]),
        log(deleted, [metric('a', 1, 1)]),
        app.aval.services.runs.log(stranger, foreign, { metrics: [metric('a', 1, 1)] }),
        log(fresh, [metric('a', 1, 1), metric('new', 1, 1)]),
        log(held, [metric('a', 1, 1)]),
        log(last, [metric('a', 1, 1)]),
      ]);
    });
    expect((await outcome!).map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as Error).message))).toEqual([
      'done', expect.stringMatching(/must be in the 'active' state/), expect.stringMatching(/outside your projects/), 'done', 'done', 'done',
    ]); // prettier-ignore
    const points = await Promise.all(runs.map(async (run) => (await history(run, 'a')).length));
    expect(points).toEqual([2, 1, 1, 2, 2, 2]);
  });

  test('to one run come one after another', async () => {
    const run = await newRun();
    await log(run, [metric('a', 0, 0)]);
    await Promise.all(Array.from({ length: 20 }, (_, i) => log(run, [metric('a', i, i), metric('a', i, -i)])));
    expect(await history(run, 'a', 50)).toHaveLength(39);
  });
});

describe('a run that settles', () => {
  test('keeps a series that came a point at a time as few chunks', async () => {
    const run = await newRun();
    const end = () => app.aval.services.runs.update(actor, run, { status: 'FINISHED' });
    const steps = Array.from({ length: 300 }, (_, i) => i);
    for (const step of steps) await log(run, [metric('m', step, step)]);
    await log(run, [metric('m', 7, 7), ...steps.slice(0, 70).map((step) => metric('m', 300 + step, step))]);
    expect(await chunksOf(run)).toHaveLength(43 + 2); // the 257 first were sorted when as many had come
    const before = await history(run, 'm', 50);
    expect(before).toHaveLength(370);
    await end();
    expect(await chunksOf(run)).toEqual([{ n: 0, points: 43 }, { n: 1, points: 327 }]); // prettier-ignore
    expect(await history(run, 'm', 50)).toEqual(before);
    for (const step of steps.slice(0, 30)) await log(run, [metric('m', 1_000 + step, step)]);
    await end();
    expect(await chunksOf(run)).toEqual([{ n: 1, points: 400 }]);
    expect((await history(run, 'm', 50)).slice(0, 370)).toEqual(before);
  });

  test('leaves a few points of many series together', async () => {
    const run = await newRun();
    for (let step = 0; step < 3; step++)
      await log(
        run,
        Array.from({ length: 40 }, (_, k) => metric(`k${k}`, step, k)),
      );
    await app.aval.services.runs.update(actor, run, { status: 'FINISHED' });
    expect(await chunksOf(run)).toEqual([{ n: 0, points: 120 }]);
    expect(await history(run, 'k7')).toEqual([0, 1, 2].map((step) => say(metric('k7', step, 7))));
  });
});

describe('a long history', () => {
  test('opens the chunks of a page only', async () => {
    const run = await newRun();
    for (let part = 0; part < 10; part++)
      await log(
        run,
        Array.from({ length: 100 }, (_, i) => metric('m', part * 100 + i, i, part * 100 + i)),
      );
    const context = app.aval.contextFor(actor);
    const first = await pageOfHistory(context, { runId: run, key: 'm', limit: 150, token: '' });
    // what lies behind the page is not even read: it may be broken
    await sql`update metric_chunk set measures = '{}' where run_id = ${run} and first_step >= 300`.execute(
      app.database.read,
    );
    const again = await pageOfHistory(app.aval.contextFor(actor), { runId: run, key: 'm', limit: 150, token: '' });
    expect(again).toEqual(first);
    expect(first.points).toHaveLength(150);
  });
});
