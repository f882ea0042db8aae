/** Work that brings something up to date, in rounds: one at a time, and each serves all who asked before it began. */
export interface Coalesced {
  /** Resolves, or fails, with a whole round that begins after the call: at once, or when the one that runs has ended. */
  run(): Promise<void>;
  /** Asks for a round and does not wait for it. Rounds asked for in this way leave a gap between them. */
  soon(): void;
  /** Every `ms`, for what nobody told of: asks for a round, or does `ask` where the clock has more to do. */
  every(ms: number, ask?: () => Promise<void>): void;
  /** Begins nothing more by itself; resolves when what runs has ended. */
  stop(): Promise<void>;
}

export interface CoalesceOptions {
  /** How long `soon` leaves the last round alone. What is asked for meanwhile shares one. */
  gapMs?: number;
  /** Hears of each failure that no caller waits for. */
  onError: (error: unknown) => void;
}

/** Has `round` do the work of many who ask for it. */
export function coalesce(round: () => Promise<void>, { gapMs = 0, onError }: CoalesceOptions): Coalesced {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let ended = -Infinity;
  let planned: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;
  let asking: Promise<void> | undefined;
  let stopped = false;

  function begin(): Promise<void> {
    running = round().finally(() => {
      running = undefined;
      ended = performance.now();
    });
    return running;
  }

  function run(): Promise<void> {
    if (!running) return begin();
    const after = (): Promise<void> => {
      next = undefined;
      return running ?? begin(); // somebody who asked just now may have begun it
    };
    return (next ??= running.then(after, after));
  }

  function soon(): void {
    if (planned || stopped) return;
    const wait = running ? gapMs : ended + gapMs - performance.now();
    const lookAgain = (): void => {
      planned = undefined;
      soon();
    };
    if (wait > 0) planned = setTimeout(lookAgain, wait);
    else run().catch(onError);
  }

  return {
    run,
    soon,
    every(ms, ask = run) {
      timer = setInterval(() => {
        asking ??= ask()
          .catch(onError)
          .finally(() => (asking = undefined));
      }, ms);
      timer.unref();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(planned);
      await asking;
      await (next ?? running)?.catch(() => {}); // told to who waits for it
    },
  };
}
