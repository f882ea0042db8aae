import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let counted: Promise<{ statements: number }>;
const server = createServer((request, response) => {
  counted = countStatements(
    () =>
      new Promise<void>((resolve) => {
        response.once('close', resolve);
        app.aval.app(request, response);
      }),
  );
});
beforeAll(async () => {
  app = await startTestApp();
  await app.aval.integrator.stop(); // it works on what a request wrote, and would be counted with it
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { run } = await mlflow('runs/create', { experiment_id: '0' });
  await mlflow('runs/log-metric', { run_id: run!.info.run_id, key: 'auc', value: 0.75, timestamp: 1 });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

/** The status of an answer, its text, and how many statements it took. */
async function ask(path: string, token: string, body: object) {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, statements: (await counted).statements };
}

async function mlflow(call: string, body: object): Promise<{ run?: { info: { run_id: string } } }> {
  const { status, text } = await ask(`/api/2.0/mlflow/${call}`, await app.token('ml_engineer'), body);
  expect(status).toBe(200);
  return JSON.parse(text) as { run?: { info: { run_id: string } } };
}

/** Finding out who asks. */
const authentication = 1;
/** The denial goes into the log. */
const denial = 1;

const wide = `{
  modelVersions(where: { learnedFrom: [SPECIAL_CATEGORY], deployed: true }) { nodes { name deployments { purpose { label } } } }
  runs { nodes { name metrics { key } params { key } } }
  datasets { nodes { name columns { name } } }
}`;

test.each([
  ['an operation', '/graphql', { query: wide }, 200],
  ['a search of runs', '/api/2.0/mlflow/runs/search', { experiment_ids: ['0'], filter: 'metrics.auc > 0.5' }, 403],
])('%s that is refused costs who asks and the denial, and less than one that is answered', async (_, path, body, status) => {
  const refused = await ask(path, await app.token('business_viewer'), body);
  expect([refused.status, refused.statements]).toEqual([status, authentication + denial]);
  expect(refused.text).toMatch(/FORBIDDEN|PERMISSION_DENIED/);
  const answered = await ask(path, await app.token('ml_engineer'), body);
  expect(answered.text).not.toMatch(/FORBIDDEN|PERMISSION_DENIED/);
  expect(answered.statements).toBeGreaterThan(refused.statements);
}); // prettier-ignore

test('a caller who is not known costs the look for the token', async () => {
  const unknown = await ask('/graphql', 'aval_nobody', { query: wide });
  expect([unknown.status, unknown.statements]).toEqual([401, authentication]);
});
