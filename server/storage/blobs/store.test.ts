import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderForTest, storesForTest, type StoreForTest } from '../../testing/blobs.ts';
import { nameOf, type Blob, type Blobs, type Part } from './blobs.ts';

const maxBytes = 64 * 1024 ** 2;
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const chunksOf = (bytes: Buffer, size = 65_536): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
const sourceOf = (bytes: Buffer): Readable => Readable.from(chunksOf(bytes), { objectMode: false });
const dayLater = (): Date => new Date(Date.now() + 25 * 3_600_000);

describe.each(storesForTest)('blobs in %s', (_name, make) => {
  let harness: StoreForTest;
  let store: Blobs;
  beforeAll(async () => {
    harness = await make();
    store = harness.store;
  });
  afterAll(() => harness.close());

  const readAll = async (blob: Blob): Promise<Buffer> => buffer(await store.read(blob));
  const underWay = async () => (await harness.names()).filter((name) => name.startsWith('uploads'));

  test.each([0, 1, 65_537, 20 * 1024 ** 2])('keep %i bytes under their digest', async (length) => {
    const bytes = randomBytes(length);
    const blob = await store.put(sourceOf(bytes), { maxBytes, sha256: digest(bytes) });
    expect(blob).toEqual({ sha256: digest(bytes), bytes: length });
    expect((await readAll(blob)).equals(bytes)).toBe(true);
    expect(await harness.names()).toContain(nameOf(blob));
    expect(await underWay()).toEqual([]);
  });

  test('are read in ranges', async () => {
    const bytes = randomBytes(100_000);
    const blob = await store.put(sourceOf(bytes), { maxBytes });
    for (const [start, end] of [[0, 0], [10, 70_000], [99_999, 99_999], [0, 99_999]] as const) {
      const part = await buffer(await store.read(blob, { start, end }));
      expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
    } // prettier-ignore
  });

  test('are kept once, however many bring the same at once', async () => {
    const bytes = randomBytes(300_000);
    const blobs = await Promise.all(Array.from({ length: 5 }, () => store.put(sourceOf(bytes), { maxBytes })));
    const [blob] = blobs;
    expect(blobs).toEqual(Array(5).fill(blob));
    expect((await harness.names()).filter((name) => name.endsWith(digest(bytes)))).toEqual([nameOf(blob!)]);
    expect((await readAll(blob!)).equals(bytes)).toBe(true);
  });

  describe('leave nothing of an upload', () => {
    test.each([100_000, 20 * 1024 ** 2])('that breaks off after %i bytes', async (length) => {
      const before = await harness.names();
      async function* half(): AsyncGenerator<Buffer> {
        yield* chunksOf(randomBytes(length));
        throw new Error('gone');
      }
      await expect(store.put(Readable.from(half()), { maxBytes })).rejects.toThrow('gone');
      expect(await harness.names()).toEqual(before);
    });

    test('that is too large', async () => {
      const before = await harness.names();
      const failure = { code: 'PAYLOAD_TOO_LARGE', field: 'body' };
      await expect(store.put(sourceOf(randomBytes(1_001)), { maxBytes: 1_000 })).rejects.toMatchObject(failure);
      expect(await harness.names()).toEqual(before);
    });

    test('that is not what was announced', async () => {
      const before = await harness.names();
      const announced = { maxBytes, sha256: digest(Buffer.from('other')) };
      await expect(store.put(sourceOf(randomBytes(10)), announced)).rejects.toMatchObject({ code: 'BAD_INPUT' });
      expect(await harness.names()).toEqual(before);
    });
  });

  test('that are not there, or not whole, are NOT_FOUND', async () => {
    await expect(store.read({ sha256: digest(Buffer.from('never')), bytes: 5 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const blob = await store.put(sourceOf(randomBytes(100)), { maxBytes });
    await expect(store.read({ ...blob, bytes: 101 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  describe('in parts', () => {
    const size = 5 * 1024 ** 2; // the least that S3 takes for all but the last

    async function send(upload: string, count: number, number: number, bytes: Buffer): Promise<Part> {
      if (store.parts.by === 'put') {
        return { number, etag: await store.parts.put(upload, number, sourceOf(bytes), maxBytes) };
      }
      const urls = await store.parts.urls(upload, count, 60);
      const response = await fetch(urls[number - 1]!, { method: 'PUT', body: new Uint8Array(bytes) });
      expect(response.status).toBe(200);
      return { number, etag: response.headers.get('etag')! };
    }

    test('become one, in whatever order they come', async () => {
      const bytes = randomBytes(2 * size + 17);
      const upload = await store.parts.begin();
      const pieces = chunksOf(bytes, size);
      await send(upload, 3, 2, randomBytes(size)); // replaced below
      const parts: Part[] = [];
      for (const number of [3, 1, 2]) parts.push(await send(upload, 3, number, pieces[number - 1]!));
      const blob = await store.parts.complete(upload, parts, { maxBytes });
      expect(blob).toEqual({ sha256: digest(bytes), bytes: bytes.length });
      expect((await readAll(blob)).equals(bytes)).toBe(true);
      expect(await underWay()).toEqual([]);
      const again = store.parts.complete(upload, parts, { maxBytes });
      // moto fails with 500 where S3 answers NoSuchUpload
      await expect(again).rejects.toMatchObject({ code: expect.stringMatching(/^(NOT_FOUND|UNAVAILABLE)$/) as string });
    });

    test('that are missing, unknown or misnumbered are refused, and the upload goes on', async () => {
      const upload = await store.parts.begin();
      const part = await send(upload, 2, 1, randomBytes(10));
      const wrong: Part[][] = [
        [],
        [part, part],
        [{ ...part, number: 2 }],
        [part, { number: 2, etag: part.etag }],
        [{ number: 1, etag: '0'.repeat(32) }],
      ];
      for (const parts of wrong) {
        const failure = { code: 'BAD_INPUT', field: 'parts' };
        await expect(store.parts.complete(upload, parts, { maxBytes })).rejects.toMatchObject(failure);
      }
      expect((await store.parts.complete(upload, [part], { maxBytes })).bytes).toBe(10);
    });

    test('that are too large together leave nothing', async () => {
      const upload = await store.parts.begin();
      const part = await send(upload, 1, 1, randomBytes(1_001));
      const failure = { code: 'PAYLOAD_TOO_LARGE' };
      await expect(store.parts.complete(upload, [part], { maxBytes: 1_000 })).rejects.toMatchObject(failure);
      await store.parts.abort(upload);
      expect(await underWay()).toEqual([]);
    });

    test('are dropped when the upload is given up, which may be said twice', async () => {
      const upload = await store.parts.begin();
      await send(upload, 1, 1, randomBytes(10));
      await store.parts.abort(upload);
      await store.parts.abort(upload);
      expect(await underWay()).toEqual([]);
    });
  });

  test('are swept of what was begun a day ago, and of nothing else', async () => {
    const blob = await store.put(sourceOf(Buffer.from('stays')), { maxBytes });
    await harness.leave('uploads/left');
    expect(await store.sweep(new Date())).toBe(0);
    expect(await underWay()).toHaveLength(1);
    await store.parts.begin(); // only now: moto says of each that it began in 2010
    expect(await store.sweep(dayLater())).toBe(2);
    expect(await underWay()).toEqual([]);
    expect((await readAll(blob)).toString()).toBe('stays');
  });

  test('have an address of their own where the store has', async () => {
    const blob = await store.put(sourceOf(Buffer.from('0123456789')), { maxBytes });
    const url = await store.link(blob, 60);
    if (harness.place.kind === 'folder') return expect(url).toBeUndefined();
    const part = await fetch(url!, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text(), part.headers.get('content-disposition')]).toEqual([
      206,
      '234',
      'attachment',
    ]);
  });
});

describe('a folder', () => {
  let harness: StoreForTest;
  let folder: string;
  beforeAll(async () => {
    harness = await folderForTest();
    folder = (harness.place as { folder: string }).folder;
  });
  afterAll(() => harness.close());

  test('gives and takes nothing over a link', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'aval-outside-'));
    const bytes = Buffer.from('secret');
    const blob: Blob = { sha256: digest(bytes), bytes: bytes.length };
    const target = join(folder, nameOf(blob));
    await writeFile(join(outside, blob.sha256), bytes);
    await mkdir(join(folder, 'sha256'), { recursive: true });
    await symlink(outside, dirname(target));
    await expect(harness.store.read(blob)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await rm(join(outside, blob.sha256));
    await expect(harness.store.put(sourceOf(bytes), { maxBytes })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await readdir(outside)).toEqual([]);
    await rm(dirname(target));
    await mkdir(dirname(target));
    await writeFile(join(outside, 'file'), bytes);
    await symlink(join(outside, 'file'), target);
    await expect(harness.store.read(blob)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await harness.store.put(sourceOf(bytes), { maxBytes }); // takes the link's place
    expect((await buffer(await harness.store.read(blob))).toString()).toBe('secret');
    await rm(outside, { recursive: true });
  });

  test('mends a blob that was cut short when the same bytes come again', async () => {
    const bytes = randomBytes(1_000);
    const blob = await harness.store.put(sourceOf(bytes), { maxBytes });
    await truncate(join(folder, nameOf(blob)), 10);
    await expect(harness.store.read(blob)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await harness.store.put(sourceOf(bytes), { maxBytes });
    expect((await buffer(await harness.store.read(blob))).equals(bytes)).toBe(true);
  });

  test('is swept of what a killed process left', async () => {
    const [old, fresh] = ['old', 'fresh'].map((name) => join(folder, 'uploads', name));
    await writeFile(old!, 'x');
    await writeFile(fresh!, 'x');
    const hourAgo = Date.now() / 1_000 - 3_601;
    await utimes(old!, hourAgo, hourAgo);
    expect(await harness.store.sweep(new Date())).toBe(1);
    expect(await readdir(join(folder, 'uploads'))).toEqual(['fresh']);
  });
});
