import type { AddressInfo } from 'node:net';
import type { Role } from '../access/actor.ts';
import { compose, type Aval, type AvalOptions } from '../compose.ts';
import { systemActor } from '../domain/store.ts';
import type { Tables } from '../domain/tables.ts';
import type { Clock } from '../shared/clock.ts';
import type { Database } from '../storage/database.ts';
import { serveSchema, type ServedSchema } from '../transport/graphql/served.ts';
import { planting } from './attacks/planting.ts';
import { storeForTest, type StoreForTest } from './blobs.ts';
import { openTestDatabase } from './database.ts';

export interface GraphqlAnswer {
  status: number;
  data?: Record<string, unknown> | null; // narrowed by each test
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

let served: ServedSchema | undefined;
/** Made once for all tests of a process, which takes half of a start; anew where a leak is planted, which may be in what it is made of. */
const servedHere = (): ServedSchema =>
  planting.plantedLeak === undefined ? (served ??= serveSchema()) : serveSchema();

/** A whole Aval over real HTTP on a fresh database, with a token for any role. */
export interface TestApp {
  aval: Aval;
  database: Database<Tables>;
  url: string;
  /** The project that tokens belong to unless told otherwise. */
  projectId: string;
  artifacts: StoreForTest;
  /** A token of a principal with that role; the same one each time it is asked for the same role and project. */
  token(role: Role, project?: string): Promise<string>;
  graphql(role: Role, query: string, variables?: Record<string, unknown>): Promise<GraphqlAnswer>;
  /** Errors that no caller was told the cause of: a test that expects none asserts this is empty. */
  internalErrors: unknown[];
  close(): Promise<void>;
}

export async function startTestApp(
  options: { clock?: Clock; testDatabase?: AvalOptions['testDatabase']; database?: Database<Tables> } = {},
): Promise<TestApp> {
  const database = options.database ?? (await openTestDatabase());
  const internalErrors: unknown[] = [];
  const artifacts = await storeForTest();
  const onInternal = (error: unknown) => internalErrors.push(error);
  const aval = await compose({ served: servedHere(), blobs: artifacts.store, ...options, database, onInternal });
  const server = await aval.listen(0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { identity } = aval.services;
  const projectId = await identity.ensureProject(systemActor, 'test');
  const tokens = new Map<string, Promise<string>>();

  async function makeToken(role: Role, project: string): Promise<string> {
    const id = await identity.ensureProject(systemActor, project);
    const name = `${role}@${project}`;
    const principalId = await identity.createPrincipal(systemActor, {
      name,
      kind: 'service',
      roles: [role],
      projects: [id],
    });
    return identity.issueToken(systemActor, { principalId, label: 'test', defaultProjectId: id });
  }

  const app: TestApp = {
    aval,
    database,
    url,
    projectId,
    artifacts,
    internalErrors,
    token(role, project = 'test') {
      const key = `${role}@${project}`;
      let token = tokens.get(key);
      if (!token) tokens.set(key, (token = makeToken(role, project)));
      return token;
    },
    async graphql(role, query, variables = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token(role)}` },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await aval.stop(); // sockets are no connections of the server's any more: only this ends them
      server.closeAllConnections();
      await closed;
      await database.close();
      await artifacts.close();
    },
  };
  return app;
}
