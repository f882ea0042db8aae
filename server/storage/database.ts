import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { MikroORM, type EntitySchema } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { PgliteDriver } from '@mikro-orm/pglite';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { CompiledQuery, type Kysely } from 'kysely';
import { Client, TypeOverrides } from 'pg';
import { lockFolder } from './lock.ts';
import { PreparingClient } from './prepared.ts';
import { readAs, type Connections, type Reader } from './reading.ts';
import { createReaderRoles, type ColumnGrants, type ReaderRoles } from './reader-roles.ts';
import { statementCounter } from './statements.ts';
import { typeParsers } from './types.ts';

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

export type DatabaseLocation =
  | { kind: 'postgres'; url: string; poolSize?: number }
  /** An embedded PGlite in a folder; `from` fills a new in-memory one from a dump (tests). */
  | { kind: 'embedded'; folder?: string; from?: Blob };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- MikroORM's own type of entities of any shape
type Entities = readonly EntitySchema<any, any>[];

/** An open database. `Tables` types its statements; storage itself knows no domain. */
export interface Database<Tables> {
  readonly orm: MikroORM;
  readonly location: DatabaseLocation;
  /** Statements of the owner, outside any transaction: each one sees its own snapshot. */
  readonly read: Kysely<Tables>;
  /** The database roles that readers need; undefined where the database's user may not make any. */
  readerRoles(grants: ColumnGrants): Promise<ReaderRoles | undefined>;
  /** Statements of somebody whom row security and column grants bind. */
  readAs(reader: Reader): Kysely<Tables>;
  /** Runs `work` in one transaction: all of it happens, or nothing. */
  write<T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openDatabase<Tables>(location: DatabaseLocation, entities: Entities): Promise<Database<Tables>> {
  const release = location.kind === 'embedded' && location.folder ? lockFolder(location.folder) : () => {};
  try {
    const opened = await connect(location, entities);
    const { orm, script } = opened;
    const uncounted = (orm.em as SqlEntityManager).getKysely<unknown>();
    const provider = uncounted.getExecutor();
    return {
      orm,
      location,
      read: statements<Tables>(orm.em as SqlEntityManager),
      readerRoles: (grants) => createReaderRoles(uncounted, grants),
      readAs: (reader) => readAs<Tables>({ provider, script }, reader),
      write: (work) => orm.em.fork().transactional((em) => work(statements<Tables>(em as SqlEntityManager))),
      async close() {
        await orm.close(true);
        await opened.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

const statements = <Tables>(em: SqlEntityManager): Kysely<Tables> =>
  (em.getKysely<Tables>() as unknown as Kysely<Tables>).withPlugin(statementCounter);

async function connect(location: DatabaseLocation, entities: Entities) {
  const common = {
    entities: [...entities],
    extensions: [Migrator],
    forceUtcTimezone: true,
    debug: false, // query logs carry data
    logger: () => {}, // the migrator's own lines; the caller tells what was applied
    migrations: { path: migrationsFolder, snapshot: false, transactional: true, allOrNothing: true },
    // the initial migration and the drift check must not touch what the ORM does not know
    schemaGenerator: { disableForeignKeys: false, ignoreSchema: [] },
  };
  if (location.kind === 'postgres') {
    const types = new TypeOverrides();
    for (const [oid, parse] of Object.entries(typeParsers)) types.setTypeParser(Number(oid), parse);
    const orm = await MikroORM.init({
      ...common,
      driver: PostgreSqlDriver,
      clientUrl: location.url,
      pool: { min: 0, max: location.poolSize ?? 10 },
      // compiling a walk costs seconds, and running it milliseconds; and a statement is sent before the one ahead of it is answered
      driverOptions: { types, options: '-c timezone=UTC -c jit=off', Client: PreparingClient, pipeline: true },
    });
    const script: Connections['script'] = (connection, text) => connection.executeQuery(CompiledQuery.raw(text));
    return { orm: orm as unknown as MikroORM, script, close: async () => {} };
  }
  if (location.folder) mkdirSync(location.folder, { recursive: true });
  const pglite = await PGlite.create({
    ...(location.folder ? { dataDir: join(location.folder, 'pgdata') } : {}),
    ...(location.from ? { loadDataDir: location.from } : {}),
    parsers: typeParsers,
  });
  await pglite.exec(`set timezone = 'UTC'`);
  // MikroORM clones its options, which breaks an instance: it gets a function
  const orm = await MikroORM.init({
    ...common,
    driver: PgliteDriver,
    dbName: 'postgres',
    driverOptions: { pglite: () => pglite },
  });
  // through its one connection, which whoever has `connection` has alone
  const script: Connections['script'] = (_connection, text) => pglite.exec(text);
  return { orm: orm as unknown as MikroORM, script, close: () => pglite.close() };
}

/** Any number, the same in every process. */
const startLock = 6961;

/**
 * Runs `work` while no other process does so on this database: servers that start at once start one after another. The embedded database
 * has one process anyway.
 */
export async function alone<T>({ location }: Pick<Database<never>, 'location'>, work: () => Promise<T>): Promise<T> {
  if (location.kind !== 'postgres') return work();
  const client = new Client({ connectionString: location.url }); // the lock is its session's, and ends with it
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [startLock]);
    return await work();
  } finally {
    await client.end();
  }
}

/** Brings the schema up to date; safe to call at each start. Returns the names of what was applied. */
export async function migrate(database: Pick<Database<never>, 'orm'>): Promise<string[]> {
  const applied = await (database.orm as MikroORM & { migrator: Migrator }).migrator.up();
  return applied.map((migration) => migration.name);
}
