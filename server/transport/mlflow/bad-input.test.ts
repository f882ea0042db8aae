import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemActor } from '../../domain/store.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';

// Each bad request gets MLflow's error, leaves nothing behind, and the next request works.

let app: TestApp;
let mlflow: MlflowCaller;
let run_id: string;
let before: unknown;
beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
  run_id = await mlflow.run();
  await mlflow.post('runs/log-parameter', { run_id, key: 'p', value: '1' });
  before = await state();
});
afterEach(async () => {
  expect(app.internalErrors).toEqual([]);
  expect(await state()).toEqual(before);
});
afterAll(() => app.close());

/** All that a request could have left behind. */
async function state(): Promise<unknown> {
  const { read } = app.database;
  const [experiments, tags, params, series, points, inputs, runs] = await Promise.all([
    read.selectFrom('experiment').selectAll().where('name', '<>', 'other').orderBy('number').execute(),
    read.selectFrom('run_tag').selectAll().orderBy('key').execute(),
    read.selectFrom('run_param').selectAll().execute(),
    read.selectFrom('metric_series').selectAll().execute(),
    read.selectFrom('metric_chunk').selectAll().execute(),
    read.selectFrom('run_input').selectAll().execute(),
    read.selectFrom('run').selectAll().execute(),
  ]);
  return [experiments, tags.length, params, series, points, inputs, runs.length];
}

const json = { 'content-type': 'application/json' };
const raw = (body: RequestInit['body'], path = 'runs/log-batch') => mlflow.raw('POST', `/mlflow/${path}`, body, json);
const metric = (more: Record<string, unknown> = {}) => ({ key: 'm', value: 1, timestamp: 1, step: 0, ...more });
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
const badInput = { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.any(String) } };
const notThere = { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } };

describe('a body that is no sound JSON object', () => {
  test.each<[string, () => RequestInit['body']]>([
    ['malformed', () => '{"run_id": '],
    ['two values', () => '{}{}'],
    ['a list', () => '[]'],
    ['null', () => 'null'],
    ['a text', () => '"x"'],
    ['not UTF-8', () => Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['NaN as no JSON has it', () => `{"run_id":"${run_id}","metrics":[{"key":"m","value":NaN,"timestamp":1}]}`],
    ['nested 10,000 deep in lists', () => `{"run_id":"${run_id}","tags":${nested(10_000, '[', ']')}}`],
    ['nested 10,000 deep in objects', () => `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['with a NUL', () => `{"run_id":"${run_id}","tags":[{"key":"a\\u0000b","value":"x"}]}`],
    ['with a NUL in a name', () => `{"run_id":"${run_id}","a\\u0000":1}`],
    ['with a lone surrogate', () => `{"run_id":"${run_id}","tags":[{"key":"a","value":"\\ud800"}]}`],
  ])('%s', async (_, body) => expect(await raw(body())).toMatchObject(badInput));

  test('of 20 MB is not even read', async () => {
    const answer = await raw(Buffer.alloc(20 * 1024 * 1024, ' '));
    expect(answer).toMatchObject({ status: 413, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
    const inputs = await raw(Buffer.alloc(20 * 1024 * 1024, '['), 'runs/log-inputs');
    expect(inputs.status).toBe(413);
  });

  test('is refused when it only looks small because it is compressed', async () => {
    const { gzipSync } = await import('node:zlib');
    const body = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
    const answer = await mlflow.raw('POST', '/mlflow/runs/log-batch', body, { ...json, 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
    const broken = await mlflow.raw('POST', '/mlflow/runs/log-batch', 'x', { ...json, 'content-encoding': 'gzip' });
    expect(broken.status).toBe(400);
  });
});

describe('a value of a wrong kind', () => {
  test.each<[string, Record<string, unknown>]>([
    ['runs/log-metric', metric({ key: undefined })],
    ['runs/log-metric', metric({ key: '' })],
    ['runs/log-metric', metric({ key: 5 })],
    ['runs/log-metric', metric({ key: '../x' })],
    ['runs/log-metric', metric({ key: '/x' })],
    ['runs/log-metric', metric({ key: 'a;b' })],
    ['runs/log-metric', metric({ key: 'k'.repeat(251) })],
    ['runs/log-metric', metric({ value: undefined })],
    ['runs/log-metric', metric({ value: 'high' })],
    ['runs/log-metric', metric({ value: null })],
    ['runs/log-metric', metric({ value: { toString: 1 } })],
    ['runs/log-metric', metric({ timestamp: undefined })],
    ['runs/log-metric', metric({ timestamp: 1e300 })],
    ['runs/log-metric', metric({ timestamp: '9223372036854775807' })],
    ['runs/log-metric', metric({ step: 1.5 })],
    ['runs/log-metric', metric({ step: '9223372036854775808' })],
    ['runs/log-metric', metric({ model_id: 'nonsense' })],
    ['runs/log-parameter', { key: 'a', value: 5 }],
    ['runs/log-parameter', { key: 'p', value: 'changed' }],
    ['runs/set-tag', { key: ['a'], value: 'v' }],
    ['runs/update', { status: 'DONE' }],
    ['runs/update', { end_time: 'soon' }],
    ['runs/log-batch', { metrics: { key: 'm' } }],
    ['runs/log-batch', { metrics: [null] }],
    ['runs/log-batch', { metrics: [metric(), metric({ value: 'x' })] }],
    ['runs/log-batch', { params: [{ key: 'q', value: '1' }, { key: 'p', value: '2' }] }],
    ['runs/log-batch', { metrics: [metric()], params: [{ key: 'q', value: '1' }, { key: 'q', value: '2' }] }],
    ['runs/log-batch', { metrics: Array.from({ length: 1_001 }, () => metric()) }],
    ['runs/log-batch', { params: Array.from({ length: 101 }, (_, i) => ({ key: `k${i}`, value: '1' })) }],
    ['runs/log-batch', { tags: Array.from({ length: 101 }, (_, i) => ({ key: `k${i}`, value: '1' })) }],
    ['runs/log-batch', { metrics: Array.from({ length: 1_000 }, () => metric()), tags: [{ key: 't', value: '1' }] }],
    ['runs/log-inputs', { datasets: [{ dataset: { name: 'd' } }] }],
    ['runs/log-inputs', { datasets: [{ dataset: { name: 'd', digest: 'x'.repeat(37), source_type: 's', source: '' } }] }],
    ['runs/log-inputs', { datasets: [{ dataset: { name: 'n'.repeat(501), digest: 'x', source_type: 's', source: '' } }] }],
    ['runs/outputs', { models: [{ model_id: 'nonsense' }] }],
    ['experiments/create', {}],
    ['experiments/create', { name: '' }],
    ['experiments/create', { name: 'n'.repeat(501) }],
    ['experiments/create', { name: 'tagged', tags: [{ key: 'k', value: 'v'.repeat(5_001) }] }],
    ['experiments/delete', { experiment_id: 'x' }],
    ['experiments/delete', { experiment_id: '99999999999999999999' }],
    ['runs/create', { experiment_id: '1.5' }],
    ['runs/create', { experiment_id: '0', run_name: 'a', tags: [{ key: 'mlflow.runName', value: 'b' }] }],
    ['runs/search', { experiment_ids: ['0'], filter: "tags.a = 'x'; drop table run" }],
  ])('%s %j', async (path, body) => expect(await mlflow.post(path, { run_id, ...body })).toMatchObject(badInput)); // prettier-ignore

  test.each(['%00', '%ED%A0%80%00', '1&run_id=2'])('in a query: %s', async (value) => {
    expect((await mlflow.raw('GET', `/mlflow/runs/get?run_id=${value}`)).status).toBeGreaterThanOrEqual(400);
    expect((await mlflow.raw('GET', `/mlflow/runs/get?run_id=${value}`)).status).toBeLessThan(500);
  });
});

describe('what is not there', () => {
  const nobody = '0'.repeat(32);
  test.each<[string, Record<string, unknown>]>([
    ['runs/log-metric', metric({ run_id: nobody })],
    ['runs/log-metric', metric({ run_id: 'nonsense' })],
    ['runs/log-batch', { run_id: nobody }],
    ['runs/update', { run_id: nobody }],
    ['runs/delete', { run_id: nobody }],
    ['runs/log-inputs', { run_id: nobody }],
    ['runs/create', { experiment_id: '77' }],
    ['experiments/delete', { experiment_id: '77' }],
    ['experiments/delete', { experiment_id: '9223372036854775807' }],
  ])('%s %j', async (path, body) => expect(await mlflow.post(path, body)).toMatchObject(notThere));

  test('a model that the run is said to have made', async () => {
    const models = [{ model_id: `m-${nobody}`, step: 0 }];
    expect(await mlflow.post('runs/outputs', { run_id, models })).toMatchObject(notThere);
  });

  test('a run of another project, for reading and for writing', async () => {
    const stranger = mlflowCaller(app, 'ml_engineer', 'other');
    await stranger.experiment('other');
    expect(await stranger.get('runs/get', { run_id })).toMatchObject(notThere);
    expect(await stranger.get('metrics/get-history', { run_id, metric_key: 'm' })).toMatchObject(notThere);
    expect(await stranger.post('runs/log-metric', metric({ run_id }))).toMatchObject(notThere);
    expect(await stranger.post('runs/log-inputs', { run_id, datasets: [] })).toMatchObject(notThere);
    expect(await stranger.post('runs/delete', { run_id })).toMatchObject(notThere);
    before = await state(); // with the other project's Default
  });

  test('an endpoint', async () => {
    expect(await mlflow.post('runs/fly')).toMatchObject({ status: 404, body: { error_code: 'ENDPOINT_NOT_FOUND' } });
    expect((await mlflow.get('runs/create')).body.error_code).toBe('ENDPOINT_NOT_FOUND');
  });

  test.each(['traces/search', 'traces', 'webhooks', 'gateway/routes', 'scorers/list', 'skills/@us/one'])(
    'a feature: %s',
    async (path) => {
      const answer = await mlflow.post(path);
      expect(answer).toMatchObject({ status: 501, body: { error_code: 'NOT_IMPLEMENTED' } });
    },
  );

  test.each(['/v1/traces', '/gateway/some/mlflow/invocations'])('a feature at the top: %s', async (path) => {
    const headers = { authorization: `Bearer ${await app.token('ml_engineer')}` };
    const answer = await fetch(app.url + path, { method: 'POST', headers });
    expect([answer.status, await answer.json()]).toMatchObject([501, { error_code: 'NOT_IMPLEMENTED' }]);
    expect((await fetch(app.url + path)).status).toBe(401);
  });
});

describe('a caller', () => {
  const withToken = (authorization?: string) =>
    fetch(`${app.url}/api/2.0/mlflow/runs/get?run_id=${run_id}`, { headers: authorization ? { authorization } : {} });

  test.each([
    undefined,
    'Bearer aval_nonsense',
    'Bearer',
    `Basic ${Buffer.from('ana:aval_nonsense').toString('base64')}`,
  ])('without a valid token gets plain text: %s', async (authorization) => {
    const answer = await withToken(authorization);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="mlflow"']);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  test('with an expired token gets the same', async () => {
    const { identity } = app.aval.services;
    const principalId = await identity.createPrincipal(systemActor, {
      name: 'late',
      kind: 'service',
      roles: ['ml_engineer'],
      projects: 'all',
    });
    const token = await identity.issueToken(systemActor, {
      principalId,
      label: 'old',
      defaultProjectId: app.projectId,
      expiresAt: new Date(Date.now() - 1),
    });
    expect((await withToken(`Bearer ${token}`)).status).toBe(401);
  });

  test('may send the token as password, as MLflow’s clients do', async () => {
    const credentials = Buffer.from(`anyone:${await app.token('ml_engineer')}`).toString('base64');
    expect((await withToken(`Basic ${credentials}`)).status).toBe(200);
  });

  test('whose role may not is told so, and the log tells of it', async () => {
    const reviewer = mlflowCaller(app, 'compliance_reviewer');
    const answer = await reviewer.post('runs/log-metric', metric({ run_id }));
    expect(answer).toMatchObject({ status: 403, body: { error_code: 'PERMISSION_DENIED' } });
    await app.aval.integrator.integrate();
    const event = await app.database.read
      .selectFrom('event_log')
      .selectAll()
      .orderBy('idx', 'desc')
      .limit(1)
      .executeTakeFirst();
    expect(event).toMatchObject({
      action: 'access.denied',
      coordinate: 'Run.metrics',
      policy: 'compliance-reviewer-changes-nothing',
      actor_name: 'compliance_reviewer@test',
    });
  });

  test('of role ingest writes, and reads back ids and no results', async () => {
    const ingest = mlflowCaller(app, 'ingest');
    const own = await ingest.run('0', { run_name: 'secret' });
    expect((await ingest.post('runs/log-batch', { run_id: own, metrics: [metric()] })).status).toBe(200);
    const { body } = await ingest.get('runs/get', { run_id: own });
    expect(body.run.info).toMatchObject({ run_id: own, artifact_uri: `mlflow-artifacts:/0/${own}/artifacts` });
    expect(body.run.info).not.toHaveProperty('run_name');
    expect(body.run.data).toEqual({ metrics: [], params: [], tags: [] });
    expect((await ingest.get('metrics/get-history', { run_id: own, metric_key: 'm' })).status).toBe(403);
    before = await state();
  });
});

test('unknown fields are passed over', async () => {
  const { status } = await mlflow.post('runs/log-parameter', { run_id, key: 'p', value: '1', future: { a: [1] } });
  expect(status).toBe(200);
});

test('the server says what it is', async () => {
  expect(await (await fetch(`${app.url}/health`)).text()).toBe('OK');
  expect(await (await fetch(`${app.url}/version`)).text()).toMatch(/^3\.\d+\.\d+$/);
  const info = await fetch(`${app.url}/api/3.0/mlflow/server-info`);
  expect([info.status, await info.json()]).toMatchObject([200, { workspaces_enabled: false }]);
});
