/** Curves over steps: d3's scales and shapes to an SVG string, each line named at its end. */
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { number } from '../words.ts';
import { element, label, picture, round } from './svg.ts';

export interface Curve {
  name: string;
  points: { x: number; y: number }[];
}

export interface ChartText {
  id: string;
  title: string;
  xLabel: string;
}

const width = 460;
const height = 230;
const margin = { top: 14, right: 120, bottom: 38, left: 50 };

export function lineChart(curves: readonly Curve[], text: ChartText): string {
  const points = curves.flatMap((curve) => curve.points).filter((point) => Number.isFinite(point.y));
  const span = (of: (point: { x: number; y: number }) => number): [number, number] => [
    Math.min(...points.map(of)),
    Math.max(...points.map(of)),
  ];
  const x = scaleLinear()
    .domain(span((p) => p.x))
    .range([margin.left, width - margin.right]);
  const y = scaleLinear()
    .domain(span((p) => p.y))
    .nice(4)
    .range([height - margin.bottom, margin.top]);
  // a gap in the curve, not a guess, where a value is NaN or infinite
  const path = line<{ x: number; y: number }>()
    .defined((p) => Number.isFinite(p.y))
    .x((p) => x(p.x))
    .y((p) => y(p.y))
    .digits(2);
  const grid = y
    .ticks(4)
    .flatMap((tick) => [
      element('line', { x1: margin.left, x2: width - margin.right, y1: y(tick), y2: y(tick), class: 'grid' }),
      label(margin.left - 8, y(tick) + 4, number(tick), 'tick', 'end'),
    ]);
  const steps = x
    .ticks(5)
    .filter(Number.isInteger)
    .map((tick) => label(x(tick), height - margin.bottom + 18, number(tick), 'tick', 'middle'));
  const names = apart(curves.map((curve) => y(curve.points.at(-1)?.y ?? 0)));
  const lines = curves.flatMap((curve, i) => [
    element('path', { d: path(curve.points) ?? '', class: `curve curve-${i % 4}` }),
    label(width - margin.right + 8, names[i]! + 4, curve.name, `curve-name curve-name-${i % 4}`),
  ]);
  const description = curves
    .map((curve) => {
      const [first, last] = [curve.points[0], curve.points.at(-1)];
      return first && last
        ? `${curve.name}: from ${number(first.y)} at ${number(first.x)} to ${number(last.y)} at ${number(last.x)}`
        : `${curve.name}: no points`;
    })
    .join('; ');
  return picture(
    width,
    height,
    { id: text.id, title: text.title, description },
    'chart',
    ...grid,
    ...steps,
    label(margin.left, height - 4, text.xLabel, 'tick'),
    ...lines,
  );
}

/** Moves labels down until none covers another. */
function apart(positions: number[]): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]!);
  const moved = [...positions];
  let last = -Infinity;
  for (const i of order) {
    moved[i] = Math.max(moved[i]!, last + 15);
    last = moved[i]!;
  }
  return moved;
}

/** A line without axes, for a table's cell; `points` from old to new. */
export function sparkline(values: readonly number[], id: string, title: string): string {
  const finite = values.filter(Number.isFinite);
  const [wide, high] = [140, 32];
  const x = scaleLinear()
    .domain([0, Math.max(1, finite.length - 1)])
    .range([3, wide - 5]);
  const y = scaleLinear()
    .domain([Math.min(...finite), Math.max(...finite)])
    .range([high - 4, 4]);
  const d = finite.map((value, i) => `${i === 0 ? 'M' : 'L'}${round(x(i))},${round(y(value))}`).join('');
  const description = `${finite.length} values, from ${number(finite[0] ?? 0)} to ${number(finite.at(-1) ?? 0)}`;
  return picture(
    wide,
    high,
    { id, title, description },
    'spark',
    element('path', { d, class: 'curve curve-0' }),
    element('circle', { cx: x(finite.length - 1), cy: y(finite.at(-1) ?? 0), r: 3, class: 'dot' }),
  );
}
