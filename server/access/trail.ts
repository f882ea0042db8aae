import type { Redaction } from './redaction.ts';

/** A field of an audited class that was read: one `access.read` event. */
export interface AuditedRead {
  /** `Type.field` */
  readonly coordinate: string;
  /** The project that the rows belong to, where they say so. */
  readonly projectId: string | undefined;
  /** The rows' ids in the order read, each once; empty for a root field. */
  readonly rowIds: readonly string[];
}

/** A use that was refused, or a field that was hidden: named in an `access.denied` event. */
export interface Denial extends Redaction {
  /** The project that the rows belong to, where they say so. */
  readonly projectId: string | undefined;
  /** The objects concerned, where the rule looked at their tags. */
  readonly rowIds: readonly string[];
}

/** What one request read and was denied: the transport writes it to the log before it answers. */
export interface Trail {
  read(coordinate: string, source: unknown): void;
  denied(redaction: Redaction, source?: unknown): void;
  /** What has been gathered since the last take, sorted by field; a subscription takes after each event. */
  take(): { reads: AuditedRead[]; denials: Denial[] };
}

interface Gathered {
  readonly projectId: string | undefined;
  readonly rows: Set<string>;
}

export function createTrail(): Trail {
  let reads = new Map<string, Gathered & { coordinate: string }>();
  let denials = new Map<string, Gathered & { redaction: Redaction }>();
  // the events of one project are read by whoever reviews it, so no event tells of two
  const gather = <T extends Gathered>(
    into: Map<string, T>,
    what: string,
    source: unknown,
    make: (one: Gathered) => T,
  ): void => {
    const projectId = textOf(source, 'projectId');
    const key = `${what} ${projectId ?? ''}`;
    let found = into.get(key);
    if (!found) into.set(key, (found = make({ projectId, rows: new Set() })));
    const id = textOf(source, 'uuid', 'id', 'assetKey');
    if (id !== undefined) found.rows.add(id);
  };
  return {
    read: (coordinate, source) => gather(reads, coordinate, source, (one) => ({ ...one, coordinate })),
    denied: (redaction, source) =>
      gather(denials, `${redaction.field} ${redaction.use}`, source, (one) => ({ ...one, redaction })),
    take() {
      const taken = {
        reads: [...reads.values()].map(({ coordinate, projectId, rows }) => ({
          coordinate,
          projectId,
          rowIds: [...rows],
        })),
        denials: [...denials.values()].map(({ redaction, projectId, rows }) => ({
          ...redaction,
          projectId,
          rowIds: [...rows],
        })),
      };
      reads = new Map();
      denials = new Map();
      taken.reads.sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1));
      taken.denials.sort((a, b) => (a.field + a.use < b.field + b.use ? -1 : 1));
      return taken;
    },
  };
}

/** The first of these properties that is there. */
function textOf(source: unknown, ...names: readonly string[]): string | undefined {
  if (source === null || typeof source !== 'object') return undefined;
  const found = names
    .map((name) => (source as Record<string, unknown>)[name])
    .find((value) => value !== null && value !== undefined);
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'bigint'
    ? String(found)
    : undefined;
}
