/** What waits to be taken by its distance, nearest first. */
export function createLevels<T>() {
  const levels = new Map<number, T[]>();
  let from = Infinity;
  return {
    add(dist: number, one: T): void {
      const level = levels.get(dist);
      if (level) level.push(one);
      else levels.set(dist, [one]);
      from = Math.min(from, dist);
    },
    /** The distance of the nearest; undefined when nothing waits. Counted up to, for there may be as many distances as rows. */
    nearest(): number | undefined {
      if (levels.size === 0) return undefined;
      while (!levels.has(from)) from++;
      return from;
    },
    take(dist: number): T[] {
      const level = levels.get(dist) ?? [];
      levels.delete(dist);
      return level;
    },
  };
}
