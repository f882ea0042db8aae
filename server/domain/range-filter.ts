import type { Operator } from './search/condition.ts';
import type { Comparison } from './text-filter.ts';

/** Conditions on a number or a time; all that are given must hold. */
export interface RangeFilter<T extends number | Date> {
  eq?: T | null;
  ne?: T | null;
  lt?: T | null;
  lte?: T | null;
  gt?: T | null;
  gte?: T | null;
  isNull?: boolean | null;
}

const operators = { eq: '=', ne: '!=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const satisfies Record<
  string,
  Operator
>;

/** What the filter says, as comparisons; times in milliseconds since 1970. */
export function comparisonsOfRange(filter: RangeFilter<number | Date>): Comparison[] {
  const comparisons: Comparison[] = [];
  for (const [name, operator] of Object.entries(operators)) {
    const value = filter[name as keyof typeof operators];
    if (value !== null && value !== undefined) comparisons.push({ operator, value: Number(value) });
  }
  if (filter.isNull !== null && filter.isNull !== undefined) {
    comparisons.push({ operator: filter.isNull ? 'IS NULL' : 'IS NOT NULL', value: null });
  }
  return comparisons;
}
