import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import type { Entry, Json, Recording } from './entry.ts';
import { replay, ReplayError } from './replay.ts';

const RUN = 'a'.repeat(32);
const LIVE_RUN = '0'.repeat(31) + '1';
const MODEL = `m-${'b'.repeat(32)}`;
const LIVE_MODEL = `m-${'0'.repeat(31)}2`;

interface Seen {
  method: string;
  path: string;
  authorization: string | undefined;
  body: string;
}

type Answers = (seen: Seen) => { status: number; json?: Json };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(answers: Answers): Promise<{ baseUrl: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const one = describeRequest(request, body.toString());
      seen.push(one);
      const { status, json } = answers(one);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json ?? {}));
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function describeRequest({ method = '', url = '', headers }: IncomingMessage, body: string): Seen {
  return { method, path: url, authorization: headers.authorization, body };
}

function recording(...entries: Entry[]): Recording {
  return { header: { recording: 'test', format: 1, clients: [] }, entries };
}

function post(path: string, json: Json, answer?: Json): Entry {
  return {
    request: { method: 'POST', path, type: 'application/json', body: { json } },
    response: { status: 200, ...(answer === undefined ? {} : { json: answer }) },
  };
}

function get(path: string): Entry {
  return { request: { method: 'GET', path, body: {} }, response: { status: 200 } };
}

const CREATE_EXPERIMENT = post('/api/2.0/mlflow/experiments/create', { name: 'credit' }, { experiment_id: '1' });
const CREATE_RUN = post(
  '/api/2.0/mlflow/runs/create',
  { experiment_id: '1' },
  { run: { info: { run_id: RUN, experiment_id: '1', artifact_uri: `mlflow-artifacts:/1/${RUN}/artifacts` } } },
);
const CREATE_MODEL = post(
  '/api/2.0/mlflow/logged-models',
  { experiment_id: '1', source_run_id: RUN },
  { model: { info: { model_id: MODEL, artifact_uri: `mlflow-artifacts:/1/models/${MODEL}/artifacts` } } },
);
const CREATE_VERSION = post(
  '/api/2.0/mlflow/model-versions/create',
  { name: 'scoring', source: `models:/${MODEL}`, run_id: RUN },
  { model_version: { name: 'scoring', version: '1' } },
);

/** A server that numbers everything otherwise, and lays artifacts out otherwise. */
function renumbering({ path }: Seen): { status: number; json?: Json } {
  if (path.endsWith('/experiments/create')) return { status: 200, json: { experiment_id: '41' } };
  if (path.endsWith('/runs/create')) {
    const info = { run_id: LIVE_RUN, experiment_id: '41', artifact_uri: `mlflow-artifacts:/store/${LIVE_RUN}` };
    return { status: 200, json: { run: { info } } };
  }
  if (path.endsWith('/logged-models')) {
    const info = { model_id: LIVE_MODEL, artifact_uri: `mlflow-artifacts:/store/${LIVE_MODEL}` };
    return { status: 200, json: { model: { info } } };
  }
  if (path.endsWith('/model-versions/create')) {
    return { status: 200, json: { model_version: { name: 'scoring', version: '7' } } };
  }
  return { status: 200 };
}

async function sent(...entries: Entry[]): Promise<Seen> {
  const { baseUrl, seen } = await listen(renumbering);
  await replay({
    recording: recording(CREATE_EXPERIMENT, CREATE_RUN, CREATE_MODEL, CREATE_VERSION, ...entries),
    baseUrl,
    token: 'secret',
  });
  return seen.at(-1) as Seen;
}

describe('replay', () => {
  test('puts the live ids where the recorded ones stood', async () => {
    const { body } = await sent(
      post('/api/2.0/mlflow/runs/log-batch', {
        run_id: RUN,
        metrics: [{ key: 'auc', value: 1, step: 1, model_id: MODEL }],
        tags: [{ key: 'mlflow.parentRunId', value: RUN }],
      }),
    );
    expect(JSON.parse(body)).toEqual({
      run_id: LIVE_RUN,
      metrics: [{ key: 'auc', value: 1, step: 1, model_id: LIVE_MODEL }],
      tags: [{ key: 'mlflow.parentRunId', value: LIVE_RUN }],
    });
  });

  test('leaves a short id alone that only looks like an experiment or a version', async () => {
    const { body } = await sent(
      post('/api/2.0/mlflow/runs/log-parameter', { run_id: RUN, key: 'folds', value: '1', version: '1' }),
    );
    expect(JSON.parse(body)).toEqual({ run_id: LIVE_RUN, key: 'folds', value: '1', version: '1' });
  });

  test('maps experiments and versions in query parameters, each within its own meaning', async () => {
    const { path } = await sent(get('/api/2.0/mlflow/anything?experiment_id=1&name=scoring&version=1&max_results=1'));
    expect(path).toBe('/api/2.0/mlflow/anything?experiment_id=41&name=scoring&version=7&max_results=1');
  });

  test('maps path segments, filters and URIs', async () => {
    const { path, body } = await sent(
      post(`/api/2.0/mlflow/logged-models/${MODEL}/tags`, {
        filter: `run_id = '${RUN}'`,
        source: 'models:/scoring/1',
        tags: [{ key: 'mlflow.modelVersions', value: '[{"name": "scoring", "version": 1}]' }],
      }),
    );
    expect(path).toBe(`/api/2.0/mlflow/logged-models/${LIVE_MODEL}/tags`);
    expect(JSON.parse(body)).toEqual({
      filter: `run_id = '${LIVE_RUN}'`,
      source: 'models:/scoring/7',
      tags: [{ key: 'mlflow.modelVersions', value: '[{"name":"scoring","version":7}]' }],
    });
  });

  test('follows the live layout of artifacts, in paths and inside text files', async () => {
    const { path, body } = await sent({
      request: {
        method: 'PUT',
        path: `/api/2.0/mlflow-artifacts/artifacts/1/models/${MODEL}/artifacts/MLmodel`,
        body: { text: `artifact_path: mlflow-artifacts:/1/models/${MODEL}/artifacts\nrun_id: ${RUN}\n` },
      },
      response: { status: 200 },
    });
    expect(path).toBe(`/api/2.0/mlflow-artifacts/artifacts/store/${LIVE_MODEL}/MLmodel`);
    expect(body).toBe(`artifact_path: mlflow-artifacts:/store/${LIVE_MODEL}\nrun_id: ${LIVE_RUN}\n`);

    const listing = await sent(get(`/api/2.0/mlflow-artifacts/artifacts?path=1%2F${RUN}%2Fartifacts%2Fplots`));
    expect(listing.path).toBe(`/api/2.0/mlflow-artifacts/artifacts?path=store%2F${LIVE_RUN}%2Fplots`);
  });

  test('sends the token, and tells how far it is', async () => {
    const { baseUrl, seen } = await listen(renumbering);
    const steps: string[] = [];
    const result = await replay({
      recording: recording(CREATE_EXPERIMENT, CREATE_RUN),
      baseUrl,
      token: 'secret',
      onProgress: ({ done, total, path }) => steps.push(`${done}/${total} ${path}`),
    });
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer secret', 'Bearer secret']);
    expect(steps).toEqual(['1/2 /api/2.0/mlflow/experiments/create', '2/2 /api/2.0/mlflow/runs/create']);
    expect(result).toEqual({ requests: 2, ids: 2 });
  });

  test('stops at the first answer of another status class, and says which', async () => {
    const { baseUrl, seen } = await listen(({ path }) =>
      path.endsWith('/runs/create') ? { status: 403, json: { error_code: 'PERMISSION_DENIED' } } : { status: 200 },
    );
    const failure = await replay({ recording: recording(CREATE_EXPERIMENT, CREATE_RUN, CREATE_MODEL), baseUrl }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ReplayError);
    expect((failure as ReplayError).failure).toEqual({
      index: 1,
      method: 'POST',
      path: '/api/2.0/mlflow/runs/create',
      expected: 200,
      actual: 403,
      body: '{"error_code":"PERMISSION_DENIED"}',
    });
    expect(seen).toHaveLength(2);
  });

  test('says so where nobody answers', async () => {
    const failure = await replay({ recording: recording(CREATE_RUN), baseUrl: 'http://127.0.0.1:9' }).catch(
      (error: unknown) => error,
    );
    expect((failure as ReplayError).failure).toMatchObject({ index: 0, actual: undefined });
  });
});
