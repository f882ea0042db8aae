import { sql, type RawBuilder } from 'kysely';
import { toGlobalId, toHex } from '../../shared/ids.ts';
import type { JsonObject } from '../../shared/json.ts';
import { uuids } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import type { Access } from '../../access/access.ts';
import type { NodeView } from '../context.ts';
import { manyByKey, oneByKey } from '../loader.ts';
import { inScope } from '../scope.ts';
import { mayHavePart, type RunPart } from './run-parts.ts';
import type { Lifecycle } from './experiment.entity.ts';
import type { RunKind, RunStatus } from './run.entity.ts';

export interface RunView extends NodeView {
  mlflowId: string;
  projectId: string;
  experimentId: string | null;
  jobId: string | null;
  parentRunId: string | null;
  kind: RunKind;
  name: string | null;
  status: RunStatus;
  userName: string;
  startedAt: Date | null;
  endedAt: Date | null;
  lifecycle: Lifecycle;
  artifactUri: string | null;
}

export interface RunRow {
  id: string;
  project_id: string;
  experiment_id: string | null;
  job_id: string | null;
  parent_run_id: string | null;
  kind: RunKind;
  name: string | null;
  status: RunStatus;
  user_name: string;
  started_at: Date | null;
  ended_at: Date | null;
  lifecycle: Lifecycle;
  artifact_uri: string | null;
}

export const runColumns = [
  'run.id', 'run.project_id', 'run.experiment_id', 'run.job_id', 'run.parent_run_id', 'run.kind', 'run.name', 'run.status',
  'run.user_name', 'run.started_at', 'run.ended_at', 'run.lifecycle', 'run.artifact_uri',
] as const; // prettier-ignore

export const runView = (row: RunRow): RunView => ({
  __typename: 'Run',
  id: toGlobalId('Run', row.id),
  uuid: row.id,
  mlflowId: toHex(row.id),
  projectId: row.project_id,
  experimentId: row.experiment_id,
  jobId: row.job_id,
  parentRunId: row.parent_run_id,
  kind: row.kind,
  name: row.name,
  status: row.status,
  userName: row.user_name,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  lifecycle: row.lifecycle,
  artifactUri: row.artifact_uri,
});

export const runById = oneByKey<string, RunView>(
  async ({ store, actor }, ids) => {
    const rows = await store.read
      .selectFrom('run')
      .select(runColumns)
      .where('id', 'in', ids)
      .where(inScope(actor, 'project_id'))
      .execute();
    return rows.map(runView);
  },
  (run) => run.uuid,
);

// What belongs to a run is found by the id of a run that the caller has been given: the scope was decided there.

export interface RunText {
  run_id: string;
  key: string;
  value: string;
}

const textsOf = (table: 'run_param' | 'run_tag') =>
  manyByKey<string, RunText>(
    ({ store }, ids) =>
      store.read
        .selectFrom(table)
        .select(['run_id', 'key', 'value'])
        .where(sql<boolean>`run_id = any(${uuids(ids)})`)
        .orderBy('key')
        .execute(),
    (row) => row.run_id,
  );

export const paramsOfRun = textsOf('run_param');
export const tagsOfRun = textsOf('run_tag');

/** A settled run's data as JSON texts in the words of MLflow's messages, and whether it read or made anything; nothing of what is hidden. */
export interface RunSheet {
  run_id: string;
  metrics: string;
  params: string;
  tags: string;
  hasInputs: boolean;
  hasOutputs: boolean;
}

/** Of `run_sheet s`, and no column that the caller may not have. */
export function sheetColumns(access: Access): RawBuilder<unknown> {
  const shown = (name: RunPart, part: RawBuilder<unknown>, nothing: RawBuilder<unknown>): RawBuilder<unknown> =>
    mayHavePart(access, name) ? part : nothing;
  return sql`s.run_id,
    ${shown('metrics', sql`s.metrics`, sql`'[]'`)} as metrics,
    ${shown('params', sql`s.params`, sql`'[]'`)} as params,
    ${shown('tags', sql`s.tags`, sql`'[]'`)} as tags,
    ${shown('inputs', sql`exists (select from run_input i where i.run_id = s.run_id)`, sql`false`)} as "hasInputs",
    ${shown('outputs', sql`exists (select from run_output o where o.run_id = s.run_id)`, sql`false`)} as "hasOutputs"`;
}

/** Null for a run that is open: its data is where it was written. */
export const sheetOfRun = oneByKey<string, RunSheet>(
  async ({ store, access }, ids) => {
    const { rows } = await sql<RunSheet>`${prepared}
      select ${sheetColumns(access)} from run_sheet s where s.run_id = any(${uuids(ids)})`.execute(store.read);
    return rows;
  },
  (row) => row.run_id,
);

export interface RunInputRow {
  run_id: string;
  assetKey: number;
  context: string;
  tags: Record<string, string>;
  facets: JsonObject;
}

export const inputsOfRun = manyByKey<string, RunInputRow>(
  ({ store }, ids) =>
    store.read
      .selectFrom('run_input')
      .select([
        'run_id',
        'asset_key as assetKey',
        'context',
        'tags',
        sql<JsonObject>`coalesce(facets, '{}')`.as('facets'),
      ])
      .where(sql<boolean>`run_id = any(${uuids(ids)})`)
      .orderBy('asset_key')
      .orderBy('context')
      .execute(),
  (row) => row.run_id,
);

export interface RunOutputRow {
  run_id: string;
  assetKey: number;
  step: number | null;
}

export const outputsOfRun = manyByKey<string, RunOutputRow>(
  ({ store }, ids) =>
    store.read
      .selectFrom('run_output')
      .select(['run_id', 'asset_key as assetKey', 'step'])
      .where(sql<boolean>`run_id = any(${uuids(ids)})`)
      .orderBy('asset_key')
      .execute(),
  (row) => row.run_id,
);
