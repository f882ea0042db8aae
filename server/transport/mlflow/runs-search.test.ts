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
        metrics: value === undefined ? [] : [{ key: 'm', value, timestamp: 0, step: 0 }],
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

  test('shows a run that has ended as it showed it before', async () => {
    const experiment = await mlflow.experiment();
    const run_id = await mlflow.run(experiment, { run_name: 'a "quoted" name' });
    const metrics = [1, 'NaN', '-Infinity', 0.1, 1e300].map((value, i) => ({ key: `m${i}`, value, timestamp: 1_700_000_000_123, step: 3 })); // prettier-ignore
    await mlflow.post('runs/log-batch', {
      run_id,
      metrics: [...metrics, { key: 'm0', value: 2, timestamp: 0, step: 2 }],
      params: [{ key: 'p', value: 'a\n"b"\\' }],
      tags: [{ key: 'é', value: '' }],
    });
    const dataset = { name: 'd', digest: '1', source_type: 'local', source: '{}' };
    await mlflow.post('runs/log-inputs', { run_id, datasets: [{ dataset, tags: [] }] });
    const only = async (caller: MlflowCaller) => (await caller.post('runs/search', { experiment_ids: [experiment] })).body.runs[0]; // prettier-ignore
    const viewer = mlflowCaller(app, 'business_viewer');
    const before = [await only(mlflow), await only(viewer)];
    await mlflow.post('runs/update', { run_id, status: 'FINISHED', end_time: 1_800_000_000_000 });
    const after = [await only(mlflow), await only(viewer)];
    for (const run of before) Object.assign(run.info, { status: 'FINISHED', end_time: 1_800_000_000_000 });
    expect(after).toEqual(before);
    expect(after[0].data.metrics).toHaveLength(5);
    expect(after[0].inputs.dataset_inputs).toHaveLength(1);
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
