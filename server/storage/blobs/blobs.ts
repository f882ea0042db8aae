import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AvalError, badInput } from '../../shared/errors.ts';

/** Bytes under the name that they give themselves. */
export interface Blob {
  /** Hex. */
  sha256: string;
  bytes: number;
}

/** Bytes of a blob, both ends included, as HTTP counts them. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What may come in. */
export interface Limits {
  maxBytes: number;
  /** The digest that the sender announced, in hex: other bytes are BAD_INPUT. */
  sha256?: string | undefined;
}

export interface Part {
  /** From 1. */
  number: number;
  /** What the store answered when it took the part, with or without quotes. */
  etag: string;
}

/** How the parts of a large blob come in: to addresses of the store's own, or through us. */
export type PartsBy =
  | { by: 'url'; urls(upload: string, count: number, seconds: number): Promise<string[]> }
  | { by: 'put'; put(upload: string, number: number, source: Readable, maxBytes: number): Promise<string> };

/**
 * A store of blobs: each is kept once, under its SHA-256, and never changed. Nothing is ever whole in memory. What breaks off, is too
 * large or is not what was announced leaves nothing behind; what a killed process leaves is cleared by `sweep`.
 */
export interface Blobs {
  /** Keeps all of `source`; resolves once it is safe. */
  put(source: Readable, limits: Limits): Promise<Blob>;
  /** NOT_FOUND when the bytes are gone, or not as many as they were. */
  read(blob: Blob, range?: ByteRange): Promise<Readable>;
  /** Where a client may read it for so many seconds without us; undefined when the store has no addresses of its own. */
  link(blob: Blob, seconds: number): Promise<string | undefined>;
  /** One blob in parts that come in any order: `begin` names the upload, `complete` makes the blob. */
  readonly parts: PartsBy & {
    begin(): Promise<string>;
    /** BAD_INPUT when a part is missing or another than named; the upload is over when it succeeds. */
    complete(upload: string, parts: readonly Part[], limits: Limits): Promise<Blob>;
    /** Fine when it is over already. */
    abort(upload: string): Promise<void>;
  };
  /** Removes uploads that were begun, and neither went on nor ended, as of `now`; tells how many. Blobs stay. */
  sweep(now: Date): Promise<number>;
  /** Removes everything: for a folder that only tests write to. A bucket may be somebody else's too, and cannot be cleared. */
  clear?(): Promise<void>;
}

/** Hours without a byte after which nobody goes on with an upload: one in parts may be picked up the next day. */
export const idleHours = { upload: 1, parts: 24 };

/** Where a blob lies below its store's root: alike in a folder and in a bucket, so that one can be copied to the other. */
export const nameOf = ({ sha256 }: Pick<Blob, 'sha256'>): string => `sha256/${sha256.slice(0, 2)}/${sha256}`;

export const uploadsFolder = 'uploads';

/** Passes chunks on and measures them. `end` tells what passed; BAD_INPUT when it is not what was announced. */
export function measure({ maxBytes, sha256 }: Limits) {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *pass(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge(maxBytes);
        hash.update(chunk);
        yield chunk;
      }
    },
    end(): Blob {
      const found = hash.digest('hex');
      if (sha256 !== undefined && sha256 !== found) {
        throw badInput('body', 'The bytes do not have the digest that was announced.', 'Send the file again.');
      }
      return { sha256: found, bytes };
    },
  };
}

export const tooLarge = (maxBytes: number): AvalError =>
  new AvalError('PAYLOAD_TOO_LARGE', `The file is too large: at most ${maxBytes} bytes.`, { field: 'body' });

export const bytesGone = (): AvalError =>
  new AvalError('NOT_FOUND', 'The bytes of this file are missing from the store, or damaged.', {
    remedy: 'Restore the artifact store from its backup.',
  });

export const noUpload = (): AvalError =>
  new AvalError('NOT_FOUND', 'This upload is not known, or it is over.', { field: 'upload_id' });

export const noPart = (number: number): AvalError =>
  badInput('parts', `Part ${number} has not arrived, or not with that etag.`, 'Send the part again.');

/** The parts in their order; BAD_INPUT unless they are 1 to n, each once. */
export function inOrder(parts: readonly Part[]): Part[] {
  const sorted = parts
    .map(({ number, etag }) => ({ number, etag: etag.replace(/^"(.*)"$/, '$1') }))
    .sort((a, b) => a.number - b.number);
  if (sorted.length === 0 || sorted.some(({ number }, i) => number !== i + 1)) {
    throw badInput('parts', 'The parts are numbered from 1, each once and without gaps.');
  }
  return sorted;
}
