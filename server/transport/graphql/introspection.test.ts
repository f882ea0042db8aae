import { readFileSync } from 'node:fs';
import { createClient } from 'graphql-ws';
import {
  buildClientSchema,
  buildSchema,
  findBreakingChanges,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { shippedRoles, type Role } from '../../access/actor.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const query = getIntrospectionQuery();

const ways: Record<string, (role: Role) => Promise<IntrospectionQuery>> = {
  HTTP: async (role) => (await app.graphql(role, query)).data as unknown as IntrospectionQuery,
  socket: async (role) => {
    const client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${await app.token(role)}` },
      retryAttempts: 0,
    });
    try {
      for await (const { data } of client.iterate({ query })) return data as unknown as IntrospectionQuery;
      throw new Error('No answer came');
    } finally {
      await client.dispose();
    }
  },
};

const contractOf = (role: Role) =>
  buildSchema(readFileSync(new URL(`../../../schema/roles/${role}.graphql`, import.meta.url), 'utf8'));

describe.each(Object.keys(ways))('over %s', (way) => {
  const roles = way === 'HTTP' ? shippedRoles : (['business_viewer', 'governance_lead'] as const);

  test.each(roles)('introspection shows %s its committed contract, no less and no more', async (role) => {
    const shown = buildClientSchema(await ways[way]!(role));
    expect(findBreakingChanges(shown, contractOf(role))).toEqual([]);
    expect(findBreakingChanges(contractOf(role), shown)).toEqual([]);
  });
});

test('nobody unknown introspects', async () => {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __schema { types { name } } }' }),
  });
  expect(response.status).toBe(401);
  expect(Object.keys((await response.json()) as object)).toEqual(['errors']);
});

test('a hidden type is not there by name', async () => {
  const asked = '{ __type(name: "ColumnProfile") { fields { name } } }';
  expect((await app.graphql('business_viewer', asked)).data).toEqual({ __type: null });
  expect((await app.graphql('admin', asked)).data!['__type']).not.toBeNull();
});

test.each([
  '{ kpi { id } }',
  '{ kpis { nodes { metrc } } }',
  '{ kpis { nodes { ...on Kpis { id } } } }',
  '{ kpis(wher: 1) { nodes { id } } }',
])('an error suggests no name: %s', async (misspelt) => {
  const { errors } = await app.graphql('business_viewer', misspelt);
  expect(errors![0]!.extensions['code']).toBe('BAD_INPUT');
  expect(JSON.stringify(errors)).not.toMatch(/did you mean/i);
});
