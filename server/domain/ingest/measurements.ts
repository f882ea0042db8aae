import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import { idFromName } from '../../shared/ids.ts';
import { checkRank } from '../datasets/merge.service.ts';
import type { Tx } from '../store.ts';
import type { ColumnFacts } from './dataset-facts.ts';
import { toldBy, type Sighted } from './sighted.ts';

/** Profiles of columns as runs measured them, or datasets' own events told; of two by one run the later counts. */
export async function recordProfiles(tx: Tx, sighted: readonly Sighted[], { columnOf }: ColumnFacts): Promise<void> {
  const rows = sighted.flatMap((one) =>
    [...(one.sighting.profile ?? [])].map(([name, statistics]) => ({
      column: columnOf(one.key, name), told_by: toldBy(one), run_id: one.runId, at: one.at, rows: one.sighting.rowCount ?? null, statistics,
    })),
  ); // prettier-ignore
  if (rows.length === 0) return;
  await sql`${prepared}
    insert into column_profile (column_key, told_by, run_id, measured_at, row_count, statistics)
    select distinct on (p."column", p.told_by) p."column", p.told_by, p.run_id, p.at, p.rows, p.statistics
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as p("column" bigint, told_by text, run_id uuid, at timestamptz, rows bigint, statistics jsonb)
     order by p."column", p.told_by, p.at desc, p.statistics::text collate "C" desc, coalesce(p.rows, -1) desc
    on conflict (column_key, told_by) do update set
      measured_at = excluded.measured_at, row_count = excluded.row_count, statistics = excluded.statistics
    where (excluded.measured_at, excluded.statistics::text collate "C", coalesce(excluded.row_count, -1)) >
          (column_profile.measured_at, column_profile.statistics::text, coalesce(column_profile.row_count, -1))`.execute(
    tx.db,
  );
}

/** How checks went; of two results by one run the later counts, and in the same millisecond the one that failed. */
export async function recordChecks(tx: Tx, sighted: readonly Sighted[], { columnOf }: ColumnFacts): Promise<void> {
  const rows = sighted.flatMap((one) =>
    one.sighting.checks.map(({ column, ...check }) => ({
      ...check,
      dataset: one.key,
      check_id: idFromName('check', check.assertion, check.name ?? '', column ?? ''),
      told_by: toldBy(one),
      run_id: one.runId,
      column: column === undefined ? null : columnOf(one.key, column),
      at: one.at,
    })),
  );
  if (rows.length === 0) return;
  await sql`${prepared}
    with c as (
      select dataset as dataset_key, check_id, told_by, run_id, "column" as column_key, at as measured_at, assertion, name, success, severity,
             expected, actual
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c(dataset bigint, check_id uuid, told_by text, run_id uuid,
             "column" bigint, at timestamptz, assertion text, name text, success boolean, severity text, expected text, actual text))
    insert into quality_check (dataset_key, check_id, told_by, run_id, column_key, measured_at, assertion, name, success, severity,
                               expected, actual)
    select distinct on (dataset_key, check_id, told_by) * from c
     order by dataset_key, check_id, told_by, ${checkRank('c')} desc
    on conflict (dataset_key, check_id, told_by) do update set measured_at = excluded.measured_at, success = excluded.success,
      severity = excluded.severity, expected = excluded.expected, actual = excluded.actual
    where ${checkRank('excluded')} > ${checkRank('quality_check')}`.execute(tx.db);
}
