/**
 * Metrics by group. Clients log them as `eval/<metric>` over everybody and `eval/<attribute>/<group>/<metric>` for a
 * group, with the group's size as the metric `n`.
 */
import { known, notRecorded, type Known } from '../known.ts';

export interface MetricValue {
  key: string;
  value: number | string;
  datasetName?: string | null;
}

/** A figure over fewer people than this says more about them than about the model. */
export const smallestGroup = 5;

export interface GroupValue {
  attribute: string;
  group: string;
  /** Undefined when the size was not recorded. */
  n?: number;
  /** Undefined when the group is too small to show. */
  value?: number;
  /** 95 % Wilson interval; only for shares of the whole group. */
  interval?: [number, number];
}

export interface GroupMetric {
  metric: string;
  overall?: number;
  groups: GroupValue[];
}

const groupKey = /^eval\/([^/]+)\/([^/]+)\/([^/]+)$/;
const overallKey = /^eval\/([^/]+)$/;

/** Shares whose denominator is the whole group, so that n gives their interval. */
const sharesOfGroup = new Set(['accuracy', 'selection_rate']);

export function groupMetrics(metrics: readonly MetricValue[]): Known<GroupMetric[]> {
  const sizes = new Map<string, number>();
  const overall = new Map<string, number>();
  const found = new Map<string, GroupValue[]>();
  for (const { key, value } of metrics) {
    const whole = overallKey.exec(key);
    if (whole) overall.set(whole[1]!, Number(value));
    const parts = groupKey.exec(key);
    if (parts?.[3] === 'n') sizes.set(`${parts[1]}/${parts[2]}`, Number(value));
  }
  for (const { key, value } of metrics) {
    const [, attribute, group, metric] = groupKey.exec(key) ?? [];
    if (!attribute || !group || !metric || metric === 'n') continue;
    const n = sizes.get(`${attribute}/${group}`);
    found.set(metric, [...(found.get(metric) ?? []), groupValue(metric, attribute, group, n, Number(value))]);
  }
  if (found.size === 0) return notRecorded();
  const order = (one: GroupValue) => `${one.attribute}\u0000${one.group}`;
  return known(
    [...found].sort(byMetric).map(([metric, groups]) => ({
      metric,
      ...(overall.has(metric) ? { overall: overall.get(metric)! } : {}),
      groups: groups.sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    })),
  );
}

function groupValue(
  metric: string,
  attribute: string,
  group: string,
  n: number | undefined,
  value: number,
): GroupValue {
  if (n !== undefined && n < smallestGroup) return { attribute, group, n };
  const base: GroupValue = { attribute, group, value, ...(n === undefined ? {} : { n }) };
  return n !== undefined && sharesOfGroup.has(metric) && value >= 0 && value <= 1
    ? { ...base, interval: wilson(value, n) }
    : base;
}

/** What decides about people first, then how well it is done, then the rest by name. */
const prominence = ['selection_rate', 'false_positive_rate', 'true_positive_rate', 'accuracy', 'auc'];
function byMetric([a]: [string, unknown], [b]: [string, unknown]): number {
  const at = (name: string) => (prominence.includes(name) ? prominence.indexOf(name) : prominence.length);
  return at(a) - at(b) || (a < b ? -1 : 1);
}

/** Wilson's score interval at 95 % for a share of n. */
export function wilson(share: number, n: number): [number, number] {
  const z = 1.959964;
  const z2 = z * z;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

export interface Gap {
  attribute: string;
  metric: string;
  /** Largest less smallest value among the groups that are shown. */
  gap: number;
  highest: GroupValue;
  lowest: GroupValue;
}

/** How far apart the groups of each attribute are, in one metric. */
export function gaps(metrics: readonly GroupMetric[], metric: string): Gap[] {
  const groups = metrics.find((one) => one.metric === metric)?.groups ?? [];
  return [...new Set(groups.map((one) => one.attribute))].flatMap((attribute) => {
    const shown = groups.filter((one) => one.attribute === attribute && one.value !== undefined);
    if (shown.length < 2) return [];
    const sorted = [...shown].sort((a, b) => a.value! - b.value!);
    const lowest = sorted[0]!;
    const highest = sorted.at(-1)!;
    return [{ attribute, metric, gap: highest.value! - lowest.value!, highest, lowest }];
  });
}

/** Metrics that are not by group, for the plain table. */
export const plainMetrics = <M extends MetricValue>(metrics: readonly M[]): M[] =>
  metrics.filter((one) => !groupKey.test(one.key)).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
