import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { badInput } from './errors.ts';

/** A time-ordered UUID (RFC 9562, version 7), made in the application: PostgreSQL has uuidv7() only since 18. */
export const newId = (): string => v7();

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => uuidPattern.test(text);

/** MLflow writes a UUID as 32 hex digits. */
export const toHex = (uuid: string): string => uuid.replaceAll('-', '');

/** The UUID behind 32 hex digits, or undefined when the text is something else. */
export function fromHex(hex: string): string | undefined {
  if (!/^[0-9a-f]{32}$/i.test(hex)) return undefined;
  const h = hex.toLowerCase();
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}

/** A stable UUID for a name that comes from elsewhere: the same parts always give the same id. */
export function idFromName(...parts: string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  digest[6] = (digest[6]! & 0x0f) | 0x80; // RFC 9562 version 8: made by a rule of our own
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return fromHex(digest.subarray(0, 16).toString('hex'))!;
}

/** A producer's run id as ours: itself when it is a UUID, else one that follows from it within the project. */
export const runIdFrom = (projectId: string, external: string): string => {
  const lower = external.toLowerCase();
  return isUuid(lower) ? lower : idFromName('run', projectId, external);
};

/** Relay's global id: opaque to clients, `Type:uuid` inside. */
export const toGlobalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64url');

/** The parts of a global id, or a BAD_INPUT that names `field`, and the id's place in it where that is a list. */
export function fromGlobalId(globalId: string, field = 'id', place?: number): { type: string; id: string } {
  const text = Buffer.from(globalId, 'base64url').toString('latin1');
  const colon = text.indexOf(':');
  const [type, id] = [text.slice(0, colon), text.slice(colon + 1)];
  if (!/^[A-Z][A-Za-z]*$/.test(type) || !isUuid(id)) {
    throw badInput(
      named(field, place),
      'This is not an id that Aval has given out.',
      'Use the `id` of an earlier answer, unchanged.',
    );
  }
  return { type, id };
}

/** The UUID in a global id of one of `types`. */
export function idOf(globalId: string, types: readonly string[], field = 'id', place?: number): string {
  const { type, id } = fromGlobalId(globalId, field, place);
  if (!types.includes(type)) {
    throw badInput(named(field, place), `This is the id of a ${type}; expected ${types.join(' or ')}.`);
  }
  return id;
}

/** The same of a list of them, in its order. */
export const idsOf = (globalIds: readonly string[], types: readonly string[], field: string): string[] =>
  globalIds.map((id, place) => idOf(id, types, field, place));

/** Written for errors alone: a list may hold a thousand. */
const named = (field: string, place: number | undefined): string =>
  place === undefined ? field : `${field}[${place}]`;
