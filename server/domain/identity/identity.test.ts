import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('the viewer', () => {
  test('is told name, roles and projects', async () => {
    const { data, errors } = await app.graphql('compliance_reviewer', '{ viewer { name roles projects { slug } } }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      viewer: { name: 'compliance_reviewer@test', roles: ['compliance_reviewer'], projects: [{ slug: 'test' }] },
    });
  });

  test('is told what is hidden from a business viewer, by which rule', async () => {
    const { data } = await app.graphql('business_viewer', '{ viewer { redactions { field policy reason } } }');
    expect(data).not.toBeNull();
    expect(app.internalErrors).toEqual([]);
  });
});

describe('a caller without a valid token', () => {
  test.each([undefined, 'Bearer nonsense', 'Basic bm9ib2R5Om5vdGhpbmc=', 'Bearer'])(
    'gets 401 for %s',
    async (authorization) => {
      const response = await fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
        body: JSON.stringify({ query: '{ viewer { name } }' }),
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    },
  );
});
