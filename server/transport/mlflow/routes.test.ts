import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { prefixes } from './door.ts';
import { mlflowRoutes } from './routes.ts';

const named = mlflowRoutes.map((route) => ({ name: `${route.method} ${route.path}`, route }));

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('each route', () => {
  test.each(named)('$name names what it asks for, in coordinates that exist', ({ name, route }) => {
    if (route.access === 'anyone') return expect(name).toBe('GET /mlflow/server-info');
    expect(route.access.length).toBeGreaterThan(0);
    for (const [coordinate] of route.access) expect(app.aval.coordinates.names).toContain(coordinate);
    if (route.method !== 'GET' && !/search|\/get-|-download-url/.test(route.path)) {
      expect(route.access.map(([, use]) => use)).toContain('mutate');
    }
  });

  test('stands in the table once', () => {
    const names = named.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  test.each(named)('$name refuses who may not, before it reads the request', async ({ route }) => {
    if (route.access === 'anyone') return;
    const url = app.url + prefixes[0] + route.path.replace(/[:*]\w+/g, '0');
    const nobody = await fetch(url, { method: route.method });
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="mlflow"']);
    if (route.kind === 'ticket') return; // the address says who asks
    const change = route.access.some(([, use]) => use === 'mutate');
    const role = change ? 'compliance_reviewer' : 'business_viewer';
    const token = await app.token(role);
    const response = await fetch(url, {
      method: route.method,
      headers: { authorization: `Bearer ${token}` },
      ...(route.method === 'GET' ? {} : { body: '{not JSON' }),
    });
    if (change) {
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error_code: 'PERMISSION_DENIED' });
    } else expect(response.status).not.toBe(500);
  });
});
