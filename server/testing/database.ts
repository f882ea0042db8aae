import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';
import { entities, type Tables } from '../domain/tables.ts';
import { migrate, openDatabase, type Database } from '../storage/database.ts';

/** True when the suite runs on a PostgreSQL server: DATABASE_URL names one where databases may be made. */
export const onPostgres = process.env['DATABASE_URL'] !== undefined && process.env['DATABASE_URL'] !== '';

/**
 * A fresh, migrated database for one test file, on PGlite or, with DATABASE_URL set, on that server. Migrating takes
 * seconds, so it is done once for each state of the migrations folder and copied from there.
 */
export async function openTestDatabase({ connections = 4 } = {}): Promise<Database<Tables>> {
  return onPostgres ? openTestPostgres(process.env['DATABASE_URL']!, connections) : openTestPglite();
}

/** A test database and its copy, byte for byte, once `fill` has filled it. */
export async function openTestTwins<T>(
  fill: (database: Database<Tables>) => Promise<T>,
): Promise<{ twins: readonly [Database<Tables>, Database<Tables>]; filled: T }> {
  const first = await openTestDatabase();
  const filled = await fill(first);
  if (first.location.kind === 'embedded') {
    const blob = await (await nativeOf(first)).dumpDataDir('none');
    return { twins: [first, await openDatabase<Tables>({ kind: 'embedded', from: blob }, entities)], filled };
  }
  const { url } = first.location;
  await first.orm.close(true); // a template must have no sessions
  const name = new URL(url).pathname.slice(1);
  const serverUrl = process.env['DATABASE_URL']!;
  await withServer(serverUrl, (server) => makeDatabase(server, `${name}_twin`, name));
  return { twins: [await openOwn(serverUrl, name), await openOwn(serverUrl, `${name}_twin`)], filled };
}

const nativeOf = (database: Database<Tables>): Promise<PGlite> =>
  (database.orm.em.getConnection() as unknown as { getNativeClient(): Promise<PGlite> }).getNativeClient();

function migrationsDigest(): string {
  const folder = new URL('../../migrations/', import.meta.url);
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(new URL(name, folder)));
  return hash.digest('hex').slice(0, 16);
}

async function openTestPglite(): Promise<Database<Tables>> {
  const folder = join(tmpdir(), 'aval-test');
  const dump = join(folder, `migrated-${migrationsDigest()}.tar`);
  if (!existsSync(dump)) {
    const database = await openDatabase<Tables>({ kind: 'embedded' }, entities);
    await migrate(database);
    const native = await nativeOf(database);
    await native.exec(`update pg_database set datistemplate = false where datname <> current_database()`);
    for (const unused of ['template0', 'template1']) await native.exec(`drop database ${unused}`); // half of all files
    await native.exec('checkpoint');
    const blob = await native.dumpDataDir('none');
    mkdirSync(folder, { recursive: true });
    const partial = `${dump}.${process.pid}`; // renamed when whole: test files run in parallel
    writeFileSync(partial, Buffer.from(await blob.arrayBuffer()));
    renameSync(partial, dump);
    await database.close();
  }
  return openDatabase<Tables>({ kind: 'embedded', from: new Blob([readFileSync(dump)]) }, entities);
}

async function openTestPostgres(serverUrl: string, connections: number): Promise<Database<Tables>> {
  const template = `aval_test_${migrationsDigest()}`;
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  await withServer(serverUrl, async (server) => {
    await server.query('select pg_advisory_lock(4242)');
    const { rowCount } = await server.query('select 1 from pg_database where datname = $1', [template]);
    if (!rowCount) {
      await server.query(`drop database if exists ${template}_making with (force)`); // left by a run that was killed
      await server.query(`create database ${template}_making`);
      const database = await openDatabase<Tables>(
        { kind: 'postgres', url: withName(serverUrl, `${template}_making`) },
        entities,
      );
      await migrate(database);
      await database.close();
      await server.query(`alter database ${template}_making rename to ${template}`);
    }
    await makeDatabase(server, name, template);
  });
  return openOwn(serverUrl, name, connections);
}

/** Its commits wait for no disk: it need not outlive the test. */
async function makeDatabase(server: Client, name: string, template: string): Promise<void> {
  await server.query(`create database ${name} template ${template}`);
  await server.query(`alter database ${name} set synchronous_commit = off`);
}

/** Dropped when it is closed. */
async function openOwn(serverUrl: string, name: string, connections = 4): Promise<Database<Tables>> {
  const database = await openDatabase<Tables>(
    { kind: 'postgres', url: withName(serverUrl, name), poolSize: connections },
    entities,
  );
  return {
    ...database,
    async close() {
      await database.close();
      await withServer(serverUrl, (server) => server.query(`drop database if exists ${name} with (force)`));
    },
  };
}

function withName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function withServer(url: string, work: (server: Client) => Promise<unknown>): Promise<void> {
  const server = new Client({ connectionString: url });
  await server.connect();
  try {
    await work(server);
  } finally {
    await server.end();
  }
}
