import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowAnswer, type MlflowCaller } from '../../testing/mlflow.ts';

// MLflow's limits: the last value that is taken, and the first that is not. Then callers who come at once, or leave too early.

let app: TestApp;
let mlflow: MlflowCaller;
let run_id: string;
beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
  run_id = await mlflow.run();
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const wrong = { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } };
const fine = { status: 200 };
const many = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
const metric = (i: number, more: object = {}) => ({ key: `m${i}`, value: i, timestamp: 1, ...more });
const pairs = (count: number, of: string) => many(count, (i) => ({ key: `${of}${i}`, value: '1' }));
const dataOf = async (id = run_id) => (await mlflow.get('runs/get', { run_id: id })).body.run.data;
const valueOf = async (of: 'params' | 'tags', key: string, id = run_id): Promise<string> =>
  ((await dataOf(id))[of] as { key: string; value: string }[]).find((one) => one.key === key)!.value;

describe('a batch', () => {
  test.each<[string, object, object]>([
    ['1000 metrics', { metrics: many(1_000, (i) => metric(i)) }, fine],
    ['1001 metrics', { metrics: many(1_001, (i) => metric(i)) }, wrong],
    ['100 params', { params: pairs(100, 'p') }, fine],
    ['101 params', { params: pairs(101, 'p') }, wrong],
    ['100 tags', { tags: pairs(100, 't') }, fine],
    ['101 tags', { tags: pairs(101, 't') }, wrong],
    ['1000 in all', { metrics: many(800, (i) => metric(i)), params: pairs(100, 'p'), tags: pairs(100, 't') }, fine],
    ['1001 in all', { metrics: many(801, (i) => metric(i)), params: pairs(100, 'p'), tags: pairs(100, 't') }, wrong],
  ])('of %s', async (_, body, answer) => {
    expect(await mlflow.post('runs/log-batch', { run_id, ...body })).toMatchObject(answer);
  });

  test('of 1,000,000 bytes is taken, and of one more is not', async () => {
    const start = JSON.stringify({ run_id, tags: [] });
    const send = (bytes: number) =>
      mlflow.raw('POST', '/mlflow/runs/log-batch', start + ' '.repeat(bytes - start.length));
    expect(await send(1_000_000)).toMatchObject(fine);
    expect(await send(1_000_001)).toMatchObject({ status: 413, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
  });
});

describe('a page', () => {
  const history = (max: string) => mlflow.get('metrics/get-history', { run_id, metric_key: 'm', max_results: max });
  test.each<[string, () => Promise<MlflowAnswer>, object]>([
    ['50,000 runs', () => mlflow.post('runs/search', { experiment_ids: ['0'], max_results: 50_000 }), fine],
    ['50,001 runs', () => mlflow.post('runs/search', { experiment_ids: ['0'], max_results: 50_001 }), wrong],
    ['no runs', () => mlflow.post('runs/search', { experiment_ids: ['0'], max_results: 0 }), wrong],
    ['25,000 points', () => history('25000'), fine],
    ['25,001 points', () => history('25001'), wrong],
    ['1,000 models', () => mlflow.get('registered-models/search', { max_results: '1000' }), fine],
    ['1,001 models', () => mlflow.get('registered-models/search', { max_results: '1001' }), wrong],
    ['200,000 versions', () => mlflow.get('model-versions/search', { max_results: '200000' }), fine],
    ['200,001 versions', () => mlflow.get('model-versions/search', { max_results: '200001' }), wrong],
  ])('of %s', async (_, call, answer) => expect(await call()).toMatchObject(answer));
});

describe('a text', () => {
  const key = (length: number) => 'k'.repeat(length);
  const read = (more: object) =>
    mlflow.post('runs/log-inputs', {
      run_id,
      datasets: [{ dataset: { name: 'd', digest: 'd', source_type: 'local', source: '{}', ...more } }],
    });
  async function aliasOf(alias: string): Promise<MlflowAnswer> {
    await mlflow.post('registered-models/create', { name: 'aliased' });
    await mlflow.post('model-versions/create', { name: 'aliased', source: 's3://b/m' });
    return mlflow.post('registered-models/alias', { name: 'aliased', alias, version: '1' });
  }
  test.each<[string, () => Promise<MlflowAnswer>, object]>([
    ['metric key of 250', () => mlflow.post('runs/log-metric', { run_id, ...metric(0, { key: key(250) }) }), fine],
    ['metric key of 251', () => mlflow.post('runs/log-metric', { run_id, ...metric(0, { key: key(251) }) }), wrong],
    ['param key of 250', () => mlflow.post('runs/log-parameter', { run_id, key: key(250), value: 'v' }), fine],
    ['param key of 251', () => mlflow.post('runs/log-parameter', { run_id, key: key(251), value: 'v' }), wrong],
    ['tag key of 250', () => mlflow.post('runs/set-tag', { run_id, key: key(250), value: 'v' }), fine],
    ['tag key of 251', () => mlflow.post('runs/set-tag', { run_id, key: key(251), value: 'v' }), wrong],
    ['experiment tag of 5000', () => mlflow.post('experiments/set-experiment-tag', { experiment_id: '0', key: 'k', value: key(5_000) }), fine],
    ['experiment tag of 5001', () => mlflow.post('experiments/set-experiment-tag', { experiment_id: '0', key: 'k', value: key(5_001) }), wrong],
    ['experiment name of 500', () => mlflow.post('experiments/create', { name: key(500) }), fine],
    ['experiment name of 501', () => mlflow.post('experiments/create', { name: key(501) }), wrong],
    ['model name of 256', () => mlflow.post('registered-models/create', { name: key(256) }), fine],
    ['model name of 257', () => mlflow.post('registered-models/create', { name: key(257) }), wrong],
    ['model tag of 100,000', () => mlflow.post('registered-models/set-tag', { name: key(256), key: 'k', value: key(100_000) }), fine],
    ['model tag of 100,001', () => mlflow.post('registered-models/set-tag', { name: key(256), key: 'k', value: key(100_001) }), wrong],
    ['alias of 255', () => aliasOf(key(255)), fine],
    ['alias of 256', () => aliasOf(key(256)), wrong],
    ['dataset name of 500', () => read({ name: key(500) }), fine],
    ['dataset name of 501', () => read({ name: key(501) }), wrong],
    ['dataset digest of 36', () => read({ digest: key(36) }), fine],
    ['dataset digest of 37', () => read({ digest: key(37) }), wrong],
    ['dataset schema of 1,048,575', () => read({ schema: key(1_048_575) }), fine],
    ['dataset schema of 1,048,576', () => read({ schema: key(1_048_576) }), wrong],
    ['dataset profile of 16,777,215', () => read({ profile: key(16_777_215) }), fine],
    ['dataset profile of 16,777,216', () => read({ profile: key(16_777_216) }), wrong],
    ['emoji, counted as one character', () => mlflow.post('experiments/create', { name: '😀'.repeat(500) }), fine],
  ])('%s', async (_, call, answer) => expect(await call()).toMatchObject(answer)); // prettier-ignore

  test('that is the value of a run’s param or tag is cut where MLflow cuts it', async () => {
    const own = await mlflow.run();
    await mlflow.post('runs/log-parameter', { run_id: own, key: 'whole', value: 'v'.repeat(6_000) });
    await mlflow.post('runs/log-parameter', { run_id: own, key: 'cut', value: `${'😀'.repeat(6_000)}!` });
    await mlflow.post('runs/log-parameter', { run_id: own, key: 'cut', value: `${'😀'.repeat(6_000)}?` }); // the same once cut
    await mlflow.post('runs/set-tag', { run_id: own, key: 'cut', value: `${'t'.repeat(8_000)}!` });
    expect(await valueOf('params', 'whole', own)).toHaveLength(6_000);
    expect(await valueOf('params', 'cut', own)).toBe('😀'.repeat(6_000));
    expect(await valueOf('tags', 'cut', own)).toBe('t'.repeat(8_000));
  });
});

describe('a number', () => {
  test.each<[unknown, unknown]>([
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['-Infinity', '-Infinity'],
    [1.7976931348623157e308, 1.7976931348623157e308],
    [5e-324, 5e-324],
  ])('%s comes back', async (value, back) => {
    const own = await mlflow.run();
    expect(await mlflow.post('runs/log-metric', { run_id: own, key: 'm', value, timestamp: 1 })).toMatchObject(fine);
    expect((await dataOf(own)).metrics).toMatchObject([{ key: 'm', value: back }]);
  });

  test('of 64 bits keeps each of them', async () => {
    const own = await mlflow.run();
    const body = `{"run_id":"${own}","key":"m","value":1,"timestamp":1,"step":9223372036854775807}`;
    expect(await mlflow.raw('POST', '/mlflow/runs/log-metric', body)).toMatchObject(fine);
    const token = await app.token('ml_engineer');
    const answer = await fetch(`${app.url}/api/2.0/mlflow/runs/get?run_id=${own}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.text()).toContain('"step":9223372036854775807');
    const over = body.replace('5807}', '5808}');
    expect(await mlflow.raw('POST', '/mlflow/runs/log-metric', over)).toMatchObject(wrong);
  });
});

test('errors repeat the value as it was sent, and no more of it than helps', async () => {
  const said = async (body: string) =>
    (await mlflow.raw('POST', '/mlflow/experiments/create', body)).body.message as string;
  expect(await said('{"name": 9.0}')).toMatch(/^Invalid value 9\.0 for parameter 'name' supplied/);
  expect(await said('{"name": null}')).toBe("Missing value for required parameter 'name'.");
  expect((await said(JSON.stringify({ name: 'n'.repeat(100_000) }))).length).toBeLessThan(400);
});

describe('callers at once', () => {
  test('of one new experiment: one makes it, the others hear that it exists', async () => {
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(many(6, () => mlflow.post('experiments/create', { name: `race ${round}` })));
      const codes = answers.map(({ status, body }) => (status === 200 ? 'made' : (body.error_code as string))).sort();
      expect(codes).toEqual([...many(5, () => 'RESOURCE_ALREADY_EXISTS'), 'made']);
    }
  });

  test('who log to a run while it is deleted are taken or told so', async () => {
    const own = await mlflow.run();
    const logs = many(8, (i) => mlflow.post('runs/log-metric', { run_id: own, ...metric(i) }));
    const answers = await Promise.all([...logs, mlflow.post('runs/delete', { run_id: own })]);
    for (const answer of answers) expect([200, 400]).toContain(answer.status);
    const late = await mlflow.post('runs/log-metric', { run_id: own, ...metric(99) });
    expect(late).toMatchObject({
      ...wrong,
      body: { message: expect.stringContaining(`The run ${own} must be in the 'active' state`) },
    });
  });

  test('who leave in the middle of a batch leave nothing of it', async () => {
    const own = await mlflow.run();
    const body = JSON.stringify({ run_id: own, metrics: many(500, (i) => metric(i)) });
    const { hostname, port } = new URL(app.url);
    const token = await app.token('ml_engineer');
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        const head = `POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
        socket.write(head + body.slice(0, body.length / 2), () => setTimeout(() => socket.destroy(), 50));
      });
      socket.on('close', () => resolve()).on('error', reject);
    });
    expect((await dataOf(own)).metrics).toEqual([]);
    expect(await mlflow.post('runs/log-batch', JSON.parse(body) as object)).toMatchObject(fine);
  });
});

test('a metric may name a logged model that nobody knows, and tells nothing of another project’s', async () => {
  const stranger = mlflowCaller(app, 'ml_engineer', 'other');
  const theirs = (await stranger.post('logged-models', { experiment_id: '0' })).body.model.info.model_id as string;
  for (const model_id of [theirs, `m-${'0'.repeat(32)}`]) {
    expect(await mlflow.post('runs/log-metric', { run_id, ...metric(0, { model_id }) })).toMatchObject(fine);
  }
  const { body } = await stranger.get(`logged-models/${theirs}`);
  expect(body.model.data.metrics ?? []).toEqual([]);
});
