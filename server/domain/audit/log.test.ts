import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose } from '../../compose.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { onPostgres } from '../../testing/database.ts';
import { systemActor, type Store } from '../store.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const logged = async (job: string) => {
  await app.aval.integrator.integrate();
  const ofJob = sql<boolean>`details ->> 'job' = ${job}`;
  return app.database.read.selectFrom('event_log').selectAll().where(ofJob).orderBy('idx').execute();
};

/** Says something of a job that stands for one test. */
const say = (store: Store, job: string, n: number) =>
  store.write(systemActor, async (tx) =>
    tx.record({
      action: 'lineage.recorded',
      details: { job, at: `é "${n}"`, inputs: n, outputs: [n, null, { b: 1, a: true }] },
    }),
  );

const indexes = async () =>
  (await app.database.read.selectFrom('event_log').select('idx').orderBy('idx').execute()).map((row) => row.idx);

describe('the log', () => {
  test('has nothing of a transaction that was rolled back', async () => {
    const failing = app.aval.store.write(systemActor, async (tx) => {
      tx.record({ action: 'lineage.recorded', details: { job: 'undone' } });
      await tx.db
        .insertInto('project')
        .values({ id: 'no uuid' } as never)
        .execute();
    });
    await expect(failing).rejects.toThrow();
    const { store } = app.aval;
    await expect(
      store.write(systemActor, async (tx) => {
        tx.record({ action: 'lineage.recorded', details: { job: 'undone' } });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await logged('undone')).toEqual([]);
  });

  test('gives contiguous indexes, from 0, to 20 writers at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => say(app.aval.store, 'crowd', n)));
    expect(await logged('crowd')).toHaveLength(20);
    expect(await indexes()).toEqual((await indexes()).map((_, place) => place));
  });

  test('holds leaf hashes that its rows recompute to', async () => {
    await say(app.aval.store, 'leaf', 1);
    await app.graphql('business_viewer', '{ deployments { nodes { id } } }');
    await app.aval.integrator.integrate();
    const rows = await app.database.read.selectFrom('event_log').selectAll().execute();
    expect(rows.some((row) => row.action === 'access.denied')).toBe(true);
    for (const row of rows) expect(row.leaf_hash).toBe(leafHashOf(row as unknown as LogRow));
    const [row] = await logged('leaf');
    expect(leafHashOf({ ...(row as unknown as LogRow), action: 'forged' })).not.toBe(row!.leaf_hash);
    expect(leafHashOf({ ...(row as unknown as LogRow), details: { ...row!.details, inputs: 2 } })).not.toBe(
      row!.leaf_hash,
    );
  });

  test.each(['update event_log set action = action', 'delete from event_log'])('refuses: %s', async (statement) => {
    const before = await indexes();
    await expect(app.database.write((tx) => sql.raw(statement).execute(tx))).rejects.toThrow(/append-only/);
    expect(await indexes()).toEqual(before);
  });

  // PGlite is one session of one process: two servers can never stand on one database there
  test.skipIf(!onPostgres)('is written by two servers at once without giving an index twice', async () => {
    const other = await compose({ database: app.database, onInternal: (error) => app.internalErrors.push(error) });
    try {
      const stores = [app.aval.store, other.store];
      const writing = Array.from({ length: 200 }, (_, n) => say(stores[n % 2]!, 'two', n));
      const integrating = Array.from({ length: 20 }, (_, n) => [app.aval, other][n % 2]!.integrator.integrate());
      await Promise.all([...writing, ...integrating]);
      expect(await logged('two')).toHaveLength(200);
      expect(await indexes()).toEqual((await indexes()).map((_, place) => place));
      expect(app.internalErrors).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});

interface LogRow {
  idx: number;
  at: Date;
  actor_id: string | null;
  actor_name: string;
  action: string;
  subject_kind: string | null;
  subject_id: string | null;
  project_id: string | null;
  coordinate: string | null;
  policy: string | null;
  details: Record<string, unknown>;
  salts: Record<string, string>;
  leaf_hash: string;
}

/** The leaf hash anew, from the description of the format alone: canonical JSON, salted commitments, RFC 6962. */
function leafHashOf(row: LogRow): string {
  const sha256 = (...parts: (string | Buffer)[]) => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash;
  };
  const sorted = (value: unknown): unknown =>
    value === null || typeof value !== 'object'
      ? value
      : Array.isArray(value)
        ? value.map(sorted)
        : Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([k, v]) => [k, sorted(v)]),
          );
  const json = (value: unknown) => JSON.stringify(sorted(value));
  const commit = (name: string, value: unknown) =>
    sha256(Buffer.from(row.salts[name]!, 'base64url'), json(value)).digest('base64url');
  const leaf = json({
    v: 1,
    idx: row.idx,
    at: row.at.toISOString(),
    actor: commit('actor', [row.actor_id, row.actor_name]),
    action: row.action,
    subject: [row.subject_kind, row.subject_id],
    project: row.project_id,
    coordinate: row.coordinate,
    policy: row.policy,
    details: Object.fromEntries(
      Object.entries(row.details).map(([name, value]) => [name, commit(`details.${name}`, value)]),
    ),
  });
  return sha256(Buffer.of(0), leaf).digest('hex');
}
