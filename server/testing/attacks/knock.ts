import { once } from 'node:events';
import { sql } from 'kysely';
import WebSocket from 'ws';
import { systemActor } from '../../domain/store.ts';
import type { AttackSurface } from './matrix.ts';
import { fetched, type Seen } from './surfaces.ts';
import type { World } from './world.ts';

/** Where a server itself is knocked at; commands and the site ask over HTTP, by attacks of their own. */
type DoorName = Exclude<AttackSurface, 'cli' | 'site'>;

const query = JSON.stringify({ query: '{ viewer { name } runs { nodes { name } } models { nodes { name } } }' });
const event = JSON.stringify({
  eventTime: '2026-01-02T00:00:00Z',
  eventType: 'COMPLETE',
  run: { runId: 'knock' },
  job: { namespace: 'n', name: 'knock' },
});

const addresses = {
  http: ['/graphql', query],
  stream: ['/graphql/stream', query],
  mlflow: ['/api/2.0/mlflow/experiments/search', JSON.stringify({ max_results: 100 })],
  openlineage: ['/api/v1/lineage', event],
} as const;

interface Knock {
  readonly token?: string | undefined;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The plainest request, with a token of any kind or without one. */
export async function knock(world: World, door: DoorName, { token, body, headers }: Knock = {}): Promise<Seen> {
  world.tries(door);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (door === 'socket') return knockSocket(world.app.url, authorization, body ?? query);
  const [path, usual] = addresses[door];
  return fetched(world.app.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(door === 'stream' && { accept: 'text/event-stream' }),
      ...authorization,
      ...headers,
    },
    body: body ?? usual,
  });
}

/** All frames until it closes, or until the operation is over. */
async function knockSocket(url: string, payload: object, query: string): Promise<Seen> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const frames: string[] = [];
  await once(socket, 'open');
  const subscribe = `{"type":"subscribe","id":"1","payload":${query === '' ? '{}' : query}}`;
  const over = new Promise<number>((resolve) => {
    socket.on('close', (code) => resolve(code));
    socket.on('message', (data: Buffer) => {
      const { type } = JSON.parse(data.toString()) as { type: string };
      if (type === 'connection_ack') return socket.send(subscribe);
      frames.push(data.toString());
      if (type === 'complete' || type === 'error') resolve(0);
    });
  });
  // who says nothing of themselves asks at once
  socket.send('authorization' in payload ? JSON.stringify({ type: 'connection_init', payload }) : subscribe);
  const status = await over;
  socket.terminate();
  return { status, headers: {}, body: frames.join('\n') };
}

export interface Person {
  readonly principalId: string;
  readonly token: string;
}

/** Someone of our own, whom a test may take things from. */
export async function somebody(
  { app }: World,
  roles: readonly string[],
  more: { projects?: 'all' | string[]; expiresAt?: Date } = {},
): Promise<Person> {
  const { identity } = app.aval.services;
  const { projects = [app.projectId], expiresAt } = more;
  const name = crypto.randomUUID();
  const known = roles.filter((role) => app.aval.services.policies.inForce.compiled.roles.includes(role));
  const principalId = await identity.createPrincipal(systemActor, { name, kind: 'person', roles: known, projects });
  // the service gives none that the policy does not know, but a policy may have dropped it since
  for (const role of roles.filter((one) => !known.includes(one))) {
    await app.database.write((tx) =>
      sql`insert into role_grant (id, principal_id, role, valid_from) values (gen_random_uuid(), ${principalId}, ${role}, now())`.execute(tx),
    ); // prettier-ignore
  }
  const token = await identity.issueToken(systemActor, {
    principalId,
    label: 't',
    defaultProjectId: app.projectId,
    ...(expiresAt && { expiresAt }),
  });
  return { principalId, token };
}

/** Ways in which a token stops to be good. */
export const ends = {
  revoked: ({ app }: World, { principalId }: Person) =>
    app.aval.services.identity.revokeTokens(systemActor, principalId),
  expired: ({ app }: World, { principalId }: Person) =>
    app.database.write((tx) =>
      tx.updateTable('api_token').set({ expires_at: new Date(0) }).where('principal_id', '=', principalId).execute(),
    ),
  suspended: ({ app }: World, { principalId }: Person) =>
    app.database.write((tx) =>
      tx.updateTable('principal').set({ suspended_at: new Date() }).where('id', '=', principalId).execute(),
    ),
} as const; // prettier-ignore
