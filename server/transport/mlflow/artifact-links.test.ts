import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemActor } from '../../domain/store.ts';
import type { Clock } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';

let ahead = 0;
const clock: Clock = { now: () => new Date(Date.now() + ahead) };

let app: TestApp;
let mlflow: MlflowCaller;
let run: string;
let root: string;
beforeAll(async () => {
  app = await startTestApp({ clock });
  mlflow = mlflowCaller(app);
  run = await mlflow.run();
  root = `0/${run}/artifacts`;
});
afterEach(() => {
  ahead = 0;
  expect(app.internalErrors).toEqual([]);
});
afterAll(() => app.close());

const post = (path: string, body: object, by = mlflow) => by.raw('POST', path, JSON.stringify(body));
const underWay = async () => (await app.artifacts.names()).filter((name) => name.startsWith('uploads'));
const read = async (path: string) => (await mlflow.raw('GET', `/mlflow-artifacts/artifacts/${root}/${path}`)).body;
const send = (url: string, body: RequestInit['body']) => fetch(url, { method: 'PUT', body: body! });

describe('a multipart upload', () => {
  const mpu = (step: string, folder: string, body: object, by = mlflow) =>
    post(`/mlflow-artifacts/mpu/${step}/${root}/${folder}`, body, by);

  async function begin(folder: string, path: string, count: number) {
    const { status, body } = await mpu('create', folder, { path, num_parts: count });
    expect(status).toBe(200);
    return body as { upload_id: string; credentials: { url: string; part_number: number; headers: object }[] };
  }

  test('makes one file of its parts, which need no token', async () => {
    const bytes = randomBytes(3_000).toString('hex');
    const { upload_id, credentials } = await begin('big', '/home/me/model.bin', 3);
    expect(credentials.map(({ part_number, headers }) => [part_number, headers])).toEqual(
      [1, 2, 3].map((n) => [n, {}]),
    );
    const parts = await Promise.all(
      credentials.map(async ({ url, part_number }) => {
        const part = await send(url, bytes.slice((part_number - 1) * 2_000, part_number * 2_000));
        return { part_number, etag: part.headers.get('etag'), url };
      }),
    );
    expect(await read('big/model.bin')).toMatchObject({ error_code: 'RESOURCE_DOES_NOT_EXIST' });
    const request = { path: '/home/me/model.bin', upload_id, parts };
    expect((await mpu('complete', 'big', request)).status).toBe(200);
    expect(await read('big/model.bin')).toBe(bytes);
    expect(await underWay()).toEqual([]);
    expect((await mpu('complete', 'big', request)).status).toBe(404);
    expect((await send(credentials[0]!.url, 'more')).status).toBe(401);
  });

  test('to the root of a run comes from a path of Windows too', async () => {
    const { upload_id, credentials } = await begin('', 'C:\\models\\a.txt', 1);
    const etag = (await send(credentials[0]!.url, 'text')).headers.get('etag');
    const parts = [{ part_number: 1, etag }];
    expect((await mpu('complete', '', { path: 'C:\\models\\a.txt', upload_id, parts })).status).toBe(200);
    expect(await read('a.txt')).toBe('text');
  });

  test('that is given up leaves nothing', async () => {
    const { upload_id, credentials } = await begin('', 'gone', 2);
    expect((await send(credentials[0]!.url, 'half')).status).toBe(200);
    expect((await mpu('abort', '', { path: 'gone', upload_id })).status).toBe(200);
    expect(await underWay()).toEqual([]);
    expect((await send(credentials[1]!.url, 'half')).status).toBe(401);
    expect((await mpu('abort', '', { path: 'gone', upload_id })).status).toBe(404);
  });

  test('is of one path, one person and one day', async () => {
    const { upload_id, credentials } = await begin('', 'mine', 1);
    const etag = (await send(credentials[0]!.url, 'x')).headers.get('etag');
    const parts = [{ part_number: 1, etag }];
    const other = mlflowCaller(app, 'data_engineer');
    expect((await mpu('complete', '', { path: 'mine', upload_id, parts }, other)).status).toBe(404);
    expect((await mpu('complete', '', { path: 'yours', upload_id, parts })).status).toBe(404);
    for (const wrong of ['x', '0'.repeat(36), toUuid(0)]) {
      expect((await mpu('complete', '', { path: 'mine', upload_id: wrong, parts })).status).toBe(404);
    }
    ahead = 86_401_000;
    expect((await send(credentials[0]!.url, 'x')).status).toBe(401);
    expect((await mpu('complete', '', { path: 'mine', upload_id, parts })).status).toBe(404);
    expect(await app.aval.services.artifacts.sweep()).toBe(1);
    expect(await underWay()).toEqual([]);
    const tickets = app.database.read.selectFrom('artifact_ticket').select('id').where('id', '=', upload_id);
    expect(await tickets.execute()).toHaveLength(1);
    ahead += 86_401_000;
    await app.aval.services.artifacts.sweep();
    expect(await tickets.execute()).toEqual([]);
  });

  test.each([
    ['num_parts', { path: 'x', num_parts: 0 }],
    ['num_parts', { path: 'x', num_parts: 10_001 }],
    ['num_parts', { path: 'x', num_parts: 'many' }],
    ['path', { num_parts: 1 }],
    ['path', { path: '/home/me/', num_parts: 1 }],
    ['path', { path: '..', num_parts: 1 }],
    ['path', { path: '%2e%2e', num_parts: 1 }],
    ['path', { path: 'a\nb', num_parts: 1 }],
  ])('is refused for a bad %s: %j', async (_field, body) => {
    const { status, body: answer } = await mpu('create', '', body);
    expect([status, answer.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(await underWay()).toEqual([]);
  });

  test('with a bad part is refused, and may go on', async () => {
    const { upload_id, credentials } = await begin('', 'parts', 1);
    const etag = (await send(credentials[0]!.url, 'x')).headers.get('etag');
    for (const parts of [[], [{ part_number: 2, etag }], [{ part_number: 1, etag: 'no' }], [{ part_number: 1 }], [{ part_number: 1, etag: '../../x' }]]) {
      expect((await mpu('complete', '', { path: 'parts', upload_id, parts })).status).toBe(400);
    } // prettier-ignore
    for (const number of ['0', '-1', '1.5', 'x', '10001']) {
      expect((await send(credentials[0]!.url.replace(/1$/, number), 'x')).status).toBe(400);
    }
    const parts = [{ part_number: 1, etag }];
    expect((await mpu('complete', '', { path: 'parts', upload_id, parts })).status).toBe(200);
  });
});

describe('a link', () => {
  const download = (body: object, by = mlflow) => post('/mlflow/artifacts/presigned-download-url', body, by);
  const upload = (body: object, by = mlflow) => post('/mlflow/artifacts/presigned-upload-url', body, by);
  beforeAll(() => mlflow.raw('PUT', `/mlflow-artifacts/artifacts/${root}/file`, '0123456789'));

  test('reads the bytes that lay there when it was asked for', async () => {
    const proxied = await mlflow.raw('GET', `/mlflow-artifacts/presigned/${root}/file`);
    expect(proxied.body).toEqual({ url: expect.any(String) as string, headers: {}, file_size: 10 });
    const direct = await download({ run_id: run, path: 'file' });
    expect(direct.body).toEqual({ presigned_url: expect.any(String) as string, headers: {}, file_size: 10 });
    await mlflow.raw('PUT', `/mlflow-artifacts/artifacts/${root}/file`, 'later');
    for (const url of [proxied.body.url, direct.body.presigned_url]) {
      const part = await fetch(url as string, { headers: { range: 'bytes=2-4' } });
      expect([part.status, await part.text()]).toEqual([206, '234']);
      expect((await send(url as string, 'x')).status).toBe(401);
    }
    await mlflow.raw('PUT', `/mlflow-artifacts/artifacts/${root}/file`, '0123456789');
  });

  test('writes one path, of a run or a logged model', async () => {
    const made = await mlflow.post('logged-models', { experiment_id: '0', name: 'm' });
    const model_id = made.body.model.info.model_id as string;
    for (const owner of [{ run_id: run }, { model_id, run_id: '' }]) {
      const { body } = await upload({ ...owner, path: 'linked/x' });
      expect((await fetch(body.presigned_url as string)).status).toBe(401);
      expect((await send(body.presigned_url as string, 'by a link')).status).toBe(200);
    }
    expect(await read('linked/x')).toBe('by a link');
    const listed = await mlflow.get(`logged-models/${model_id}/artifacts/directories`, {
      artifact_directory_path: 'linked',
    });
    expect(listed.body.files).toEqual([{ path: 'linked/x', is_dir: false, file_size: 9 }]);
  });

  test('ends in time', async () => {
    const { body } = await download({ run_id: run, path: 'file', expiration: 60 });
    expect((await fetch(body.presigned_url as string)).status).toBe(200);
    ahead = 61_000;
    const late = await fetch(body.presigned_url as string);
    expect([late.status, await late.text()]).toEqual([
      401,
      'This link is not known, or it has ended. Ask for a new one.',
    ]);
  });

  test('holds no longer than its owner’s right', async () => {
    const temporary = mlflowCaller(app, 'data_scientist');
    const { body } = await download({ run_id: run, path: 'file' }, temporary);
    const url = body.presigned_url as string;
    expect((await fetch(url)).status).toBe(200);
    const { principalId } = await app.aval.services.identity.authenticate(await app.token('data_scientist'));
    await app.aval.services.grants.revokeRole(systemActor, { principalId, role: 'data_scientist' });
    expect((await fetch(url)).status).toBe(403);
    await app.database.write((db) =>
      db.updateTable('principal').set({ suspended_at: new Date() }).where('id', '=', principalId).execute(),
    );
    expect((await fetch(url)).status).toBe(401);
  });

  test('is in the log', async () => {
    await upload({ run_id: run, path: 'logged', expiration: 5 });
    await app.aval.integrator.integrate();
    const events = app.database.read.selectFrom('event_log').select(['action', 'subject_kind', 'details']);
    expect(await events.orderBy('idx', 'desc').limit(1).executeTakeFirst()).toEqual({
      action: 'artifact.link-issued',
      subject_kind: 'Run',
      details: { path: 'logged', use: 'write', seconds: 5 },
    });
  });

  test('is refused where the request is', async () => {
    const reviewer = mlflowCaller(app, 'compliance_reviewer');
    const ingest = mlflowCaller(app, 'ingest');
    const stranger = mlflowCaller(app, 'ml_engineer', 'other');
    const path = 'file';
    expect((await download({ run_id: run, path }, reviewer)).status).toBe(403);
    expect((await upload({ run_id: run, path }, reviewer)).status).toBe(403);
    expect((await download({ run_id: run, path }, ingest)).status).toBe(403);
    expect((await upload({ run_id: run, path }, ingest)).status).toBe(200);
    expect((await download({ run_id: run, path }, stranger)).status).toBe(404);
    expect((await upload({ run_id: run, path }, stranger)).status).toBe(404);
    expect((await download({ run_id: run, path: 'nothing' })).status).toBe(404);
    for (const bad of [{ path: '../x' }, { path: '' }, {}, { path, expiration: 0 }, { path, expiration: 604_801 }, { path, expiration: 'x' }]) {
      expect((await download({ run_id: run, ...bad })).status).toBe(400);
      expect((await upload({ run_id: run, ...bad })).status).toBe(400);
    } // prettier-ignore
    expect((await upload({ path })).status).toBe(400);
    expect((await upload({ path, run_id: run, model_id: `m-${run}` })).status).toBe(400);
    expect((await fetch(`${app.url}/api/2.0/mlflow-artifacts/tickets/unknown`)).status).toBe(401);
  });
});

const toUuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
