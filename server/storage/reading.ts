import {
  type CompiledQuery,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type ConnectionProvider,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely';
import { AvalError } from '../shared/errors.ts';
import { statementCounter } from './statements.ts';

/** As whom somebody's statements run. */
export interface Reader {
  /** The database role that holds no more than this reader may read; made at first use, maybe. */
  role(): Promise<string>;
  /** Ids of the projects whose rows it sees. */
  readonly projects: 'all' | readonly string[];
  /**
   * Hears of a statement that the database refused, since access should have refused it before; and of what
   * no caller hears.
   */
  onInternal(error: unknown): void;
}

/** What a reading session stands on. */
export interface Connections {
  readonly provider: ConnectionProvider;
  /** Runs several statements at once, without parameters. */
  script(connection: DatabaseConnection, text: string): Promise<unknown>;
}

/** PostgreSQL's `insufficient_privilege`. */
const insufficientPrivilege = '42501';

/**
 * Statements of one reader, which row security and column grants bind. Those that wait at one time share one short transaction under the
 * reader's role. It ends as soon as none waits: no connection is held while the request computes, writes or waits for something else.
 */
export function readAs<Tables>(connections: Connections, reader: Reader): Kysely<Tables> {
  const connection = session(connections, reader);
  const nothing = (): Promise<void> => Promise.resolve();
  const noTransactions = (): never => {
    throw new Error('A reader opens no transaction of its own');
  };
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createDriver: () => ({
        init: nothing,
        acquireConnection: () => Promise.resolve(connection),
        releaseConnection: nothing,
        beginTransaction: noTransactions,
        commitTransaction: noTransactions,
        rollbackTransaction: noTransactions,
        destroy: nothing,
      }),
    },
    plugins: [statementCounter],
  });
}

interface Waiting {
  readonly query: CompiledQuery;
  resolve(result: QueryResult<never>): void;
  reject(error: unknown): void;
}

function session({ provider, script }: Connections, reader: Reader): DatabaseConnection {
  const waiting: Waiting[] = [];
  /** Whether a transaction is there, or on its way, that takes what waits. */
  let taken = false;

  function begin(): void {
    taken = true;
    preludeOf(reader)
      .then((prelude) => provider.provideConnection((connection) => run(connection, prelude)))
      .catch(failAll);
  }

  /** One transaction, for all that wait and for what they lead to at once. */
  async function run(connection: DatabaseConnection, prelude: string): Promise<void> {
    // not waited for: what waits is sent right behind it, and where it fails, its transaction refuses what comes
    const begun = script(connection, prelude);
    begun.catch(() => {});
    let sound = true;
    try {
      while (sound && (await someWait())) sound = await ask(connection, begun);
    } finally {
      taken = false; // whoever comes from now on does not wait for the end of this one
      if (waiting.length > 0) begin();
      await script(connection, sound ? 'commit' : 'rollback').catch(reader.onInternal);
    }
  }

  /** Sends all that wait together. False when one fails: those behind it, which this transaction refuses too, wait for another. */
  async function ask(connection: DatabaseConnection, begun: Promise<unknown>): Promise<boolean> {
    const sent = waiting.splice(0);
    const answers = sent.map(({ query }) => connection.executeQuery<never>(query));
    for (const answer of answers) answer.catch(() => {}); // each is awaited in its turn, or asked again
    for (const [i, { resolve, reject }] of sent.entries()) {
      try {
        resolve(await answers[i]!);
      } catch (error) {
        waiting.unshift(...sent.slice(i + 1));
        reject(await begun.then(() => told(error), (cause: unknown) => cause)); // prettier-ignore
        return false;
      }
    }
    return true;
  }

  /** What answers lead to is asked for in the same turn of the event loop. */
  async function someWait(): Promise<boolean> {
    if (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return waiting.length > 0;
  }

  function failAll(error: unknown): void {
    taken = false;
    for (const { reject } of waiting.splice(0)) reject(error);
  }

  function told(error: unknown): unknown {
    if ((error as { code?: unknown }).code !== insufficientPrivilege) return error;
    reader.onInternal(error);
    return new AvalError('FORBIDDEN', 'Your roles may not read what this answer would be made of.');
  }

  return {
    executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      return new Promise<QueryResult<never>>((resolve, reject) => {
        waiting.push({ query, resolve, reject });
        if (!taken) begin();
      });
    },
    streamQuery() {
      throw new Error('A reader reads whole answers');
    },
  };
}

/** Both settings are as row security's policies ask for them; without either, no project's rows are seen. */
async function preludeOf({ role, projects }: Reader): Promise<string> {
  const name = `"${(await role()).replaceAll('"', '""')}"`;
  const scope =
    projects === 'all'
      ? `set local aval.all_projects = 'on'`
      : `set local aval.projects = ${quoted(`{${projects.join()}}`)}`;
  return `begin read only; set local role ${name}; ${scope}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
