import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../access/actor.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let experiment: string;
let run: string;
beforeAll(async () => {
  app = await startTestApp();
  experiment = ((await call('POST', 'experiments/create', { name: 'e' })).body as { experiment_id: string })
    .experiment_id;
  const made = await call('POST', 'runs/create', { experiment_id: experiment, start_time: 1_700_000_000_000 });
  run = (made.body as { run: { info: { run_id: string } } }).run.info.run_id;
});
afterAll(() => app.close());

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  input: object = {},
  role: Role = 'ml_engineer',
  project?: string,
): Promise<Answer> {
  const query = method === 'GET' ? `?${new URLSearchParams(input as Record<string, string>).toString()}` : '';
  const response = await fetch(`${app.url}/api/2.0/mlflow/${path}${query}`, {
    method,
    headers: { authorization: `Bearer ${await app.token(role, project)}` },
    ...(method === 'GET' ? {} : { body: JSON.stringify(input) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function logModel(name = 'model'): Promise<string> {
  const { body } = await call('POST', 'logged-models', {
    experiment_id: experiment,
    name,
    source_run_id: run,
    params: [{ key: 'alpha', value: '1.0' }],
    tags: [{ key: 'mlflow.user', value: 'ana' }],
  });
  return (body as { model: { info: { model_id: string } } }).model.info.model_id;
}

describe('a logged model', () => {
  test('is made pending, finalised, tagged, and read back whole', async () => {
    const id = await logModel();
    expect((await call('PATCH', `logged-models/${id}`, { status: 'LOGGED_MODEL_READY' })).status).toBe(200);
    expect((await call('PATCH', `logged-models/${id}/tags`, { tags: [{ key: 'a', value: 'b' }] })).body).toEqual({});
    await call('POST', 'runs/log-batch', {
      run_id: run,
      metrics: [
        {
          key: 'r2',
          value: 0.5,
          timestamp: 1_700_000_000_000,
          step: 1,
          model_id: id,
          dataset_name: 'd',
          dataset_digest: 'x',
        },
      ],
    });
    const { body } = await call('GET', `logged-models/${id}`);
    expect(body).toMatchObject({
      model: {
        info: {
          model_id: id,
          experiment_id: experiment,
          name: 'model',
          status: 'LOGGED_MODEL_READY',
          artifact_uri: `mlflow-artifacts:/${experiment}/models/${id}/artifacts`,
          source_run_id: run,
          tags: [{ key: 'a', value: 'b' }, { key: 'mlflow.user', value: 'ana' }], // prettier-ignore
        },
        data: {
          params: [{ key: 'alpha', value: '1.0' }],
          metrics: [
            { key: 'r2', value: 0.5, step: 1, dataset_name: 'd', dataset_digest: 'x', model_id: id, run_id: run },
          ],
        },
      },
    });
  });

  test('of another project is not there', async () => {
    const id = await logModel();
    expect((await call('GET', `logged-models/${id}`, {}, 'ml_engineer', 'other')).status).toBe(404);
    expect(
      (await call('PATCH', `logged-models/${id}`, { status: 'LOGGED_MODEL_READY' }, 'ml_engineer', 'other')).status,
    ).toBe(404);
  });

  test('gives a service account its handles back, and nothing that it may not read', async () => {
    const id = await logModel();
    const { status, body } = await call('GET', `logged-models/${id}`, {}, 'ingest');
    expect(status).toBe(200);
    const { info, data } = (body as { model: { info: object; data: object } }).model;
    expect(Object.keys(info).sort()).toEqual([
      'artifact_uri', 'creation_timestamp_ms', 'experiment_id', 'last_updated_timestamp_ms', 'model_id', 'source_run_id', 'status',
    ]); // prettier-ignore
    expect(data).toEqual({});
  });

  test.each([
    ['unknown', `m-${'0'.repeat(32)}`, 404],
    ['none of MLflow’s', 'nonsense', 404],
    ['a path elsewhere', '..%2F..%2Fx', 404],
  ])('whose id is %s is not there', async (_what, id, status) => {
    const answer = await call('GET', `logged-models/${id}`);
    expect([answer.status, answer.body['error_code']]).toEqual([status, 'RESOURCE_DOES_NOT_EXIST']);
  });

  test('is found by name, parameter and metric, a page at a time', async () => {
    for (const name of ['dir', 'dir', 'other']) await logModel(name);
    const search = async (input: object) => {
      const { status, body } = await call('POST', 'logged-models/search', { experiment_ids: [experiment], ...input });
      expect(status).toBe(200);
      return body as { models: { info: { model_id: string; name: string } }[]; next_page_token?: string };
    };
    const found = await search({ filter: "name = 'dir'", max_results: 1 });
    expect(found.models.map((model) => model.info.name)).toEqual(['dir']);
    const next = await search({ filter: "name = 'dir'", max_results: 1, page_token: found.next_page_token });
    expect(next.models[0]!.info.model_id).not.toBe(found.models[0]!.info.model_id);
    expect(next.next_page_token).toBeUndefined();
    expect((await search({ filter: "params.alpha = '1.0' AND metrics.r2 > 0.4" })).models).toHaveLength(1);
    expect((await search({ filter: 'metrics.r2 > 0.6' })).models).toEqual([]);
    expect((await search({ order_by: [{ field_name: 'metrics.r2', ascending: false }] })).models[0]!.info.name).toBe(
      'model',
    );
  });
});

describe('the registry', () => {
  test('refuses a name twice as MLflow’s client expects', async () => {
    expect(
      (await call('POST', 'registered-models/create', { name: 'credit', tags: [{ key: 'team', value: 'risk' }] }))
        .status,
    ).toBe(200);
    expect(await call('POST', 'registered-models/create', { name: 'credit' })).toMatchObject({
      status: 400,
      body: { error_code: 'RESOURCE_ALREADY_EXISTS' },
    });
  });

  test('numbers versions, moves aliases and stages, and tells where the files are', async () => {
    const ids = [await logModel(), await logModel()];
    for (const id of ids) {
      const { body } = await call('POST', 'model-versions/create', {
        name: 'credit',
        source: `models:/${id}`,
        model_id: id,
      });
      expect(body).toMatchObject({ model_version: { name: 'credit', source: `models:/${id}`, run_id: run, status: 'READY', current_stage: 'None' } }); // prettier-ignore
    }
    const { body: second } = await call('GET', `logged-models/${ids[1]}`);
    expect((second as { model: { info: { tags: object[] } } }).model.info.tags).toContainEqual({
      key: 'mlflow.modelVersions',
      value: '[{"name": "credit", "version": 2}]',
    });
    for (const version of ['1', '2']) {
      expect(
        (await call('POST', 'registered-models/alias', { name: 'credit', alias: 'champion', version })).body,
      ).toEqual({});
    }
    expect((await call('GET', 'registered-models/alias', { name: 'credit', alias: 'champion' })).body).toMatchObject({
      model_version: { version: '2', aliases: ['champion'] },
    });
    await call('POST', 'model-versions/transition-stage', { name: 'credit', version: '1', stage: 'Production' });
    await call('POST', 'model-versions/transition-stage', { name: 'credit', version: '2', stage: 'production', archive_existing_versions: true }); // prettier-ignore
    const latest = await call('GET', 'registered-models/get-latest-versions', { name: 'credit', stages: 'Production' });
    expect(latest.body).toMatchObject({ model_versions: [{ version: '2' }] });
    expect((await call('GET', 'model-versions/get', { name: 'credit', version: '1' })).body).toMatchObject({
      model_version: { current_stage: 'Archived' },
    });
    expect((await call('GET', 'model-versions/get-download-uri', { name: 'credit', version: '1' })).body).toEqual({
      artifact_uri: `mlflow-artifacts:/${experiment}/models/${ids[0]}/artifacts`,
    });
    const { body } = await call('GET', 'registered-models/get', { name: 'credit' });
    expect(body).toMatchObject({
      registered_model: {
        name: 'credit',
        tags: [{ key: 'team', value: 'risk' }],
        aliases: [{ alias: 'champion', version: '2' }],
      },
    });
  });

  test('tells prompts from models by a tag that models lack', async () => {
    const search = async (filter: string) =>
      ((await call('GET', 'registered-models/search', { filter })).body['registered_models'] as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await search("tag.`mlflow.prompt.is_prompt` != 'true'")).toEqual(['credit']);
    expect(await search("tag.`mlflow.prompt.is_prompt` = 'true'")).toEqual([]);
    expect(await search("name LIKE 'cre%' AND tags.team = 'risk'")).toEqual(['credit']);
    expect(await search("tags.team != 'x'")).toEqual(['credit']); // of other tags, only what has them
  });

  test('finds versions', async () => {
    const search = async (input: object) => {
      const { status, body } = await call('GET', 'model-versions/search', input);
      expect(status).toBe(200);
      return (body['model_versions'] as { version: string }[]).map(({ version }) => version);
    };
    expect(await search({ filter: "name='credit'", order_by: 'version_number DESC' })).toEqual(['2', '1']);
    expect(await search({ filter: `name='credit' and run_id='${run}' and version_number > 1` })).toEqual(['2']);
    expect(await search({ filter: "name='nobody'" })).toEqual([]);
  });

  test.each([
    ['GET', 'registered-models/get', { name: 'nobody' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['GET', 'registered-models/alias', { name: 'credit', alias: 'nobody' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['GET', 'model-versions/get', { name: 'credit', version: '99' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['GET', 'model-versions/get', { name: 'credit', version: 'one' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['GET', 'registered-models/search', { filter: "shoe = 'x'" }, 400, 'INVALID_PARAMETER_VALUE'],
    ['GET', 'registered-models/search', { filter: 'metrics.r2 > 1' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['GET', 'registered-models/search', { page_token: 'nonsense' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['GET', 'model-versions/search', { max_results: '0' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['POST', 'registered-models/create', { name: 'a/b' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['POST', 'registered-models/create', { name: 'a\0b' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['POST', 'registered-models/alias', { name: 'credit', alias: 'latest', version: '1' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['POST', 'model-versions/create', { name: 'credit', source: '/etc/passwd' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['POST', 'model-versions/create', { name: 'nobody', source: 's3://b/m' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['POST', 'model-versions/transition-stage', { name: 'credit', version: '1', stage: 'Mars' }, 400, 'INVALID_PARAMETER_VALUE'],
    ['DELETE', 'registered-models/delete', { name: 'nobody' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['DELETE', 'model-versions/delete', { name: 'credit', version: '99' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    ['POST', 'registered-models/create', { name: 'p', tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] }, 501, 'NOT_IMPLEMENTED'],
  ])('%s %s %j is answered with %d', async (method, path, input, status, code) => {
    const answer = await call(method, path, input);
    expect([answer.status, answer.body['error_code']]).toEqual([status, code]);
    expect(app.internalErrors).toEqual([]);
  }); // prettier-ignore

  test('may not be searched by what the caller may not see', async () => {
    const bySource = await call(
      'GET',
      'model-versions/search',
      { filter: "source_path = 's3://b/m'" },
      'business_viewer',
    );
    expect([bySource.status, bySource.body['error_code']]).toEqual([403, 'PERMISSION_DENIED']);
    const { body } = await call('GET', 'model-versions/search', { filter: "name='credit'" }, 'business_viewer');
    for (const version of body['model_versions'] as object[]) expect(version).not.toHaveProperty('source');
  });

  test('is searched in a fixed number of statements', async () => {
    const { registeredModelRoutes } = await import('./routes/registered-models.ts');
    const route = registeredModelRoutes.find((one) => one.path.endsWith('/search'));
    const actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
    const count = async () => {
      const context = app.aval.contextFor({ ...actor, projects: [actor.defaultProjectId] });
      if (route?.kind !== 'json') throw new Error('no such route');
      return (await countStatements(() => route.run(context, {}, { address: app.url }))).statements;
    };
    const before = await count();
    for (const name of ['m1', 'm2', 'm3']) {
      await call('POST', 'registered-models/create', { name });
      await call('POST', 'model-versions/create', { name, source: 's3://b/m' });
    }
    expect(await count()).toBe(before);
  });
});
