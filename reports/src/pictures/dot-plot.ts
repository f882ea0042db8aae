/** One metric by group: a dot for each group, its interval where there is one, the overall figure as a line. */
import { scaleLinear } from 'd3-scale';
import type { GroupMetric, GroupValue } from '../models/evaluation.ts';
import { smallestGroup } from '../models/evaluation.ts';
import { figure, number, spaced } from '../words.ts';
import { element, label, picture } from './svg.ts';

const width = 460;
const left = 150;
const right = 56;
const rowHeight = 24;
const top = 30;

export function dotPlot(of: GroupMetric, id: string, subject: string): string {
  const values = of.groups.flatMap((one) => [...(one.value === undefined ? [] : [one.value]), ...(one.interval ?? [])]);
  const all = of.overall === undefined ? values : [...values, of.overall];
  const isShare = all.every((value) => value >= 0 && value <= 1);
  const domain = isShare ? [0, 1] : [Math.min(...all), Math.max(...all)];
  const x = scaleLinear()
    .domain(domain)
    .range([left, width - right]);
  if (!isShare) x.nice(4);
  const attributes = [...new Set(of.groups.map((one) => one.attribute))];
  const parts: string[] = [];
  let y = top;
  for (const attribute of attributes) {
    parts.push(label(0, y + 4, spaced(attribute), 'attribute'));
    y += rowHeight - 4;
    for (const one of of.groups.filter((group) => group.attribute === attribute)) {
      parts.push(row(one, y, x));
      y += rowHeight;
    }
    y += 8;
  }
  const bottom = y - 10;
  const axis = x
    .ticks(5)
    .flatMap((tick) => [
      element('line', { x1: x(tick), x2: x(tick), y1: top + 8, y2: bottom, class: 'grid' }),
      label(x(tick), bottom + 16, number(tick), 'tick', 'middle'),
    ]);
  const overall =
    of.overall === undefined
      ? []
      : [
          element('line', { x1: x(of.overall), x2: x(of.overall), y1: top - 8, y2: bottom, class: 'overall' }),
          label(x(of.overall), top - 14, `everybody ${figure(of.overall)}`, 'tick strong', 'middle'),
        ];
  const description = of.groups
    .map(
      (one) =>
        `${spaced(one.attribute)} ${spaced(one.group)}: ${one.value === undefined ? `fewer than ${smallestGroup} people, not shown` : figure(one.value)}`,
    )
    .join('; ');
  const title = `${spaced(of.metric)} by group, ${subject}`;
  return picture(width, bottom + 24, { id, title, description }, 'chart', ...axis, ...overall, ...parts);
}

function row(one: GroupValue, y: number, x: (value: number) => number): string {
  const size =
    one.n === undefined ? 'n not recorded' : one.n < smallestGroup ? `n < ${smallestGroup}` : `n ${number(one.n)}`;
  const names = label(14, y + 4, spaced(one.group), 'group') + label(left - 12, y + 4, size, 'tick', 'end');
  if (one.value === undefined) return names + label(left + 6, y + 4, 'too few to show', 'tick');
  const whisker = one.interval
    ? element('line', { x1: x(one.interval[0]), x2: x(one.interval[1]), y1: y, y2: y, class: 'whisker' })
    : '';
  return (
    names +
    whisker +
    element('circle', { cx: x(one.value), cy: y, r: 5, class: 'dot' }) +
    label(width - right + 14, y + 4, figure(one.value), 'figure')
  );
}
