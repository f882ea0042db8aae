import { createHash, randomBytes } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';
import type { Action, Details } from './actions.ts';

/** What a change, a denial or a sensitive read says of itself. */
export interface AuditEvent<A extends Action = Action> {
  action: A;
  subject?: { kind: string; id: string };
  projectId?: string;
  /** `Type.field` when the event is about an access decision. */
  coordinate?: string;
  /** Id of the deciding access policy. */
  policy?: string;
  details?: Details<A>;
}

/** The entry that a leaf hash is taken of: personal data appears only as commitments. */
export interface LogEntry {
  idx: number;
  at: Date;
  actor_id: string | null;
  actor_name: string;
  action: string;
  subject_kind: string | null;
  subject_id: string | null;
  project_id: string | null;
  coordinate: string | null;
  policy: string | null;
  details: JsonObject;
  salts: Record<string, string>;
}

/** One fresh 32-byte salt for the actor and for each detail, so that each can be erased or disclosed by itself. */
export function saltsFor(details: JsonObject): Record<string, string> {
  const names = ['actor', ...Object.keys(details).map((name) => `details.${name}`)];
  const bytes = randomBytes(32 * names.length); // one call: each costs as much as all of them
  return Object.fromEntries(names.map((name, i) => [name, bytes.toString('base64url', 32 * i, 32 * (i + 1))]));
}

/**
 * The bytes of a leaf: canonical JSON, in which the actor and each detail stand as SHA-256(salt || value).
 * The actor and the details can thus be erased later while every proof over the leaf stays valid.
 */
export function leafBytes(entry: LogEntry): Buffer {
  const commit = (name: string, value: unknown): string =>
    createHash('sha256')
      .update(Buffer.from(entry.salts[name] ?? '', 'base64url'))
      .update(canonicalJson(value))
      .digest('base64url');
  const details = Object.fromEntries(
    Object.entries(entry.details).map(([name, value]) => [name, commit(`details.${name}`, value)]),
  );
  return Buffer.from(
    canonicalJson({
      v: 1,
      idx: entry.idx,
      at: entry.at.toISOString(),
      actor: commit('actor', [entry.actor_id, entry.actor_name]),
      action: entry.action,
      subject: [entry.subject_kind, entry.subject_id],
      project: entry.project_id,
      coordinate: entry.coordinate,
      policy: entry.policy,
      details,
    }),
  );
}

/** RFC 6962, section 2.1: SHA-256(0x00 || leaf), hex. */
export const leafHash = (leaf: Buffer): string => createHash('sha256').update(Buffer.of(0)).update(leaf).digest('hex');

/** JSON with sorted keys and no spaces: the same value always gives the same bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
