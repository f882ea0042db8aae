import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { bucketEndpoint } from '../../testing/blobs.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';

// Where artifacts are in a bucket, a file is read and its parts are written by links of the bucket's own: those of a folder are
// in artifact-links.test.ts.
describe.skipIf(bucketEndpoint === undefined)('a bucket', () => {
  let app: TestApp;
  let mlflow: MlflowCaller;
  let root: string;
  let run_id: string;
  beforeAll(async () => {
    app = await startTestApp();
    mlflow = mlflowCaller(app);
    run_id = await mlflow.run();
    root = `0/${run_id}/artifacts`;
  });
  afterEach(async () => {
    expect(app.internalErrors).toEqual([]);
    expect((await app.artifacts.names()).filter((name) => name.startsWith('uploads'))).toEqual([]);
  });
  afterAll(() => app.close());

  const post = (path: string, body: object) => mlflow.raw('POST', path, JSON.stringify(body));
  const mpu = (step: string, body: object) => post(`/mlflow-artifacts/mpu/${step}/${root}/big`, body);
  const link = async (path: string): Promise<string> =>
    (await post('/mlflow/artifacts/presigned-download-url', { run_id, path })).body.presigned_url as string;
  const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  interface Upload {
    upload_id: string;
    credentials: { url: string; part_number: number }[];
  }
  async function begin(path: string, num_parts: number): Promise<Upload> {
    const { status, body } = await mpu('create', { path, num_parts });
    expect(status).toBe(200);
    return body as Upload;
  }
  async function put(url: string, bytes: Buffer): Promise<string> {
    expect(new URL(url).origin).toBe(bucketEndpoint);
    const answer = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
    expect(answer.status).toBe(200);
    return answer.headers.get('etag')!;
  }

  const least = 5 * 1024 ** 2; // of a part that is not the last

  test('joins parts that were sent to it, and what comes of them has the digest of its bytes', async () => {
    const bytes = randomBytes(2 * least + 1_000);
    const { upload_id, credentials } = await begin('model.bin', 3);
    const parts = await Promise.all(
      credentials.map(async ({ url, part_number }) => ({
        part_number,
        etag: await put(url, bytes.subarray((part_number - 1) * least, part_number * least)),
      })),
    );
    expect((await mpu('complete', { path: 'model.bin', upload_id, parts })).status).toBe(200);
    const read = await fetch(await link('big/model.bin'));
    expect(digestOf(Buffer.from(await read.arrayBuffer()))).toBe(digestOf(bytes));
    const proxied = await fetch(`${app.url}/api/2.0/mlflow-artifacts/artifacts/${root}/big/model.bin`, {
      headers: { authorization: `Bearer ${await app.token('ml_engineer')}`, range: `bytes=${least - 2}-${least + 1}` },
    });
    expect(proxied.headers.get('etag')).toBe(`"${digestOf(bytes)}"`);
    expect(Buffer.from(await proxied.arrayBuffer())).toEqual(bytes.subarray(least - 2, least + 2));
    expect((await mpu('complete', { path: 'model.bin', upload_id, parts })).status).toBe(404);
  });

  test('keeps nothing of parts that were given up', async () => {
    const { upload_id, credentials } = await begin('gone', 2);
    await put(credentials[0]!.url, randomBytes(10));
    expect((await mpu('abort', { path: 'gone', upload_id })).status).toBe(200);
    expect((await fetch(credentials[1]!.url, { method: 'PUT', body: 'x' })).ok).toBe(false);
    expect((await mpu('complete', { path: 'gone', upload_id, parts: [{ part_number: 1, etag: 'x' }] })).status).toBe(404); // prettier-ignore
  });

  test('refuses a part that did not arrive, or is too small, and the upload may go on', async () => {
    const { upload_id, credentials } = await begin('parts', 2);
    const etag = await put(credentials[0]!.url, Buffer.from('small'));
    const complete = (parts: object[]) => mpu('complete', { path: 'parts', upload_id, parts });
    for (const wrong of [[{ part_number: 2, etag }], [{ part_number: 1, etag: '0'.repeat(32) }]]) {
      expect(await complete(wrong)).toMatchObject({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
    }
    const second = await put(credentials[1]!.url, Buffer.from('part'));
    expect((await complete([{ part_number: 1, etag }, { part_number: 2, etag: second }])).status).toBe(400); // prettier-ignore
    expect((await complete([{ part_number: 1, etag }])).status).toBe(200);
    expect(await (await fetch(await link('big/parts'))).text()).toBe('small');
  });

  test('gives the bytes that lay there when the link was asked for, or a range of them, as a download', async () => {
    const path = `/mlflow-artifacts/artifacts/${root}/file`;
    await mlflow.raw('PUT', path, '0123456789');
    const { body } = await mlflow.raw('GET', `/mlflow-artifacts/presigned/${root}/file`);
    expect(body).toMatchObject({ headers: {}, file_size: 10 });
    const urls = [body.url as string, await link('file')];
    await mlflow.raw('PUT', path, 'later');
    for (const url of urls) {
      expect(new URL(url).origin).toBe(bucketEndpoint);
      const part = await fetch(url, { headers: { range: 'bytes=2-4' } });
      expect([part.status, await part.text()]).toEqual([206, '234']);
      expect(part.headers.get('content-disposition')).toBe('attachment');
    }
  });

  test('is not written to by a link that has no parts: those bytes are measured as they pass', async () => {
    const { body } = await post('/mlflow/artifacts/presigned-upload-url', { run_id, path: 'linked' });
    const url = body.presigned_url as string;
    expect(new URL(url).origin).toBe(app.url);
    expect((await fetch(url, { method: 'PUT', body: 'by a link' })).status).toBe(200);
    expect(await (await fetch(await link('linked'))).text()).toBe('by a link');
  });
});
