import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { toGlobalId } from '../../shared/ids.ts';
import type { Context, NodeView } from '../context.ts';
import { int8s } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import type { KeyValue } from '../key-value.ts';
import { manyByKey, oneByKey } from '../loader.ts';
import { inScope } from '../scope.ts';
import type { Lifecycle } from './experiment.entity.ts';

export interface ExperimentView extends NodeView {
  number: number;
  projectId: string;
  name: string;
  lifecycle: Lifecycle;
  artifactLocation: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface ExperimentRow {
  id: string;
  number: number;
  project_id: string;
  name: string;
  lifecycle: Lifecycle;
  artifact_location: string;
  created_at: Date;
  updated_at: Date;
}

const columns = [
  'id', 'number', 'project_id', 'name', 'lifecycle', 'artifact_location', 'created_at', 'updated_at',
] as const; // prettier-ignore

export const experimentView = (row: ExperimentRow): ExperimentView => ({
  __typename: 'Experiment',
  id: toGlobalId('Experiment', row.id),
  uuid: row.id,
  number: row.number,
  projectId: row.project_id,
  name: row.name,
  lifecycle: row.lifecycle,
  artifactLocation: row.artifact_location,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const experimentById = oneByKey<string, ExperimentView>(
  async ({ store, actor }, ids) => {
    const rows = await store.read
      .selectFrom('experiment')
      .select(columns)
      .where('id', 'in', ids)
      .where(inScope(actor, 'project_id'))
      .execute();
    return rows.map(experimentView);
  },
  (experiment) => experiment.uuid,
);

/** By the number or name that MLflow's clients know, in the actor's default project. */
export async function findExperiment(
  { store, actor }: Context,
  by: { number: number | bigint } | { name: string },
): Promise<ExperimentView | null> {
  const row = await store.read
    .selectFrom('experiment')
    .select(columns)
    .where('project_id', '=', actor.defaultProjectId)
    .where(inScope(actor, 'project_id'))
    .where((eb) => ('name' in by ? eb('name', '=', by.name) : eb('number', '=', by.number as number)))
    .executeTakeFirst();
  return row ? experimentView(row) : null;
}

const withNumbers = (actor: Actor, numbers: readonly bigint[]): RawBuilder<SqlBool> => sql`
  project_id = ${actor.defaultProjectId} and ${inScope(actor, 'project_id')} and number = any(${int8s(numbers)})`;

/** As a query: of each of `experimentsByNumber` its id. */
export const idsOfExperiments = (actor: Actor, numbers: readonly bigint[]): RawBuilder<{ id: string }> =>
  sql`select id from experiment where ${withNumbers(actor, numbers)}`;

/** Those of the actor's default project that have these numbers; what is missing is left out. */
export async function experimentsByNumber(
  { store, actor }: Context,
  numbers: readonly bigint[],
): Promise<ExperimentView[]> {
  const { rows } = await sql<ExperimentRow>`${prepared}
    select ${sql.join(columns.map((name) => sql.ref(name)))} from experiment
     where ${withNumbers(actor, numbers)}`.execute(store.read);
  return rows.map(experimentView);
}

export const experimentTags = manyByKey<string, KeyValue & { experiment_id: string }>(
  ({ store }, ids) =>
    store.read
      .selectFrom('experiment_tag')
      .select(['experiment_id', 'key', 'value'])
      .where('experiment_id', 'in', ids)
      .orderBy('key')
      .execute(),
  (row) => row.experiment_id,
);
