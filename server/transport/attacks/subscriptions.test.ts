import { sql } from 'kysely';
import { afterEach, expect } from 'vitest';
import WebSocket from 'ws';
import { systemActor } from '../../domain/store.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { missingLike } from '../../testing/attacks/plants.ts';
import { openSocket, overSocket, type Seen } from '../../testing/attacks/surfaces.ts';
import { secrets, type World } from '../../testing/attacks/world.ts';

// What a stream goes on telling, and what the socket does not ask. Server-sent events go by the same steps: live.test.ts.
const attack = attacks();

const uuidOf = (globalId: string): string => Buffer.from(globalId, 'base64url').toString().split(':')[1]!;

const sockets: WebSocket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));

/** Someone of our own, whom a test may take things from. */
async function someone({ app }: World, roles: string[], projects: string[] | 'all' = [app.projectId], expiresAt?: Date) {
  const { identity } = app.aval.services;
  const principalId = await identity.createPrincipal(systemActor, { name: crypto.randomUUID(), kind: 'person', roles, projects });
  const token = await identity.issueToken(systemActor, { principalId, label: 't', defaultProjectId: app.projectId, ...(expiresAt && { expiresAt }) });
  const socket = await openSocket(app.url, token);
  sockets.push(socket);
  return { principalId, socket };
} // prettier-ignore

async function lead({ app }: World) {
  return app.aval.services.identity.authenticate(await app.token('governance_lead'));
}

async function newKpi(world: World, roles = ['operator']): Promise<string> {
  const name = `${secrets.kpi} ${crypto.randomUUID()}`;
  const { kpis } = world.app.aval.services;
  return kpis.define(await lead(world), { name, direction: 'HIGHER_IS_BETTER', definition: 'd', roles });
}

async function record(world: World, id: string, value = 0.5): Promise<void> {
  await world.app.aval.services.kpis.recordValue(await lead(world), id, { value });
  await world.app.aval.integrator.integrate();
}

/** Where the log ends: what a test does after is news. */
async function head({ app }: World): Promise<string> {
  await app.aval.integrator.integrate();
  const { rows } = await sql<{ n: number }>`select max(idx)::int as n from event_log`.execute(app.database.read);
  return app.aval.tail.places.of(rows[0]!.n);
}

const changes =
  'subscription ($ids: [ID!], $after: String) { kpiChanged(ids: $ids, after: $after) { cursor kpi { name value { value } } } }';

/** Starts to follow, sees one change, has `then` happen, and sees what the next change brings. */
async function follow(world: World, socket: WebSocket, then: (kpi: string) => Promise<unknown>): Promise<Seen> {
  const kpi = await newKpi(world);
  const answers = overSocket(socket, { query: changes, variables: { after: await head(world) } }, 2);
  await record(world, kpi, 0.111);
  await until(async () => (await Promise.race([answers, quiet(1)])) === undefined);
  await then(kpi);
  await record(world, kpi, 0.987654);
  return (await Promise.race([answers, quiet(800)])) ?? { status: 0, headers: {}, body: '' };
}

const quiet = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 100 && !(await condition()); i++) await quiet(10);
  await quiet(150); // the first change has been sent by now
}

attack(46, async (world) => {
  const { grants } = world.app.aval.services;
  const { principalId, socket } = await someone(world, ['operator']);
  const seen = await follow(world, socket, () => grants.revokeRole(systemActor, { principalId, role: 'operator' }));
  expect(seen.body).not.toContain('0.987654');
});

attack(47, async (world) => {
  const { identity } = world.app.aval.services;
  const { principalId, socket } = await someone(world, ['governance_lead']);
  const seen = await follow(world, socket, () => identity.revokeTokens(systemActor, principalId));
  expect(seen.body).not.toContain('0.987654');
  // nor does the socket answer anything else by now
  const { body } = await overSocket(socket, { query: '{ runs { nodes { name } } }' });
  expect(body).not.toContain(secrets.run);
});

attack(48, async (world) => {
  const { socket } = await someone(world, ['operator']);
  const seen = await follow(world, socket, (kpi) =>
    world.app.database.write((tx) =>
      sql`update kpi set roles = '{ml_engineer}' where asset_key = (select key from asset where id = ${kpi})`.execute(
        tx,
      ),
    ),
  );
  expect(seen.body).not.toContain('0.987654');
});

attack(49, async (world) => {
  const dropped = 'no_such_role'; // the service gives none that the policy does not know, but a policy may have dropped it since
  for (const [roles, projects] of [
    [[], [world.app.projectId]],
    [['governance_lead'], []],
    [[dropped], 'all'],
  ] as const) {
    const kept = roles.filter((role) => role !== dropped);
    const { principalId, socket } = await someone(world, kept, projects === 'all' ? 'all' : [...projects]);
    if (kept.length < roles.length) {
      await world.app.database.write((tx) =>
        sql`insert into role_grant (id, principal_id, role, valid_from) values (gen_random_uuid(), ${principalId}, ${dropped}, now())`.execute(
          tx,
        ),
      );
    }
    const queries = ['{ runs { nodes { name } } }', '{ models { nodes { name } } }', '{ kpis { nodes { name } } }'];
    for (const query of queries) {
      const { body } = await overSocket(socket, { query });
      expect(body).not.toMatch(/quagga|lynx|dhole|zebra|numbat/);
    }
  }
});

attack(50, async (world) => {
  const { socket } = await someone(world, ['business_viewer']);
  const shown = await newKpi(world, ['business_viewer']);
  const after = await head(world);
  const query = 'subscription ($ids: [ID!], $after: String) { kpiChanged(ids: $ids, after: $after) { cursor } }';
  const changeOf = (id: string): Promise<Seen> => overSocket(socket, { query, variables: { ids: [id], after } }, 1);
  const hidden = [world.planted.kpi, missingLike('Kpi')].map(changeOf);
  const told = changeOf(toGlobalId('Kpi', shown));
  await record(world, uuidOf(world.planted.kpi));
  await record(world, shown);
  expect((await told).body, 'what came later').toContain('cursor');
  expect(await Promise.race([...hidden, quiet(50)])).toBeUndefined();
});

const opened = (world: World, protocol: string, origin?: string): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${world.app.url.replace('http', 'ws')}/graphql`, protocol, { ...(origin && { origin }) });
    socket.on('open', () => (socket.terminate(), resolve(101)));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
    socket.on('error', () => resolve(0)); // an answer that is no handshake
  }); // prettier-ignore

attack(51, async (world) => {
  expect(await opened(world, 'graphql-ws')).toBe(400);
  expect(await opened(world, 'graphql-transport-ws')).toBe(101);
});

attack(52, async (world) => {
  const { socket } = await someone(world, ['business_viewer']);
  const id = world.planted.kpi;
  for (const query of [
    '{ auditEvents { nodes { action } } }',
    '{ deployments { nodes { id environment } } }',
    '{ runs { nodes { name params { value } } } }',
    `mutation { recordKpiValue(input: { kpiId: "${id}", value: 0.5 }) { kpi { id } } }`,
  ]) {
    const { body } = await overSocket(socket, { query });
    expect(body).not.toMatch(/quagga|okapi|genet|kpi\.defined/);
    expect(body).toMatch(/FORBIDDEN|"name":null/);
  }
});

attack(53, async (world) => {
  const { socket } = await someone(world, ['governance_lead']);
  const query = `{ models { ${'nodes { versions { '.repeat(12)} nodes { id } ${'} } '.repeat(12)} } }`;
  expect((await overSocket(socket, { query })).body).toContain('too much');
});

attack(54, async (world) => {
  for (const origin of ['https://evil.example', 'null', `${world.app.url}.evil.example`]) {
    expect(await opened(world, 'graphql-transport-ws', origin), origin).toBe(403);
  }
  expect(await opened(world, 'graphql-transport-ws', world.app.url)).toBe(101);
});

attack(55, async (world) => {
  const { principalId, socket } = await someone(world, ['operator'], [world.app.projectId], new Date(Date.now() + 60_000));
  const seen = await follow(world, socket, () =>
    world.app.database.write((tx) =>
      tx.updateTable('api_token').set({ expires_at: new Date(0) }).where('principal_id', '=', principalId).execute(),
    ),
  );
  expect(seen.body).not.toContain('0.987654');
}); // prettier-ignore
