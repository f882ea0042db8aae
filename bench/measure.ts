/** One bench: how it compares with another thing that does the same. */
export interface Measurement {
  readonly ratio: number;
  /** What 1.0 stands for. */
  readonly against: string;
  readonly unit: string;
}

export interface Bench {
  /** What its `--help` says of arguments of its own. */
  readonly options?: string;
  /** Takes the arguments behind the bench's name. */
  run(args: readonly string[]): Promise<Measurement>;
}

/**
 * The median milliseconds of each work, run in turns within one process, so that what slows the machine slows all alike. Each round
 * starts with another one: none is always the first after a collection.
 */
export async function medians(
  works: readonly (() => unknown)[],
  { warmUp, rounds }: { warmUp: number; rounds: number },
): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (let turn = 0; turn < works.length; turn++) {
      const which = (round + turn) % works.length;
      const start = performance.now();
      await works[which]!();
      const took = performance.now() - start;
      if (round >= warmUp) times[which]!.push(took);
    }
  }
  return times.map(median);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
