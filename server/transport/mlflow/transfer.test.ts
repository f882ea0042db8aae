import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { nameOf } from '../../storage/blobs/blobs.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';

const base = '/mlflow-artifacts/artifacts';
const bytes = randomBytes(1_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');

let app: TestApp;
let mlflow: MlflowCaller;
let run: string;
let authorization: string;
beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
  run = await mlflow.run();
  authorization = `Bearer ${await app.token('ml_engineer')}`;
  for (const [path, body] of [['file', bytes], ['empty', ''], ['folder/a/deep', 'x'], ['folder/b', 'yy']] as const) {
    expect((await put(path, body)).status).toBe(200);
  } // prettier-ignore
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const put = (path: string, body: RequestInit['body'], headers: Record<string, string> = {}) =>
  mlflow.raw('PUT', `${base}/0/${run}/artifacts/${path}`, body, headers);
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${app.url}${path}`, { method, headers: { authorization, ...headers } });
const getFile = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  get(`/api/2.0${base}/0/${run}/artifacts/${path}`, headers, method);

describe('a file is sent', () => {
  test('whole, with its digest', async () => {
    const answer = await getFile('file');
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '1000',
      'content-disposition': 'attachment; filename=file',
      'accept-ranges': 'bytes',
      etag: `"${sha256}"`,
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    });
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=10-19', 10, 19],
    ['bytes=990-', 990, 999],
    ['bytes=-5', 995, 999],
    ['bytes=-5000', 0, 999],
    ['bytes=999-5000', 999, 999],
  ])('in part for %s', async (range, start, end) => {
    const answer = await getFile('file', { range });
    const part = Buffer.from(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/1000`]);
    expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  test.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    'not for %s, which lies outside',
    async (range) => {
      const answer = await getFile('file', { range });
      expect([answer.status, answer.headers.get('content-range'), await answer.text()]).toEqual([
        416,
        'bytes */1000',
        '',
      ]);
    },
  );

  test.each(['bytes=5-2', 'bytes=a-b', 'bytes', 'lines=1-2', 'bytes=0-1,5-6', 'bytes=--1', ''])(
    'whole for %j, which is no range that it knows',
    async (range) => {
      const answer = await getFile('file', { range });
      expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 1000]);
    },
  );

  test('when it is empty, and no range of it', async () => {
    const whole = await getFile('empty');
    expect([whole.status, whole.headers.get('content-length'), await whole.text()]).toEqual([200, '0', '']);
    const part = await getFile('empty', { range: 'bytes=0-0' });
    expect([part.status, part.headers.get('content-range')]).toEqual([416, 'bytes */0']);
  });

  test('only to who has it not', async () => {
    for (const tag of [`"${sha256}"`, `W/"${sha256}"`, `"other", "${sha256}"`, '*']) {
      const answer = await getFile('file', { 'if-none-match': tag });
      expect([answer.status, await answer.text()]).toEqual([304, '']);
    }
    expect((await getFile('file', { 'if-none-match': `"${'0'.repeat(64)}"` })).status).toBe(200);
  });

  test('whole when a range was for other bytes', async () => {
    const range = 'bytes=0-0';
    expect((await getFile('file', { range, 'if-range': `"${sha256}"` })).status).toBe(206);
    expect((await getFile('file', { range, 'if-range': '"other"' })).status).toBe(200);
  });

  test('without its bytes for HEAD', async () => {
    const answer = await getFile('file', {}, 'HEAD');
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '1000', '']);
    expect((await getFile('nothing', {}, 'HEAD')).status).toBe(404);
    expect((await getFile('file', { range: 'bytes=0-9' }, 'HEAD')).headers.get('content-length')).toBe('10');
  });

  test('not when it is a folder, or its bytes are gone', async () => {
    expect((await getFile('folder')).status).toBe(404);
    for (const [path, damage] of [
      ['cut', (name: string) => app.artifacts.leave(name)],
      ['lost', (name: string) => app.artifacts.lose(name)],
    ] as const) {
      await put(path, path);
      const digest = createHash('sha256').update(path).digest('hex');
      await damage(nameOf({ sha256: digest }));
      const answer = await getFile(path);
      expect([answer.status, await answer.json()]).toMatchObject([404, { error_code: 'RESOURCE_DOES_NOT_EXIST' }]);
    }
  });
});

describe('a file is taken', () => {
  const text = 'announced';
  const right = createHash('sha256').update(text).digest('base64');
  const wrong = createHash('sha256').update('other').digest('base64');

  test.each([
    ['content-digest', (digest: string) => `sha-512=:AAAA:, sha-256=:${digest}:`],
    ['repr-digest', (digest: string) => `sha-256=:${digest}:`],
    ['x-amz-checksum-sha256', (digest: string) => digest],
  ])('only with the digest that %s announced', async (header, value) => {
    const refused = await put(`by-${header}`, text, { [header]: value(wrong) });
    expect([refused.status, refused.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect((await getFile(`by-${header}`)).status).toBe(404);
    expect((await put(`by-${header}`, text, { [header]: value(right) })).status).toBe(200);
  });

  test('of the root not at all', async () => {
    expect((await put('', 'x')).status).toBe(400);
  });
});

describe('files are listed and sent elsewhere too', () => {
  let model: string;
  beforeAll(async () => {
    const made = await mlflow.post('logged-models', { experiment_id: '0', name: 'm', source_run_id: run });
    model = made.body.model.info.model_id as string;
    const path = `${base}/0/models/${model}/artifacts`;
    await mlflow.raw('PUT', `${path}/MLmodel`, 'flavors: {}');
    await mlflow.raw('PUT', `${path}/data/model.pkl`, bytes);
  });

  test('by the run', async () => {
    const root = await mlflow.get('artifacts/list', { run_id: run });
    expect(root.body).toMatchObject({ root_uri: `mlflow-artifacts:/0/${run}/artifacts` });
    expect(root.body.files).toContainEqual({ path: 'file', is_dir: false, file_size: 1000 });
    const folder = await mlflow.get('artifacts/list', { run_uuid: run, path: 'folder' });
    expect(folder.body.files).toEqual([
      { path: 'folder/a', is_dir: true },
      { path: 'folder/b', is_dir: false, file_size: 2 },
    ]);
    expect((await mlflow.get('artifacts/list', { run_id: run, path: 'file' })).body.files).toEqual([]);
    for (const path of ['..', '/etc', 'a/../../b', '%2e%2e']) {
      expect((await mlflow.get('artifacts/list', { run_id: run, path })).status).toBe(400);
    }
    expect((await mlflow.get('artifacts/list', { run_id: '0'.repeat(32) })).status).toBe(404);
  });

  test('by the logged model', async () => {
    const root = await mlflow.get(`logged-models/${model}/artifacts/directories`);
    expect(root.body).toEqual({
      root_uri: `mlflow-artifacts:/0/models/${model}/artifacts`,
      files: [
        { path: 'MLmodel', is_dir: false, file_size: 11 },
        { path: 'data', is_dir: true },
      ],
    });
    const query = { artifact_directory_path: 'data' };
    const folder = await mlflow.get(`logged-models/${model}/artifacts/directories`, query);
    expect(folder.body.files).toEqual([{ path: 'data/model.pkl', is_dir: false, file_size: 1000 }]);
    const file = await get(`/ajax-api/2.0/mlflow/logged-models/${model}/artifacts/files?artifact_file_path=MLmodel`);
    expect(await file.text()).toBe('flavors: {}');
    expect((await mlflow.get(`logged-models/m-${'0'.repeat(32)}/artifacts/directories`)).status).toBe(404);
  });

  test('at the root, as MLflow’s pages ask', async () => {
    const file = await get(`/get-artifact?run_uuid=${run}&path=folder/b`);
    expect([file.status, await file.text()]).toEqual([200, 'yy']);
    await mlflow.post('registered-models/create', { name: 'reg' });
    for (const source of [`models:/${model}`, `mlflow-artifacts:/0/models/${model}/artifacts`]) {
      const { body } = await mlflow.post('model-versions/create', { name: 'reg', source });
      const { version } = body.model_version as { version: string };
      const part = await get(`/model-versions/get-artifact?name=reg&version=${version}&path=data/model.pkl`);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes)).toBe(true);
    }
    for (const path of ['../../x', '/etc/passwd', '%252e%252e/x', 'a%00b']) {
      expect((await get(`/get-artifact?run_id=${run}&path=${path}`)).status).toBe(400);
      expect((await get(`/model-versions/get-artifact?name=reg&version=1&path=${path}`)).status).toBe(400);
    }
    expect((await fetch(`${app.url}/get-artifact?run_id=${run}&path=file`)).status).toBe(401);
    const stranger = await app.token('ml_engineer', 'other');
    expect((await get(`/get-artifact?run_id=${run}&path=file`, { authorization: `Bearer ${stranger}` })).status).toBe(
      404,
    );
    const reviewer = await app.token('compliance_reviewer');
    expect((await get(`/get-artifact?run_id=${run}&path=file`, { authorization: `Bearer ${reviewer}` })).status).toBe(
      403,
    );
    expect((await get('/get-artifact-else')).status).toBe(404);
  });
});
