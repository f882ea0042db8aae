import { coalesce } from '../../shared/coalesce.ts';
import type { Database } from '../../storage/database.ts';
import type { Tables } from '../tables.ts';
import { propagate } from './propagate.ts';
import type { Db } from './rows.ts';

/** What a write may spend on its own tags before it leaves them to the worker. */
const inWrite = { changes: 2_000, rows: 2_000, whole: true };

/** Propagates at the end of a transaction that changed the graph; false when something is left for the worker. */
export const settleTags = async (db: Db): Promise<boolean> => (await propagate(db, inWrite)).done;

/**
 * The worker that propagates what writes left: what was too much for one of them, or came while another held the lock. A crash only
 * delays it: what waits stands in the database, and readers recompute meanwhile.
 */
export function createPropagator(
  database: Database<Tables>,
  endWhatIsDue: () => Promise<void>,
  onError: (error: unknown) => void,
) {
  // an embedded database does one thing at a time: requests get their turn between the pieces
  const inWorker =
    database.location.kind === 'embedded'
      ? { changes: 1_000, rows: 5_000, whole: false }
      : { changes: 10_000, rows: 1_000_000, whole: false };
  async function propagateAll(): Promise<void> {
    for (let taken = -1; taken !== 0;) ({ taken } = await database.write((db) => propagate(db, inWorker)));
  }
  const propagations = coalesce(propagateAll, { onError });
  const tick = (): Promise<void> => endWhatIsDue().then(propagations.run);

  return {
    /** Propagates all that waits. */
    drain: propagations.run,
    soon: propagations.soon,
    /** Ends what is due, then propagates it and whatever else waits. */
    tick,
    /** Ticks every `ms`, for other processes leave something too. */
    every: (ms: number) => propagations.every(ms, tick),
    stop: propagations.stop,
  };
}
