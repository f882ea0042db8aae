import { sql } from 'kysely';
import type { Tx } from '../store.ts';

export interface RunEnd {
  dataset: number;
  /** The version, where the producer named one. */
  version: number | null;
}

/** Notes what a run read and wrote: versions where they are known. */
export async function insertRunEnds(
  tx: Tx,
  runId: string,
  inputs: readonly RunEnd[],
  outputs: readonly RunEnd[],
): Promise<void> {
  const keys = (ends: readonly RunEnd[]): number[] => [
    ...new Set(ends.map(({ dataset, version }) => version ?? dataset)),
  ];
  if (inputs.length > 0) {
    await sql`
      insert into run_input (run_id, asset_key, context, tags)
      select ${runId}::uuid, key, '', '{}' from unnest(${sql.val(keys(inputs))}::bigint[]) as i(key)
      on conflict do nothing`.execute(tx.db);
  }
  if (outputs.length > 0) {
    await sql`
      insert into run_output (run_id, asset_key, step)
      select ${runId}::uuid, key, null from unnest(${sql.val(keys(outputs))}::bigint[]) as o(key)
      on conflict do nothing`.execute(tx.db);
  }
}
