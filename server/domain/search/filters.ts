import { badInput } from '../../shared/errors.ts';
import { checkText } from '../../shared/json.ts';
import { comparisonsOfRange, type RangeFilter } from '../range-filter.ts';
import { comparisonsOfText, type Comparison, type TextFilter } from '../text-filter.ts';
import { limits, type Condition, type Entity } from './condition.ts';

// GraphQL's filters, as the conditions that MLflow's language becomes too. BAD_INPUT names the place.

/** A filter on the value that a thing has under a key. */
export interface KeyedFilter<Value> {
  key: string;
  value: Value;
}

/** The comparisons as conditions on one thing. */
export const conditionsOn = (entity: Entity, key: string, comparisons: readonly Comparison[]): Condition[] =>
  comparisons.map((one) => ({ entity, key, ...one }));

/** Conditions on metrics, which are numbers, or on params or tags, which are texts. */
export const conditionsOnMetrics = (filters: readonly KeyedFilter<RangeFilter<number>>[], field: string): Condition[] =>
  keyed('metric', filters, field, comparisonsOfRange);
export const conditionsOnTexts = (
  entity: 'param' | 'tag',
  filters: readonly KeyedFilter<TextFilter>[],
  field: string,
): Condition[] => keyed(entity, filters, field, comparisonsOfText);

function keyed<Value>(
  entity: Entity,
  filters: readonly KeyedFilter<Value>[],
  field: string,
  comparisonsOf: (value: Value, field: string) => Comparison[],
): Condition[] {
  return filters.flatMap(({ key, value }, i) => {
    requireKey(key, `${field}[${i}].key`);
    const comparisons = comparisonsOf(value, `${field}[${i}].value`);
    if (comparisons.length === 0) throw nothingToCompare(`${field}[${i}].value`);
    return conditionsOn(entity, key, comparisons);
  });
}

export const nothingToCompare = (field: string) =>
  badInput(field, 'Nothing to compare with.', 'Give a condition, such as `isNull: false`.');

export function requireKey(key: string, field: string): void {
  checkText(key, field);
  if (key.length === 0 || key.length > 500) throw badInput(field, 'A key has from 1 to 500 characters.');
}

export function requireFew(conditions: readonly Condition[]): void {
  const count = conditions.reduce((sum, { together = [] }) => sum + 1 + together.length, 0);
  if (count > limits.conditions) throw badInput('where', `At most ${limits.conditions} conditions.`);
}
