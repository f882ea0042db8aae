import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Blobs } from '../storage/blobs/blobs.ts';
import { openBlobs, type BlobsPlace } from '../storage/blobs/open.ts';

/** A fresh store, and a look behind it. */
export interface StoreForTest {
  store: Blobs;
  place: BlobsPlace;
  /** All that is kept, and all that is under way. */
  names(): Promise<string[]>;
  /** Puts a byte there, as a killed process would have left it, in the place of what is there. */
  leave(name: string): Promise<void>;
  lose(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function folderForTest(): Promise<StoreForTest> {
  const folder = await mkdtemp(join(tmpdir(), 'aval-blobs-'));
  const place: BlobsPlace = { kind: 'folder', folder };
  return {
    place,
    store: await openBlobs(place),
    async names() {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      return found
        .filter((entry) => entry.isFile() || entry.name.endsWith('.parts'))
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    },
    leave: (name) => writeFile(join(folder, name), 'x'),
    lose: (name) => rm(join(folder, name)),
    close: () => rm(folder, { recursive: true }),
  };
}

/** A server that speaks S3's protocol and lets anybody in: `.ci/run s3` starts one. */
export const bucketEndpoint = process.env['AVAL_TEST_S3_ENDPOINT'];

async function bucketForTest(): Promise<StoreForTest> {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const bucket = `aval-${randomBytes(6).toString('hex')}`;
  const place: BlobsPlace = {
    kind: 's3',
    bucket,
    prefix: 'some/prefix/',
    endpoint: bucketEndpoint,
    region: 'us-east-1',
  };
  // the server may be starting
  const client = new S3Client({
    endpoint: bucketEndpoint!,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 10,
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    place,
    store: await openBlobs(place),
    async names() {
      const found: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
        found.push(...Contents.map(({ Key }) => Key!));
      }
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return [...found, ...Uploads.map(({ Key }) => Key!)].map((name) => name.slice(place.prefix.length));
    },
    async leave(name) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: place.prefix + name, Body: 'x' }));
    },
    async lose(name) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: place.prefix + name }));
    },
    close: () => Promise.resolve(client.destroy()),
  };
}

/** Each kind of store that there is to test. */
export const storesForTest: [string, () => Promise<StoreForTest>][] = [
  ['a folder', folderForTest],
  ...(bucketEndpoint ? [['a bucket', bucketForTest] as [string, () => Promise<StoreForTest>]] : []),
];

/** Where a whole server for tests keeps its artifacts: a bucket when there is one. */
export const storeForTest = bucketEndpoint ? bucketForTest : folderForTest;
