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

/** The parts of a global id, or a BAD_INPUT that names `field`. */
export function fromGlobalId(globalId: string, field = 'id'): { type: string; id: string } {
  const parts = partsOf(globalId);
  if (parts) return parts;
  throw badInput(field, 'This is not an id that Aval has given out.', 'Use the `id` of an earlier answer, unchanged.');
}

function partsOf(globalId: string): { type: string; id: string } | undefined {
  const text = Buffer.from(globalId, 'base64url').toString('latin1');
  const colon = text.indexOf(':');
  const [type, id] = [text.slice(0, colon), text.slice(colon + 1)];
  return /^[A-Z][A-Za-z]*$/.test(type) && isUuid(id) ? { type, id } : undefined;
}

/** The UUIDs in global ids of one of `types`, in their order. */
export const idsOf = (globalIds: readonly string[], types: readonly string[], field: string): string[] =>
  globalIds.map((id, i) => {
    const parts = partsOf(id);
    // a field's name is only written for an error: there may be a thousand
    return parts && types.includes(parts.type) ? parts.id : idOf(id, types, `${field}[${i}]`);
  });

/** The UUID in a global id of one of `types`. */
export function idOf(globalId: string, types: readonly string[], field = 'id'): string {
  const { type, id } = fromGlobalId(globalId, field);
  if (!types.includes(type)) throw badInput(field, `This is the id of a ${type}; expected ${types.join(' or ')}.`);
  return id;
}
