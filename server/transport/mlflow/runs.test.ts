import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';

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
