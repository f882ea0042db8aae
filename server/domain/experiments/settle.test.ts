import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let actor: Actor;
let now = new Date('2026-03-03T09:00:00Z');

beforeAll(async () => {
  app = await startTestApp({ clock: { now: () => now } });
  actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

async function newRun(): Promise<string> {
  const { experiments, runs } = app.aval.services;
  const { id: experimentId } = await experiments.create(actor, { name: `e${Math.random()}`, tags: [] });
  return runs.create(actor, { experimentId, name: 'r', userName: 'ana', tags: [] });
}

const log = (run: string, value: number, step: bigint, params: { key: string; value: string }[] = []) =>
  app.aval.services.runs.log(actor, run, {
    metrics: [{ key: 'm', value, step, at: now, datasetName: '', datasetDigest: '', modelId: '' }],
    params,
  });

/** What is copied of the run, and whether a search finds it by the value. */
async function seen(run: string, value: number) {
  const { rows } = await sql`select r.open_since is not null as open, m.value, s.metrics, s.params
    from run r left join run_metric m on m.run_id = r.id left join run_sheet s on s.run_id = r.id
   where r.id = ${run}`.execute(app.database.read);
  const { data } = await app.graphql(
    'ml_engineer',
    'query ($v: Float64) { runs(where: { metrics: [{ key: "m", value: { eq: $v } }] }) { nodes { mlflowId } } }',
    { v: value },
  );
  const { nodes } = (data as { runs: { nodes: { mlflowId: string }[] } }).runs;
  return { ...(rows[0] as object), found: nodes.some(({ mlflowId }) => mlflowId === run.replaceAll('-', '')) };
}

test('a run settles when it ends, opens when it is written to, and is found by its latest value all the time', async () => {
  const run = await newRun();
  await log(run, 1, 1n);
  await log(run, 0.25, 0n, [{ key: 'lr', value: '"0,1"' }]);
  expect(await seen(run, 1)).toEqual({ open: true, value: null, metrics: null, params: null, found: true });

  await app.aval.services.runs.update(actor, run, { status: 'FINISHED', endedAt: now });
  const settled = await seen(run, 1);
  expect(settled).toMatchObject({ open: false, value: 1, found: true });
  expect(JSON.parse((settled as { metrics?: string }).metrics!)).toEqual([
    { key: 'm', value: 1, timestamp: now.getTime(), step: 1 },
  ]);
  expect(JSON.parse((settled as { params?: string }).params!)).toEqual([{ key: 'lr', value: '"0,1"' }]);

  await log(run, NaN, 2n);
  expect(await seen(run, 1)).toEqual({ open: true, value: null, metrics: null, params: null, found: false });
  await log(run, 7, 3n);
  expect(await seen(run, 7)).toMatchObject({ open: true, found: true });
  await app.aval.services.runs.update(actor, run, { name: 'named' });
  expect(await seen(run, 7)).toMatchObject({ open: false, value: 7, found: true });
});

test.each<[string, (run: string) => Promise<void>]>([
  ['a tag', (run) => app.aval.services.runs.log(actor, run, { tags: [{ key: 't', value: 'x' }] })],
  ['a tag less', (run) => app.aval.services.runs.deleteTag(actor, run, 'mlflow.runName')],
  ['a param', (run) => app.aval.services.runs.log(actor, run, { params: [{ key: 'q', value: 'x' }] })],
  ['a model', (run) => app.aval.services.runs.recordModel(actor, run, { artifact_path: 'm' })],
])('%s opens a settled run', async (_, write) => {
  const run = await newRun();
  await log(run, 5, 0n);
  await app.aval.services.runs.update(actor, run, { status: 'FINISHED' });
  expect(await seen(run, 5)).toMatchObject({ open: false, value: 5 });
  await write(run);
  expect(await seen(run, 5)).toMatchObject({ open: true, value: null, metrics: null, found: true });
});

test('a run that never ends settles by the clock, however many there are', async () => {
  const run = await newRun();
  await log(run, 3, 0n);
  const { settler } = app.aval;
  await settler.settle();
  expect(await seen(run, 3)).toMatchObject({ open: true, value: null, found: true });
  const original = now;
  now = new Date(now.getTime() + 10 * 60_000);
  await settler.settle();
  expect(await seen(run, 3)).toMatchObject({ open: false, value: 3, found: true });
  now = original;
});

test('a run with more small chunks than can be merged quickly ends at once, and they are merged by and by', async () => {
  const run = await newRun();
  const [batches, each] = [53, 999];
  for (let batch = 0; batch < batches; batch++) {
    await app.aval.services.runs.log(actor, run, {
      metrics: Array.from({ length: each }, (_, i) => ({
        ...{ key: 'm', value: i, step: BigInt(batch * each + i), at: now, datasetName: '', datasetDigest: '', modelId: '' },
      })),
    });
  } // prettier-ignore
  const chunks = async () =>
    (await sql<{ points: number }>`select points from metric_chunk where run_id = ${run} order by first_step`.execute(app.database.read)).rows.map(({ points }) => points); // prettier-ignore
  const sum = (all: number[]) => all.reduce((a, b) => a + b);
  expect(await chunks()).toHaveLength(batches);
  await app.aval.services.runs.update(actor, run, { status: 'FINISHED' });
  const some = await chunks();
  expect([some.length < batches, some.filter((points) => points === each).length, sum(some)]).toEqual([true, 3, batches * each]); // prettier-ignore
  await app.aval.settler.settle();
  expect((await chunks()).filter((points) => points < 1_000).length).toBeLessThan(2);
  expect(sum(await chunks())).toBe(batches * each);
  const waiting = sql`select id from run where unmerged_since is not null`.execute(app.database.read);
  expect((await waiting).rows).toEqual([]);
});
