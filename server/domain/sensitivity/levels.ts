/** What waits to be taken by its distance, nearest first. */
export function createLevels<T>() {
  const levels = new Map<number, T[]>();
  return {
    add(dist: number, one: T): void {
      const level = levels.get(dist);
      if (level) level.push(one);
      else levels.set(dist, [one]);
    },
    /** The distance of the nearest; undefined when nothing waits. */
    nearest: (): number | undefined => (levels.size === 0 ? undefined : Math.min(...levels.keys())),
    take(dist: number): T[] {
      const level = levels.get(dist) ?? [];
      levels.delete(dist);
      return level;
    },
  };
}
