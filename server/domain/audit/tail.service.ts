import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Tables } from '../tables.ts';
import type { Integrator } from './integrator.ts';
import type { Places } from './places.ts';

/** An event as far as a follower needs it to look at what it is about. */
export interface TailEvent {
  readonly index: number;
  readonly action: string;
  readonly subjectId: string | null;
  readonly projectId: string | null;
}

/**
 * What the source of a subscription gives: a change, to be looked at with a context that is made for it. Undefined when that context's
 * actor may not see it.
 */
export type Live<T> = (context: Context) => Promise<T | undefined>;

/** A stream that ends at once when it is told to, even while its reader waits for the next item. */
export type Following<T> = AsyncIterableIterator<T> & { return(): Promise<IteratorResult<T>> };

/** How many of the newest events are kept for those who keep up; who lags behind reads the log itself. */
const kept = 1_000;
const pageSize = 500;

/**
 * Follows the log: woken by this process's integrator, and by a slow poll for what other processes integrated. All followers share one
 * reader. The log is the queue: a follower that comes back says the last index it saw, and misses nothing.
 */
export function createTail(
  read: Kysely<Tables>,
  integrator: Integrator,
  places: Places,
  onError: (error: unknown) => void,
  pollMs = 2_000,
) {
  /** The newest events, contiguous. */
  let recent: TailEvent[] = [];
  /** Index of the newest event that was read; undefined while nobody follows. */
  let known: number | undefined;
  let reading: Promise<void> | undefined;
  const followers = new Set<{ wake(): void; stop(): void }>();

  async function advance(): Promise<void> {
    if (known === undefined) {
      const head = await read.selectFrom('event_log').select((q) => q.fn.max('idx').as('idx')).executeTakeFirst(); // prettier-ignore
      known = head?.idx ?? -1;
      return;
    }
    for (let rows = await page(known); rows.length > 0; rows = await page(known)) {
      if (followers.size === 0) break; // the last one left meanwhile: the next starts afresh
      recent = [...recent, ...rows].slice(-kept);
      known = rows.at(-1)!.index;
      for (const follower of followers) follower.wake();
    }
  }

  /** One reader at a time; a call made meanwhile starts when that one is done, since it may have looked too early. */
  function refresh(): Promise<void> {
    const next = (reading ?? Promise.resolve()).then(advance);
    const settled = next.catch(() => {}).then(() => void (reading === settled && (reading = undefined)));
    reading = settled;
    return next;
  }

  async function page(after: number, upTo?: number, actions?: readonly string[]): Promise<TailEvent[]> {
    let query = read
      .selectFrom('event_log')
      .select(['idx', 'action', 'subject_id', 'project_id'])
      .where('idx', '>', after)
      .orderBy('idx')
      .limit(pageSize);
    if (upTo !== undefined) query = query.where('idx', '<=', upTo);
    if (actions) query = query.where('action', 'in', actions);
    const rows = await query.execute();
    return rows.map((row) => ({
      index: row.idx,
      action: row.action,
      subjectId: row.subject_id,
      projectId: row.project_id,
    }));
  }

  const poll = setInterval(() => {
    if (followers.size > 0) refresh().catch(onError);
  }, pollMs);
  poll.unref();
  const forget = integrator.onIntegrated(() => {
    if (followers.size > 0) refresh().catch(onError);
  });

  /** Ends every stream; those who follow come back. */
  function disconnect(): void {
    for (const follower of [...followers]) follower.stop();
  }

  return {
    places,
    /** Every event of these actions after that index, or from now on; oldest first. Ends when told to, or when the tail stops. */
    follow(actions: readonly string[], after?: number): Following<TailEvent> {
      let cursor = after;
      let stopped = false;
      let wake = (): void => {};
      let ready: TailEvent[] = [];
      const follower = {
        wake: () => wake(),
        stop: () => {
          stopped = true;
          followers.delete(follower);
          if (followers.size === 0) [known, recent] = [undefined, []];
          wake();
        },
      };
      followers.add(follower);

      /** Fills `ready` with what is known already; false when there is nothing to wait less for. */
      async function more(): Promise<boolean> {
        if (known === undefined) await refresh();
        const upTo = known;
        if (stopped || upTo === undefined) return true;
        cursor ??= upTo;
        if (cursor >= upTo) return false;
        const first = recent[0]?.index;
        if (first !== undefined && first <= cursor + 1) {
          ready = recent.slice(cursor + 1 - first).filter((event) => actions.includes(event.action));
          cursor = upTo;
        } else {
          ready = await page(cursor, upTo, actions);
          cursor = ready.length === pageSize ? ready.at(-1)!.index : upTo;
        }
        return true;
      }

      return {
        async next() {
          while (!stopped) {
            const event = ready.shift();
            if (event) return { done: false, value: event };
            const woken = new Promise<void>((resolve) => (wake = resolve)); // before looking: a wake-up must not be missed
            if (!(await more())) await woken;
          }
          return { done: true, value: undefined };
        },
        return() {
          follower.stop();
          return Promise.resolve({ done: true, value: undefined });
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    disconnect,
    /** Ends every stream, and follows no more. */
    async stop(): Promise<void> {
      clearInterval(poll);
      forget();
      disconnect();
      await reading;
    },
  };
}

export type Tail = ReturnType<typeof createTail>;

/** A subscription's source: each event, to be looked at by `see` with the reader's rights of that moment. */
export function liveFrom<T>(
  events: Following<TailEvent>,
  see: (event: TailEvent, context: Context) => Promise<T | undefined>,
): Following<Live<T>> {
  return {
    async next() {
      const step = await events.next();
      if (step.done) return step as IteratorReturnResult<undefined>;
      return { done: false, value: (context) => see(step.value, context) };
    },
    async return() {
      await events.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
