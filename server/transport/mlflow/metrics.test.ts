import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';
import { metricRoutes } from './routes/metrics.ts';
import type { JsonRoute } from './route.ts';

let app: TestApp;
let mlflow: MlflowCaller;
/** Three runs: a long one, a short one, and one that lacks the metric. */
let runs: string[];
const at = (step: number) => 1_700_000_000_000 + step;
const metric = (step: number, value: unknown, more = {}) => ({
  key: 'loss',
  value,
  timestamp: at(step),
  step,
  ...more,
});

beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
  runs = [await mlflow.run(), await mlflow.run(), await mlflow.run()];
  const points = Array.from({ length: 1_000 }, (_, i) => metric(i, i === 500 ? 'NaN' : i % 10));
  await mlflow.post('runs/log-batch', { run_id: runs[0], metrics: points });
  await mlflow.post('runs/log-batch', {
    run_id: runs[1],
    metrics: [metric(5, 1), metric(7, 'Infinity'), metric(7, 3)],
  });
  await mlflow.post('runs/log-batch', {
    run_id: runs[1],
    metrics: [metric(7, 3), metric(7, 3, { dataset_name: 'd', dataset_digest: 'e' })],
  });
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

interface Message {
  run_id: string;
  key: string;
  step: number;
  value: unknown;
  timestamp: number;
}
const query = (path: string, entries: [string, string][]) =>
  mlflow.raw('GET', `/mlflow/metrics/${path}?${new URLSearchParams(entries).toString()}`);
const interval = (more: Record<string, string> = {}, ids: readonly string[] = runs) =>
  query('get-history-bulk-interval', [
    ...ids.map((id): [string, string] => ['run_ids', id]),
    ['metric_key', 'loss'],
    ...Object.entries(more),
  ]);
const bulk = (more: Record<string, string> = {}, ids: readonly string[] = runs) =>
  query('get-history-bulk', [
    ...ids.map((id): [string, string] => ['run_id', id]),
    ['metric_key', 'loss'],
    ...Object.entries(more),
  ]);
const stepsOf = (messages: readonly Message[], run: string) =>
  messages.filter((one) => one.run_id === run).map((one) => one.step);
const refused = { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } };

describe('get-history-bulk-interval', () => {
  test('gives each run in the order asked for, whole while it is short', async () => {
    const { body } = await interval({}, [runs[1]!, runs[2]!]);
    expect(body.metrics).toEqual([
      { run_id: runs[1], ...metric(5, 1) },
      { run_id: runs[1], ...metric(7, 3) },
      { run_id: runs[1], ...metric(7, 'Infinity') },
    ]);
  });

  test('samples long runs evenly, at the same steps, with the first and last of each', async () => {
    const { body } = await interval({ max_results: '4' });
    expect(stepsOf(body.metrics, runs[0]!)).toEqual([0, 5, 7, 250, 500, 750, 999]);
    expect(stepsOf(body.metrics, runs[1]!)).toEqual([5, 7, 7]);
    expect((body.metrics as Message[]).find((one) => one.step === 500)!.value).toBe('NaN');
    expect(stepsOf((await interval({ max_results: '1' })).body.metrics, runs[0]!)).toEqual([0, 5, 7, 999]);
  });

  test('thins what many points of one step are, and keeps its ends', async () => {
    const run_id = await mlflow.run();
    const logTo = async (count: number) => {
      const metrics = Array.from({ length: 900 }, (_, i) => ({ key: 'loss', value: count + i, timestamp: 1, step: 0 }));
      expect((await mlflow.post('runs/log-batch', { run_id, metrics })).status).toBe(200);
    };
    const values = async () =>
      ((await interval({ max_results: '4' }, [run_id])).body.metrics as Message[]).map(({ value }) => value);
    for (const count of [0, 900]) await logTo(count);
    expect(await values()).toHaveLength(1_800);
    for (const count of [1_800, 2_700]) await logTo(count);
    const thinned = await values();
    expect([thinned.length, thinned[0], thinned.at(-1)]).toEqual([2_500, 0, 3_599]);
  });

  test('keeps to the steps asked for', async () => {
    const { body } = await interval({ start_step: '6', end_step: '9' });
    expect(stepsOf(body.metrics, runs[0]!)).toEqual([6, 7, 8, 9]);
    expect(stepsOf(body.metrics, runs[1]!)).toEqual([7, 7]);
  });

  test.each<[string, Record<string, string>]>([
    ['half an interval', { start_step: '1' }],
    ['the other half', { end_step: '1' }],
    ['an interval the wrong way round', { start_step: '2', end_step: '1' }],
    ['no results', { max_results: '0' }],
    ['too many results', { max_results: '2501' }],
    ['a step that is no number', { start_step: 'x', end_step: '1' }],
  ])('refuses %s', async (_, more) => {
    expect(await interval(more)).toMatchObject(refused);
  });

  test('refuses no run, too many, and one that is not there', async () => {
    expect(await interval({}, [])).toMatchObject(refused);
    expect(
      await interval(
        {},
        Array.from({ length: 101 }, () => runs[0]!),
      ),
    ).toMatchObject(refused);
    expect(await interval({}, [runs[0]!, '0'.repeat(32)])).toMatchObject({ status: 404 });
    const other = mlflowCaller(app, 'ml_engineer', 'elsewhere');
    expect(await interval({}, [await other.run()])).toMatchObject({ status: 404 });
  });
});

describe('get-history-bulk', () => {
  test('gives the runs by id, each by time, up to a limit over all', async () => {
    const { body } = await bulk({ max_results: '1001' });
    const [first, second] = [runs[0]!, runs[1]!]; // ids grow with time
    expect(stepsOf(body.metrics, first)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(stepsOf(body.metrics, second)).toEqual([5]);
    expect((await bulk({ max_results: '30000' })).body.metrics).toHaveLength(1_003);
  });

  test('passes by runs that are not there', async () => {
    const { body } = await bulk({}, ['nothing', '0'.repeat(32), runs[1]!]);
    expect(stepsOf(body.metrics, runs[1]!)).toEqual([5, 7, 7]);
  });

  test('refuses no run, no metric and no results', async () => {
    expect(await bulk({}, [])).toMatchObject(refused);
    expect(await query('get-history-bulk', [['run_id', runs[0]!]])).toMatchObject(refused);
    expect(await bulk({ max_results: '0' })).toMatchObject(refused);
  });
});

test.each(['get-history-bulk-interval', 'get-history-bulk'])(
  '%s takes the same statements for one run and for many',
  async (name) => {
    const route = metricRoutes.find(({ path }) => path.endsWith(name)) as JsonRoute;
    const actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
    const counted = (ids: string[]) =>
      countStatements(() =>
        route.run(app.aval.contextFor(actor), { run_ids: ids, run_id: ids, metric_key: 'loss' }, { address: app.url }),
      );
    expect((await counted(runs.slice(0, 1))).statements).toBe(2);
    expect((await counted(runs)).statements).toBe(2);
  },
);
