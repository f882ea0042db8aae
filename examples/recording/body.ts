import { gunzipSync, gzipSync } from 'node:zlib';
import type { Body, Json } from './entry.ts';

const SMALL_TEXT = 8_000;

/** Chooses JSON, then short text, then gzip. Undoes a client's own content encoding first. */
export function encodeBody(bytes: Buffer, type: string | undefined, encoding?: string): Body {
  if (bytes.length === 0) return {};
  const plain = encoding === 'gzip' ? gunzipSync(bytes) : bytes;
  // MLflow's client uploads an artifact of any kind without a content type, so the bytes decide.
  const text = asText(plain);
  if (text !== undefined && type?.includes('json')) return { json: JSON.parse(text) as Json };
  if (text !== undefined && plain.length <= SMALL_TEXT) return { text };
  return { gzip: gzipSync(plain, { level: 9 }).toString('base64') };
}

export function decodeBody(body: Body): Buffer | undefined {
  if (body.json !== undefined) return Buffer.from(JSON.stringify(body.json));
  if (body.text !== undefined) return Buffer.from(body.text);
  if (body.gzip !== undefined) return gunzipSync(Buffer.from(body.gzip, 'base64'));
  return undefined;
}

/** The text that these bytes are, or undefined where they are something else. */
export function asText(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
