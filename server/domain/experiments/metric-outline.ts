import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Tables } from '../tables.ts';
import { lacksOutline } from './metric.entity.ts';
import { ofChunks, ofPoints, stepsWithin, type Bound } from './metric-points.ts';

// The outline of a chunk: of each stretch of its points the least and the greatest, apart for values that are not finite, and its ends. A
// curve of a long series is drawn from outlines, and opens no chunk that has one.

/** So many points of a chunk are one stretch of its outline. */
const stretch = 64;

/** Gives outlines to some of the chunks that wait for them, and tells how many. Of up to `most` at once: short statements hold nobody up. */
export async function outlineChunks(db: Kysely<Tables>, most: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    with taken as materialized (
      select run_id, n, id, steps, times, measures from metric_chunk
       where ${sql.raw(lacksOutline)} limit ${most} for no key update skip locked
    ), point as (
      select *, row_number() over w - 1 as i, count(*) over (partition by run_id, n, id) as points, abs(value) < 'infinity' as finite
        from (select distinct run_id, n, id, p.* from taken, unnest(steps, times, measures) as p (step, time, value)) as each
      window w as (partition by run_id, n, id order by step, time, value)
    ), ranked as (
      select *, i in (0, points - 1) or row_number() over (part order by value, i) = 1 or row_number() over (part order by value desc, i) = 1 as chosen
        from point window part as (partition by run_id, n, id, i / ${stretch}::int, finite)
    )
    update metric_chunk c set outline_points = o.points, outline_not_finite = o.not_finite,
           outline_steps = o.steps, outline_times = o.times, outline_measures = o.measures
      from (select run_id, n, id, count(*) as points, count(*) filter (where not finite) as not_finite,
                   array_agg(step order by i) filter (where chosen) as steps, array_agg(time order by i) filter (where chosen) as times,
                   array_agg(value order by i) filter (where chosen) as measures
              from ranked group by run_id, n, id) o
     where c.run_id = o.run_id and c.n = o.n and c.id = o.id`.execute(db); // prettier-ignore
  return Number(numAffectedRows);
}

/**
 * What a curve of about `points` points is drawn from: a query for `(run_id, n, step, time, value, weight, odd)` of the series in `wanted`, a query
 * for `(run_id, n)`. All points; but of a series that has many times as many as asked for, a chunk that lies within the steps and shares none with
 * others gives its outline. `weight` is how many points one stands for, and `odd` how many of these are not finite: both add up to what was
 * recorded, each counted once.
 */
export function drawnFrom(
  wanted: RawBuilder<unknown>,
  points: number,
  [first, last]: readonly [Bound, Bound] = [null, null],
): RawBuilder<unknown> {
  const within = stepsWithin(first, last);
  const [least, greatest] = [first, last].map((bound) => (bound == null ? undefined : sql`${String(bound)}::int8`));
  return sql`
    with wanted as materialized (${wanted}), shared as materialized (
      select distinct w.run_id, w.n, p.step, p.time, p.value
        from (select distinct run_id from wanted) r join metric_chunk c on c.run_id = r.run_id and c.n = 0 and ${ofChunks(within)},
             unnest(c.series, c.steps, c.times, c.measures) as p (n, step, time, value), wanted w
       where w.run_id = r.run_id and w.n = p.n and ${ofPoints(within)}
    ), placed as (
      select c.run_id, c.n, c.id, c.first_step, c.last_step, outline_points > 0
               and ${least ? sql`c.first_step >= ${least}` : sql`true`} and ${greatest ? sql`c.last_step <= ${greatest}` : sql`true`}
               and sum(c.points) over (partition by c.run_id, c.n) >= ${stretch * 2 * points}::int8
               and coalesce(c.first_step > max(c.last_step) over before
                 or c.first_step = max(c.last_step) over before and c.first_time > max(c.last_time) over before, true)
               and coalesce(c.last_step < min(c.first_step) over behind
                 or c.last_step = min(c.first_step) over behind and c.last_time < min(c.first_time) over behind, true) as alone
        from wanted w join metric_chunk c on c.run_id = w.run_id and c.n = w.n and ${ofChunks(within)}
      window own as (partition by c.run_id, c.n order by c.first_step, c.first_time, c.id),
             before as (own rows between unbounded preceding and 1 preceding),
             behind as (own rows between 1 following and unbounded following)
    ), chosen as materialized (
      select run_id, n, id, coalesce(alone, false) and not exists (
               select from shared s where s.run_id = p.run_id and s.n = p.n and s.step between p.first_step and p.last_step) as outlined
        from placed p
    )
    select run_id, n, step, time, value, 1::float8 as weight, case when abs(value) < 'infinity' then 0 else 1 end::float8 as odd from (
      select k.run_id, k.n, p.step, p.time, p.value
        from chosen k join metric_chunk c on c.run_id = k.run_id and c.n = k.n and c.id = k.id,
             unnest(c.steps, c.times, c.measures) as p (step, time, value)
       where not k.outlined and ${ofPoints(within)}
      union select * from shared) as opened
    union all
    select k.run_id, k.n, p.step, p.time, p.value, c.outline_points::float8 / cardinality(c.outline_steps),
           c.outline_not_finite::float8 / cardinality(c.outline_steps)
      from chosen k join metric_chunk c on c.run_id = k.run_id and c.n = k.n and c.id = k.id,
           unnest(c.outline_steps, c.outline_times, c.outline_measures) as p (step, time, value)
     where k.outlined`; // prettier-ignore
}
