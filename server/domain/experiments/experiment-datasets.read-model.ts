import { sql } from 'kysely';
import { uuids } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { inScope } from '../scope.ts';

/** A dataset that runs of an experiment read, under one context. */
export interface DatasetSummary {
  /** UUID. */
  experimentId: string;
  name: string;
  digest: string;
  /** '' when none was given. */
  context: string;
}

/** What the runs of these experiments read, by name; at most `limit`. */
export async function datasetsOfExperiments(
  { store, actor }: Context,
  experimentIds: readonly string[],
  limit: number,
): Promise<DatasetSummary[]> {
  const { rows } = await sql<DatasetSummary>`
    select distinct r.experiment_id as "experimentId", v.label as name, v.digest, i.context
      from run r join run_input i on i.run_id = r.id join dataset_version v on v.asset_key = i.asset_key
     where r.experiment_id = any(${uuids(experimentIds)}) and ${inScope(actor, 'r.project_id')}
     order by v.label, v.digest, i.context, r.experiment_id limit ${limit}`.execute(store.read);
  return rows;
}
