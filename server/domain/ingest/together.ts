/**
 * Does the work of callers that come while others are served in one go: who comes first is served at once, and who comes meanwhile waits for
 * the next turn, which takes all of one kind together. When a turn fails, each caller is served alone, so that none fails for another's sake.
 */
export function together<Item>(
  serve: (items: readonly Item[]) => Promise<void>,
  /** Only items of one kind share a turn. */
  kindOf: (item: Item) => string,
  /** How much one turn may take; a larger item has one of its own. */
  { most, sizeOf }: { most: number; sizeOf: (item: Item) => number },
): (item: Item) => Promise<void> {
  const waiting = new Map<string, { item: Item; resolve: () => void; reject: (error: unknown) => void }[]>();
  const serving = new Set<string>();

  async function work(kind: string): Promise<void> {
    serving.add(kind);
    for (let queue = waiting.get(kind); queue?.length; queue = waiting.get(kind)) {
      let size = sizeOf(queue[0]!.item);
      let count = 1;
      while (count < queue.length && size + sizeOf(queue[count]!.item) <= most) size += sizeOf(queue[count++]!.item);
      const turn = queue.splice(0, count);
      try {
        await serve(turn.map(({ item }) => item));
        for (const { resolve } of turn) resolve();
      } catch (error) {
        if (turn.length === 1) turn[0]!.reject(error);
        else for (const { item, resolve, reject } of turn) await serve([item]).then(resolve, reject);
      }
    }
    waiting.delete(kind);
    serving.delete(kind);
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const kind = kindOf(item);
      const queue = waiting.get(kind);
      if (queue) queue.push({ item, resolve, reject });
      else waiting.set(kind, [{ item, resolve, reject }]);
      if (!serving.has(kind)) void work(kind);
    });
}
