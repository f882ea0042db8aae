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
export function createPropagator(database: Database<Tables>, endWhatIsDue: () => Promise<void>) {
  // an embedded database does one thing at a time: requests get their turn between the pieces
  const inWorker =
    database.location.kind === 'embedded'
      ? { changes: 1_000, rows: 5_000, whole: false }
      : { changes: 10_000, rows: 1_000_000, whole: false };
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;

  /** Propagates all that waits. Calls made meanwhile join the one that runs. */
  function drain(): Promise<void> {
    if (running) {
      again = true;
      return running.then(() => (again ? drain() : running)); // another may have begun it: then that one is waited for
    }
    again = false;
    running = drainAll().finally(() => (running = undefined));
    return running;
  }

  async function drainAll(): Promise<void> {
    for (let taken = -1; taken !== 0;) ({ taken } = await database.write((db) => propagate(db, inWorker)));
  }

  /** Ends what is due, then propagates it and whatever else waits. */
  const tick = (): Promise<void> => endWhatIsDue().then(drain);

  return {
    drain,
    tick,
    /** Ticks every `everyMs`, for other processes leave something too; `onError` hears of failures. */
    start(everyMs: number, onError: (error: unknown) => void): void {
      timer = setInterval(() => void tick().catch(onError), everyMs);
      timer.unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };
}
