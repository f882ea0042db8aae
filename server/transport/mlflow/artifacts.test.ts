import { createHash } from 'node:crypto';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { placeInProxy } from '../../domain/artifacts/artifact-path.ts';
import { artifactsIn } from '../../domain/artifacts/artifact.read-model.ts';
import { fromHex } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';

let app: TestApp;
let mlflow: MlflowCaller;
let run: string;
let root: string;
beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
  run = await mlflow.run();
  root = `0/${run}/artifacts`;
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const base = '/mlflow-artifacts/artifacts';
const put = (path: string, body: RequestInit['body'], by = mlflow) => by.raw('PUT', `${base}/${path}`, body);
const list = async (path: string) => (await mlflow.raw('GET', `${base}?path=${encodeURIComponent(path)}`)).body.files;
const filesLeft = async () => (await app.artifacts.names()).length;

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
const history = (path: string) =>
  app.database.read
    .selectFrom('artifact')
    .select(['sha256', 'valid_from', 'valid_to'])
    .where('run_id', '=', fromHex(run)!)
    .where('path', '=', path)
    .orderBy('id')
    .execute();

describe('the address of MLflow’s own pages for uploads', () => {
  const upload = (query: Record<string, string>, body?: string) =>
    mlflow.raw('POST', `/mlflow/upload-artifact?${new URLSearchParams(query).toString()}`, body);

  test('takes a file', async () => {
    expect((await upload({ run_uuid: run, path: 'up/loaded.txt' }, 'bytes')).status).toBe(200);
    const { status, body } = await mlflow.raw('GET', `${base}/${root}/up/loaded.txt`);
    expect([status, body]).toEqual([200, 'bytes']);
    expect((await mlflow.raw('DELETE', `${base}/${root}/up/loaded.txt`)).status).toBe(200);
  });

  test.each<[string, Record<string, string>, number]>([
    ['Request must specify run_uuid.', { path: 'a' }, 400],
    ['Request must specify path.', { run_uuid: '0' }, 400],
    ['Run with id=0 not found', { run_uuid: '0', path: 'a' }, 404],
  ])('says %s', async (message, query, status) => {
    expect(await upload(query)).toMatchObject({ status, body: { message } });
  });

  test('says what else is missing or wrong', async () => {
    expect((await upload({ run_uuid: run, path: 'a' })).body.message).toBe('Request must specify data.');
    expect((await upload({ run_uuid: run, path: '../a' }, 'bytes')).body.message).toBe('Invalid path');
  });
});

test('a path that leaves its place is refused before its version is looked for, and slashes at the front count once', async () => {
  const token = await app.token('ml_engineer');
  const asked = `${app.url}//model-versions/get-artifact?name=nothing&version=1&path=..%2Fpath`;
  const answer = await fetch(asked, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ error_code: 'INVALID_PARAMETER_VALUE', message: 'Invalid path' });
});

describe('artifacts', () => {
  test('are kept, listed, read back and removed', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    expect((await put(`${root}/plots/a b.png`, bytes)).status).toBe(200);
    expect((await put(`${root}/note.txt`, 'hello')).status).toBe(200);
    expect((await put(`${root}/note.txt`, 'hello again')).status).toBe(200);
    expect((await put(`${root}/empty`, '')).status).toBe(200);
    expect(await list(root)).toEqual([
      { path: 'empty', is_dir: false, file_size: 0 },
      { path: 'note.txt', is_dir: false, file_size: 11 },
      { path: 'plots', is_dir: true },
    ]);
    expect(await list(`${root}/plots`)).toEqual([{ path: 'a b.png', is_dir: false, file_size: 5 }]);
    expect(await list(`${root}/nothing`)).toEqual([]);
    const token = await app.token('ml_engineer');
    const read = await fetch(`${app.url}/api/2.0${base}/${root}/plots/a%20b.png`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(Buffer.from(await read.arrayBuffer())).toEqual(bytes);
    expect(read.headers.get('content-disposition')).toBe('attachment; filename="a b.png"');
    expect((await mlflow.raw('DELETE', `${base}/${root}/plots`)).status).toBe(200);
    expect((await mlflow.raw('GET', `${base}/${root}/plots/a%20b.png`)).body.error_code).toBe(
      'RESOURCE_DOES_NOT_EXIST',
    );
  });

  test('leave an event with their digest', async () => {
    await put(`${root}/model.pkl`, 'bytes');
    await app.aval.integrator.integrate();
    const event = await app.database.read
      .selectFrom('event_log')
      .selectAll()
      .orderBy('idx', 'desc')
      .limit(1)
      .executeTakeFirst();
    const sha256 = sha256Of('bytes');
    expect(event).toMatchObject({
      action: 'artifact.written',
      subject_kind: 'Run',
      subject_id: fromHex(run),
      details: { path: 'model.pkl', bytes: 5, sha256 },
    });
  });

  test('are written by many at once without a mixture', async () => {
    const texts = Array.from({ length: 10 }, (_, i) => String(i).repeat(200_000));
    await Promise.all(texts.map((text) => put(`${root}/contended`, text)));
    const open = (await mlflow.raw('GET', `${base}/${root}/contended`)).body as string;
    expect(texts).toContain(open);
    const past = await history('contended');
    expect(past).toHaveLength(10);
    expect(past.map(({ sha256 }) => sha256).sort()).toEqual(texts.map(sha256Of).sort());
    past.forEach(({ valid_to }, i) => expect(valid_to).toEqual(past[i + 1]?.valid_from ?? null));
    expect(past.at(-1)!.sha256).toBe(sha256Of(open));
  });

  test('keep what lay at a path, and when', async () => {
    const base = `${root}/versions`;
    for (const text of ['first', 'second', 'second', 'first']) expect((await put(`${base}/a`, text)).status).toBe(200);
    await put(`${base}/b`, 'other');
    const removed = await mlflow.raw('DELETE', `/mlflow-artifacts/artifacts/${base}`);
    expect([removed.status, removed.body]).toEqual([200, {}]);
    expect(await list(base)).toEqual([]);
    expect((await mlflow.raw('DELETE', `/mlflow-artifacts/artifacts/${base}`)).status).toBe(404);
    await put(`${base}/a`, 'third');
    const past = await history('versions/a');
    expect(past.map((row) => [row.sha256, row.valid_to === null])).toEqual([
      [sha256Of('first'), false],
      [sha256Of('second'), false],
      [sha256Of('first'), false],
      [sha256Of('third'), true],
    ]);
    expect(past.slice(0, 2).map((row) => row.valid_to)).toEqual(past.slice(1, 3).map((row) => row.valid_from));
    await app.aval.integrator.integrate();
    const events = await app.database.read
      .selectFrom('event_log')
      .select(['action', 'details'])
      .where('subject_id', '=', fromHex(run)!)
      .orderBy('idx', 'desc')
      .limit(3)
      .execute();
    expect(events).toMatchObject([
      { action: 'artifact.written', details: { path: 'versions/a' } },
      { action: 'artifact.deleted', details: { path: 'versions', files: 2 } },
      { action: 'artifact.written', details: { path: 'versions/b' } },
    ]);
  });

  test('of a folder are listed in two statements, however many they are', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => put(`${root}/many/${i % 7}/${i}`, String(i))));
    const token = await app.token('ml_engineer');
    const context = app.aval.contextFor(await app.aval.services.identity.authenticate(token));
    const place = placeInProxy(`${root}/many`.split('/'));
    const { result, statements } = await countStatements(() => artifactsIn(context, place));
    expect([result.length, statements]).toEqual([7, 2]);
  });

  test('whose upload breaks off leave nothing', async () => {
    const before = await filesLeft();
    const token = await app.token('ml_engineer');
    const port = Number(new URL(app.url).port) satisfies AddressInfo['port'];
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          `PUT /api/2.0${base}/${root}/half HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(10_000)}`,
        );
        setTimeout(() => socket.destroy(), 300);
      });
      socket.on('close', () => resolve()).on('error', reject);
    });
    await expect.poll(filesLeft).toBe(before);
    expect((await list(root)).map((file: { path: string }) => file.path)).not.toContain('half');
  });
});

describe('a path', () => {
  test.each([
    '0/../../../etc/passwd',
    'RUN/..%2f..%2f..%2fetc%2fpasswd',
    'RUN/%2e%2e/%2e%2e/x',
    'RUN/%252e%252e/x',
    'RUN/..%5c..%5cx',
    'RUN/%00',
    'RUN/a%2f..%2f..%2fb',
    '%2fetc/passwd',
    '/etc/passwd',
    '.uploads/x',
    'RUN/%zz',
    'elsewhere/x',
    `0/${'0'.repeat(32)}/artifacts/x`,
    `1/RUNID/artifacts/x`,
    `0/models/m-${'0'.repeat(32)}/artifacts/x`,
  ])('that leads elsewhere is refused: %s', async (path) => {
    const before = await filesLeft();
    const target = `/api/2.0${base}/${path.replace('RUNID', run).replace('RUN', root)}`;
    for (const method of ['GET', 'PUT', 'DELETE']) {
      // by hand: a browser's fetch would resolve the dots
      const status = await rawStatus(method, target);
      expect([400, 404]).toContain(status);
    }
    expect(await filesLeft()).toBe(before);
    const listed = await mlflow.raw('GET', `${base}?path=${path.replace('RUNID', run).replace('RUN', root)}`);
    expect(listed.body.files ?? []).toEqual([]);
  });

  test('of more than 1000 bytes is refused', async () => {
    expect((await put(`${root}/${'x'.repeat(1_000)}`, 'x')).status).toBe(200);
    const long = await put(`${root}/${'x'.repeat(1_001)}`, 'x');
    expect([long.status, long.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  test('of another project is not there', async () => {
    const stranger = mlflowCaller(app, 'ml_engineer', 'other');
    await stranger.run();
    await put(`${root}/mine`, 'x');
    expect((await stranger.raw('GET', `${base}/${root}/mine`)).status).toBe(404);
    expect((await put(`${root}/mine`, 'theirs', stranger)).status).toBe(404);
  });

  test('cannot be both a file and a folder', async () => {
    await put(`${root}/file`, 'x');
    expect((await put(`${root}/file/below`, 'x')).body.error_code).toBe('INVALID_PARAMETER_VALUE');
    await put(`${root}/folder/below`, 'x');
    expect((await put(`${root}/folder`, 'x')).body.error_code).toBe('INVALID_PARAMETER_VALUE');
  });
});

test('a reviewer sees no raw files, ingest writes them only', async () => {
  await put(`${root}/sample.csv`, 'a,b');
  const reviewer = mlflowCaller(app, 'compliance_reviewer');
  expect((await reviewer.raw('GET', `${base}/${root}/sample.csv`)).status).toBe(403);
  const ingest = mlflowCaller(app, 'ingest');
  expect((await put(`${root}/other.csv`, 'a,b', ingest)).status).toBe(200);
  expect((await ingest.raw('GET', `${base}/${root}/other.csv`)).status).toBe(403);
});

async function rawStatus(method: string, target: string): Promise<number> {
  const token = await app.token('ml_engineer');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () =>
      socket.write(
        `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Length: 1\r\n\r\nx`,
      ),
    );
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('close', () => resolve(Number(text.slice(9, 12))));
    socket.on('error', reject);
  });
}
