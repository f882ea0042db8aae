import { sql } from 'kysely';
import { uuids } from '../../storage/arrays.ts';
import { manyByKey } from '../loader.ts';

/** A dataset that a run read, in the words of the client that said so. */
export interface DatasetInput {
  run_id: string;
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema: string | null;
  profile: string | null;
  tags: Record<string, string>;
}

export const datasetInputsOfRun = manyByKey<string, DatasetInput>(
  async ({ store }, ids) => {
    const { rows } = await sql<DatasetInput>`
      select i.run_id, v.label as name, v.digest, v.source_type as "sourceType", v.source, v.schema, v.profile, i.tags
        from run_input i join dataset_version v on v.asset_key = i.asset_key
       where i.run_id = any(${uuids(ids)}) order by i.asset_key, i.context`.execute(store.read); // prettier-ignore
    return rows;
  },
  (row) => row.run_id,
);

/** A logged model that a run read or made. */
export interface ModelLink {
  run_id: string;
  /** UUID. */
  modelId: string;
  step: number | bigint | null;
}

const modelsOf = (table: 'run_input' | 'run_output') =>
  manyByKey<string, ModelLink>(
    async ({ store }, ids) => {
      const step = table === 'run_output' ? sql`io.step` : sql`null`;
      const { rows } = await sql<ModelLink>`
        select io.run_id, a.id as "modelId", ${step} as step from ${sql.table(table)} io join asset a on a.key = io.asset_key
         where io.run_id = any(${uuids(ids)}) and a.kind = 'LOGGED_MODEL' order by a.key`.execute(store.read); // prettier-ignore
      return rows;
    },
    (row) => row.run_id,
  );

export const modelInputsOfRun = modelsOf('run_input');
export const modelOutputsOfRun = modelsOf('run_output');
