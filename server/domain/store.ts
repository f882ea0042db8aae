import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Actor } from '../access/actor.ts';
import type { Clock } from '../shared/clock.ts';
import type { Database } from '../storage/database.ts';
import { prepared } from '../storage/prepared.ts';
import type { Action } from './audit/actions.ts';
import { saltsFor, type AuditEvent } from './audit/event.ts';
import type { Tables } from './tables.ts';

/** One transaction of one actor. */
export interface Tx {
  readonly db: Kysely<Tables>;
  /** The moment of the transaction: every row it writes carries the same one. */
  readonly now: Date;
  /** Says what this transaction did; the events are written with it, last, or not at all. */
  record<A extends Action>(event: AuditEvent<A>): void;
  /** Says that edges, tags or barriers changed: what follows from that is brought up to date before the transaction ends. */
  changedGraph(): void;
}

/** What services stand on: reads, and writes that leave their events in the same transaction. */
export interface Store {
  readonly read: Kysely<Tables>;
  readonly clock: Clock;
  /** Runs `work` in one transaction. Its events are inserted last, in one statement; any failure undoes all of it. */
  write<T>(actor: Actor | SystemActor, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * A transaction of a single statement, for what is written all the time. The statement ends with `event`, which inserts the event for the
   * row that follows it, `from ...`, and takes its `project_id`: without that row it must write nothing at all. Gives the row that the
   * statement returns, or undefined when nothing was written.
   */
  writeAtOnce<Row>(
    actor: Actor,
    event: AuditEvent,
    statement: (event: RawBuilder<unknown>) => RawBuilder<Row>,
  ): Promise<Row | undefined>;
}

/** Aval itself: start-up, seeds, clocks. */
export interface SystemActor {
  readonly principalId: null;
  readonly name: 'aval';
}
export const systemActor: SystemActor = { principalId: null, name: 'aval' };

export interface StoreOptions {
  /** Brings what follows from the graph up to date, within a transaction; false when something is left for later. */
  settle(db: Kysely<Tables>): Promise<boolean>;
  /** Hears of each commit that left events. */
  onEvents(): void;
  /** Hears of each commit that left something to settle. */
  onUnsettled(): void;
}

export function createStore(
  database: Database<Tables>,
  clock: Clock,
  { settle, onEvents, onUnsettled }: StoreOptions,
): Store {
  return {
    read: database.read,
    clock,
    async write(actor, work) {
      const events: AuditEvent[] = [];
      const now = clock.now();
      const graph = { changed: false, settled: false };
      const result = await database.write(async (db) => {
        const result = await work({
          db,
          now,
          record: (event) => events.push(event),
          changedGraph: () => void (graph.changed = true),
        });
        if (graph.changed) graph.settled = await settle(db);
        if (events.length > 0) await insertEvents(db, actor, now, events);
        return result;
      });
      if (events.length > 0) onEvents();
      if (graph.changed && !graph.settled) onUnsettled();
      return result;
    },
    async writeAtOnce(actor, event, statement) {
      const { rows } = await sql`${prepared}${statement(eventInsert(actor, clock.now(), event))}`.execute(
        database.read,
      );
      if (rows.length > 0) onEvents();
      return rows[0] as never;
    },
  };
}

/** Of `event_inbox`, but for the project. */
function eventColumns(actor: Actor | SystemActor, at: Date, event: AuditEvent) {
  const details = event.details ?? {};
  return {
    at,
    actor_id: actor.principalId,
    actor_name: actor.name,
    action: event.action,
    subject_kind: event.subject?.kind ?? null,
    subject_id: event.subject?.id ?? null,
    coordinate: event.coordinate ?? null,
    policy: event.policy ?? null,
    details: JSON.stringify(details),
    salts: JSON.stringify(saltsFor(details)),
  };
}

function eventInsert(actor: Actor, at: Date, event: AuditEvent): RawBuilder<unknown> {
  const columns = eventColumns(actor, at, event);
  const names = Object.keys(columns).map((name) => sql.ref(name));
  return sql`insert into event_inbox (${sql.join(names)}, project_id) select ${sql.join(Object.values(columns))}, project_id`;
}

async function insertEvents(
  db: Kysely<Tables>,
  actor: Actor | SystemActor,
  at: Date,
  events: readonly AuditEvent[],
): Promise<void> {
  const rows = events.map((event) => ({ ...eventColumns(actor, at, event), project_id: event.projectId ?? null }));
  await db
    .insertInto('event_inbox')
    .values(rows as never)
    .execute();
}
