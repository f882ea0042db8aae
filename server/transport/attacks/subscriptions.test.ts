import { sql } from 'kysely';
import { afterEach, expect } from 'vitest';
import WebSocket from 'ws';
import { shippedRoles } from '../../access/actor.ts';
import { systemActor } from '../../domain/store.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { ends, knock, somebody, type Person } from '../../testing/attacks/knock.ts';
import { missingLike } from '../../testing/attacks/plants.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { openSocket, overSocket, overStream, surfaceNames, type GraphqlRequest, type Seen } from '../../testing/attacks/surfaces.ts'; // prettier-ignore
import { secrets, type World } from '../../testing/attacks/world.ts';

// What a stream goes on telling, and what the socket does not ask.
const attack = attacks('http', 'stream', 'socket');

const uuidOf = (globalId: string): string => Buffer.from(globalId, 'base64url').toString().split(':')[1]!;

const sockets: WebSocket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));

/** Ways to follow what happens. */
const live = ['socket', 'stream'] as const;
type Live = (typeof live)[number];

/** Whoever holds the token subscribes, and hears so many payloads at most. */
async function subscribe({ app, tries }: World, over: Live, token: string, request: GraphqlRequest, payloads: number) {
  tries(over);
  if (over === 'stream') return overStream(app.url, token, request, payloads);
  const socket = await openSocket(app.url, token);
  sockets.push(socket);
  return overSocket(socket, request, payloads);
}

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
async function follow(world: World, over: Live, { token }: Person, then: (kpi: string) => Promise<unknown>): Promise<string> {
  const kpi = await newKpi(world);
  const answers = subscribe(world, over, token, { query: changes, variables: { after: await head(world) } }, 2);
  await record(world, kpi, 0.111);
  await until(async () => (await Promise.race([answers, quiet(1)])) === undefined);
  await then(kpi);
  await record(world, kpi, 0.987654);
  return (await Promise.race([answers, quiet(800)]))?.body ?? '';
} // prettier-ignore

const quiet = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 100 && !(await condition()); i++) await quiet(10);
  await quiet(150); // the first change has been sent by now
}

/** Follows over each, until something is taken away: nothing is told after. */
async function losesSight(world: World, roles: string[], then: (person: Person, kpi: string) => Promise<unknown>): Promise<void> {
  for (const over of live) {
    const kept = await follow(world, over, await somebody(world, roles), () => Promise.resolve());
    expect(kept, 'who keeps all of it is told').toContain('0.987654');
    const person = await somebody(world, roles);
    expect(await follow(world, over, person, (kpi) => then(person, kpi)), over).not.toContain('0.987654');
  }
} // prettier-ignore

attack(46, (world) =>
  losesSight(world, ['operator'], ({ principalId }) =>
    world.app.aval.services.grants.revokeRole(systemActor, { principalId, role: 'operator' }),
  ),
);

attack(47, async (world) => {
  await losesSight(world, ['governance_lead'], (person) => ends.revoked(world, person));
  const person = await somebody(world, ['governance_lead']);
  const socket = await openSocket(world.app.url, person.token);
  sockets.push(socket);
  await ends.revoked(world, person);
  // nor does a socket that was opened before answer anything else by now
  expect((await overSocket(socket, { query: '{ runs { nodes { name } } }' })).body).not.toContain(secrets.run);
  for (const door of surfaceNames) {
    expect(await knock(world, door, person), door).toEqual(await knock(world, door, { token: 'aval_unknown' }));
  }
});

attack(48, (world) =>
  losesSight(world, ['operator'], (_person, kpi) =>
    world.app.database.write((tx) =>
      sql`update kpi set roles = '{ml_engineer}' where asset_key = (select key from asset where id = ${kpi})`.execute(
        tx,
      ),
    ),
  ),
);

attack(49, async (world) => {
  for (const [roles, projects] of [
    [[], [world.app.projectId]],
    [['governance_lead'], []],
    [['no_such_role'], 'all'],
  ] as const) {
    const { token } = await somebody(world, roles, { projects: projects === 'all' ? 'all' : [...projects] });
    for (const query of [
      '{ runs { nodes { name } } }',
      '{ models { nodes { name } } }',
      '{ kpis { nodes { name } } }',
    ]) {
      for (const door of surfaceNames) {
        const { body } = await knock(world, door, { token, body: JSON.stringify({ query }) });
        expect(body, door).not.toMatch(/quagga|lynx|dhole|zebra|numbat/);
      }
    }
  }
});

attack(50, async (world) => {
  const query = 'subscription ($ids: [ID!], $after: String) { kpiChanged(ids: $ids, after: $after) { cursor } }';
  for (const over of live) {
    const { token } = await somebody(world, ['business_viewer']);
    const shown = await newKpi(world, ['business_viewer']);
    const after = await head(world);
    const changeOf = (id: string): Promise<Seen> => subscribe(world, over, token, { query, variables: { ids: [id], after } }, 1);
    const hidden = [world.planted.kpi, missingLike('Kpi')].map(changeOf);
    const told = changeOf(toGlobalId('Kpi', shown));
    await record(world, uuidOf(world.planted.kpi));
    await record(world, shown);
    expect((await told).body, 'what came later').toContain('cursor');
    expect(await Promise.race([...hidden, quiet(50)])).toBeUndefined();
  }
}); // prettier-ignore

const opened = (world: World, protocol: string, origin?: string): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${world.app.url.replace('http', 'ws')}/graphql`, protocol, { ...(origin && { origin }) });
    socket.on('open', () => (socket.terminate(), resolve(101)));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
    socket.on('error', () => resolve(0)); // an answer that is no handshake
  }); // prettier-ignore

attack(51, async (world) => {
  world.tries('socket');
  expect(await opened(world, 'graphql-ws')).toBe(400);
  expect(await opened(world, 'graphql-transport-ws')).toBe(101);
});

attack(52, async (world) => {
  for (const [query, at, use, told] of [
    ['{ auditEvents { nodes { action } } }', 'AuditEvent.action', 'select', /kpi\.defined/],
    ['{ deployments { nodes { id environment } } }', 'Deployment.environment', 'select', /genet/],
    ['{ runs { nodes { name params { value } } } }', 'Run.params', 'select', /okapi/],
    ['{ runs { nodes { name } } }', 'Run.name', 'select', /quagga/],
    [`mutation { recordKpiValue(input: { kpiId: "${world.planted.kpi}", value: 0.5 }) { kpi { id } } }`, 'Mutation.recordKpiValue', 'mutate', /"kpi":\{"id"/],
  ] as const) {
    for (const over of live) {
      for (const role of shippedRoles) {
        const { body } = await world.ask(role, query, over);
        if (sidesOf(at, use).mayNot.includes(role)) expect(body, `${role} over ${over}`).not.toMatch(told);
        if (role === 'governance_lead') expect(body, over).toMatch(told);
      }
    }
  }
}); // prettier-ignore

attack(53, async ({ ask }) => {
  const query = `{ models { ${'nodes { versions { '.repeat(12)} nodes { id } ${'} } '.repeat(12)} } }`;
  for (const surface of surfaceNames) {
    for (const role of shippedRoles) expect((await ask(role, query, surface)).body, surface).toContain('too much');
  }
});

attack(54, async (world) => {
  world.tries('socket');
  for (const origin of ['https://evil.example', 'null', `${world.app.url}.evil.example`]) {
    expect(await opened(world, 'graphql-transport-ws', origin), origin).toBe(403);
  }
  expect(await opened(world, 'graphql-transport-ws', world.app.url)).toBe(101);
  const { token } = await somebody(world, ['governance_lead']);
  for (const door of ['http', 'stream'] as const) {
    const { headers } = await knock(world, door, { token, headers: { origin: 'https://evil.example' } });
    expect(Object.keys(headers).join(), 'no page of another origin may read it').not.toMatch(/access-control-allow/);
  }
});

attack(55, async (world) => {
  await losesSight(world, ['operator'], (person) => ends.expired(world, person));
  const person = await somebody(world, ['governance_lead']);
  await ends.expired(world, person);
  for (const door of surfaceNames) {
    expect(await knock(world, door, person), door).toEqual(await knock(world, door, { token: 'aval_unknown' }));
  }
});
