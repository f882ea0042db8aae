import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { ArtifactPlace } from '../../domain/artifacts/artifact-path.ts';
import { artifactAt } from '../../domain/artifacts/artifact.read-model.ts';
import type { Blob, ByteRange } from '../../domain/artifacts/artifact.service.ts';
import type { Context } from '../../domain/context.ts';
import { AvalError } from '../../shared/errors.ts';
import type { Exchange } from './route.ts';

/** Milliseconds without a byte after which a sender counts as gone. */
const patience = 60_000;

/**
 * Sends a file, or the range of it that was asked for. Its digest is the ETag: who has these bytes already gets 304, and nothing else
 * makes an answer stale.
 */
export async function sendArtifact(context: Context, place: ArtifactPlace, exchange: Exchange): Promise<void> {
  await sendBlob(context, place, await artifactAt(context, place), exchange);
}

/** Sends a file as it was when `blob` lay there. */
export async function sendBlob(
  context: Context,
  place: ArtifactPlace,
  blob: Blob,
  { request, response }: Exchange,
): Promise<void> {
  const etag = `"${blob.sha256}"`;
  response
    .attachment(place.path.split('/').at(-1)) // a stored page must not run in Aval's own origin
    .set({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache', // kept, but asked for anew: who may read it may change
      etag,
      'repr-digest': `sha-256=:${Buffer.from(blob.sha256, 'hex').toString('base64')}:`,
    });
  if (has(request, etag)) return void response.status(304).end();
  const range = rangeOf(request, etag, blob.bytes);
  if (range === 'unsatisfiable') {
    return void response.status(416).set('content-range', `bytes */${blob.bytes}`).end();
  }
  const { start, end } = range ?? { start: 0, end: blob.bytes - 1 };
  response.set('content-length', String(end - start + 1));
  if (range) response.status(206).set('content-range', `bytes ${start}-${end}/${blob.bytes}`);
  if (request.method === 'HEAD') return void response.end();
  const source = await context.services.artifacts.open(blob, range);
  await pipeline(source, response).catch((error: unknown) => {
    if (!response.destroyed || response.writableFinished) throw error; // else the client left
  });
}

/** Whether the asker says that it has these bytes. Weak or strong is the same: a digest has no degrees. */
function has({ headers }: Request, tag: string): boolean {
  const tags = headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags !== undefined && (tags.includes(tag) || tags.includes('*'));
}

/** One range (RFC 9110); several, or what is no range, are answered with all of it, as HTTP allows. */
function rangeOf({ headers }: Request, tag: string, bytes: number): ByteRange | undefined | 'unsatisfiable' {
  if (headers['if-range'] !== undefined && headers['if-range'] !== tag) return undefined;
  const [, first = '', last = ''] = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(headers.range ?? '') ?? [];
  if ((first === '' && last === '') || (last !== '' && Number(last) < Number(first))) return undefined;
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  return start < bytes ? { start, end } : 'unsatisfiable';
}

/** Keeps the body as a file, all of it or nothing. */
export const takeArtifact = (context: Context, place: ArtifactPlace, { request }: Exchange): Promise<void> =>
  takeBody(request, () => context.services.artifacts.write(context.actor, place, request, announcedDigest(request)));

/** What `take` makes of the body; its sender may leave at any time. */
export async function takeBody<T>(request: Request, take: () => Promise<T>): Promise<T> {
  try {
    request.setTimeout(patience, () => request.destroy());
    return await take();
  } catch (error) {
    if (error instanceof AvalError || request.complete) throw error;
    throw new AvalError('BAD_INPUT', 'The upload broke off; nothing was kept.');
  }
}

/** SHA-256 in hex, from `Content-Digest` or `Repr-Digest` (RFC 9530), or from S3's header. */
function announcedDigest({ headers }: Request): string | undefined {
  const fields = [headers['content-digest'], headers['repr-digest'], headers['x-amz-checksum-sha256']];
  const told = fields.map((field) => /^([\w+/]{43}=)$|\bsha-256=:([\w+/]{43}=):/.exec(String(field))).find(Boolean);
  return told ? Buffer.from(told[1] ?? told[2]!, 'base64').toString('hex') : undefined;
}
