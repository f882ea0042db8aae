import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';
import { digestOfLoggedModel } from './manifest.read-model.ts';

let app: TestApp;
let mlflow: MlflowCaller;
beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
  await mlflow.post('registered-models/create', { name: 'reg' });
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

/** In the order of their bytes: capitals come first, and a slash before a letter. */
const files = { MLmodel: 'flavors: {}', 'data/model.pkl': 'bytes', 'data.csv': '', é: 'x', z: 'y' };
const ordered = ['MLmodel', 'data.csv', 'data/model.pkl', 'z', 'é'] as const;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const manifest = sha256(
  ordered.map((path) => `${sha256(files[path])} ${Buffer.byteLength(files[path])} ${path}\n`).join(''),
);

async function putFiles(root: string): Promise<void> {
  for (const [path, text] of Object.entries(files)) await put(root, path, text);
}
const put = (root: string, path: string, text: string) =>
  mlflow.raw('PUT', `/mlflow-artifacts/artifacts/${root}/${encodeURI(path)}`, text);

async function loggedModel(): Promise<string> {
  const made = await mlflow.post('logged-models', { experiment_id: '0', name: 'm' });
  return made.body.model.info.model_id as string;
}

async function register(source: string): Promise<string | null> {
  const made = await mlflow.post('model-versions/create', { name: 'reg', source });
  expect(made.status).toBe(200);
  const { data } = await app.graphql('compliance_reviewer', '{ modelVersions(first: 1) { nodes { digest } } }');
  return (data as { modelVersions: { nodes: { digest: string | null }[] } }).modelVersions.nodes[0]!.digest;
}

const digestOf = async (model: string): Promise<unknown> => {
  const { data } = await app.graphql('ml_engineer', '{ loggedModels { nodes { mlflowId digest } } }');
  const { nodes } = data!['loggedModels'] as { nodes: { mlflowId: string; digest: string | null }[] };
  return nodes.find(({ mlflowId }) => mlflowId === model)!.digest;
};

async function lastEvent(): Promise<unknown> {
  await app.aval.integrator.integrate();
  const events = app.database.read.selectFrom('event_log').select(['action', 'details']);
  return events.orderBy('idx', 'desc').limit(1).executeTakeFirst();
}

test('a version keeps the digest of its model’s files, whatever becomes of them', async () => {
  const model = await loggedModel();
  expect(await digestOf(model)).toBeNull();
  expect(await register(`models:/${model}`)).toBeNull();
  await putFiles(`0/models/${model}/artifacts`);
  expect(await digestOf(model)).toBe(manifest);
  await mlflow.raw('PATCH', `/mlflow/logged-models/${model}`, JSON.stringify({ status: 'LOGGED_MODEL_READY' }));
  expect(await lastEvent()).toMatchObject({ action: 'logged-model.finalised', details: { digest: manifest } });
  expect(await register(`models:/${model}`)).toBe(manifest);
  expect(await lastEvent()).toMatchObject({ action: 'model-version.registered', details: { digest: manifest } });
  await put(`0/models/${model}/artifacts`, 'z', 'changed');
  expect(await digestOf(model)).not.toBe(manifest);
  expect(await register('models:/reg/2')).toBe(manifest); // a copy is what it was copied from
});

test('the same files in a folder of a run have the same digest', async () => {
  const run = await mlflow.run();
  await putFiles(`0/${run}/artifacts/some/möde`);
  await put(`0/${run}/artifacts`, 'some/möde2', 'another');
  expect(await register(`runs:/${run}/some/möde`)).toBe(manifest);
  expect(await register(`mlflow-artifacts:/0/${run}/artifacts/some/möde`)).toBe(manifest);
  expect(await register(`runs:/${run}/elsewhere`)).toBeNull();
  expect(await register('s3://bucket/model')).toBeNull();
});

test('many models’ digests cost one statement', async () => {
  const models = await Promise.all(Array.from({ length: 5 }, loggedModel));
  for (const model of models) await put(`0/models/${model}/artifacts`, 'a', model);
  const keys = await app.database.read.selectFrom('logged_model').select('asset_key').execute();
  const actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
  const context = app.aval.contextFor(actor);
  const { result, statements } = await countStatements(() =>
    context.loader(digestOfLoggedModel).loadMany(keys.map((row) => row.asset_key)),
  );
  expect(statements).toBe(1);
  expect(new Set(result.map((row) => (row as { digest: string } | null)?.digest)).size).toBeGreaterThanOrEqual(5);
});
