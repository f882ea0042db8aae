import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemActor } from '../store.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => (app = await startTestApp()));
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const say = () => app.aval.store.write(systemActor, (tx) => Promise.resolve(tx.record({ action: 'run.restored' })));

/** When each integration ended, and how many events it moved, while `work` runs. */
async function integrations(work: () => Promise<unknown>): Promise<{ integrated_at: Date; events: number }[]> {
  await app.aval.integrator.integrate();
  const from = new Date();
  await work();
  await app.aval.integrator.integrate();
  return app.database.read
    .selectFrom('event_log')
    .select((q) => ['integrated_at', q.fn.countAll<number>().as('events')])
    .where('action', '=', 'run.restored')
    .where('integrated_at', '>=', from)
    .groupBy('integrated_at')
    .orderBy('integrated_at')
    .execute();
}

test('commits that follow each other fast share an integration', async () => {
  const started = performance.now();
  const seen = await integrations(async () => {
    for (let i = 0; i < 100; i++) await say();
  });
  expect(seen.reduce((sum, { events }) => sum + events, 0)).toBe(100);
  expect(seen.length).toBeLessThanOrEqual((performance.now() - started) / 10 + 2);
});

test('a single event is told of at once, without anybody asking', async () => {
  for (let i = 0; i < 6; i++) {
    await app.aval.integrator.integrate();
    const told = new Promise<void>((resolve) => app.aval.integrator.onIntegrated(resolve));
    const started = performance.now();
    await say();
    await told;
    expect(performance.now() - started).toBeLessThan(500); // the slow poll, once a second, would be late for some of them
  }
});
