import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../access/actor.ts';
import { systemActor } from '../../domain/store.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { forgetLineage, lineageState } from '../../testing/lineage-state.ts';
import { readEvents } from './translate.ts';

let app: TestApp;
let empty: Record<string, unknown[]>;
beforeAll(async () => {
  app = await startTestApp();
  empty = await lineageState(app.database);
});
afterAll(() => app.close());
beforeEach(() => forgetLineage(app.database));

interface Sent {
  status: number;
  text: string;
  allow: string | null;
}

const send = (body: string | Buffer, headers: Record<string, string> = {}, role: Role = 'ingest'): Promise<Sent> =>
  post(app, body, headers, role);
async function post(to: TestApp, body: string | Buffer, headers: Record<string, string>, role: Role): Promise<Sent> {
  const response = await fetch(`${to.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await to.token(role)}`, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return { status: response.status, text: await response.text(), allow: response.headers.get('allow') };
}
const sendJson = (event: unknown, headers?: Record<string, string>, role?: Role) =>
  send(JSON.stringify(event), headers, role);

const event = {
  eventTime: '2026-03-03T09:30:00.000Z',
  eventType: 'COMPLETE',
  run: { runId: 'not-a-uuid' },
  job: { namespace: 'n', name: 'j' },
  inputs: [{ namespace: 'n', name: 'raw', facets: { schema: { fields: [{ name: 'a', type: 'int' }] } } }],
  outputs: [{ namespace: 'n', name: 'made' }],
};

describe('an event', () => {
  test('is taken with 201 and nothing else, twice too, and by Basic', async () => {
    expect(await sendJson(event)).toMatchObject({ status: 201, text: '' });
    const state = await lineageState(app.database);
    expect(state['edges']).toHaveLength(2); // DERIVED, COLUMN_OF
    const basic = Buffer.from(`token:${await app.token('ingest')}`).toString('base64');
    expect(await sendJson(event, { authorization: `Basic ${basic}` })).toMatchObject({ status: 201, text: '' });
    expect(await lineageState(app.database)).toEqual(state);
  });

  test('may be in a list, compressed, and of any content type', async () => {
    const body = gzipSync(JSON.stringify([event, { ...event, run: { runId: 'b' } }]));
    expect(await send(body, { 'content-encoding': 'gzip', 'content-type': 'text/plain' })).toMatchObject({
      status: 201,
    });
    expect((await lineageState(app.database))['runs']).toHaveLength(2);
  });

  test('may make a cycle', async () => {
    await sendJson(event);
    expect(
      await sendJson({ ...event, run: { runId: 'back' }, inputs: event.outputs, outputs: event.inputs }),
    ).toMatchObject({ status: 201 });
    const { data } = await app.graphql(
      'data_engineer',
      '{ datasets { nodes { name upstream(depth: 20) { assetCount partial } downstream(depth: 20) { assetCount partial } } } }',
    );
    const all = { assetCount: 2, partial: null };
    expect((data as { datasets: { nodes: unknown[] } }).datasets.nodes).toEqual([
      { name: 'made', upstream: all, downstream: { assetCount: 1, partial: null } },
      { name: 'raw', upstream: all, downstream: { assetCount: 1, partial: null } },
    ]);
  });

  test('of a job or a dataset needs no run', async () => {
    const { run: _run, ...ofJob } = event;
    expect(await sendJson([ofJob, { eventTime: event.eventTime, dataset: event.inputs[0] }])).toMatchObject({
      status: 201,
    });
    expect((await lineageState(app.database))['edges']).toHaveLength(2);
  });

  test('whose run id is another project’s says nothing of that project’s run', async () => {
    const run = { runId: '019127de-fd25-7707-bfa4-3ec02693a531' };
    expect(await sendJson({ ...event, run })).toMatchObject({ status: 201 });
    const other = `Bearer ${await app.token('ingest', 'other')}`;
    expect(await sendJson({ ...event, run, eventType: 'FAIL' }, { authorization: other })).toMatchObject({
      status: 201,
    });
    const runs = (await lineageState(app.database))['runs'] as { status: string }[];
    expect(runs.map(({ status }) => status).sort()).toEqual(['FAILED', 'FINISHED']);
  });
});

test('what several producers send at once is recorded in the name and the project of each', async () => {
  const senders: { role: Role; project: string }[] = [
    { role: 'ingest', project: 'test' },
    { role: 'data_engineer', project: 'test' },
    { role: 'ingest', project: 'other' },
  ];
  const { identity, ingest } = app.aval.services;
  const actors = await Promise.all(
    senders.map(async ({ role, project }) => identity.authenticate(await app.token(role, project))),
  );
  const sent = Array.from({ length: 12 }, (_, i) => {
    const job = { namespace: 'at-once', name: `${i % 3}-${i}` };
    return ingest.record(actors[i % 3]!, readEvents({ ...event, run: { runId: `at-once-${i}` }, job }));
  });
  await Promise.all(sent);
  await app.aval.integrator.integrate();
  const recorded = await app.database.read
    .selectFrom('event_log')
    .select(['actor_name', 'project_id', 'details'])
    .where('action', '=', 'lineage.recorded')
    .where(sql<boolean>`details ->> 'job' like 'at-once %'`)
    .execute();
  const told = recorded.map(
    ({ actor_name, project_id, details }) => `${details['job'] as string} ${actor_name} ${project_id}`,
  );
  const expected = sent.map((_, i) => {
    const { name, defaultProjectId } = actors[i % 3]!;
    return `at-once ${i % 3}-${i} ${name} ${defaultProjectId}`;
  });
  expect(told.sort()).toEqual(expected.sort());
});

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const withFacet = (facet: string): string =>
  JSON.stringify({ ...event, job: { ...event.job, facets: { x: 0 } } }).replace('{"x":0}', `{"x":${facet}}`);

test('clients that send the same new datasets at once make each once; one that goes away half-way leaves nothing', async () => {
  const roles = ['ingest', 'data_engineer'] as const;
  const all = Array.from({ length: 12 }, (_, i) =>
    sendJson({ ...event, run: { runId: `at once ${i % 4}` } }, {}, roles[i % 2]),
  );
  expect((await Promise.all(all)).map(({ status }) => status)).toEqual(all.map(() => 201));
  const state = await lineageState(app.database);
  expect(state['datasets']).toHaveLength(2);
  const body = JSON.stringify({ ...event, job: { namespace: 'n', name: 'cut off' } });
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.write(`POST /api/v1/lineage HTTP/1.1\r\nHost: aval\r\nAuthorization: Bearer ${await app.token('ingest')}\r\nContent-Length: ${body.length + 1}\r\n\r\n${body}`); // prettier-ignore
  await sleep(50);
  socket.destroy();
  await sleep(50);
  expect(await lineageState(app.database)).toEqual(state);
});

describe('what cannot be read gets a 4xx with its reason, leaves nothing, and the next request works', () => {
  const cases: [name: string, status: number, body: string | Buffer, reason: RegExp][] = [
    ['nothing', 400, '', /not well-formed/],
    ['malformed JSON', 400, '{"eventTime":', /not well-formed/],
    ['bytes', 400, Buffer.from([0xff, 0xfe, 0x00]), /not well-formed/],
    ['a number', 400, '42', /must be an object/],
    ['null', 400, 'null', /must be an object/],
    ['an empty list', 400, '[]', /1 to 1000 events/],
    ['no job', 400, JSON.stringify({ ...event, job: undefined }), /event\.job must be an object/],
    ['no run id', 400, JSON.stringify({ ...event, run: {} }), /event\.run\.runId must be text/],
    ['no time', 400, JSON.stringify({ ...event, eventTime: undefined }), /event\.eventTime/],
    ['a time that is none', 400, JSON.stringify({ ...event, eventTime: 'yesterday' }), /ISO 8601/],
    ['a number for a time', 400, JSON.stringify({ ...event, eventTime: 1772530200 }), /ISO 8601/],
    ['30 February', 400, JSON.stringify({ ...event, eventTime: '2026-02-30T09:30:00Z' }), /event\.eventTime must be a time/],
    ['a time before there was any', 400, JSON.stringify({ ...event, eventTime: '1969-12-31T23:59:59Z' }), /since 1970/],
    ['Latin-1', 400, Buffer.from(JSON.stringify({ ...event, job: { namespace: 'n', name: 'café' } }), 'latin1'), /UTF-8/],
    ['a number that is too large', 400, withFacet('{"a":1e400}'), /facets\.x\.a|1\.8e308/],
    ['NaN', 400, withFacet('NaN'), /not well-formed/],
    ['inputs of the wrong type', 400, JSON.stringify({ ...event, inputs: { a: 1 } }), /event\.inputs must be a list/],
    ['a dataset without a name', 400, JSON.stringify({ ...event, outputs: [{ namespace: 'n' }] }), /event\.outputs\[0\]\.name/],
    ['a name of 3,000 bytes', 400, JSON.stringify({ ...event, job: { namespace: 'n', name: 'x'.repeat(3_000) } }), /1000 bytes/],
    ['a NUL', 400, JSON.stringify({ ...event, job: { namespace: 'n', name: 'a\0b' } }), /NUL/],
    ['a NUL in a facet’s key', 400, withFacet('{"a\\u0000b":1}'), /NUL/],
    ['half a surrogate pair', 400, withFacet('"\\ud800"'), /surrogate/],
    ['a facet nested 10,000 deep', 400, withFacet(nested(10_000)), /nested at most 64/],
    ['a list nested 10,000 deep', 400, `${'['.repeat(10_000)}${']'.repeat(10_000)}`, /nested at most 64/],
    ['20 MB', 413, withFacet(JSON.stringify('x'.repeat(20 * 2 ** 20))), /too large/],
    ['20 MB when unpacked', 413, gzipSync(withFacet(JSON.stringify('x'.repeat(20 * 2 ** 20)))), /too large/],
    ['a broken archive when unpacked', 400, Buffer.from([0x1f, 0x8b, 1, 2, 3]), /not compressed as it says/],
    ['a good event before a bad one', 400, JSON.stringify([event, { ...event, run: { runId: '' } }]), /events\[1\]\.run\.runId/],
    ['too many columns', 400, JSON.stringify({ ...event, inputs: [{ ...event.inputs[0], facets: { schema: { fields: Array.from({ length: 10_001 }, (_, i) => ({ name: `c${i}` })) } } }] }), /at most 10000 fields/],
  ]; // prettier-ignore

  test.each(cases)('%s: %i', async (name, status, body, reason) => {
    const sent = await send(body, name.endsWith('unpacked') ? { 'content-encoding': 'gzip' } : {});
    expect(sent.status).toBe(status);
    expect((JSON.parse(sent.text) as { error: string }).error).toMatch(reason);
    expect(await lineageState(app.database)).toEqual(empty);
    expect((await sendJson(event)).status).toBe(201);
  });

  test('facets of the wrong shape are kept and not understood', async () => {
    const facets = {
      schema: { fields: 'none' },
      columnLineage: [1],
      tags: { tags: [null, { key: 'sensitivity' }] },
      version: {},
      odd: 7,
    };
    expect(await sendJson({ ...event, inputs: [{ ...event.inputs[0], facets }] })).toMatchObject({ status: 201 });
  });

  test('what is no POST is 405', async () => {
    const response = await fetch(`${app.url}/api/v1/lineage`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('who may not', () => {
  test.each([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer aval_nonsense' }],
    ['nonsense', { authorization: 'nonsense' }],
  ])('%s is 401', async (_, headers) => {
    const response = await fetch(`${app.url}/api/v1/lineage`, { method: 'POST', headers, body: JSON.stringify(event) });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await response.json()).toEqual({ error: expect.any(String) });
    expect(await lineageState(app.database)).toEqual(empty);
  });

  test('an expired token is 401', async () => {
    const { identity } = app.aval.services;
    const principalId = await identity.createPrincipal(systemActor, {
      name: 'late',
      kind: 'service',
      roles: ['ingest'],
      projects: 'all',
    });
    const token = await identity.issueToken(systemActor, {
      principalId, label: 'late', defaultProjectId: app.projectId, expiresAt: new Date(Date.now() - 1),
    }); // prettier-ignore
    expect((await sendJson(event, { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  test.each(['business_viewer', 'compliance_reviewer', 'data_scientist'] as const)(
    '%s is 403, which is on record',
    async (role) => {
      const sent = await sendJson(event, {}, role);
      expect(sent.status).toBe(403);
      expect(await lineageState(app.database)).toEqual(empty);
      await app.aval.integrator.integrate();
      const denied = await app.database.read.selectFrom('event_log').select(['coordinate', 'actor_name']).where('action', '=', 'access.denied').execute(); // prettier-ignore
      expect(denied).toContainEqual({ coordinate: 'Query.datasets', actor_name: `${role}@test` });
    },
  );
});

test('nothing went wrong inside', () => expect(app.internalErrors).toEqual([]));

// On a database of its own: to forget so many rows takes longer than to write them.
test('thousands of columns and versions in one request are not too many', { timeout: 60_000 }, async () => {
  const own = await startTestApp();
  const sendThere = async (sent: unknown): Promise<number> =>
    (await post(own, JSON.stringify(sent), {}, 'ingest')).status;
  try {
    const fields = (letter: string) =>
      Array.from({ length: 7_000 }, (_, i) => ({ name: `${letter}${i}`, type: 'int' }));
    const wide = (name: string) => ({ namespace: 'n', name, facets: { schema: { fields: fields(name) } } });
    expect(await sendThere({ ...event, inputs: [wide('a'), wide('b')] })).toBe(201);
    const versioned = Array.from({ length: 7 }, (_, part) => ({
      ...event,
      run: { runId: `part ${part}` },
      outputs: [],
      inputs: Array.from({ length: 1_000 }, (_, i) => ({
        namespace: 'n', name: `${part} ${i}`, facets: { version: { datasetVersion: '1' } },
      })),
    })); // prettier-ignore
    expect(await sendThere(versioned)).toBe(201);
    const { rows } = await sql<{ columns: number; versions: number }>`
      select (select count(*) from dataset_column)::int as columns, (select count(*) from dataset_version)::int as versions`.execute(
      own.database.read,
    );
    expect(rows).toEqual([{ columns: 14_000, versions: 7_000 }]);
  } finally {
    await own.close();
  }
});
