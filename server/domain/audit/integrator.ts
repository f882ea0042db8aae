import { sql } from 'kysely';
import type { Clock } from '../../shared/clock.ts';
import { coalesce } from '../../shared/coalesce.ts';
import type { Database } from '../../storage/database.ts';
import type { Tables } from '../tables.ts';
import { leafBytes, leafHash, type LogEntry } from './event.ts';

/** Any number, the same in every process: whoever holds it is the one integrator. */
const integratorLock = 6962;
const batchSize = 2_000;
/** Commits that follow each other faster than this share an integration. */
const gapMs = 10;

/**
 * Moves events from the inbox to the log in contiguous indexes. Sequences have gaps and commit out of order, so a
 * sequence cannot be the log's index; one integrator that takes what is visible, in order of arrival, can give one.
 * A crash between commit and integration only delays an event. `onError` hears of what fails without anybody waiting for it.
 */
export function createIntegrator(database: Database<Tables>, clock: Clock, onError: (error: unknown) => void) {
  const listeners = new Set<() => void>();

  /** Integrates one batch; the number of events moved. */
  async function integrateBatch(): Promise<number> {
    return database.write(async (tx) => {
      await sql`select pg_advisory_xact_lock(${integratorLock})`.execute(tx); // another process may leave what it cannot see yet
      const taken = await tx
        .deleteFrom('event_inbox')
        .where('id', 'in', (q) => q.selectFrom('event_inbox').select('id').orderBy('id').limit(batchSize))
        .returningAll()
        .execute();
      if (taken.length === 0) return 0;
      taken.sort((a, b) => a.id - b.id);
      const head = await tx
        .selectFrom('event_log')
        .select((q) => q.fn.max('idx').as('idx'))
        .executeTakeFirst();
      const first = (head?.idx ?? -1) + 1;
      const integratedAt = clock.now();
      const rows = taken.map(({ id: _, ...event }, offset) => {
        const entry: LogEntry = { idx: first + offset, ...event };
        return { ...entry, leaf_hash: checkedLeafHash(entry), integrated_at: integratedAt };
      });
      await sql`insert into event_log select * from jsonb_populate_recordset(null::event_log, ${JSON.stringify(rows)}::jsonb)`.execute(
        tx,
      );
      return rows.length;
    });
  }

  async function integrateAll(): Promise<void> {
    let moved = 0;
    for (let batch = batchSize; batch === batchSize; moved += batch) batch = await integrateBatch();
    if (moved > 0) for (const listener of listeners) listener();
  }
  const integrations = coalesce(integrateAll, { gapMs, onError });

  return {
    /** Integrates all that waits, then tells the listeners. */
    integrate: integrations.run,
    /** Integrates at once or, when that happens just now or did a moment ago, a moment later. */
    soon: integrations.soon,
    /** Integrates every so many milliseconds, for events that other processes left. */
    every: integrations.every,
    stop: integrations.stop,
    /** Calls `listener` after each integration that moved something; returns the way to stop it. */
    onIntegrated(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Integrator = ReturnType<typeof createIntegrator>;

/** Hashed twice from the start and compared: one flipped bit ended a public log for good in 2022. */
function checkedLeafHash(entry: LogEntry): string {
  const once = leafHash(leafBytes(entry));
  if (once !== leafHash(leafBytes(entry)))
    throw new Error(`Leaf ${entry.idx} hashed to two values; nothing was integrated.`);
  return once;
}
