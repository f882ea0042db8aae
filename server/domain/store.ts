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
  /** In a request, no more than its actor may read: of the rows of its projects, the columns that its roles may have. */
  readonly read: Kysely<Tables>;
  /**
   * Past that: for decisions, and for what follows from the graph over all projects, such as which tags reach an asset and whether a use is
   * allowed. What it gives is concluded from, not shown; but for the searches whose indexes row security would leave unused.
   */
  readonly derive: Kysely<Tables>;
  readonly clock: Clock;
  /** Runs `work` in one transaction. Its events are inserted last, in one statement; any failure undoes all of it. */
  write<T>(actor: Actor | SystemActor, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * A transaction of a single statement, for what is written all the time, by several actors maybe. `eventsOf` inserts the events of those acts
   * that a query names by `act`, counted from 1, with the `project_id` of each: for all others the statement must write nothing at all.
   * Gives the rows that the statement returns, which are those of the acts that are done.
   */
  writeAtOnce<Row>(
    acts: readonly Act[],
    statement: (eventsOf: (done: RawBuilder<unknown>) => RawBuilder<unknown>) => RawBuilder<Row>,
  ): Promise<readonly Row[]>;
}

/** What somebody does, and how the log tells it. */
export interface Act {
  readonly actor: Actor | SystemActor;
  readonly event: AuditEvent;
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
    derive: database.read,
    clock,
    async write(actor, work) {
      const acts: Act[] = [];
      const now = clock.now();
      const graph = { changed: false, settled: false };
      const result = await database.write(async (db) => {
        const result = await work({
          db,
          now,
          record: (event) => void acts.push({ actor, event }),
          changedGraph: () => void (graph.changed = true),
        });
        if (graph.changed) graph.settled = await settle(db);
        if (acts.length > 0) await insertEvents(db, now, acts);
        return result;
      });
      if (acts.length > 0) onEvents();
      if (graph.changed && !graph.settled) onUnsettled();
      return result;
    },
    async writeAtOnce(acts, statement) {
      const said = told(clock.now(), acts);
      const eventsOf = (done: RawBuilder<unknown>): RawBuilder<unknown> =>
        sql`insert into event_inbox (${ownColumns}, project_id) select ${ownColumns}, done.project_id from (${done}) as done join ${said} using (act)`;
      const { rows } = await sql`${prepared}${statement(eventsOf)}`.execute(database.read);
      if (rows.length > 0) onEvents();
      return rows as never;
    },
  };
}

/** Of `event_inbox`, but for the project. */
const ownColumns = sql`at, actor_id, actor_name, action, subject_kind, subject_id, coordinate, policy, details, salts`;

/** The events as rows, each with its place among `acts`; whole rows as one parameter, for a statement to have one form. */
function told(at: Date, acts: readonly Act[]): RawBuilder<unknown> {
  const rows = acts.map(({ actor, event }, i) => ({
    act: i + 1,
    at,
    actor_id: actor.principalId,
    actor_name: actor.name,
    action: event.action,
    subject_kind: event.subject?.kind,
    subject_id: event.subject?.id,
    said_project_id: event.projectId,
    coordinate: event.coordinate,
    policy: event.policy,
    details: event.details ?? {},
    salts: saltsFor(event.details ?? {}),
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as event (
    act int, at timestamptz, actor_id uuid, actor_name text, action text, subject_kind text, subject_id uuid, said_project_id uuid,
    coordinate text, policy text, details jsonb, salts jsonb)`; // prettier-ignore
}

async function insertEvents(db: Kysely<Tables>, at: Date, acts: readonly Act[]): Promise<void> {
  await sql`
    insert into event_inbox (${ownColumns}, project_id)
    select ${ownColumns}, said_project_id from ${told(at, acts)} order by act`.execute(db); // prettier-ignore
}
