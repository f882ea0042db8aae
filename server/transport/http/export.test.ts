import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../access/actor.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller } from '../../testing/mlflow.ts';

// The header aval-use: the request takes copies away, which is decided apart.

let app: TestApp;
let experiment: string;
beforeAll(async () => {
  app = await startTestApp();
  const engineer = mlflowCaller(app);
  experiment = await engineer.experiment('e');
  const run = await engineer.run(experiment, { run_name: 'first' });
  await engineer.post('runs/log-parameter', { run_id: run, key: 'depth', value: '12' });
});
afterAll(async () => {
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

async function send(role: Role, path: string, body: object, use?: string) {
  const response = await fetch(app.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await app.token(role)}`,
      ...(use !== undefined && { 'aval-use': use }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
const ask = (role: Role, query: string, use?: string) => send(role, '/graphql', { query }, use);

test.each(['select', 'Export', '', 'export, select'])('a use %j is an error that names the header', async (use) => {
  const { status, text } = await ask('operator', '{ viewer { name } }', use);
  expect(status).toBe(400);
  expect(JSON.parse(text).errors[0].extensions).toMatchObject({ code: 'BAD_INPUT', field: 'aval-use' });
});

test('what is read and not exported is null, and the redaction says by which use', async () => {
  const query = '{ runs { nodes { name params { value } redactions { field use reason howToRequest } } } }';
  expect((await ask('operator', query)).text).toContain('"12"');
  const { text } = await ask('operator', query, 'export');
  const [run] = JSON.parse(text).data.runs.nodes;
  expect(run).toMatchObject({ name: null, params: null });
  expect(run.redactions).toContainEqual({
    field: 'Run.params',
    use: 'EXPORT',
    reason: 'No rule lets operator export results.',
    howToRequest: expect.stringContaining('data_scientist'),
  });
  const work = '{ runs { nodes { name params { value } metrics { value } inputs { dataset { name } } } } }';
  expect((await ask('ml_engineer', work, 'export')).text).toBe((await ask('ml_engineer', work)).text);
  expect((await ask('compliance_reviewer', work, 'export')).text).toBe((await ask('compliance_reviewer', work)).text);
});

test('the same over MLflow’s API', async () => {
  const search = { experiment_ids: [experiment] };
  const read = (use?: string) => send('operator', '/api/2.0/mlflow/runs/search', search, use);
  expect((await read()).text).toContain('"12"');
  const taken = await read('export');
  expect(taken.status).toBe(200);
  expect(taken.text).not.toMatch(/"12"|first/);
});

test('introspection tells an exporting caller what is left', async () => {
  const query = '{ __type(name: "Run") { fields { name } } }';
  const fields = async (use?: string): Promise<string[]> =>
    JSON.parse((await ask('operator', query, use)).text).data.__type.fields.map(
      (field: { name: string }) => field.name,
    );
  expect(await fields()).toContain('params');
  expect(await fields('export')).not.toContain('params');
});

test('the log tells that sensitive rows were taken away', async () => {
  await ask('compliance_reviewer', '{ auditEvents(first: 1) { nodes { id } } }', 'export');
  await app.aval.integrator.integrate();
  const { details } = await app.database.read
    .selectFrom('event_log')
    .select('details')
    .where('action', '=', 'access.read')
    .where('coordinate', '=', 'Query.auditEvents')
    .orderBy('idx', 'desc')
    .executeTakeFirstOrThrow();
  expect(details).toMatchObject({ use: 'export', roles: ['compliance_reviewer'] });
});

test('nor does a list tell by what it was filtered', async () => {
  const query = '{ modelVersions(where: { learnedFrom: [SPECIAL_CATEGORY] }) { nodes { id } } }';
  expect((await ask('data_scientist', query)).text).toContain('"nodes":[]');
  expect((await ask('data_scientist', query, 'export')).text).toMatch(/"FORBIDDEN".*"use":"export"/);
});
