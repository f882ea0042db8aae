import { sql, type RawBuilder } from 'kysely';

export interface MetricPoint {
  readonly step: number | bigint;
  readonly at: Date;
  /** NaN and infinities are kept. */
  readonly value: number;
}

/** Negative when `a` comes before `b` by step, then time, then value, as PostgreSQL orders them: NaN is behind all numbers. */
export function comparePoints(a: MetricPoint, b: MetricPoint): number {
  if (a.step !== b.step) return a.step < b.step ? -1 : 1;
  const apart = a.at.getTime() - b.at.getTime();
  if (apart !== 0) return apart;
  if (Number.isNaN(a.value) || Number.isNaN(b.value))
    return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/** Which chunks may hold what is looked for, and which of their points are it: predicates on `c` and on `p`, all of which must hold. */
export interface Within {
  readonly chunks: readonly RawBuilder<unknown>[];
  readonly points: readonly RawBuilder<unknown>[];
}

export type Bound = number | bigint | null | undefined;

const between = (what: 'step' | 'time', first?: Bound, last?: Bound): Within => {
  const [from, to] = [first, last].map((bound) => (bound == null ? undefined : sql`${String(bound)}::int8`));
  const [least, greatest, own] = [`c.first_${what}`, `c.last_${what}`, `p.${what}`].map((name) => sql.ref(name));
  return {
    chunks: [...(from ? [sql`${greatest} >= ${from}`] : []), ...(to ? [sql`${least} <= ${to}`] : [])],
    points: [...(from ? [sql`${own} >= ${from}`] : []), ...(to ? [sql`${own} <= ${to}`] : [])],
  };
};

/** From `first` to `last`, both included; an end that is not given is open. */
export const stepsWithin = (first?: Bound, last?: Bound): Within => between('step', first, last);

/** As `stepsWithin`, in milliseconds since 1970. */
export const timesWithin = (first?: Bound, last?: Bound): Within => between('time', first, last);

/** Of runs and their times in this order all up to an end, included: that of the query `ending` for `(run_id, time)`, or without end where it has none. */
export function upTo(ending: string): Within {
  const end = sql`(select run_id, time from ${sql.table(ending)})`;
  const before = (time: string): RawBuilder<unknown> => sql`coalesce((c.run_id, ${sql.ref(time)}) <= ${end}, true)`;
  return { chunks: [before('c.first_time')], points: [before('p.time')] };
}

export const ofChunks = ({ chunks }: Within): RawBuilder<unknown> => sql.join([sql`true`, ...chunks], sql` and `);
export const ofPoints = ({ points }: Within): RawBuilder<unknown> => sql.join([sql`true`, ...points], sql` and `);

/**
 * All points: a query for `(run_id, n, step, time, value)` of the series in `wanted`, a query for `(run_id, n)`; each point
 * once, in no order; `time` in milliseconds.
 */
export function pointsOf(wanted: RawBuilder<unknown>, within: Within = stepsWithin()): RawBuilder<unknown> {
  return sql`
    with wanted as materialized (${wanted})
    select w.run_id, w.n, p.step, p.time, p.value
      from wanted w join metric_chunk c on c.run_id = w.run_id and c.n = w.n and ${ofChunks(within)},
           unnest(c.steps, c.times, c.measures) as p (step, time, value)
     where ${ofPoints(within)}
    union
    select w.run_id, w.n, p.step, p.time, p.value
      from (select distinct run_id from wanted) r join metric_chunk c on c.run_id = r.run_id and c.n = 0 and ${ofChunks(within)},
           unnest(c.series, c.steps, c.times, c.measures) as p (n, step, time, value), wanted w
     where w.run_id = r.run_id and w.n = p.n and ${ofPoints(within)}`; // prettier-ignore
}
