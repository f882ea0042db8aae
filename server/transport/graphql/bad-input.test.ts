import { serverAudits, type AuditResult } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemActor } from '../../domain/store.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { encodeCursor } from '../../shared/pages.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startTestApp();
  token = await app.token('governance_lead');
  await app.graphql('governance_lead', '{ viewer { name } }');
});
afterAll(() => app.close());

interface Answered {
  status: number;
  data?: unknown;
  errors?: { message: string; extensions: { code: string; field?: string; remedy?: string } }[];
}

async function post(body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body,
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const ask = (query: string, variables: object = {}) => post(JSON.stringify({ query, variables }));

/** Every row of every table that a request could write: a refused one leaves them all as they were. */
async function rows(): Promise<unknown> {
  await app.aval.integrator.integrate();
  const counts = ['asset', 'kpi', 'kpi_value', 'deployment', 'edge', 'tag_declaration', 'principal'] as const;
  return Promise.all(
    counts.map(
      async (table) =>
        (
          await app.database.read
            .selectFrom(table)
            .select((q) => q.fn.countAll().as('n'))
            .executeTakeFirst()
        )?.n,
    ),
  );
}

/** Refused with that code, in words that hold neither SQL nor a stack, and the next request works. */
async function expectRefused(answer: Answered, status: number | number[], code: string, field?: string): Promise<void> {
  expect([status].flat()).toContain(answer.status);
  const [error] = answer.errors!;
  expect(error!.extensions.code).toBe(code);
  if (field !== undefined) expect(error!.extensions.field).toBe(field);
  expect(JSON.stringify(answer.errors)).not.toMatch(
    /select |insert |update |\\n +at |node_modules|relation |syntax error at|\$1/i,
  );
  expect(app.internalErrors).toEqual([]);
  expect((await ask('{ viewer { name } }')).data).toEqual({ viewer: { name: 'governance_lead@test' } });
}

const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const define = 'mutation ($input: DefineKpiInput!) { defineKpi(input: $input) { kpi { id } } }';
const someKpi = { name: 'k', direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['operator'] };

describe('a body', () => {
  test.each([
    ['malformed JSON', '{"query": "{ viewer', 400, 'BAD_INPUT', 'body'],
    ['nothing', '', 400, 'BAD_INPUT', undefined],
    ['JSON that is no object', '"{ viewer { name } }"', 400, 'BAD_INPUT', 'body'],
    ['a batch', '[{"query":"{ viewer { name } }"}]', 400, 'BAD_INPUT', undefined],
    ['no query', '{"variables":{}}', 400, 'BAD_INPUT', undefined],
    ['a query that is no text', '{"query":7}', 400, 'BAD_INPUT', undefined],
    ['variables that are no object', '{"query":"{ viewer { name } }","variables":"x"}', 400, 'BAD_INPUT', undefined],
    [
      'bytes that are no UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      400,
      'BAD_INPUT',
      undefined,
    ],
    [
      'variables nested 10,000 deep',
      `{"query":"{ viewer { name } }","variables":${nested(10_000)}}`,
      400,
      'BAD_INPUT',
      undefined,
    ],
    [
      'extensions nested 10,000 deep',
      `{"query":"{ nothing }","extensions":${nested(10_000)}}`,
      400,
      'BAD_INPUT',
      undefined,
    ],
  ])('of %s is refused', async (_what, body, status, code, field) => {
    await expectRefused(await post(body), status, code, field);
  });

  test('of 20 MB is refused before it is read to its end', async () => {
    const body = JSON.stringify({ query: '{ viewer { name } }', variables: { x: 'x'.repeat(20 * 1024 * 1024) } });
    await expectRefused(await post(body), 413, 'PAYLOAD_TOO_LARGE');
  });

  test('in another content type is refused, so that no form of another site can send it', async () => {
    await expectRefused(
      await post('{"query":"{ viewer { name } }"}', { 'content-type': 'text/plain' }),
      [400, 415],
      'BAD_INPUT',
    );
  });
});

describe('an operation', () => {
  test.each([
    ['syntax that is none', '{ viewer { '],
    ['an unknown field', '{ viewer { shoeSize } }'],
    ['an unknown argument', '{ viewer(id: 1) { name } }'],
    ['an argument of a wrong type', '{ kpis(first: "many") { nodes { id } } }'],
    ['an unknown enum value', '{ modelVersions(where: { learnedFrom: [SECRETS] }) { nodes { id } } }'],
    ['an unknown input field', '{ kpis(where: { colour: { eq: "red" } }) { nodes { id } } }'],
    ['too many tokens', `{ viewer { ${'name '.repeat(5_000)} } }`],
    ['a literal nested 10,000 deep', `{ kpis(where: ${'{a:'.repeat(10_000)}1${'}'.repeat(10_000)}) { nodes { id } } }`],
    [
      'a literal nested as deep as the tokens allow',
      `{ kpis(where: ${'['.repeat(1_900)}${']'.repeat(1_900)}) { nodes { id } } }`,
    ],
    ['a fragment that spreads itself', '{ viewer { ...A } } fragment A on Viewer { ...A }'],
    ['too many aliases', `{ ${Array.from({ length: 150 }, (_, i) => `a${i}: viewer { name }`).join(' ')} }`],
    ['two operations and no name', 'query A { viewer { name } } query B { viewer { name } }'],
  ])('with %s is refused', async (_what, query) => {
    const answer = await ask(query);
    await expectRefused(answer, 400, 'BAD_INPUT');
    expect(answer.errors!.every((error) => error.message.length <= 500 && !/did you mean/i.test(error.message))).toBe(
      true,
    );
  });

  test('limits are not told', async () => {
    const { errors } = await ask(`{ ${Array.from({ length: 150 }, (_, i) => `a${i}: viewer { name }`).join(' ')} }`);
    expect(errors![0]!.message).not.toMatch(/\d/);
    expect(errors![0]!.extensions.remedy).toBeTruthy();
  });
});

const unknown = crypto.randomUUID();
const order = { kpis: 'name, key', models: 'name, key', modelVersions: 'asset.key desc', auditEvents: 'events:newest' };

describe('an input', () => {
  test.each([
    ['an id that is none', '{ node(id: "nonsense") { id } }', 'BAD_INPUT', 'id'],
    ['an id with SQL', `{ node(id: "${Buffer.from("Model:' or 1=1 --").toString('base64url')}") { id } }`, 'BAD_INPUT', 'id'],
    ['too many ids', `{ nodes(ids: [${'"x",'.repeat(101)}]) { id } }`, 'BAD_INPUT', 'ids'],
    ['one bad id among many', `{ nodes(ids: ["${toGlobalId('Kpi', unknown)}", "x"]) { id } }`, 'BAD_INPUT', 'ids[1]'],
    ['an id of another type', `{ modelVersions(where: { modelId: "${toGlobalId('Kpi', unknown)}" }) { nodes { id } } }`, 'BAD_INPUT', 'where.modelId'],
    ['a page of 0', '{ kpis(first: 0) { nodes { id } } }', 'BAD_INPUT', 'first'],
    ['a page of 101', '{ models(first: 101) { nodes { id } } }', 'BAD_INPUT', 'first'],
    ['a page of minus one', '{ auditEvents(first: -1) { nodes { id } } }', 'BAD_INPUT', 'first'],
    ['a cursor that is none', '{ models(after: "nonsense") { nodes { id } } }', 'BAD_INPUT', 'after'],
    ['a cursor of another list', `{ models(after: "${encodeCursor(order.modelVersions, [1])}") { nodes { id } } }`, 'BAD_INPUT', 'after'],
    ['a forged cursor', `{ models(after: "${encodeCursor(order.models, [1, 'x'])}") { nodes { id } } }`, 'BAD_INPUT', 'after'],
    ['a forged cursor with a NUL', `{ kpis(after: "${encodeCursor(order.kpis, ['a\0', 1])}") { nodes { id } } }`, 'BAD_INPUT', 'after'],
    ['a forged cursor with a fraction', `{ modelVersions(after: "${encodeCursor(order.modelVersions, [1.5])}") { nodes { id } } }`, 'BAD_INPUT', 'after'],
    ['a forged cursor with a huge number', `{ auditEvents(after: "${encodeCursor(order.auditEvents, [1e300])}") { nodes { id } } }`, 'BAD_INPUT', 'after'],
    ['a filter with too many values', `{ models(where: { name: { in: [${'"x",'.repeat(101)}] } }) { nodes { id } } }`, 'BAD_INPUT', 'where.name.in'],
    ['a NUL in a literal', '{ models(where: { name: { contains: "a\\u0000b" } }) { nodes { id } } }', 'BAD_INPUT', 'where.name'],
    ['a lone surrogate in a literal', '{ models(where: { name: { eq: "a\\uD800b" } }) { nodes { id } } }', 'BAD_INPUT', undefined],
    ['a coordinate that is none', '{ explainAccess(coordinate: "a\\u0000", use: SELECT) { reason } }', 'BAD_INPUT', 'coordinate'],
  ])('of %s is refused', async (_what, query, code, field) => {
    await expectRefused(await ask(query), [200, 400], code, field);
  }); // prettier-ignore

  test.each([
    ['a NUL in a variable', { ...someKpi, name: 'a\0b' }, 'variables.input.name'],
    ['a lone surrogate in a variable', { ...someKpi, definition: 'a\ud800' }, 'variables.input.definition'],
    ['a wrong type', { ...someKpi, direction: 'SIDEWAYS' }, 'input.direction'],
    ['a missing field', { name: 'x' }, 'input'],
    ['an unknown field', { ...someKpi, __proto__: null, constructor: 1 }, undefined],
    ['a text beyond its length', { ...someKpi, definition: 'x'.repeat(3_000) }, 'input.definition'],
  ])('with %s is refused, and nothing is written', async (_what, input, field) => {
    const before = await rows();
    await expectRefused(await ask(define, { input }), [200, 400], 'BAD_INPUT', field);
    expect(await rows()).toEqual(before);
  });

  test('of an unknown id is answered by null, or by NOT_FOUND where it is to be changed', async () => {
    const before = await rows();
    expect((await ask(`{ node(id: "${toGlobalId('Model', unknown)}") { id } }`)).data).toEqual({ node: null });
    const record = `mutation { recordKpiValue(input: { kpiId: "${toGlobalId('Kpi', unknown)}", value: 1 }) { kpi { id } } }`;
    await expectRefused(await ask(record), 200, 'NOT_FOUND', 'input.kpiId');
    expect(await rows()).toEqual(before);
  });

  test('of one mutation among several that fails undoes that one only', async () => {
    const two = `mutation ($a: DefineKpiInput!, $b: DefineKpiInput!) {
      a: defineKpi(input: $a) { kpi { name } } b: defineKpi(input: $b) { kpi { name } } }`;
    const { data, errors } = await ask(two, { a: { ...someKpi, name: 'one' }, b: { ...someKpi, name: 'one' } });
    expect(data).toBeNull();
    expect(errors![0]!.extensions).toMatchObject({ code: 'ALREADY_EXISTS', field: 'input.name' });
    const named = await app.database.read.selectFrom('asset').select('id').where('name', '=', 'one').execute();
    expect(named).toHaveLength(1);
  });
});

describe('a caller', () => {
  test.each([undefined, 'Bearer aval_unknown', 'Bearer', 'Basic eDp5', 'Digest x', `Bearer ${'x'.repeat(5_000)}`])(
    'with %s is told that a token is needed, whatever it asks',
    async (authorization) => {
      for (const body of ['{"query":"{ viewer { name } }"}', '{ not JSON', JSON.stringify({ query: '{ shoeSize }' })]) {
        const response = await fetch(`${app.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
          body,
        });
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      }
    },
  );

  test('whose token has expired is unknown, in the same words', async () => {
    const { identity } = app.aval.services;
    const principalId = await identity.createPrincipal(systemActor, { name: 'late', kind: 'person', roles: ['operator'], projects: 'all' }); // prettier-ignore
    const expired = await identity.issueToken(systemActor, {
      principalId,
      label: 't',
      defaultProjectId: app.projectId,
      expiresAt: new Date(Date.now() - 1),
    });
    const late = await post('{"query":"{ viewer { name } }"}', { authorization: `Bearer ${expired}` });
    expect(late).toEqual(await post('{"query":"{ viewer { name } }"}', { authorization: 'Bearer aval_unknown' }));
    expect(late.status).toBe(401);
  });

  test('of another role is refused, and cannot name a role that it does not hold', async () => {
    const operator = await app.token('operator');
    const before = await rows();
    const refused = await post(JSON.stringify({ query: define, variables: { input: someKpi } }), {
      authorization: `Bearer ${operator}`,
    });
    expect(refused.errors![0]!.extensions.code).toBe('FORBIDDEN');
    const claimed = await post('{"query":"{ viewer { name } }"}', {
      authorization: `Bearer ${operator}`,
      'aval-role': 'admin',
    });
    expect([claimed.status, claimed.errors![0]!.extensions]).toMatchObject([
      403,
      { code: 'FORBIDDEN', field: 'aval-role' },
    ]);
    expect(await rows()).toEqual(before);
  });
});

test('GraphQL over HTTP is spoken as its specification says: no audit fails', async () => {
  const fetchFn = (url: string, init?: RequestInit) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  };
  const audits = serverAudits({ url: `${app.url}/graphql`, fetchFn });
  const results: AuditResult[] = [];
  for (const audit of audits) results.push(await audit.fn());
  const told = (status: string) =>
    results.filter((result) => result.status === status).map((result) => `${result.id} ${result.name}`);
  expect(told('error')).toEqual([]);
  expect(told('ok').length).toBeGreaterThanOrEqual(55);
});
