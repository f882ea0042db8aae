import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowAnswer, type MlflowCaller } from '../../testing/mlflow.ts';

let app: TestApp;
let mlflow: MlflowCaller;
beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const runOf = async (run_id: string) => (await mlflow.get('runs/get', { run_id })).body.run;
const metric = (key: string, value: unknown, step = 0, more = {}) => ({
  key,
  value,
  timestamp: 1_700_000_000_000 + step,
  step,
  ...more,
});

describe('experiments', () => {
  test('each project has a Default of number 0 before anything was made', async () => {
    const other = mlflowCaller(app, 'ml_engineer', 'untouched');
    expect((await other.get('experiments/get', { experiment_id: '0' })).body.experiment).toMatchObject({
      experiment_id: '0',
      name: 'Default',
      artifact_location: 'mlflow-artifacts:/0',
      lifecycle_stage: 'active',
    });
    expect((await other.get('experiments/get-by-name', { experiment_name: 'Default' })).status).toBe(200);
    expect((await other.post('experiments/create', { name: 'Default' })).body.error_code).toBe(
      'RESOURCE_ALREADY_EXISTS',
    );
  });

  test('count within their project', async () => {
    const one = mlflowCaller(app, 'ml_engineer', 'counting');
    const two = mlflowCaller(app, 'ml_engineer', 'counting-too');
    expect([await one.experiment('a'), await one.experiment('b'), await two.experiment('a')]).toEqual(['1', '2', '1']);
  });

  test('are made once when many ask at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => mlflow.post('experiments/create', { name: 'contended' })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 400)]);
    const numbers = await Promise.all(Array.from({ length: 8 }, () => mlflow.experiment()));
    expect(new Set(numbers).size).toBe(8);
  });

  test('go with their runs, and come back with them', async () => {
    const experiment_id = await mlflow.experiment();
    const run = await mlflow.run(experiment_id);
    await mlflow.post('experiments/delete', { experiment_id });
    expect((await runOf(run)).info.lifecycle_stage).toBe('deleted');
    expect((await mlflow.post('runs/create', { experiment_id })).body.error_code).toBe('INVALID_PARAMETER_VALUE');
    expect((await mlflow.post('experiments/delete', { experiment_id })).status).toBe(400);
    await mlflow.post('experiments/restore', { experiment_id });
    expect((await runOf(run)).info.lifecycle_stage).toBe('active');
  });

  test('are renamed, tagged and found', async () => {
    const experiment_id = await mlflow.experiment('old name');
    await mlflow.post('experiments/update', { experiment_id, new_name: 'new name' });
    await mlflow.post('experiments/set-experiment-tag', { experiment_id, key: 'team', value: 'credit' });
    const { body } = await mlflow.post('experiments/search', { filter: `tags.team = 'credit' and name ILIKE 'NEW%'` });
    expect(body.experiments).toMatchObject([
      { experiment_id, name: 'new name', tags: [{ key: 'team', value: 'credit' }] },
    ]);
    await mlflow.post('experiments/delete-experiment-tag', { experiment_id, key: 'team' });
    expect((await mlflow.get('experiments/get', { experiment_id })).body.experiment.tags).toBeUndefined();
    const taken = await mlflow.post('experiments/update', { experiment_id, new_name: 'Default' });
    expect(taken.body.error_code).toBe('RESOURCE_ALREADY_EXISTS');
  });
});

describe('a run', () => {
  test('is given back as it was made', async () => {
    const tags = [{ key: 'mlflow.user', value: 'ana' }];
    const { body } = await mlflow.post('runs/create', {
      experiment_id: '0',
      start_time: 1_700_000_000_123,
      run_name: 'r',
      tags,
      unknown: 1,
    });
    const { run_id } = body.run.info;
    expect(body.run.info).toEqual({
      run_id,
      run_uuid: run_id,
      experiment_id: '0',
      run_name: 'r',
      user_id: 'ana',
      status: 'RUNNING',
      start_time: 1_700_000_000_123,
      artifact_uri: `mlflow-artifacts:/0/${run_id}/artifacts`,
      lifecycle_stage: 'active',
    });
    expect(run_id).toMatch(/^[0-9a-f]{32}$/);
    const ended = await mlflow.post('runs/update', {
      run_id,
      status: 'FINISHED',
      end_time: 1_700_000_001_000,
      run_name: 's',
    });
    expect(ended.body.run_info).toMatchObject({ status: 'FINISHED', end_time: 1_700_000_001_000, run_name: 's' });
    expect((await runOf(run_id)).data.tags).toContainEqual({ key: 'mlflow.runName', value: 's' });
  });

  test('keeps NaN, infinities and steps of 64 bits', async () => {
    const run_id = await mlflow.run();
    const huge = '{"key":"huge","value":1,"timestamp":1,"step":9007199254740993}';
    const special = [metric('nan', 'NaN'), metric('inf', 'Infinity'), metric('ninf', '-Infinity')].map((one) =>
      JSON.stringify(one),
    );
    await mlflow.raw(
      'POST',
      '/mlflow/runs/log-batch',
      `{"run_id":"${run_id}","metrics":[${[...special, huge].join(',')}]}`,
    );
    const { body } = await mlflow.get('runs/get', { run_id });
    expect(body.run.data.metrics.map((m: { key: string; value: unknown }) => [m.key, m.value])).toEqual([
      ['huge', 1],
      ['inf', 'Infinity'],
      ['nan', 'NaN'],
      ['ninf', '-Infinity'],
    ]);
    const token = await app.token('ml_engineer');
    const text = await (
      await fetch(`${app.url}/api/2.0/mlflow/runs/get?run_id=${run_id}`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).text();
    expect(text).toContain('"step":9007199254740993');
  });

  test('shows the latest of a metric by step, then time, then value, in whatever order it came', async () => {
    const run_id = await mlflow.run();
    const points = [metric('m', 5, 2), metric('m', 1, 0), metric('m', 7, 2), metric('m', 9, 1)];
    await mlflow.post('runs/log-batch', { run_id, metrics: points });
    await mlflow.post('runs/log-metric', { run_id, ...metric('m', 3, 1) });
    await mlflow.post('runs/log-batch', { run_id, metrics: points });
    expect((await runOf(run_id)).data.metrics).toEqual([metric('m', 7, 2)]);
    const { body } = await mlflow.get('metrics/get-history', { run_id, metric_key: 'm' });
    expect(body.metrics.map((m: { step: number; value: number }) => [m.step, m.value])).toEqual([[0, 1], [1, 3], [1, 9], [2, 5], [2, 7]]); // prettier-ignore
  });

  test('keeps a series for each dataset and model, and one history for MLflow', async () => {
    const run_id = await mlflow.run();
    const on = (dataset_name: string, value: number) => metric('auc', value, 1, { dataset_name, dataset_digest: 'd' });
    await mlflow.post('runs/log-batch', { run_id, metrics: [on('train', 0.9), on('test', 0.7), metric('auc', 0.5)] });
    const series = await app.database.read
      .selectFrom('metric_series')
      .select(['n', 'dataset_name', 'latest_value'])
      .where('key', '=', 'auc')
      .orderBy('n')
      .execute();
    expect(series.map((s) => [s.n, s.dataset_name, s.latest_value])).toEqual([[1, '', 0.5], [2, 'test', 0.7], [3, 'train', 0.9]]); // prettier-ignore
    expect((await mlflow.get('metrics/get-history', { run_id, metric_key: 'auc' })).body.metrics).toHaveLength(3);
  });

  test('gives a long history a page at a time', async () => {
    const run_id = await mlflow.run();
    await mlflow.post('runs/log-batch', {
      run_id,
      metrics: Array.from({ length: 250 }, (_, i) => metric('m', i % 7, i)),
    });
    const steps: number[] = [];
    for (let page_token = ''; ;) {
      const { body } = await mlflow.get('metrics/get-history', {
        run_id,
        metric_key: 'm',
        max_results: '100',
        page_token,
      });
      steps.push(...body.metrics.map((m: { step: number }) => m.step));
      page_token = body.next_page_token;
      if (!page_token) break;
    }
    expect(steps).toEqual(Array.from({ length: 250 }, (_, i) => i));
  });

  test('takes many writers at once', async () => {
    const run_id = await mlflow.run();
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    const batches = Array.from({ length: 12 }, (_, writer) =>
      mlflow.post('runs/log-batch', {
        run_id,
        metrics: (writer % 2 ? keys : keys.toReversed()).map((key) => metric(key, writer, writer)),
        params: keys.map((key) => ({ key, value: 'same' })),
        tags: keys.map((key) => ({ key, value: String(writer) })),
      }),
    );
    expect((await Promise.all(batches)).map((answer) => answer.status)).toEqual(batches.map(() => 200));
    const { data } = await runOf(run_id);
    expect(data.metrics.map((m: { value: number }) => m.value)).toEqual(keys.map(() => 11));
    expect(data.params).toHaveLength(20);
  });

  test('says what it read, and keeps the context that later mentions lack', async () => {
    const run_id = await mlflow.run();
    const dataset = {
      name: 'credit',
      digest: 'abc',
      source_type: 's3',
      source: '{"uri":"s3://warehouse/credit"}',
      schema: '{"mlflow_colspec":[]}',
    };
    const context = [{ key: 'mlflow.data.context', value: 'training' }];
    await mlflow.post('runs/log-inputs', { run_id, datasets: [{ dataset, tags: context }] });
    const again = Array.from({ length: 36 }, () => ({ dataset }));
    expect((await mlflow.post('runs/log-inputs', { run_id, datasets: again })).status).toBe(200);
    expect((await runOf(run_id)).inputs.dataset_inputs).toEqual([{ dataset, tags: context }]);
    // the other way round: a mention without context gives way
    const other = await mlflow.run();
    await mlflow.post('runs/log-inputs', { run_id: other, datasets: [{ dataset }] });
    await mlflow.post('runs/log-inputs', { run_id: other, datasets: [{ dataset, tags: context }, { dataset }] });
    expect((await runOf(other)).inputs.dataset_inputs).toEqual([{ dataset, tags: context }]);
  });

  test('shares its datasets with others that name them at the same moment', async () => {
    const dataset = (i: number) => ({
      dataset: { name: `shared${i}`, digest: 'd', source_type: 'local', source: '{}' },
    });
    const datasets = Array.from({ length: 6 }, (_, i) => dataset(i));
    const runs = await Promise.all(Array.from({ length: 10 }, () => mlflow.run()));
    const answers = await Promise.all(
      runs.map((run_id, i) =>
        mlflow.post('runs/log-inputs', { run_id, datasets: i % 2 ? datasets : datasets.toReversed() }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(runs.map(() => 200));
    for (const run of runs) expect((await runOf(run)).inputs.dataset_inputs).toHaveLength(6);
    const versions = await app.database.read
      .selectFrom('dataset_version')
      .select('label')
      .where('label', 'like', 'shared%')
      .execute();
    expect(versions).toHaveLength(6);
  });

  test('leaves one event for each request, and what it did is in it', async () => {
    const run_id = await mlflow.run();
    await mlflow.post('runs/log-batch', {
      run_id,
      metrics: [metric('a', 1), metric('b', 1)],
      tags: [{ key: 't', value: 'v' }],
    });
    await mlflow.post('runs/delete', { run_id });
    await mlflow.post('runs/restore', { run_id });
    await app.aval.integrator.integrate();
    const events = await app.database.read
      .selectFrom('event_log')
      .select(['action', 'details'])
      .where('subject_kind', '=', 'Run')
      .orderBy('idx', 'desc')
      .limit(4)
      .execute();
    expect(events.toReversed()).toMatchObject([
      { action: 'run.created' },
      { action: 'run.logged', details: { metrics: 2, params: 0, tags: 1 } },
      { action: 'run.deleted' },
      { action: 'run.restored' },
    ]);
  });
});

describe('a search of runs', () => {
  let experiment_ids: string[];
  const names = async (request: Record<string, unknown>): Promise<string[]> => {
    const found: string[] = [];
    for (let page_token: string | undefined = ''; page_token !== undefined;) {
      const { body, status }: MlflowAnswer = await mlflow.post('runs/search', {
        experiment_ids,
        ...request,
        page_token,
      });
      expect(status, JSON.stringify(body)).toBe(200);
      found.push(...body.runs.map((run: { info: { run_name: string } }) => run.info.run_name));
      page_token = body.next_page_token;
    }
    return found;
  };

  beforeAll(async () => {
    experiment_ids = [await mlflow.experiment()];
    const values = [3, 1, 'NaN', undefined, 2, 'Infinity', undefined, 1];
    for (const [i, value] of values.entries()) {
      const run_id = await mlflow.run(experiment_ids[0], {
        run_name: `r${i}`,
        start_time: 1_700_000_000_000 + Math.floor(i / 2),
      });
      await mlflow.post('runs/log-batch', {
        run_id,
        metrics: value === undefined ? [] : [metric('m', value)],
        params: [{ key: 'p', value: `v${i % 3}` }],
        tags: i % 2 ? [{ key: 't x', value: `T${i}` }] : [],
      });
      if (i === 7) await mlflow.post('runs/delete', { run_id });
    }
  });

  test.each<[string, string[]]>([
    ['', ['r6', 'r4', 'r5', 'r2', 'r3', 'r0', 'r1']],
    ['metrics.m > 1', ['r4', 'r5', 'r0']],
    ['metrics.m != 2', ['r5', 'r0', 'r1']],
    [`params.p = 'v0'`, ['r6', 'r3', 'r0']],
    [`params.p != 'v0' and metrics.m <= 2`, ['r4', 'r1']],
    ["tags.`t x` LIKE 'T%'", ['r5', 'r3', 'r1']],
    ['tags.`t x` IS NULL', ['r6', 'r4', 'r2', 'r0']],
    [`run_name IN ('r1', 'r2')`, ['r2', 'r1']],
    [`attributes.start_time >= 1700000000002`, ['r6', 'r4', 'r5']],
    [`status = 'FINISHED'`, []],
  ])('%s', async (filter, expected) => {
    expect(await names({ filter })).toEqual(expected);
  });

  test.each<[string[], string[]]>([
    [['metrics.m'], ['r1', 'r4', 'r0', 'r5', 'r2', 'r6', 'r3']],
    [['metrics.m DESC'], ['r5', 'r0', 'r4', 'r1', 'r2', 'r6', 'r3']],
    [['run_name'], ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6']],
    [
      ['params.p DESC', 'run_name'],
      ['r2', 'r5', 'r1', 'r4', 'r0', 'r3', 'r6'],
    ],
    [
      ['tags.`t x` DESC', 'run_name'],
      ['r5', 'r3', 'r1', 'r0', 'r2', 'r4', 'r6'],
    ],
    [
      ['attributes.end_time', 'run_name DESC'],
      ['r6', 'r5', 'r4', 'r3', 'r2', 'r1', 'r0'],
    ],
  ])('ordered by %j, the same by pages of any size', async (order_by, expected) => {
    for (const max_results of [100, 1, 2, 3]) expect(await names({ order_by, max_results })).toEqual(expected);
  });

  test('finds deleted runs when asked', async () => {
    expect(await names({ run_view_type: 'DELETED_ONLY' })).toEqual(['r7']);
    expect(await names({ run_view_type: 'ALL' })).toHaveLength(8);
  });

  test.each([
    [{ filter: 'metrics.m LIKE 1' }],
    [{ filter: `metrics.m > 'x'` }],
    [{ filter: `params.p > 'x'` }],
    [{ filter: `attributes.start_time = 'x'` }],
    [{ filter: `attributes.nothing = 'x'` }],
    [{ filter: `datasets.nothing = 'x'` }],
    [{ order_by: ['datasets.name'] }],
    [{ order_by: ['attributes.nothing'] }],
    [{ max_results: 0 }],
    [{ max_results: 50_001 }],
    [{ page_token: 'nonsense' }],
    [{ page_token: Buffer.from('["runs:sort_started-,sort_id+",1,"x"]').toString('base64url') }],
    [{ experiment_ids: ['x'] }],
    [{ run_view_type: 'SOME' }],
  ])('%j is refused', async (request) => {
    const { status, body } = await mlflow.post('runs/search', { experiment_ids, ...request });
    expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  test('a role that may not read metrics may not filter or sort by them either', async () => {
    const viewer = mlflowCaller(app, 'business_viewer');
    for (const request of [{ filter: 'metrics.m > 1' }, { order_by: ['metrics.m'] }]) {
      const { status, body } = await viewer.post('runs/search', { experiment_ids, ...request });
      expect([status, body.error_code]).toEqual([403, 'PERMISSION_DENIED']);
      expect(body.message).toContain('Run.metrics');
    }
    const { body } = await viewer.post('runs/search', { experiment_ids });
    expect(body.runs).toHaveLength(7);
    expect(body.runs[0].data).toEqual({ metrics: [], params: [], tags: [] });
    expect(body.runs[0].info).not.toHaveProperty('run_name');
  });
});
