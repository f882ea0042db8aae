/**
 * npm run orders -- [N]: the recorded events in N orders (1,000 unless told), with duplicates and events in parts, in requests of any size,
 * and N / 4 generated sequences in two orders each: through the service, on an embedded database. All that they leave, in every table that
 * lineage has, must be the same. Two processes share the work. Exits with 1, and the order that fails, otherwise. DATABASE_URL may name a
 * PostgreSQL server, which is several times as fast. SEED chooses other orders and sequences.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { startTestApp } from '../server/testing/app.ts';
import { generatedEvents, ordersOf, recordedEvents, stateAfter } from '../server/testing/lineage-orders.ts';

const [total = '1000', share] = process.argv.slice(2);
const workers = 2;
const seed = Number(process.env['SEED'] || 1);
/** Milliseconds to look for a simpler failure. */
const shrinkFor = 60_000;

if (share === undefined) {
  const started = Date.now();
  const codes = await Promise.all(
    Array.from({ length: workers }, async (_, i) => {
      const [code] = (await once(fork(import.meta.filename, [total, String(i)]), 'exit')) as [number | null];
      return code;
    }),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `${total} orders of the recorded events and ${Math.ceil(Number(total) / 4)} generated sequences in ${seconds} s (SEED=${seed})`,
  );
  process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
} else {
  const runs = Math.ceil(Number(total) / workers);
  const own = seed * workers + Number(share);
  const app = await startTestApp();
  const actor = await app.aval.services.identity.authenticate(await app.token('ingest'));
  const recorded = recordedEvents();
  const expected = await stateAfter(app, actor, [recorded]);
  let failed = Infinity;
  const compare = async (order: object[][], state: string): Promise<void> => {
    if (performance.now() > failed + shrinkFor) return; // nothing simpler fails any more
    const other = await stateAfter(app, actor, order);
    if (other === state) return;
    failed = Math.min(failed, performance.now());
    const [lines, others] = [state, other].map((text) => text.split('\n')) as [string[], string[]];
    const differs = lines.findIndex((line, i) => line !== others[i]);
    const near = (text: string[]): string => text.slice(Math.max(0, differs - 12), differs + 4).join('\n');
    throw new Error(`The state differs:\n${near(lines)}\n--- is\n${near(others)}`);
  };
  await fc.assert(
    fc.asyncProperty(ordersOf(recorded), (order) => compare(order, expected)),
    { numRuns: runs, seed: own, endOnFailure: true },
  );
  await fc.assert(
    fc.asyncProperty(
      generatedEvents.chain((events) => fc.tuple(fc.constant(events), ordersOf(events))),
      async ([events, order]) => compare(order, await stateAfter(app, actor, [events])),
    ),
    { numRuns: Math.ceil(runs / 4), seed: own },
  );
  await app.close();
}
