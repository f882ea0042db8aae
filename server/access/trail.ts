import type { Redaction } from './redaction.ts';

/** A field of an audited class that was read: one `access.read` event. */
export interface AuditedRead {
  /** `Type.field` */
  readonly coordinate: string;
  /** The rows' ids in the order read, each once; empty for a root field. */
  readonly rowIds: readonly string[];
}

/** A use that was refused, or a field that was hidden: named in an `access.denied` event. */
export interface Denial extends Redaction {
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

export function createTrail(): Trail {
  let reads = new Map<string, Set<string>>();
  let denials = new Map<string, { redaction: Redaction; rows: Set<string> }>();
  return {
    read(coordinate, source) {
      let rows = reads.get(coordinate);
      if (!rows) reads.set(coordinate, (rows = new Set()));
      const id = rowId(source);
      if (id !== undefined) rows.add(id);
    },
    denied(redaction, source) {
      const key = `${redaction.field} ${redaction.use}`;
      let denial = denials.get(key);
      if (!denial) denials.set(key, (denial = { redaction, rows: new Set() }));
      const id = rowId(source);
      if (id !== undefined) denial.rows.add(id);
    },
    take() {
      const taken = {
        reads: [...reads].map(([coordinate, rows]) => ({ coordinate, rowIds: [...rows] })),
        denials: [...denials.values()].map(({ redaction, rows }) => ({ ...redaction, rowIds: [...rows] })),
      };
      reads = new Map();
      denials = new Map();
      taken.reads.sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1));
      taken.denials.sort((a, b) => (a.field + a.use < b.field + b.use ? -1 : 1));
      return taken;
    },
  };
}

function rowId(source: unknown): string | undefined {
  if (source === null || typeof source !== 'object') return undefined;
  const { uuid, id, assetKey } = source as { uuid?: unknown; id?: unknown; assetKey?: unknown };
  const found = uuid ?? id ?? assetKey;
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'bigint'
    ? String(found)
    : undefined;
}
