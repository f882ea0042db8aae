import { sql } from 'kysely';
import { manyByKey } from '../loader.ts';
import type { LifecycleChange } from './dataset.entity.ts';
import type { DatasetName } from './naming.ts';

// Datasets whose keys a caller has been given: the scope was decided there, and names and changes stay within a project.

/** All names that a dataset goes by, its own first. */
export const namesOfDataset = manyByKey<number, DatasetName & { key: number }>(
  async ({ store }, keys) => {
    const { rows } = await sql<DatasetName & { key: number }>`
      select a.dataset_key as key, a.namespace, a.name from dataset_alias a join dataset d on d.asset_key = a.dataset_key
       where a.dataset_key = any(${sql.val([...keys])}::bigint[])
       order by (a.namespace, a.name) = (d.namespace, d.name) desc, a.namespace, a.name`.execute(store.read);
    return rows;
  },
  (row) => row.key,
);

export interface ChangeView {
  /** Graph key of the dataset that it happened to. */
  key: number;
  at: Date;
  change: LifecycleChange;
  /** Of a rename: graph key of the dataset under its former name. */
  previousKey: number | null;
  /** Of a rename that led away from this dataset: graph key of the one under the new name. */
  nextKey: number | null;
}

/** What happened to a dataset, oldest first; renames away from it included. */
export const changesOfDataset = manyByKey<number, ChangeView>(
  async ({ store }, keys) => {
    const wanted = sql`${sql.val([...keys])}::bigint[]`;
    const { rows } = await sql<ChangeView>`
      select c.dataset_key as key, c.at, c.change, nullif(c.previous_key, c.dataset_key) as "previousKey", null::bigint as "nextKey"
        from dataset_change c where c.dataset_key = any(${wanted})
      union all
      select c.previous_key, c.at, c.change, null, c.dataset_key
        from dataset_change c where c.previous_key = any(${wanted}) and c.previous_key <> c.dataset_key
       order by 1, 2, 3`.execute(store.read);
    return rows;
  },
  (row) => row.key,
);

/** When it was dropped or renamed away, unless something else happened to it since. */
export function droppedAt(changes: readonly ChangeView[]): Date | null {
  const last = changes.at(-1);
  return last && (last.change === 'DROP' || last.nextKey !== null) ? last.at : null;
}

export interface FormerNameView extends DatasetName {
  key: number;
  until: Date;
}

/** What a dataset was called before, newest first, over any number of renames. */
export const formerNamesOf = manyByKey<number, FormerNameView>(
  async ({ store }, keys) => {
    const { rows } = await sql<FormerNameView>`
      with recursive former as (
        select c.dataset_key as key, c.previous_key as was, c.at from dataset_change c
         where c.change = 'RENAME' and c.previous_key <> c.dataset_key and c.dataset_key = any(${sql.val([...keys])}::bigint[])
        union
        select f.key, c.previous_key, c.at from former f join dataset_change c on c.dataset_key = f.was
         where c.change = 'RENAME' and c.previous_key <> c.dataset_key and c.at <= f.at and c.previous_key <> f.key)
      select f.key, d.namespace, d.name, max(f.at) as until from former f join dataset d on d.asset_key = f.was
       group by f.key, d.namespace, d.name order by until desc, d.namespace, d.name`.execute(store.read);
    return rows;
  },
  (row) => row.key,
);

export interface CheckView {
  dataset: number;
  columnKey: number | null;
  runId: string | null;
  /** Whether its values may be read depends on the tags of what was checked. */
  assetKey: number;
  assertion: string;
  name: string | null;
  success: boolean;
  severity: string | null;
  measuredAt: Date;
  expected: string | null;
  actual: string | null;
}

/** The newest result of each check. */
export const checksOfDataset = manyByKey<number, CheckView>(
  async ({ store, access }, keys) => {
    const values = access.outcome('QualityCheck.expected', 'select') !== 'DENY';
    const { rows } = await sql<CheckView>`
      select distinct on (q.dataset_key, q.check_id) q.dataset_key as dataset, q.column_key as "columnKey", q.run_id as "runId",
             coalesce(q.column_key, q.dataset_key) as "assetKey", q.assertion, q.name, q.success, q.severity,
             q.measured_at as "measuredAt", ${values ? sql`q.expected, q.actual` : sql`null as expected, null as actual`}
        from quality_check q where q.dataset_key = any(${sql.val([...keys])}::bigint[])
       order by q.dataset_key, q.check_id, q.measured_at desc, q.told_by`.execute(store.read);
    return rows.sort((a, b) => (a.assertion < b.assertion ? -1 : a.assertion > b.assertion ? 1 : (a.columnKey ?? 0) - (b.columnKey ?? 0))); // prettier-ignore
  },
  (row) => row.dataset,
);
