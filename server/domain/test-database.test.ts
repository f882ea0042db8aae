import { sql } from 'kysely';
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

const reset = (token: string, of = app, authorization = `Bearer ${token}`) =>
  fetch(`${of.url}/api/test/reset`, { method: 'POST', headers: { authorization } });

const actions = async () =>
  (await app.database.read.selectFrom('event_log').select('action').orderBy('idx').execute()).map((row) => row.action);

/** Somewhat of everything: files, a model, metrics, lineage. */
async function fill(run: string): Promise<void> {
  const [root, json] = [`/mlflow-artifacts`, { 'content-type': 'application/json' }];
  const folder = (await mlflow.get('runs/get', { run_id: run })).body.run.info.artifact_uri.slice(
    'mlflow-artifacts:/'.length,
  ) as string;
  await mlflow.raw('PUT', `${root}/artifacts/${folder}/a.txt`, 'bytes');
  await mlflow.raw('POST', `${root}/mpu/create/${folder}`, JSON.stringify({ path: 'b', num_parts: 1 }), json);
  await mlflow.post('runs/log-batch', {
    run_id: run,
    metrics: [{ key: 'loss', value: 1, timestamp: 1, step: 0 }],
    params: [{ key: 'p', value: '1' }],
    tags: [{ key: 't', value: '1' }],
  });
  await mlflow.post('registered-models/create', { name: 'filled' });
  await mlflow.post('model-versions/create', { name: 'filled', source: `mlflow-artifacts:/${folder}`, run_id: run });
  const dataset = { namespace: 'filled', name: 'dataset', facets: {} };
  const event = {
    eventTime: '2026-01-01T00:00:00Z',
    producer: 'https://example.org/test',
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    eventType: 'COMPLETE',
    run: { runId: '01890a5d-ac96-774b-bcce-b302099a8057' },
    job: { namespace: 'filled', name: 'job' },
    inputs: [dataset],
    outputs: [{ ...dataset, name: 'other' }],
  };
  const sent = await fetch(`${app.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${await app.token('ml_engineer')}` },
    body: JSON.stringify(event),
  });
  expect(sent.status).toBe(201);
}

/** But those that keep who may do what. */
async function tablesWithRows(): Promise<string[]> {
  const kept = ['api_token', 'membership', 'mikro_orm_migrations', 'organisation_key', 'policy_proposal', 'policy_version', 'principal', 'project', 'role_grant']; // prettier-ignore
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema() order by tablename`.execute(
    app.database.read,
  );
  const full = await Promise.all(
    rows.map(
      async ({ name }) =>
        (await sql`select from ${sql.table(name)} limit 1`.execute(app.database.read)).rows.length > 0,
    ),
  );
  return rows.map(({ name }) => name).filter((name, i) => full[i] && !kept.includes(name));
}

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

  test('keeps nothing in any table but identities, the policy and what a new database begins with', async () => {
    const run = await mlflow.run(await mlflow.experiment());
    await fill(run);
    expect(await tablesWithRows()).toEqual(
      expect.arrayContaining([
        'artifact',
        'artifact_ticket',
        'dataset',
        'edge',
        'model_version',
        'metric_series',
        'seen_event',
      ]),
    );
    expect(await app.artifacts.names()).not.toEqual([]);
    expect(await reset(chosen)).toMatchObject({ status: 204 });
    await app.aval.integrator.integrate();
    expect(await tablesWithRows()).toEqual(['event_log', 'experiment', 'purpose', 'sensitivity_tag', 'use_rule']);
    expect(await app.artifacts.names()).toEqual([]);
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
    const basic = `Basic ${Buffer.from(`anybody:${chosen}`).toString('base64')}`;
    expect((await reset(chosen, app, basic)).status).toBe(204);
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
    expect(readConfig({ AVAL_ARTIFACTS: '/kept' }).artifacts).toEqual({ kind: 'folder', folder: '/kept' });
    expect(readConfig({ AVAL_ARTIFACTS: '/kept', AVAL_TEST_RESET: '1' }).artifacts).toEqual({
      kind: 'folder',
      folder: '/kept/for-tests',
    });
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
