import { hostname } from 'node:os';
import { decodeBody } from './body.ts';
import { isObject, type Entry, type Json } from './entry.ts';

/** Tags in which MLflow's client describes the machine that it runs on. */
const MACHINE_TAGS = /^mlflow\.source\.git\.|^mlflow\.databricks\./;

/** What no recording may hold, whoever made it. */
const FORBIDDEN = [/\/(?:tmp|root|home|Users|work|var\/folders)\//, /"[Aa]uthorization"/, /\bBearer\s/];

/** A shorter host name ("vm") would be found by chance. */
const TELLING_NAME = 5;

export class LeakError extends Error {
  override name = 'LeakError';
}

/** Drops tags about the machine and turns paths below `folder` into relative ones. */
export function scrub(entry: Entry, folder: string): Entry {
  const clean = walk(entry as unknown as Json, folder) as unknown as Entry;
  for (const text of [JSON.stringify(clean), decodeBody(clean.request.body)?.toString('latin1') ?? '']) {
    const at = indexOfLeak(text);
    if (at < 0) continue;
    const around = text.slice(Math.max(0, at - 60), at + 60);
    throw new LeakError(`${clean.request.method} ${clean.request.path} carries a machine's facts: …${around}…`);
  }
  return clean;
}

function indexOfLeak(text: string): number {
  const host = hostname().length >= TELLING_NAME ? [text.indexOf(hostname())] : [];
  return Math.max(...FORBIDDEN.map((pattern) => text.search(pattern)), ...host, -1);
}

function walk(value: Json, folder: string): Json {
  if (typeof value === 'string') return value.replaceAll(`${folder}/`, '');
  if (Array.isArray(value)) return value.filter((item) => !isMachineTag(item)).map((item) => walk(item, folder));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, folder)]));
}

function isMachineTag(item: Json): boolean {
  return isObject(item) && typeof item.key === 'string' && 'value' in item && MACHINE_TAGS.test(item.key);
}
