import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import type { JsonObject } from '../../shared/json.ts';

/** What an event says; the inbox and the log hold the same columns. */
const eventColumns = {
  at: column.time(),
  actorId: p.uuid().nullable(),
  actorName: column.text(),
  /** `noun.verb`, e.g. `column.tagged`, `access.denied`. */
  action: column.text(),
  subjectKind: column.text().nullable(),
  subjectId: p.uuid().nullable(),
  projectId: p.uuid().nullable(),
  /** `Type.field` when the event is about an access decision. */
  coordinate: column.text().nullable(),
  /** Id of the deciding access policy. */
  policy: column.text().nullable(),
  details: column.json<JsonObject>(),
  /** One random salt per field that the leaf commits to; kept outside the leaf, so that erasing it erases the field. */
  salts: column.json<Record<string, string>>(),
};

/** Where each transaction leaves its events. The integrator moves them on; nobody else reads it. */
export const EventInbox = defineEntity({
  name: 'EventInbox',
  tableName: 'event_inbox',
  rowLevelSecurity: true, // and no policy: readers see none
  properties: { id: p.bigint('number').primary().autoincrement(), ...eventColumns },
});

/** The log: contiguous indexes in commit order, append-only. */
export const EventLog = defineEntity({
  name: 'EventLog',
  tableName: 'event_log',
  policies: rows.ofProject(),
  properties: {
    idx: p.bigint('number').primary().autoincrement(false),
    ...eventColumns,
    /** RFC 6962 leaf hash of the entry, hex. */
    leafHash: column.text(),
    integratedAt: column.time(),
  },
  indexes: [
    { name: 'event_log_by_project', properties: ['projectId', 'idx'] },
    { name: 'event_log_by_subject', properties: ['subjectId', 'idx'] },
  ],
  // for mistakes and for whoever gets at the database; the leaf hashes are what proves that nothing was altered
  triggers: [
    {
      name: 'event_log_append_only',
      timing: 'before',
      events: ['update', 'delete'],
      forEach: 'row',
      body: "raise exception 'The log is append-only.'",
    },
  ],
});
