import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import type { Actor } from '../../access/actor.ts';
import { link, type NewEdge } from '../lineage/lineage.service.ts';
import { requireProject } from '../scope.ts';
import type { Tx } from '../store.ts';
import { ensureColumns, ensureVersions, type ColumnSighting } from './ensure.service.ts';
import { ensureDatasets, lockNames } from './names.service.ts';
import { columnsOfMlflowSchema, rowsOfMlflowProfile } from './mlflow-schema.ts';
import { nameOfMlflowSource } from './naming.ts';

/** A dataset as MLflow's `log-inputs` sends it; `source`, `schema` and `profile` are JSON texts. */
export interface MlflowDataset {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema?: string | null;
  profile?: string | null;
}

/**
 * The versions that MLflow's dataset inputs name, with their datasets, columns and edges, made where missing. A bounded number of
 * statements, whatever the number of inputs; keys and ids in the order given.
 */
export async function recordVersions(
  tx: Tx,
  actor: Actor,
  projectId: string,
  inputs: readonly MlflowDataset[],
): Promise<{ key: number; id: string }[]> {
  if (inputs.length === 0) return [];
  requireProject(actor, projectId, 'The project');
  await lockNames(tx, projectId);
  const names = inputs.map((input) => nameOfMlflowSource(input.source, input.name));
  const keyOf = await ensureDatasets(tx, projectId, names);
  const datasets = names.map(keyOf);
  const schemas = inputs.map((input) => columnsOfMlflowSchema(input.schema));
  const versions = await ensureVersions(
    tx,
    projectId,
    inputs.map((input, i) => ({
      dataset: datasets[i]!,
      digest: input.digest,
      label: input.name,
      sourceType: input.sourceType,
      source: input.source,
      schema: input.schema || null,
      profile: input.profile || null,
      rowCount: rowsOfMlflowProfile(input.profile),
      at: tx.now,
    })),
  );
  const sightings = schemas.flatMap((columns, i): ColumnSighting[] =>
    (columns ?? []).map(({ name, type }, ordinal) => ({ dataset: datasets[i]!, name, ordinal, type, description: null, at: tx.now })),
  ); // prettier-ignore
  const columnOf = await ensureColumns(tx, projectId, sightings);

  const edges: NewEdge[] = [];
  const members: VersionMember[] = [];
  versions.forEach(({ key }, i) => {
    const dataset = datasets[i]!;
    edges.push({ src: dataset, dst: key, kind: 'VERSION_OF', source: 'MLFLOW', refined: schemas[i] !== undefined });
    schemas[i]?.forEach(({ name, ...rest }, ordinal) => {
      const column = columnOf(dataset, name);
      edges.push({ src: column, dst: dataset, kind: 'COLUMN_OF', source: 'MLFLOW', refined: true });
      edges.push({ src: column, dst: key, kind: 'IN_VERSION', source: 'MLFLOW' });
      members.push({ version: key, column, ordinal, ...rest });
    });
  });
  await insertMembers(tx, members);
  await link(tx, edges);
  return versions;
}

export interface VersionMember {
  version: number;
  column: number;
  ordinal: number;
  type: string;
  required: boolean;
  role: 'feature' | 'target';
}

/** Notes which columns a version has. Two schemas of one version add up, and the lesser type wins, whichever came first. */
export async function insertMembers(tx: Tx, members: readonly VersionMember[]): Promise<void> {
  if (members.length === 0) return;
  await sql`${prepared}
    insert into version_column (version_key, column_key, ordinal, type, required, role)
    select version, "column", min(ordinal), min(type collate "C"), bool_and(required), max(role)
      from jsonb_to_recordset(${JSON.stringify(members)}::jsonb)
        as m(version bigint, "column" bigint, ordinal int, type text, required boolean, role text) group by 1, 2
    on conflict (version_key, column_key) do update set
      type = least(version_column.type collate "C", excluded.type), ordinal = least(version_column.ordinal, excluded.ordinal)
    where excluded.type < version_column.type collate "C" or excluded.ordinal < version_column.ordinal`.execute(tx.db);
}
