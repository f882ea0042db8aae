import { badInput } from '../../shared/errors.ts';
import { idOf } from '../../shared/ids.ts';
import { comparisonsOfRange, type RangeFilter } from '../range-filter.ts';
import { limits, type Condition, type Ordering } from '../search/condition.ts';
import {
  conditionsOn,
  conditionsOnMetrics,
  conditionsOnTexts,
  nothingToCompare,
  requireFew,
  requireKey,
  type KeyedFilter,
} from '../search/filters.ts';
import { comparisonsOfText, type Comparison, type TextFilter } from '../text-filter.ts';
import type { RunKind, RunStatus } from './run.entity.ts';

// GraphQL's filter and order of runs, as the conditions that MLflow's language becomes too.

export interface InputFilter {
  name?: TextFilter | null;
  digest?: TextFilter | null;
  context?: TextFilter | null;
}

export interface RunWhere {
  experimentId?: string | null;
  mlflowId?: TextFilter | null;
  status?: RunStatus[] | null;
  kind?: RunKind[] | null;
  name?: TextFilter | null;
  userName?: TextFilter | null;
  artifactUri?: TextFilter | null;
  startedAt?: RangeFilter<Date> | null;
  endedAt?: RangeFilter<Date> | null;
  metrics?: KeyedFilter<RangeFilter<number>>[] | null;
  params?: KeyedFilter<TextFilter>[] | null;
  tags?: KeyedFilter<TextFilter>[] | null;
  inputs?: InputFilter[] | null;
}

const texts = { mlflowId: 'run_id', name: 'run_name', userName: 'user_id', artifactUri: 'artifact_uri' } as const;
const times = { startedAt: 'start_time', endedAt: 'end_time' } as const;

/** The conditions of a filter, but for its experiment. BAD_INPUT names the place. */
export function conditionsOfRuns(where: RunWhere): Condition[] {
  const conditions: Condition[] = [];
  const add = (key: string, comparisons: readonly Comparison[]): void =>
    void conditions.push(...conditionsOn('attribute', key, comparisons));

  if (where.status) add('status', [{ operator: 'IN', value: where.status }]);
  if (where.kind) add('kind', [{ operator: 'IN', value: where.kind }]);
  for (const name of ['mlflowId', 'name', 'userName', 'artifactUri'] as const) {
    if (where[name]) add(texts[name], comparisonsOfText(where[name], `where.${name}`));
  }
  for (const name of ['startedAt', 'endedAt'] as const) {
    if (where[name]) add(times[name], comparisonsOfRange(where[name]));
  }
  conditions.push(
    ...conditionsOnMetrics(where.metrics ?? [], 'where.metrics'),
    ...conditionsOnTexts('param', where.params ?? [], 'where.params'),
    ...conditionsOnTexts('tag', where.tags ?? [], 'where.tags'),
  );
  for (const [i, input] of (where.inputs ?? []).entries()) {
    const [first, ...together] = (['name', 'digest', 'context'] as const).flatMap((key) =>
      comparisonsOfText(input[key] ?? {}, `where.inputs[${i}].${key}`).map((one) => ({
        entity: 'dataset' as const,
        key,
        ...one,
      })),
    );
    if (!first) throw nothingToCompare(`where.inputs[${i}]`);
    conditions.push({ ...first, together });
  }
  requireFew(conditions);
  return conditions;
}

/** The experiment that the filter names; undefined when it names none. */
export const experimentOfRuns = ({ experimentId }: RunWhere): string | undefined =>
  experimentId ? idOf(experimentId, ['Experiment'], 'where.experimentId') : undefined;

/** One term: exactly one of what it may order by. */
export interface RunOrdering {
  field?: string | null;
  metric?: string | null;
  param?: string | null;
  tag?: string | null;
  direction: 'ASC' | 'DESC';
}

/** The terms of an order. BAD_INPUT names the place. */
export function orderOfRuns(terms: readonly RunOrdering[]): Ordering[] {
  if (terms.length > limits.orderings) throw badInput('orderBy', `At most ${limits.orderings} terms.`);
  const seen = new Set<string>();
  return terms.map((term, i) => {
    const place = `orderBy[${i}]`;
    const given = (['field', 'metric', 'param', 'tag'] as const).filter((name) => term[name] != null);
    const [name] = given;
    if (name === undefined || given.length > 1) {
      throw badInput(place, 'Each term orders by one thing.', 'Give exactly one of field, metric, param and tag.');
    }
    const key = term[name]!;
    requireKey(key, `${place}.${name}`);
    if (seen.has(`${name}.${key}`)) throw badInput(place, 'Something is ordered by twice.', 'Leave this term out.');
    seen.add(`${name}.${key}`);
    return { entity: name === 'field' ? 'attribute' : name, key, descending: term.direction === 'DESC' };
  });
}
