import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose } from '../compose.ts';
import { readConfig } from '../config.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../testing/mlflow.ts';

const chosen = 'a-token-for-tests';
let app: TestApp;
let mlflow: MlflowCaller;
beforeAll(async () => {
  app = await startTestApp({ testDatabase: { token: chosen } });
  mlflow = mlflowCaller(app);
});
afterAll(() => app.close());

const reset = (token: string, of = app) =>
  fetch(`${of.url}/api/test/reset`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

const actions = async () =>
  (await app.database.read.selectFrom('event_log').select('action').orderBy('idx').execute()).map((row) => row.action);

describe('a database for tests', () => {
  test('is emptied but for identities, and begins again with Default', async () => {
    const experiment = await mlflow.experiment('before');
    const run = await mlflow.run(experiment);
    await mlflow.post('registered-models/create', { name: 'a model' });
    expect(await reset(chosen)).toMatchObject({ status: 204 });

    const { body } = await mlflow.post('experiments/search', {});
    expect(body.experiments).toMatchObject([{ experiment_id: '0', name: 'Default' }]);
    expect((await mlflow.get('runs/get', { run_id: run })).status).toBe(404);
    expect((await mlflow.get('registered-models/get', { name: 'a model' })).status).toBe(404);
    expect(await mlflow.experiment('after')).toBe('1');
    const { data } = await app.graphql('compliance_reviewer', '{ purposes { code } }');
    expect((data as { purposes: unknown[] }).purposes.length).toBeGreaterThan(0);
  });

  test('has a log that begins by saying what it is', async () => {
    await mlflow.experiment();
    await reset(chosen);
    await app.aval.integrator.integrate();
    expect((await actions())[0]).toBe('database.opened-for-tests');
    expect(await actions()).not.toContain('run.created');
  });

  test('ends what follows the log, whose next index would never come', async () => {
    const stream = app.aval.contextFor(await app.aval.services.identity.authenticate(chosen)).tail.follow(['none']);
    const next = stream.next();
    await reset(chosen);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test('is emptied by those only who manage accounts', async () => {
    expect((await reset(await app.token('ml_engineer'))).status).toBe(403);
    expect((await reset('aval_unknown')).status).toBe(401);
    expect((await reset(await app.token('admin'))).status).toBe(204);
  });

  test('is taken again by the next start, with a token of its own', async () => {
    const again = await compose({
      database: app.database,
      testDatabase: { token: 'another-token-for-tests' },
      onInternal: () => {},
    });
    await again.stop();
    expect((await reset(chosen)).status).toBe(401);
    expect((await reset('another-token-for-tests')).status).toBe(204);
  });
});

describe('any other database', () => {
  let other: TestApp;
  beforeAll(async () => {
    other = await startTestApp();
  });
  afterAll(() => other.close());

  test('has no such address', async () => {
    expect((await reset(await other.token('admin'), other)).status).toBe(404);
  });

  test('is never taken for tests', async () => {
    const starting = compose({ database: other.database, testDatabase: { token: undefined }, onInternal: () => {} });
    await expect(starting).rejects.toThrow('this one was not made for tests');
  });
});

describe('the environment', () => {
  test('opens a database for tests only where it says so, and never in production', () => {
    expect(readConfig({}).testDatabase).toBeUndefined();
    expect(readConfig({ AVAL_TEST_RESET: '1', AVAL_TEST_TOKEN: chosen }).testDatabase).toEqual({ token: chosen });
    const refused = [
      { AVAL_TEST_RESET: '1', NODE_ENV: 'production' },
      { AVAL_TEST_RESET: 'yes' },
      { AVAL_TEST_TOKEN: chosen },
      { AVAL_TEST_RESET: '1', AVAL_TEST_TOKEN: 'short' },
      { AVAL_TEST_RESET: '1', AVAL_TEST_TOKEN: 'a token with spaces' },
    ];
    for (const env of refused) expect(() => readConfig(env)).toThrow('AVAL_TEST_');
  });
});
