/** A short part of `all` for which `fails` still holds, as far as it is found within `ms`: halves are left out first, single ones last. */
export async function shrink<T>(
  all: readonly T[],
  fails: (some: readonly T[]) => Promise<boolean>,
  ms: number,
): Promise<readonly T[]> {
  const end = performance.now() + ms;
  let best = all;
  for (let size = Math.ceil(all.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length;) {
      if (performance.now() > end) return best;
      const rest = best.toSpliced(at, size);
      if (await fails(rest)) best = rest;
      else at += size;
    }
  }
  return best;
}
