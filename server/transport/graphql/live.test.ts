import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { Actor } from '../../access/actor.ts';
import { systemActor } from '../../domain/store.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let lead: Actor;
let kpi: string;
beforeAll(async () => {
  app = await startTestApp();
  lead = await app.aval.services.identity.authenticate(await app.token('governance_lead'));
  kpi = await define('approval rate', ['operator', 'business_viewer']);
});
afterAll(() => app.close());

const define = (name: string, roles: string[], actor = lead): Promise<string> =>
  app.aval.services.kpis.define(actor, { name, direction: 'HIGHER_IS_BETTER', definition: 'd', failAt: 0.5, roles });

/** A token of its own, for a test that takes it away. */
async function newToken(roles: string[]): Promise<{ token: string; principalId: string }> {
  const { identity } = app.aval.services;
  const principalId = await identity.createPrincipal(systemActor, {
    name: crypto.randomUUID(),
    kind: 'person',
    roles,
    projects: [app.projectId],
  });
  const token = await identity.issueToken(systemActor, {
    principalId,
    label: 't',
    defaultProjectId: app.projectId,
  });
  return { token, principalId };
}

interface Received {
  data?: {
    kpiChanged: { cursor: string; kpi: { name: string; value: { value: number; status: string } | null } };
  } | null;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}
type Stream = AsyncIterableIterator<Received>;

const query = `subscription ($ids: [ID!], $after: String) {
  kpiChanged(ids: $ids, after: $after) { cursor kpi { name value { value status } } } }`;

const transports = ['socket', 'stream'] as const;

/** The stock clients of both protocols, as one stream of what they receive. */
function subscribe(over: (typeof transports)[number], token: string, variables = {}, document = query): Stream {
  if (over === 'stream') {
    const client = createSseClient({
      url: `${app.url}/graphql/stream`,
      headers: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    return client.iterate({ query: document, variables }) as Stream;
  }
  const client = createWsClient({
    url: `${app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  return client.iterate({ query: document, variables }) as Stream;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 150));
/** The place of the newest event: what comes after it is new. */
async function head(): Promise<string> {
  await app.aval.integrator.integrate();
  const newest = await app.database.read
    .selectFrom('event_log')
    .select((q) => q.fn.max('idx').as('n'))
    .executeTakeFirst();
  return app.aval.tail.places.of(newest!.n);
}

const record = (id: string, value: number) => app.aval.services.kpis.recordValue(lead, id, { value });

/** What comes first, be it a payload with errors or an error that ends the stream. */
async function first(stream: Stream): Promise<{ code?: unknown; value?: Received }> {
  try {
    const step = await stream.next();
    return {
      code: (step.value as Received | undefined)?.errors?.[0]?.extensions?.['code'],
      value: step.value as Received,
    };
  } catch (error) {
    const [reason] = error as { extensions?: { code?: string } }[];
    return { code: reason?.extensions?.code };
  }
}

describe.each(transports)('kpiChanged over a %s', (over) => {
  test('tells of each change once it is in the log', async () => {
    const stream = subscribe(over, await app.token('operator'), { after: await head() });
    await record(kpi, 0.4);
    const { value } = (await stream.next()) as IteratorYieldResult<Received>;
    expect(value.errors).toBeUndefined();
    expect(value.data?.kpiChanged.kpi).toEqual({ name: 'approval rate', value: { value: 0.4, status: 'FAIL' } });
    await record(kpi, 0.6);
    const second = ((await stream.next()) as IteratorYieldResult<Received>).value;
    expect(second.data?.kpiChanged.kpi.value).toEqual({ value: 0.6, status: 'OK' });
    await stream.return!();
  });

  test('goes on after a change, and misses nothing', async () => {
    const start = await head();
    for (const value of [1, 2, 3]) await record(kpi, value);
    const stream = subscribe(over, await app.token('operator'), { after: start });
    const seen: Received[] = [];
    for (let i = 0; i < 3; i++) seen.push(((await stream.next()) as IteratorYieldResult<Received>).value);
    const cursors = seen.map((one) => one.data!.kpiChanged.cursor);
    expect(new Set(cursors).size).toBe(3);
    await stream.return!();
    const again = subscribe(over, await app.token('operator'), { after: cursors[1] });
    const { value } = (await again.next()) as IteratorYieldResult<Received>;
    expect(value.data?.kpiChanged.cursor).toBe(cursors[2]);
    await again.return!();
  });

  test('tells nobody of a KPI of another project, or of another role', async () => {
    const theirs = await app.aval.services.identity.authenticate(await app.token('governance_lead', 'theirs'));
    const stream = subscribe(over, await app.token('business_viewer'), { after: await head() });
    await define(`theirs ${over}`, ['business_viewer'], theirs);
    await define(`for operators ${over}`, ['operator']);
    await define(`for all ${over}`, ['business_viewer']);
    const { value } = (await stream.next()) as IteratorYieldResult<Received>;
    expect(value.data?.kpiChanged.kpi.name).toBe(`for all ${over}`);
    await stream.return!();
  });

  test('ends with an error when the role is revoked', async () => {
    const { token, principalId } = await newToken(['operator']);
    const stream = subscribe(over, token, { after: await head() });
    await record(kpi, 0.65);
    expect((await first(stream)).value?.data).toBeDefined();
    const next = first(stream);
    await app.aval.services.grants.revokeRole(systemActor, { principalId, role: 'operator' });
    await record(kpi, 0.7);
    expect(await next).toMatchObject({ code: 'FORBIDDEN' });
    expect(await stream.next().catch(() => ({ done: true }))).toMatchObject({ done: true });
    await app.aval.integrator.integrate();
    const denied = app.database.read.selectFrom('event_log').select('coordinate').where('action', '=', 'access.denied');
    expect(await denied.where('actor_id', '=', principalId).execute()).toEqual([
      { coordinate: 'Subscription.kpiChanged' },
    ]);
  });

  test.each(['revoked', 'expired'])('ends with an error when the token is %s', async (how) => {
    const { identity } = app.aval.services;
    const { token, principalId } = await newToken(['operator']);
    const stream = subscribe(over, token, { after: await head() });
    await record(kpi, 0.75);
    expect((await first(stream)).value?.data).toBeDefined();
    const next = first(stream);
    if (how === 'revoked') await identity.revokeTokens(systemActor, principalId);
    else await app.database.write((tx) => tx.updateTable('api_token').set({ expires_at: new Date(0) }).where('principal_id', '=', principalId).execute()); // prettier-ignore
    await record(kpi, 0.8);
    expect(await next).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('is refused whole to a role that may not', async () => {
    expect(await first(subscribe(over, await app.token('data_scientist')))).toMatchObject({ code: 'FORBIDDEN' });
  });

  test.each([
    ['an id of another type', { ids: [toGlobalId('Model', crypto.randomUUID())] }],
    ['a cursor that is none', { after: '7' }],
    ['too many ids', { ids: Array.from({ length: 101 }, () => toGlobalId('Kpi', crypto.randomUUID())) }],
    ['a wrong type', { ids: 7.5 }],
  ])('is refused with %s', async (_what, variables) => {
    expect(await first(subscribe(over, await app.token('operator'), variables))).toMatchObject({ code: 'BAD_INPUT' });
  });

  test('refuses what is nested too deep or does not parse, as HTTP does', async () => {
    const deep = `{ viewer { ${'projects { id '.repeat(30)} ${'}'.repeat(30)} } }`;
    const deepLineage = `{ kpis { nodes { ${'subject { ... on Kpi { '.repeat(20)} id ${'} }'.repeat(20)} } } }`;
    for (const document of [deep, deepLineage, 'subscription {', `{ ${'viewer { name } '.repeat(2_000)} }`]) {
      expect(await first(subscribe(over, await app.token('operator'), {}, document))).toMatchObject({
        code: 'BAD_INPUT',
      });
    }
  });

  test('runs queries and mutations by the same rules', async () => {
    const token = await app.token('business_viewer');
    const names = await subscribe(
      over,
      token,
      {},
      '{ kpis(where: { name: { eq: "approval rate" } }) { nodes { name } } }',
    ).next();
    expect(names.value).toEqual({ data: { kpis: { nodes: [{ name: 'approval rate' }] } } });
    expect(await first(subscribe(over, token, {}, '{ deployments { nodes { id } } }'))).toMatchObject({
      code: 'FORBIDDEN',
    });
    const mutation = `mutation { recordKpiValue(input: { kpiId: "${toGlobalId('Kpi', kpi)}", value: 0 }) { kpi { id } } }`;
    expect(await first(subscribe(over, token, {}, mutation))).toMatchObject({ code: 'FORBIDDEN' });
    expect(app.internalErrors).toEqual([]);
  });
});

test('one caller runs at most 100 operations at once', async () => {
  const { token } = await newToken(['operator']);
  const after = await head();
  const client = createWsClient({
    url: `${app.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const streams = Array.from({ length: 100 }, () => client.iterate({ query, variables: { after } }) as Stream);
  await record(kpi, 0.9);
  for (const stream of streams) expect((await first(stream)).value?.data).toBeDefined();
  expect(await first(subscribe('socket', token))).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  await streams[0]!.return!();
  await settle();
  const next = subscribe('socket', token, { after });
  expect((await first(next)).value?.data).toBeDefined();
  await Promise.all([...streams, next].map((stream) => stream.return!()));
}, 60_000);
