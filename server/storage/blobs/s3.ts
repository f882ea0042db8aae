import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { AvalError, badInput } from '../../shared/errors.ts';
import {
  bytesGone,
  idleHours,
  inOrder,
  measure,
  nameOf,
  noUpload,
  tooLarge,
  uploadsFolder,
  type Blob,
  type Blobs,
} from './blobs.ts';

export interface Bucket {
  bucket: string;
  /** Before each key; empty, or ends in a slash. */
  prefix: string;
  /** Of a server other than Amazon's. */
  endpoint: string | undefined;
  region: string | undefined;
}

/** An upload holds two parts at a time, and one that it fills. */
const partBytes = 8 * 1024 ** 2;

/**
 * Blobs in a bucket of S3, or of a server that speaks its protocol; credentials come from the environment, as the SDK finds them. Bytes go
 * to a key of their own while they are measured, and are copied by the bucket to the key that their digest gives them.
 */
export function openBucket({ bucket: Bucket, prefix, endpoint, region }: Bucket): Blobs {
  const client = new S3Client({
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(region !== undefined && { region }),
    // our own digest says more, and not every server knows the SDK's
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  });
  const uploads = `${prefix}${uploadsFolder}/`;
  const at = (Key: string) => ({ Bucket, Key });
  const keyOf = (blob: Blob) => `${prefix}${nameOf(blob)}`;
  const target = (upload: string) => {
    const [id = '', UploadId = ''] = split(upload);
    return { ...at(uploads + id), UploadId };
  };

  /** Copies a measured upload to where it belongs, unless it is there; the copy appears whole or not at all. */
  async function place(blob: Blob, Key: string): Promise<void> {
    const there = await client.send(new HeadObjectCommand(at(keyOf(blob)))).catch(absent);
    if (there?.ContentLength === blob.bytes) return;
    const CopySource = encodeURI(`${Bucket}/${Key}`);
    await client.send(new CopyObjectCommand({ ...at(keyOf(blob)), CopySource }));
  }

  const remove = async (Key: string): Promise<void> => void (await client.send(new DeleteObjectCommand(at(Key))));

  /** When even that fails, the sweep will do it. */
  const tidy = (Key: string): Promise<void> => remove(Key).catch(() => {});

  /** The body of an object; undefined when there is none. */
  async function body(Key: string, Range?: string): Promise<{ stream: Readable; bytes: number } | undefined> {
    const found = await client.send(new GetObjectCommand({ ...at(Key), Range })).catch(absent);
    return found && { stream: found.Body as Readable, bytes: found.ContentLength ?? 0 };
  }

  const store: Blobs = {
    async put(source, limits) {
      const Key = uploads + randomUUID();
      const measured = measure(limits);
      const upload = new Upload({
        client,
        params: { ...at(Key), Body: Readable.from(measured.pass(source), { objectMode: false }) },
        partSize: partBytes,
        queueSize: 2,
      });
      try {
        await upload.done(); // a failure, of the source too, aborts what was sent of it
        const blob = measured.end();
        await place(blob, Key);
        return blob;
      } finally {
        await tidy(Key);
      }
    },

    async read(blob, range) {
      const asked = range && `bytes=${range.start}-${range.end}`;
      const found = await body(keyOf(blob), asked);
      if (found?.bytes === (range ? range.end - range.start + 1 : blob.bytes)) return found.stream;
      found?.stream.destroy();
      throw bytesGone();
    },

    async link(blob, expiresIn) {
      const command = new GetObjectCommand({
        ...at(keyOf(blob)),
        ResponseContentDisposition: 'attachment',
        ResponseContentType: 'application/octet-stream',
      });
      return getSignedUrl(client, command, { expiresIn });
    },

    parts: {
      by: 'url',

      async begin() {
        const id = randomUUID();
        const { UploadId } = await client.send(new CreateMultipartUploadCommand(at(uploads + id)));
        return `${id}/${UploadId}`;
      },

      urls: (upload, count, expiresIn) =>
        Promise.all(
          Array.from({ length: count }, (_, i) =>
            getSignedUrl(client, new UploadPartCommand({ ...target(upload), PartNumber: i + 1 }), { expiresIn }),
          ),
        ),

      // the bucket joins the parts, and is read once for the digest
      async complete(upload, parts, limits) {
        const { Key, UploadId } = target(upload);
        const Parts = inOrder(parts).map(({ number, etag }) => ({ PartNumber: number, ETag: `"${etag}"` }));
        await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
        try {
          const found = await body(Key);
          if (!found) throw noUpload();
          if (found.bytes > limits.maxBytes) {
            found.stream.destroy();
            throw tooLarge(limits.maxBytes);
          }
          const measured = measure(limits);
          for await (const _chunk of measured.pass(found.stream as AsyncIterable<Buffer>)); // only to measure it
          const blob = measured.end();
          await place(blob, Key);
          return blob;
        } finally {
          await tidy(Key);
        }
      },

      async abort(upload) {
        await client.send(new AbortMultipartUploadCommand(target(upload))).catch((error: unknown) => {
          if (nameOfError(error) !== 'NoSuchUpload') throw error;
        });
      },
    },

    async sweep(now) {
      const before = now.getTime() - idleHours.parts * 3_600_000;
      const isIdle = (at: Date | undefined): boolean => at !== undefined && at.getTime() < before;
      let swept = 0;
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: uploads })) {
        for (const { Key, LastModified } of Contents) {
          if (Key === undefined || !isIdle(LastModified)) continue;
          await remove(Key);
          swept++;
        }
      }
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: uploads }));
      for (const { Key, UploadId, Initiated } of Uploads) {
        if (!isIdle(Initiated)) continue;
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
        swept++;
      }
      return swept;
    },
  };
  return { ...told(store), parts: { ...told(store.parts) } };
}

/** `id/uploadId`: the second part may hold anything. */
function split(upload: string): [string, string] {
  const i = upload.indexOf('/');
  return [upload.slice(0, i), upload.slice(i + 1)];
}

const nameOfError = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Undefined for an object that is not there; other failures stay failures. */
function absent(error: unknown): undefined {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
  throw error;
}

/** Each method of `group`, with the bucket's failures in our words. */
function told<Group extends object>(group: Group): Group {
  const tell = (call: (...args: unknown[]) => Promise<unknown>) => (...args: unknown[]) =>
      call(...args).catch((error: unknown) => {
        throw asOurs(error);
      }); // prettier-ignore
  return Object.fromEntries(
    Object.entries(group).map(([name, member]) => [
      name,
      typeof member === 'function' ? tell(member as never) : member,
    ]),
  ) as Group;
}

/** What may pass by itself is UNAVAILABLE; a refusal of the bucket's stays what it is, for the log. */
function asOurs(error: unknown): unknown {
  if (error instanceof AvalError) return error;
  const name = nameOfError(error);
  if (name === 'NoSuchUpload') return noUpload();
  if (['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'].includes(name)) {
    return badInput('parts', 'A part has not arrived, not with that etag, or is smaller than 5 MiB and not the last.');
  }
  const { code } = error as NodeJS.ErrnoException;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const isPassing =
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    name === 'TimeoutError' ||
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE'].includes(code ?? '');
  return isPassing ? new AvalError('UNAVAILABLE', 'The artifact store does not answer.') : error;
}
