interface Point {
  readonly step: number | bigint;
  readonly value: number;
}

/**
 * At most `limit` of the points, in their order, chosen so that the curve looks the same: largest triangle three buckets
 * (Steinarsson 2013, "Downsampling Time Series for Visual Representation"). The first and the last stay. A value that is not
 * finite is what a reader must not miss: the first one of a bucket is taken.
 */
export function thin<P extends Point>(points: readonly P[], limit: number): P[] {
  if (points.length <= limit) return [...points];
  if (limit <= 2) return [points[0]!, points.at(-1)!].slice(-limit);
  const chosen: P[] = [points[0]!];
  const width = (points.length - 2) / (limit - 2);
  const edge = (bucket: number): number => Math.floor(bucket * width) + 1;
  for (let bucket = 0; bucket < limit - 2; bucket++) {
    const next = points.slice(edge(bucket + 1), bucket === limit - 3 ? points.length : edge(bucket + 2));
    chosen.push(furthest(points.slice(edge(bucket), edge(bucket + 1)), chosen.at(-1)!, center(next)));
  }
  chosen.push(points.at(-1)!);
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

/** The point that makes the largest triangle with the point chosen before and the middle of what follows. */
function furthest<P extends Point>(points: readonly P[], before: Point, after: Place): P {
  const from: Place = { x: Number(before.step), y: Number.isFinite(before.value) ? before.value : after.y };
  let best = points[0]!;
  let largest = -1;
  for (const point of points) {
    if (!Number.isFinite(point.value)) return point;
    const area = Math.abs(
      (from.x - after.x) * (point.value - from.y) - (from.x - Number(point.step)) * (after.y - from.y),
    );
    if (area > largest) [best, largest] = [point, area];
  }
  return best;
}
