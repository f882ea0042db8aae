import { badInput } from '../../shared/errors.ts';
import { idOf } from '../../shared/ids.ts';
import { checkText } from '../../shared/json.ts';
import { comparisonsOfRange, type RangeFilter } from '../range-filter.ts';
import { limits, type Condition, type Entity, type Ordering } from '../search/condition.ts';
import { comparisonsOfText, type Comparison, type TextFilter } from '../text-filter.ts';
import type { RunKind, RunStatus } from './run.entity.ts';

// GraphQL's filter and order of runs, as the conditions that MLflow's language becomes too.

export interface KeyedFilter<Value> {
  key: string;
  value: Value;
}

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
const keyed = { metrics: 'metric', params: 'param', tags: 'tag' } as const;

/** The conditions of a filter, but for its experiment. BAD_INPUT names the place. */
export function conditionsOfRuns(where: RunWhere): Condition[] {
  const conditions: Condition[] = [];
  const add = (entity: Entity, key: string, comparisons: readonly Comparison[]): void =>
    void conditions.push(...comparisons.map((one) => ({ entity, key, ...one })));

  if (where.status) add('attribute', 'status', [{ operator: 'IN', value: where.status }]);
  if (where.kind) add('attribute', 'kind', [{ operator: 'IN', value: where.kind }]);
  for (const name of ['mlflowId', 'name', 'userName', 'artifactUri'] as const) {
    if (where[name]) add('attribute', texts[name], comparisonsOfText(where[name], `where.${name}`));
  }
  for (const name of ['startedAt', 'endedAt'] as const) {
    if (where[name]) add('attribute', times[name], comparisonsOfRange(where[name]));
  }
  for (const name of ['metrics', 'params', 'tags'] as const) {
    for (const [i, { key, value }] of (where[name] ?? []).entries()) {
      const field = `where.${name}[${i}]`;
      requireKey(key, `${field}.key`);
      const comparisons =
        name === 'metrics'
          ? comparisonsOfRange(value as RangeFilter<number>)
          : comparisonsOfText(value as TextFilter, `${field}.value`);
      if (comparisons.length === 0) throw badInput(`${field}.value`, 'Nothing to compare with.', 'Give a condition, such as `isNull: false`.'); // prettier-ignore
      add(keyed[name], key, comparisons);
    }
  }
  for (const [i, input] of (where.inputs ?? []).entries()) {
    const [first, ...together] = (['name', 'digest', 'context'] as const).flatMap((key) =>
      comparisonsOfText(input[key] ?? {}, `where.inputs[${i}].${key}`).map((one) => ({
        entity: 'dataset' as const,
        key,
        ...one,
      })),
    );
    if (!first) throw badInput(`where.inputs[${i}]`, 'Nothing to compare with.', 'Give a condition on its name, digest or context.'); // prettier-ignore
    conditions.push({ ...first, together });
  }
  const count = conditions.reduce((sum, { together = [] }) => sum + 1 + together.length, 0);
  if (count > limits.conditions) throw badInput('where', `At most ${limits.conditions} conditions.`);
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

function requireKey(key: string, field: string): void {
  checkText(key, field);
  if (key.length === 0 || key.length > 500) throw badInput(field, 'A key has from 1 to 500 characters.');
}
