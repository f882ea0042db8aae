import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { fromHex } from '../../shared/ids.ts';
import { uuids } from '../../storage/arrays.ts';
import { inScope } from '../scope.ts';
import { compareNumber, type Condition, type Ordering } from '../search/condition.ts';
import { behind, type Key, type SortColumn } from '../search/keyset.ts';
import type { Lifecycle } from './experiment.entity.ts';
import { idsOfExperiments } from './experiment.read-model.ts';
import { newestFirst, withoutTies } from './runs.search.ts';

// Where a search of runs can start: from an index that gives its order, or from one that gives the few runs that match a condition.

/** Which runs a search looks at, whatever its conditions. */
export interface RunScope {
  /** By id, or by number in the actor's default project; all that the actor sees when both are left out. */
  readonly experimentIds?: readonly string[];
  readonly experimentNumbers?: readonly bigint[];
  readonly lifecycles: readonly Lifecycle[];
}

/** The scope as predicates on `run`. A plain equality lets the index give the order. */
export function scopeOnRun(actor: Actor, scope: RunScope): Expression<SqlBool>[] {
  const { lifecycles } = scope;
  const experiments = inExperiments(actor, scope, 'run.experiment_id');
  return [
    projectScope(actor, 'run'),
    ...(experiments ? [experiments] : []),
    lifecycles.length === 1
      ? sql<SqlBool>`run.lifecycle = ${lifecycles[0]!}`
      : sql<SqlBool>`run.lifecycle = any(${sql.val([...lifecycles])}::text[])`,
  ];
}

const projectScope = ({ projects, ...actor }: Actor, table: 'run' | 'm'): Expression<SqlBool> =>
  projects !== 'all' && projects.length === 1
    ? sql<SqlBool>`${sql.ref(`${table}.project_id`)} = ${projects[0]!}::uuid`
    : inScope({ ...actor, projects }, `${table}.project_id`);

export const experimentCount = ({ experimentIds, experimentNumbers }: RunScope): number | undefined =>
  (experimentIds ?? experimentNumbers)?.length;

/** Numbers become ids within the statement: to ask for those first would be a round trip of its own. */
function inExperiments(
  actor: Actor,
  { experimentIds: ids, experimentNumbers: numbers }: RunScope,
  column: string,
): RawBuilder<SqlBool> | undefined {
  if (ids)
    return ids.length === 1 ? sql`${sql.ref(column)} = ${ids[0]!}::uuid` : sql`${sql.ref(column)} = any(${uuids(ids)})`;
  if (!numbers) return undefined;
  const found = sql`(${idsOfExperiments(actor, numbers)})`;
  return numbers.length === 1 ? sql`${sql.ref(column)} = ${found}` : sql`${sql.ref(column)} = any(array${found})`;
}

/** Of many experiments the project's index is read: what is of others is left out when the run itself is looked at. */
const scopeOnMetric = (actor: Actor, scope: RunScope): Expression<SqlBool> =>
  (experimentCount(scope) === 1 ? inExperiments(actor, scope, 'm.experiment_id') : undefined) ??
  projectScope(actor, 'm');

/** A stretch of an order that one index gives. */
export interface Segment {
  /** The next so many entries, as the order's columns; behind the key, if one is given. */
  entries(from: Key | undefined, count: number): RawBuilder<unknown>;
  /** What a run must be beside its entry, as a predicate on `run`. */
  readonly only: RawBuilder<SqlBool>;
}

/**
 * The stretches of the order from the key on, if indexes give it: by start, or by one metric. A metric's are the numbers, NaN, and the
 * runs that lack it; they leave out open runs, whose values no index has. Undefined when no index gives the order.
 */
export function segmentsOf(
  actor: Actor,
  scope: RunScope,
  asked: readonly Ordering[],
  from: Key | undefined,
): readonly Segment[] | undefined {
  const order = withoutTies(asked);
  const single = experimentCount(scope) === 1 || (actor.projects !== 'all' && actor.projects.length === 1);
  if (!single || scope.lifecycles.length > 1 || order.length > 1) return undefined;
  const [term] = order;
  if (!term) return [byStart(actor, scope, sql``, sql`true`)];
  if (term.entity !== 'metric') return undefined;
  const { key, descending } = term;
  const values = (range: RawBuilder<SqlBool>, down: boolean): Segment =>
    byValue(actor, scope, key, range, down, descending);
  const missing = byStart(
    actor,
    scope,
    sql`null::float8 as sort_0,`,
    sql`run.open_since is null and not exists (select from run_metric m where m.run_id = run.id and m.key = ${key})`,
  );
  const all = descending
    ? [values(sql`m.value < 'NaN'`, true), values(sql`m.value = 'NaN'`, false), missing]
    : [values(sql`true`, false), missing];
  if (!from) return all;
  return all.slice(from[0] === null ? -1 : descending && from[0] === 'NaN' ? 1 : 0);
}

function byStart(actor: Actor, scope: RunScope, before: RawBuilder<unknown>, only: RawBuilder<SqlBool>): Segment {
  const columns: SortColumn[] = newestFirst.map((column, i) => ({ ...column, name: ['run.started_at', 'run.id'][i]! }));
  return {
    only,
    entries: (from, count) => sql`
      select ${before} run.started_at as sort_started, run.id as sort_id from run
       where ${sql.join([...scopeOnRun(actor, scope), after(columns, from?.slice(-2))], sql` and `)}
       order by run.started_at desc, run.id limit ${count}`,
  };
}

function byValue(
  actor: Actor,
  scope: RunScope,
  key: string,
  range: RawBuilder<SqlBool>,
  down: boolean,
  negated: boolean,
): Segment {
  const columns: SortColumn[] = [
    { name: 'm.value', expression: sql``, descending: down, type: 'float8' },
    ...newestFirst.map((column, i) => ({ ...column, name: ['m.started_at', 'm.run_id'][i]! })),
  ];
  return {
    only: sql`run.open_since is null`,
    entries: (from, count) => sql`
      select ${sql.raw(negated ? '-' : '')}m.value as sort_0, m.started_at as sort_started, m.run_id as sort_id from run_metric m
       where ${scopeOnMetric(actor, scope)} and m.key = ${key} and ${range}
         and ${after(columns, from && [minus(from[0]!, negated), ...from.slice(1)])}
       order by m.value ${sql.raw(down ? 'desc' : 'asc')}, m.started_at desc, m.run_id limit ${count}`,
  };
}

const after = (columns: readonly SortColumn[], from: Key | undefined): RawBuilder<SqlBool> =>
  from ? sql<SqlBool>`(${behind(columns, from)})` : sql<SqlBool>`true`;

/** The number in a key with its sign turned; keys write NaN and the infinities as text. */
function minus(part: string | number, turn: boolean): string | number {
  if (!turn) return part;
  const turned = -Number(part);
  return Number.isFinite(turned) ? turned : String(turned);
}

/** The ids of the settled runs that match the condition, from an index; undefined where none helps. They may be of other scopes. */
export function candidatesOf(actor: Actor, scope: RunScope, condition: Condition): RawBuilder<unknown> | undefined {
  const { entity, key, operator, value } = condition;
  if (entity === 'metric' && operator !== '!=' && !operator.endsWith('NULL')) {
    const inRange = compareNumber(sql`m.value`, condition); // says BAD_INPUT where it must
    return sql`select m.run_id from run_metric m where ${scopeOnMetric(actor, scope)} and m.key = ${key}
                  and m.value ${sql.raw(operator)} ${value}::float8 and m.value < 'NaN' and ${inRange}`;
  }
  const wanted =
    operator === '=' && typeof value === 'string'
      ? [value]
      : operator === 'IN'
        ? (value as readonly string[])
        : undefined;
  if (!wanted) return undefined;
  if (entity === 'param' || entity === 'tag') {
    const list = sql.val([...wanted]);
    return sql`select t.run_id from ${sql.table(`run_${entity}`)} t where t.key = ${key} and t.value = any(${list}::text[])
                  and left(t.value, 100) = any(array(select left(v, 100) from unnest(${list}::text[]) v))`;
  }
  if (entity === 'attribute' && /^run[ _]id$/i.test(key)) {
    return sql`select id as run_id from run where id = any(${uuids(wanted.map(fromHex).filter((id) => id !== undefined))})`;
  }
  return undefined;
}
