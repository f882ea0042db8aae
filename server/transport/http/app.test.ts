import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowRoutes } from '../mlflow/routes.ts';
import { unsupportedAtRoot, unsupportedFeatures } from '../mlflow/unsupported.ts';

/** What anyone may ask without a token: it tells nothing that is stored. */
const open = ['/health', '/version', '/graphiql'];

interface Layer {
  route?: { path: string | string[] };
  handle: { stack?: Layer[] };
}

/** Every path that Express would serve, mounted routers included. */
function pathsOf(stack: readonly Layer[]): string[] {
  return stack.flatMap(({ route, handle }) => (route ? [route.path].flat() : pathsOf(handle.stack ?? [])));
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('each path is open on purpose, or stands in a table that names what it asks for', () => {
  const decided = new Set([
    ...open,
    ...mlflowRoutes.map(({ path }) => path), // transport/mlflow/routes.test.ts holds each to its coordinates
    ...Object.keys({ ...unsupportedFeatures, ...unsupportedAtRoot }).flatMap((path) => [path, `${path}/*rest`]), // 501, whoever asks
    '/graphql/stream', // the guard stands inside the schema
    '/api/v1/lineage', // transport/openlineage/door.test.ts
  ]);
  const served = pathsOf((app.aval.app as unknown as { router: { stack: Layer[] } }).router.stack);
  expect(served.length).toBeGreaterThan(40);
  expect(served.filter((path) => !decided.has(path))).toEqual([]);
});

test.each([...open, '/graphql', '/graphql/stream', '/api/v1/lineage', '/api/2.0/mlflow/anything', '/nothing'])(
  '%s without a token tells nothing',
  async (path) => {
    const { status } = await fetch(app.url + path, { method: open.includes(path) ? 'GET' : 'POST' });
    expect(status).toBe(open.includes(path) ? 200 : path === '/nothing' ? 404 : 401);
  },
);
