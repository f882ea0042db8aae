import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { compose } from './compose.ts';
import { readConfig, type Config } from './config.ts';
import { entities, type Tables } from './domain/tables.ts';
import { systemActor } from './domain/store.ts';
import { openBlobs } from './storage/blobs/open.ts';
import { alone, migrate, openDatabase } from './storage/database.ts';

/** `npm start`: the server on PostgreSQL when DATABASE_URL is set, else on the embedded database in the data folder. */
async function main(config: Config): Promise<void> {
  const log = createLog(config);
  mkdirSync(config.dataDir, { recursive: true });
  const where = config.databaseUrl ? 'PostgreSQL' : `the embedded database in ${config.dataDir}`;
  log.info(`Opening ${where}`);
  const database = await openDatabase<Tables>(
    config.databaseUrl
      ? { kind: 'postgres', url: config.databaseUrl }
      : { kind: 'embedded', folder: join(config.dataDir, 'database') },
    entities,
  );
  const blobs = await openBlobs(config.artifacts);
  const hear = (error: unknown): void => log.error(errorFacts(error), 'A request failed on our side');
  const { aval, token } = await alone(database, async () => {
    const applied = await migrate(database);
    if (applied.length > 0) log.info(`Applied ${applied.length} migrations`);
    const aval = await compose({
      database,
      blobs,
      publicUrl: config.publicUrl,
      allowedOrigins: config.allowedOrigins,
      ...(config.testDatabase && { testDatabase: config.testDatabase }),
      onInternal: hear,
    });
    if (!aval.readersBound) {
      if (config.requireReaderRoles) throw new Error(unbound);
      log.warn(unbound);
    }
    return { aval, token: await aval.services.identity.firstAdmin(systemActor) };
  });
  void aval.services.artifacts.sweep().then((n) => n > 0 && log.info(`Cleared ${n} uploads that never ended`), hear);
  const server = await aval.listen(config.port, config.host);
  const { port } = server.address() as AddressInfo;
  const url = `http://${config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host}:${port}`;
  log.info(`Aval listens on ${url} (GraphQL at /graphql, GraphiQL at /graphiql)`);
  if (config.testDatabase) log.warn('AVAL_TEST_RESET is set: POST /api/test/reset empties this database');
  if (token) process.stdout.write(`\nThe admin token, shown this once:\n\n  ${token}\n\n`);

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info(`${signal}: finishing what runs`);
    server.close();
    server.closeIdleConnections();
    await aval.stop();
    server.closeAllConnections();
    await database.close();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGTERM', () => void stop('SIGTERM'));
}

const unbound =
  'The database’s user may not make roles, so access is decided by the server alone, without column grants and row security behind it. Give the user CREATEROLE: alter role NAME createrole';

/** One JSON object a line for machines, readable lines on a terminal. */
function createLog({ logLevel }: Config): Logger {
  const options = { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return process.stdout.isTTY ? pino(options, pretty({ ignore: 'time', colorize: true, sync: true })) : pino(options);
}

/** What a log may hold of an error: its kind and place, never the statement or the values that a driver puts in its text. */
function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code } = error as { code?: unknown };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8);
  return { kind: error.name, ...(typeof code === 'string' && { code }), frames };
}

/** Why it did not start, and what to do about the commonest reason. */
function startFailure(error: unknown): string {
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') return `port ${String(port)} is in use. Set PORT to another one: PORT=4010 npm start`;
  return error instanceof Error ? error.message : String(error);
}

// read inside the promise, so that a bad variable is told like any other reason
Promise.resolve()
  .then(() => main(readConfig()))
  .catch((error: unknown) => {
    process.stderr.write(`Aval did not start: ${startFailure(error)}\n`);
    process.exit(1);
  });
