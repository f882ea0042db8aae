import { resolve } from 'node:path';
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
describe('experiments', () => {
  test.each([
    ['s3://bucket/folder', 's3://bucket/folder'],
    ['file:///folder', 'file:///folder'],
    ['/folder', '/folder'],
    ['folder', resolve('folder')],
  ])('leave their files at %s where the client says so', async (artifact_location, kept) => {
    const { body } = await mlflow.post('experiments/create', { name: `at ${artifact_location}`, artifact_location });
    const { experiment } = (await mlflow.get('experiments/get', { experiment_id: body.experiment_id })).body;
    expect(experiment.artifact_location).toBe(kept);
    expect((await runOf(await mlflow.run(experiment.experiment_id))).info.artifact_uri).toMatch(`${kept}/`);
  });

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
