import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { behind, keyOfToken, orderBy, tokenOf, type SortColumn } from '../search/keyset.ts';
import type { MetricPoint } from './metric.read-model.ts';

const columns: readonly SortColumn[] = [
  { name: 'at', expression: sql`at`, descending: false, type: 'timestamptz' },
  { name: 'step', expression: sql`step`, descending: false, type: 'int8' },
  { name: 'value', expression: sql`value`, descending: false, type: 'float8' },
];

/** Every point of a metric in a run, whatever it was measured on, by time, step, value; a page at a time. */
export async function pageOfHistory(
  { store }: Context,
  { runId, key, limit, token }: { runId: string; key: string; limit: number; token: string },
): Promise<{ points: MetricPoint[]; nextToken: string | undefined }> {
  const list = `history:${runId}`;
  const from = keyOfToken(list, columns, token);
  const { rows } = await sql<MetricPoint & Record<string, unknown>>`
    select distinct p.at, p.step, p.value from metric_series s join metric_point p on p.run_id = s.run_id and p.n = s.n
     where s.run_id = ${runId} and s.key = ${key} ${from ? sql`and ${behind(columns, from)}` : sql``}
     order by ${orderBy(columns)} limit ${limit + 1}`.execute(store.read); // prettier-ignore
  const points = rows.slice(0, limit);
  return { points, nextToken: rows.length > limit ? tokenOf(list, columns, points.at(-1)!) : undefined };
}
