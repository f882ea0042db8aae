interface Point {
  readonly step: number | bigint;
  readonly value: number;
}

/**
 * At most `limit` of the points, in their order, chosen so that the curve looks the same: largest triangle three buckets
 * (Steinarsson 2013, "Downsampling Time Series for Visual Representation"). The first and the last stay, and from a limit of 4 on the
 * least and the greatest finite value. A value that is not finite is what a reader must not miss: the first one of a bucket is taken.
 */
export function thin<P extends Point>(points: readonly P[], limit: number): P[] {
  if (points.length <= limit) return [...points];
  if (limit <= 2) return [points[0]!, points.at(-1)!].slice(-limit);
  const chosen = [0];
  const width = (points.length - 2) / (limit - 2);
  const edge = (bucket: number): number => Math.floor(bucket * width) + 1;
  for (let bucket = 0; bucket < limit - 2; bucket++) {
    const next = points.slice(edge(bucket + 1), bucket === limit - 3 ? points.length : edge(bucket + 2));
    chosen.push(furthest(points, edge(bucket), edge(bucket + 1), points[chosen.at(-1)!]!, center(next)));
  }
  chosen.push(points.length - 1);
  return (limit < 4 ? chosen : withExtremes(points, chosen)).map((i) => points[i]!);
}

/** Of two extremes in one bucket the triangles may take neither: each takes the place of a neighbour that nothing keeps. */
function withExtremes(points: readonly Point[], chosen: number[]): number[] {
  const finite = [...points.keys()].filter((i) => Number.isFinite(points[i]!.value));
  if (finite.length === 0) return chosen;
  const least = finite.reduce((a, b) => (points[b]!.value < points[a]!.value ? b : a));
  const greatest = finite.reduce((a, b) => (points[b]!.value > points[a]!.value ? b : a));
  const kept = new Set([0, points.length - 1, least, greatest]);
  for (const extreme of [least, greatest]) {
    if (chosen.includes(extreme)) continue;
    const free = chosen.filter((i) => !kept.has(i));
    const near = (i: number): number => Math.abs(i - extreme) + (Number.isFinite(points[i]!.value) ? 0 : points.length);
    const replaced = free.reduce((a, b) => (near(b) < near(a) ? b : a));
    chosen = chosen.map((i) => (i === replaced ? extreme : i)).sort((a, b) => a - b);
  }
  return chosen;
}

interface Place {
  x: number;
  y: number;
}

function center(points: readonly Point[]): Place {
  const finite = points.filter((point) => Number.isFinite(point.value));
  const mean = (numbers: number[]): number => numbers.reduce((sum, n) => sum + n / numbers.length, 0);
  return { x: mean(points.map((point) => Number(point.step))), y: mean(finite.map((point) => point.value)) };
}

/** Of the points from `start` to before `end`, the one that makes the largest triangle with the point chosen before and the middle of what follows. */
function furthest(points: readonly Point[], start: number, end: number, before: Point, after: Place): number {
  const from: Place = { x: Number(before.step), y: Number.isFinite(before.value) ? before.value : after.y };
  let best = start;
  let largest = -1;
  for (let i = start; i < end; i++) {
    const { step, value } = points[i]!;
    if (!Number.isFinite(value)) return i;
    const area = Math.abs((from.x - after.x) * (value - from.y) - (from.x - Number(step)) * (after.y - from.y));
    if (area > largest) [best, largest] = [i, area];
  }
  return best;
}
