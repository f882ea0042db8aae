import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toGlobalId } from '../../shared/ids.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';

// What is deleted is gone for MLflow's clients; whoever asks for the past finds it.

let app: TestApp;
let mlflow: MlflowCaller;
beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const remove = (path: string, body: object) => mlflow.raw('DELETE', `/mlflow/${path}`, JSON.stringify(body));
const notThere = { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } };
const version = async (name: string) =>
  (await mlflow.post('model-versions/create', { name, source: 's3://b/m' })).body.model_version.version as string;
const modelNamed = (name: string) =>
  app.database.read.selectFrom('asset').selectAll().where('kind', '=', 'MODEL').where('name', '=', name).execute();
const names = async () => {
  const { body } = await mlflow.get('registered-models/search');
  return (body.registered_models as { name: string }[]).map(({ name }) => name);
};

describe('a deleted version', () => {
  test('takes its aliases with it, and its number is not given again', async () => {
    await mlflow.post('registered-models/create', { name: 'versions' });
    const [one, two] = [await version('versions'), await version('versions')];
    for (const [alias, number] of [['champion', two], ['old', one]]) {
      await mlflow.post('registered-models/alias', { name: 'versions', alias, version: number });
    } // prettier-ignore
    const before = new Date();
    expect((await remove('model-versions/delete', { name: 'versions', version: two })).status).toBe(200);

    expect(await mlflow.get('model-versions/get', { name: 'versions', version: two })).toMatchObject(notThere);
    expect(await remove('model-versions/delete', { name: 'versions', version: two })).toMatchObject(notThere);
    const { body } = await mlflow.get('registered-models/get', { name: 'versions' });
    expect(body.registered_model).toMatchObject({ aliases: [{ alias: 'old', version: one }] });
    expect(body.registered_model.latest_versions).toMatchObject([{ version: one }]);
    expect(await version('versions')).toBe('3');
    const search = await mlflow.get('model-versions/search', { filter: "name = 'versions'" });
    expect((search.body.model_versions as { version: string }[]).map((found) => found.version)).toEqual(['3', one]);

    const [model] = await modelNamed('versions');
    const { data } = await app.graphql(
      'compliance_reviewer',
      `query($id: ID!, $at: DateTime!) { node(id: $id) { ... on Model { aliases(asOf: $at) { alias version { version deletedAt } } } } }`,
      { id: toGlobalId('Model', model!.id), at: before.toISOString() },
    );
    expect(data).toMatchObject({
      node: {
        aliases: [{ alias: 'champion', version: { version: 2, deletedAt: expect.any(String) } }, { alias: 'old' }],
      },
    });
  });

  test('cannot be one that is deployed', async () => {
    await mlflow.post('registered-models/create', { name: 'in-use' });
    await version('in-use');
    const { data } = await app.graphql('ml_engineer', '{ modelVersions(first: 1) { nodes { id } } }');
    const [{ id }] = (data as { modelVersions: { nodes: [{ id: string }] } }).modelVersions.nodes;
    const deploy =
      'mutation($input: DeployModelInput!) { deployModel(input: $input) { deployment { id environment } } }';
    const purpose = (await app.database.read.selectFrom('purpose').select('code').executeTakeFirstOrThrow()).code;
    const input = { modelVersionId: id, environment: 'production', purpose };
    expect((await app.graphql('ml_engineer', deploy, { input })).errors).toBeUndefined();
    const refused = {
      status: 409,
      body: { error_code: 'RESOURCE_CONFLICT', message: expect.stringContaining('production') },
    };
    expect(await remove('model-versions/delete', { name: 'in-use', version: '1' })).toMatchObject(refused);
    expect(await remove('registered-models/delete', { name: 'in-use' })).toMatchObject(refused);
    expect((await mlflow.get('model-versions/get', { name: 'in-use', version: '1' })).status).toBe(200);
  });
});

describe('a deleted model', () => {
  test('leaves its name to another, and stays what it was', async () => {
    await mlflow.post('registered-models/create', { name: 'again', description: 'the first' });
    await version('again');
    await mlflow.post('registered-models/alias', { name: 'again', alias: 'champion', version: '1' });
    expect((await remove('registered-models/delete', { name: 'again' })).status).toBe(200);
    expect(await mlflow.get('registered-models/get', { name: 'again' })).toMatchObject(notThere);
    expect(await mlflow.get('registered-models/alias', { name: 'again', alias: 'champion' })).toMatchObject(notThere);
    expect(await mlflow.post('registered-models/rename', { name: 'again', new_name: 'x' })).toMatchObject(notThere);
    expect(await names()).not.toContain('again');

    expect((await mlflow.post('registered-models/create', { name: 'again' })).status).toBe(200);
    expect(await version('again')).toBe('1');
    const [first, second] = await modelNamed('again');
    const ask = async (id: string) =>
      (
        await app.graphql(
          'compliance_reviewer',
          'query($id: ID!) { node(id: $id) { ... on Model { name description deletedAt } } }',
          { id: toGlobalId('Model', id) },
        )
      ).data;
    expect(await ask(first!.id)).toEqual({
      node: { name: 'again', description: 'the first', deletedAt: expect.any(String) },
    });
    expect(await ask(second!.id)).toEqual({ node: { name: 'again', description: null, deletedAt: null } });
    await app.aval.integrator.integrate();
    const logged = await app.database.read
      .selectFrom('event_log')
      .select('action')
      .where('subject_id', '=', first!.id)
      .execute();
    expect(logged.map(({ action }) => action)).toEqual(['model.registered', 'alias.moved', 'model.deleted']);
  });

  test('cannot take back its name while another has it', async () => {
    await mlflow.post('registered-models/create', { name: 'taken' });
    await mlflow.post('registered-models/create', { name: 'other' });
    expect((await mlflow.post('registered-models/rename', { name: 'other', new_name: 'taken' })).body).toMatchObject({
      error_code: 'RESOURCE_ALREADY_EXISTS',
    });
    await remove('registered-models/delete', { name: 'taken' });
    expect((await mlflow.post('registered-models/rename', { name: 'other', new_name: 'taken' })).status).toBe(200);
  });
});

describe('a deleted logged model', () => {
  test('is found no more, and the version made from it keeps its files', async () => {
    const made = await mlflow.post('logged-models', { experiment_id: '0', name: 'kept' });
    const { model_id, artifact_uri } = made.body.model.info as { model_id: string; artifact_uri: string };
    await mlflow.post('registered-models/create', { name: 'of-kept' });
    await mlflow.post('model-versions/create', { name: 'of-kept', source: `models:/${model_id}`, model_id });
    expect((await remove(`logged-models/${model_id}`, {})).status).toBe(200);

    expect(await mlflow.get(`logged-models/${model_id}`)).toMatchObject(notThere);
    expect(await remove(`logged-models/${model_id}`, {})).toMatchObject(notThere);
    const search = await mlflow.post('logged-models/search', { experiment_ids: ['0'] });
    expect(search.body.models).toEqual([]);
    const uri = await mlflow.get('model-versions/get-download-uri', { name: 'of-kept', version: '1' });
    expect(uri.body).toEqual({ artifact_uri });
    const { data } = await app.graphql(
      'compliance_reviewer',
      '{ modelVersions(first: 1) { nodes { loggedModel { name deletedAt } } } }',
    );
    expect(data).toMatchObject({
      modelVersions: { nodes: [{ loggedModel: { name: 'kept', deletedAt: expect.any(String) } }] },
    });
  });
});

test('who may not change the registry deletes nothing', async () => {
  await mlflow.post('registered-models/create', { name: 'guarded' });
  for (const role of ['data_scientist', 'compliance_reviewer', 'operator'] as const) {
    const answer = await mlflowCaller(app, role).raw(
      'DELETE',
      '/mlflow/registered-models/delete',
      '{"name":"guarded"}',
    );
    expect(answer.status).toBe(403);
  }
  expect(await names()).toContain('guarded');
});
