import DataLoader from 'dataloader';
import { sql } from 'kysely';
import { badInput } from '../../shared/errors.ts';
import { int4s, uuids } from '../../storage/arrays.ts';
import type { LoaderFor } from '../context.ts';
import { drawnFrom } from './metric-outline.ts';
import type { MetricPoint } from './metric-points.ts';
import { thin } from './thin.ts';

export interface MetricCurve {
  recorded: number;
  notFinite: number;
  points: MetricPoint[];
}

export interface CurveRequest {
  runId: string;
  n: number;
  /** At most so many points. */
  points: number;
  /** Only steps from here and up to there, both included. */
  from?: bigint | null;
  to?: bigint | null;
}

/** What one tick may ask of the database: series x points. */
const maxPoints = 400_000;

/** Curves of series, thinned: one statement for each size and stretch of steps asked for, however many series. */
export const curveOfMetric: LoaderFor<CurveRequest, MetricCurve> = ({ store }) =>
  new DataLoader<CurveRequest, MetricCurve, string>(
    async (requests) => {
      if (requests.reduce((sum, { points }) => sum + points, 0) > maxPoints) {
        throw badInput('points', 'This asks for too many points at once.', 'Ask for fewer runs, metrics or points.');
      }
      const found = new Map<string, CandidateRow[]>();
      for (const group of Map.groupBy(requests, askOf).values()) {
        for (const row of await candidates(group)) {
          const key = `${row.run_id} ${row.n} ${askOf(group[0]!)}`;
          const rows = found.get(key);
          if (rows) rows.push(row);
          else found.set(key, [row]);
        }
      }
      return requests.map((request) => {
        const rows = found.get(keyOf(request)) ?? [];
        const points = thin(
          rows.map(({ step, time, value }) => ({ step, at: new Date(time), value })),
          request.points,
        );
        return { recorded: rows[0]?.total ?? 0, notFinite: rows[0]?.not_finite ?? 0, points };
      });

      /**
       * Series of any length leave the database as a few points for each one wanted: of each of 2 x `points` stretches the least and the
       * greatest (MinMaxLTTB, van der Donckt et al. 2023), and those of what is not finite. The shape is then chosen among these. Long
       * ones are not even read whole there (metric-outline.ts).
       */
      async function candidates(group: readonly CurveRequest[]): Promise<CandidateRow[]> {
        const { points, from, to } = group[0]!;
        const wanted = sql`select * from unnest(${uuids(group.map((r) => r.runId))}, ${int4s(group.map((r) => r.n))}) as t (run_id, n)`;
        const { rows } = await sql<CandidateRow>`
          with numbered as (
            select *, row_number() over w as i, count(*) over series as rows, floor(sum(weight) over w - weight)::int8 as place,
                   abs(value) < 'infinity' as finite, round(sum(weight) over series)::int as total, round(sum(odd) over series)::int as not_finite
              from (${drawnFrom(wanted, points, [from, to])}) as point
            window series as (partition by run_id, n), w as (series order by step, time, value)
          ), ranked as (
            select *, row_number() over (stretch order by value, i) as least, row_number() over (stretch order by value desc, i) as greatest
              from numbered window stretch as (partition by run_id, n, place * ${2 * points}::int / total, finite)
          )
          select run_id, n, step, time, value, total, not_finite from ranked
           where total <= ${4 * points}::int or least = 1 or greatest = 1 or i = 1 or i = rows
           order by run_id, n, i`.execute(store.read); // prettier-ignore
        return rows;
      }
    },
    { cacheKeyFn: keyOf },
  );

interface CandidateRow {
  run_id: string;
  n: number;
  step: number | bigint;
  time: number;
  value: number;
  total: number;
  not_finite: number;
}

const askOf = ({ points, from, to }: CurveRequest): string => `${points} ${from ?? ''} ${to ?? ''}`;

const keyOf = (request: CurveRequest): string => `${request.runId} ${request.n} ${askOf(request)}`;
