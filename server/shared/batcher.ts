export interface BatcherOptions<Item> {
  /** So many batches run at once. */
  readonly lanes: number;
  /** So much goes into one batch, as `sizeOf` counts (1 unless said); a single item may be larger. */
  readonly most: number;
  sizeOf?(item: Item): number;
  /** Items of one key never run at the same time. */
  keyOf?(item: Item): string;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly key: string | undefined;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}

/**
 * Does together what is asked for at the same time: what comes while `lanes` batches run waits, and is the next batch. With little to do
 * each item is a batch of its own and waits for nothing. `run` answers for each item, in their order; where it fails on several, each is
 * tried again alone, so that nobody hears of another's failure.
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  { lanes, most, sizeOf = () => 1, keyOf }: BatcherOptions<Item>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  const busy = new Set<string>();
  let running = 0;
  let planned = false;

  /** Takes from the front what fits and has no key that is busy; the rest waits on. Items of one key keep their order. */
  function take(): Waiting<Item, Result>[] {
    const taken: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    const passedOver = new Set<string>();
    let size = 0;
    for (const one of waiting) {
      const own = sizeOf(one.item);
      const fits = taken.length === 0 || size + own <= most;
      const free = one.key === undefined || !(busy.has(one.key) || passedOver.has(one.key));
      if (fits && free) {
        size += own;
        if (one.key !== undefined) busy.add(one.key);
        taken.push(one);
      } else {
        if (one.key !== undefined) passedOver.add(one.key);
        left.push(one);
      }
    }
    waiting = left;
    return taken;
  }

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => resolve(results[i]!));
    } catch (error) {
      if (batch.length > 1) await Promise.all(batch.map((one) => settle([one])));
      else batch[0]!.reject(error);
    }
  }

  async function start(): Promise<void> {
    planned = false;
    const batch = take();
    if (batch.length === 0) return;
    running++;
    plan();
    await settle(batch);
    running--;
    for (const { key } of batch) if (key !== undefined) busy.delete(key);
    plan();
  }

  /** Starts when all has been read that has come by now. */
  function plan(): void {
    if (planned || running === lanes || waiting.length === 0) return;
    planned = true;
    setImmediate(() => void start());
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, key: keyOf?.(item), resolve, reject });
      plan();
    });
}
