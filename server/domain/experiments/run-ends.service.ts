import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import { mergeStored, storedOf, type StoredFacets } from '../facets.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Tx } from '../store.ts';

export interface RunEnd {
  runId: string;
  /** Graph key of the version where the producer named one, else of the dataset. */
  asset: number;
  /** What the event says of this reading or writing alone. */
  said: StoredFacets;
}

interface EndRow {
  run_id: string;
  asset_key: number;
  facets: JsonObject | null;
  facet_times: Record<string, string> | null;
}

const keyOf = (runId: string, asset: number): string => `${runId} ${asset}`;

/** Notes what runs read or wrote, with the newest of each facet. */
export async function writeRunEnds(tx: Tx, table: 'run_input' | 'run_output', ends: readonly RunEnd[]): Promise<void> {
  if (ends.length === 0) return;
  const wanted = new Map<string, RunEnd>();
  for (const end of ends) {
    const key = keyOf(end.runId, end.asset);
    const seen = wanted.get(key);
    wanted.set(key, seen ? { ...end, said: mergeStored(seen.said, end.said) } : end);
  }
  const telling = [...wanted.values()].filter(({ said }) => Object.keys(said.times).length > 0);
  for (const row of await loadEnds(tx, table, telling)) {
    const end = wanted.get(keyOf(row.run_id, row.asset_key))!;
    wanted.set(keyOf(row.run_id, row.asset_key), { ...end, said: mergeStored(storedOf(row), end.said) });
  }
  const rows = [...wanted.values()].map(({ runId, asset, said }) => ({
    run: runId,
    asset,
    facets: Object.keys(said.times).length > 0 ? said.facets : null,
    times: Object.keys(said.times).length > 0 ? said.times : null,
  }));
  const own = table === 'run_input' ? sql`context, tags` : sql`step`;
  const blank = table === 'run_input' ? sql`'', '{}'::jsonb` : sql`null::bigint`;
  const identity = table === 'run_input' ? sql`run_id, asset_key, context` : sql`run_id, asset_key`;
  await sql`${prepared}
    insert into ${sql.table(table)} as t (run_id, asset_key, ${own}, facets, facet_times)
    select e.run, e.asset, ${blank}, e.facets, e.times
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e(run uuid, asset bigint, facets jsonb, times jsonb)
    on conflict (${identity}) do update set facets = excluded.facets, facet_times = excluded.facet_times
     where excluded.facet_times is not null and (excluded.facet_times, excluded.facets) is distinct from (t.facet_times, t.facets)`.execute(
    tx.db,
  );
}

async function loadEnds(tx: Tx, table: 'run_input' | 'run_output', ends: readonly RunEnd[]): Promise<EndRow[]> {
  if (ends.length === 0) return [];
  const plain = table === 'run_input' ? sql`and t.context = ''` : sql``;
  const wanted = JSON.stringify(ends.map(({ runId, asset }) => ({ run: runId, asset })));
  const { rows } = await sql<EndRow>`${prepared}
    select t.run_id, t.asset_key, t.facets, t.facet_times
      from jsonb_to_recordset(${wanted}::jsonb) as e(run uuid, asset bigint)
      join ${sql.table(table)} t on t.run_id = e.run and t.asset_key = e.asset ${plain}
     where t.facet_times is not null`.execute(tx.db);
  return rows;
}

/** Takes rows over from assets that proved to be others. Rows of an MLflow context go over only where there is none yet. */
export async function moveRunEnds(tx: Tx, pairs: readonly { old: number; new: number }[]): Promise<void> {
  const newOf = new Map(pairs.map((pair) => [pair.old, pair.new]));
  const old = sql`${sql.val([...newOf.keys()])}::bigint[]`;
  for (const table of ['run_input', 'run_output'] as const) {
    if (table === 'run_input') {
      await sql`
        with m as (select * from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as m(old bigint, new bigint)),
             gone as (delete from run_input where asset_key = any(${old}) and context <> '' returning *)
        insert into run_input (run_id, asset_key, context, tags, facets, facet_times)
        select g.run_id, m.new, g.context, g.tags, g.facets, g.facet_times from gone g join m on m.old = g.asset_key
        on conflict do nothing`.execute(tx.db);
    }
    const { rows } = await sql<EndRow>`
      delete from ${sql.table(table)} where asset_key = any(${old}) returning run_id, asset_key, facets, facet_times`.execute(
      tx.db,
    );
    await writeRunEnds(
      tx,
      table,
      rows.map((row) => ({ runId: row.run_id, asset: newOf.get(row.asset_key)!, said: storedOf(row) })),
    );
  }
}
