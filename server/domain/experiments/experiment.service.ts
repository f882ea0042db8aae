import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { AvalError, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Action, Details } from '../audit/actions.ts';
import type { KeyValue } from '../key-value.ts';
import { inScope, requireProject } from '../scope.ts';
import { systemActor, type Store, type Tx } from '../store.ts';
import type { Lifecycle } from './experiment.entity.ts';

/** MLflow's experiment "0", which every project has. */
export const defaultExperiment = { number: 0, name: 'Default' };

export interface NewExperiment {
  name: string;
  /** Where runs leave their files; below Aval's own artifact store unless said. */
  artifactLocation?: string;
  tags: readonly KeyValue[];
}

const artifactRoot = 'mlflow-artifacts:/';
export const artifactLocationOf = (number: number): string => `${artifactRoot}${number}`;

/** Experiments: what groups runs. Each belongs to a project, and its number counts within that project from 0. */
export function createExperiments(store: Store) {
  /** Runs `change` on an experiment that the actor sees, under its row's lock. */
  async function changing<A extends Action>(
    actor: Actor,
    id: string,
    action: A,
    change: (tx: Tx, experiment: { id: string; lifecycle: Lifecycle }) => Promise<Details<A>>,
  ): Promise<void> {
    await store.write(actor, async (tx) => {
      const experiment = await tx.db
        .selectFrom('experiment')
        .select(['id', 'project_id', 'lifecycle'])
        .where('id', '=', id)
        .where(inScope(actor, 'project_id'))
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (!experiment) throw notFound('The experiment', 'experiment_id');
      const details = await change(tx, experiment);
      tx.record({ action, subject: { kind: 'Experiment', id }, projectId: experiment.project_id, details });
    });
  }

  async function setLifecycle(actor: Actor, id: string, lifecycle: Lifecycle): Promise<void> {
    const action = lifecycle === 'deleted' ? 'experiment.deleted' : 'experiment.restored';
    await changing(actor, id, action, async (tx, experiment) => {
      if (experiment.lifecycle === lifecycle) {
        throw new AvalError('BAD_INPUT', `The experiment is ${lifecycle} already.`, { field: 'experiment_id' });
      }
      await tx.db.updateTable('experiment').set({ lifecycle, updated_at: tx.now }).where('id', '=', id).execute();
      // its runs go and come with it
      await tx.db
        .updateTable('run')
        .set({ lifecycle, deleted_at: lifecycle === 'deleted' ? tx.now : null })
        .where('experiment_id', '=', id)
        .where('lifecycle', '<>', lifecycle)
        .execute();
      return {};
    });
  }

  return {
    /** Makes the project's Default experiment unless it is there. */
    async ensureDefault(actor: Actor): Promise<void> {
      const projectId = actor.defaultProjectId;
      requireProject(actor, projectId, 'The project');
      const found = await store.read
        .selectFrom('experiment')
        .select('id')
        .where('project_id', '=', projectId)
        .where('number', '=', defaultExperiment.number)
        .executeTakeFirst();
      if (!found) await store.write(systemActor, (tx) => insertDefault(tx, projectId));
    },

    /** ALREADY_EXISTS when the project has one of this name, deleted or not. */
    async create(
      actor: Actor,
      { name, artifactLocation, tags }: NewExperiment,
    ): Promise<{ id: string; number: number }> {
      const projectId = actor.defaultProjectId;
      requireProject(actor, projectId, 'The project');
      return store.write(actor, async (tx) => {
        // one at a time in each project: the next number is read and taken under this lock
        await tx.db.selectFrom('project').select('id').where('id', '=', projectId).forNoKeyUpdate().execute();
        await insertDefault(tx, projectId);
        const { rows } = await sql<{ id: string; number: number }>`
          insert into experiment (id, project_id, number, name, lifecycle, artifact_location, created_at, updated_at)
          select ${newId()}::uuid, ${projectId}::uuid, next.number, ${name}, 'active',
                 coalesce(${artifactLocation ?? null}::text, ${artifactRoot} || next.number), ${tx.now}::timestamptz, ${tx.now}::timestamptz
            from (select max(number) + 1 as number from experiment where project_id = ${projectId}::uuid) next
          on conflict (project_id, name) do nothing
          returning id, number`.execute(tx.db); // prettier-ignore
        const made = rows[0];
        if (!made) {
          throw new AvalError('ALREADY_EXISTS', 'An experiment of this name exists in the project.', { field: 'name' });
        }
        await upsertTags(tx, made.id, tags);
        tx.record({
          action: 'experiment.created',
          subject: { kind: 'Experiment', id: made.id },
          projectId,
          details: { name, number: made.number },
        });
        return made;
      });
    },

    /** ALREADY_EXISTS when another of the project's experiments has the name. */
    async rename(actor: Actor, id: string, name: string): Promise<void> {
      await changing(actor, id, 'experiment.renamed', async (tx, { lifecycle }) => {
        if (lifecycle !== 'active') {
          throw new AvalError('BAD_INPUT', 'A deleted experiment cannot be renamed.', { field: 'experiment_id' });
        }
        const { rows } = await sql`
          update experiment e set name = ${name}, updated_at = ${tx.now}
           where e.id = ${id} and not exists (
             select from experiment o where o.project_id = e.project_id and o.name = ${name} and o.id <> e.id)
          returning id`.execute(tx.db);
        if (rows.length === 0) {
          throw new AvalError('ALREADY_EXISTS', 'An experiment of this name exists in the project.', { field: 'name' });
        }
        return { name };
      });
    },

    delete: (actor: Actor, id: string): Promise<void> => setLifecycle(actor, id, 'deleted'),
    restore: (actor: Actor, id: string): Promise<void> => setLifecycle(actor, id, 'active'),

    async setTag(actor: Actor, id: string, tag: KeyValue): Promise<void> {
      await changing(actor, id, 'experiment.tagged', async (tx) => {
        await upsertTags(tx, id, [tag]);
        return { key: tag.key };
      });
    },

    /** NOT_FOUND when it has no such tag. */
    async deleteTag(actor: Actor, id: string, key: string): Promise<void> {
      await changing(actor, id, 'experiment.untagged', async (tx) => {
        const { numDeletedRows } = await tx.db
          .deleteFrom('experiment_tag')
          .where('experiment_id', '=', id)
          .where('key', '=', key)
          .executeTakeFirst();
        if (numDeletedRows === 0n) {
          throw new AvalError('NOT_FOUND', `No tag with name: ${key} in this experiment`, { field: 'key' });
        }
        return { key };
      });
    },
  };
}

async function insertDefault(tx: Tx, projectId: string): Promise<void> {
  const { number, name } = defaultExperiment;
  const id = newId();
  const { numInsertedOrUpdatedRows } = await tx.db
    .insertInto('experiment')
    .values({
      id,
      project_id: projectId,
      number,
      name,
      lifecycle: 'active',
      artifact_location: artifactLocationOf(number),
      created_at: tx.now,
      updated_at: tx.now,
    })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 1n) {
    tx.record({
      action: 'experiment.created',
      subject: { kind: 'Experiment', id },
      projectId,
      details: { name, number },
    });
  }
}

async function upsertTags(tx: Tx, experimentId: string, tags: readonly KeyValue[]): Promise<void> {
  if (tags.length === 0) return;
  await tx.db
    .insertInto('experiment_tag')
    .values(tags.map((tag) => ({ experiment_id: experimentId, ...tag })))
    .onConflict((c) => c.columns(['experiment_id', 'key']).doUpdateSet((eb) => ({ value: eb.ref('excluded.value') })))
    .execute();
}
