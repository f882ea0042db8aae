import { createHash } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
const filesLeft = async () =>
  (await readdir(app.artifactsFolder, { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).length;

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
    expect(read.headers.get('content-disposition')).toBe('attachment');
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
    const sha256 = createHash('sha256').update('bytes').digest('hex');
    expect(event).toMatchObject({
      action: 'artifact.written',
      subject_kind: 'Run',
      details: { path: `${root}/model.pkl`, bytes: 5, sha256 },
    });
  });

  test('are written by many at once without a mixture', async () => {
    const texts = Array.from({ length: 10 }, (_, i) => String(i).repeat(200_000));
    await Promise.all(texts.map((text) => put(`${root}/contended`, text)));
    expect(texts).toContain((await mlflow.raw('GET', `${base}/${root}/contended`)).body);
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

  test('over a link is refused', async () => {
    const folder = join(app.artifactsFolder, app.projectId, root);
    await mkdir(folder, { recursive: true });
    await writeFile(join(app.artifactsFolder, 'outside.txt'), 'secret');
    await symlink(app.artifactsFolder, join(folder, 'link'));
    await symlink(join(app.artifactsFolder, 'outside.txt'), join(folder, 'direct'));
    for (const path of ['link/outside.txt', 'direct']) {
      expect((await mlflow.raw('GET', `${base}/${root}/${path}`)).status).toBe(404);
      expect((await put(`${root}/${path}`, 'changed')).status).toBe(404);
      expect((await mlflow.raw('DELETE', `${base}/${root}/${path}`)).status).toBe(404);
    }
    expect((await list(root)).map((file: { path: string }) => file.path)).not.toContain('link');
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
