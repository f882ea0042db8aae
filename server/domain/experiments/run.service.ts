import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { createBatcher } from '../../shared/batcher.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId, toHex } from '../../shared/ids.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Action, Details } from '../audit/actions.ts';
import type { KeyValue } from '../key-value.ts';
import { texts, uuids } from '../../storage/arrays.ts';
import { inScope, inScopeOf, scopeOf } from '../scope.ts';
import type { Act, Store, Tx } from '../store.ts';
import type { Lifecycle } from './experiment.entity.ts';
import type { NewMetric } from './metric-batch.ts';
import { sortIntoSeries } from './metric-chunks.ts';
import { writeMetrics, writeMetricsAtOnce, type MetricLog } from './metric-log.ts';
import { appendToTag, columnsOfTags, tagOfModels, tagOfName, writeParams, writeTags } from './run-log.ts';
import { openRun, settleRuns } from './settle.ts';
import { writeInputs, writeOutputs, type RunInputs, type RunOutputModel } from './run-io.ts';
import type { RunKind, RunStatus } from './run.entity.ts';

export interface NewRun {
  experimentId: string;
  /** One is made up when it is empty. */
  name: string;
  userName: string;
  startedAt?: Date;
  tags: readonly KeyValue[];
  kind?: RunKind;
}

export interface RunChange {
  name?: string;
  status?: RunStatus;
  endedAt?: Date;
}

/** What one request logs. All of it is written, or nothing. */
export interface RunLog {
  metrics?: readonly NewMetric[];
  params?: readonly KeyValue[];
  tags?: readonly KeyValue[];
}

interface LockedRun {
  id: string;
  project_id: string;
  lifecycle: Lifecycle;
  status: RunStatus;
  open_since: Date | null;
}

const ended: readonly RunStatus[] = ['FINISHED', 'FAILED', 'KILLED'];

/** A batch of metrics, and nothing else, for a run. */
interface LogAct extends Act {
  readonly actor: Actor;
  readonly log: MetricLog;
}

/** How many statements of `logAtOnce` run at a time, and how many points one has. */
const atOnce = { lanes: 2, most: 20_000 };

/** Runs, and what they log. Each write leaves one event. */
export function createRuns(store: Store) {
  /** Logs that come at the same time share a statement; undefined for one that has to take the way of every other write. */
  const logAtOnce = createBatcher(
    async (acts: readonly LogAct[]) => {
      const written = new Map(
        (await writeMetricsAtOnce(store, acts, lockOpen(acts))).map((one) => [one.act, one] as const),
      );
      return acts.map((_, i) => written.get(i + 1));
    },
    { ...atOnce, sizeOf: ({ log }) => log.metrics.length, keyOf: ({ log }) => log.runId },
  );

  /**
   * One write to a run under its row's lock; `change` returns what the event says of it. It may change neither metrics, params nor tags:
   * a settled run has copies of them.
   */
  async function changing<A extends Action>(
    actor: Actor,
    id: string,
    action: A,
    change: (tx: Tx, run: LockedRun) => Promise<Details<A>>,
  ): Promise<void> {
    await store.write(actor, async (tx) => {
      const run = await lockRun(tx, actor, id);
      const details = await change(tx, run);
      const subject = { kind: 'Run', id };
      tx.record({ action, subject, projectId: run.project_id, details });
    });
  }

  /** As `changing`, for metrics, params and tags: the run must be active, and is open from here on. */
  async function writing<A extends Action>(
    actor: Actor,
    id: string,
    action: A,
    change: (tx: Tx, run: LockedRun) => Promise<Details<A>>,
  ): Promise<void> {
    await changing(actor, id, action, async (tx, run) => {
      requireActive(run);
      if (run.open_since === null) await openRun(tx.db, id, tx.now);
      return change(tx, run);
    });
  }

  async function setLifecycle(actor: Actor, id: string, lifecycle: Lifecycle): Promise<void> {
    await changing(actor, id, lifecycle === 'deleted' ? 'run.deleted' : 'run.restored', async (tx, run) => {
      if (run.lifecycle === lifecycle) throw badInput('run_id', `The run is ${lifecycle} already.`);
      await tx.db
        .updateTable('run')
        .set({ lifecycle, deleted_at: lifecycle === 'deleted' ? tx.now : null })
        .where('id', '=', id)
        .execute();
      return {};
    });
  }

  /** Leaves no event: the points stay as they are. */
  async function sortPoints(actor: Actor, id: string): Promise<void> {
    await store.write(actor, async (tx) => {
      await lockRun(tx, actor, id);
      await sortIntoSeries(tx.db, [id]);
    });
  }

  return {
    /** The new run's id. NOT_FOUND for an experiment outside the actor's projects, BAD_INPUT for a deleted one. */
    async create(actor: Actor, input: NewRun): Promise<string> {
      return store.write(actor, async (tx) => {
        const experiment = await tx.db
          .selectFrom('experiment')
          .select(['project_id', 'lifecycle', 'artifact_location'])
          .where('id', '=', input.experimentId)
          .where(inScope(actor, 'project_id'))
          .forKeyShare()
          .executeTakeFirst();
        if (!experiment) throw notFound('The experiment', 'experiment_id');
        if (experiment.lifecycle !== 'active') throw badInput('experiment_id', 'The experiment is deleted.');
        const id = newId();
        const tags = new Map(input.tags.map(({ key, value }) => [key, value]));
        const name = input.name || tags.get(tagOfName) || `run-${toHex(id).slice(-8)}`;
        tags.set(tagOfName, name);
        await tx.db
          .insertInto('run')
          .values({
            id,
            project_id: experiment.project_id,
            experiment_id: input.experimentId,
            job_id: null,
            parent_run_id: null,
            kind: input.kind ?? 'TRAINING',
            status: 'RUNNING',
            user_name: input.userName,
            started_at: input.startedAt ?? tx.now,
            ended_at: null,
            lifecycle: 'active',
            deleted_at: null,
            artifact_uri: `${experiment.artifact_location}/${toHex(id)}/artifacts`,
            external_id: null,
            facets: sql`'{}'::jsonb` as never,
            created_at: tx.now,
            open_since: tx.now,
            ...columnsOfTags(tags),
            name,
          })
          .execute();
        await tx.db
          .insertInto('run_tag')
          .values([...tags].map(([key, value]) => ({ run_id: id, key, value })))
          .execute();
        const subject = { kind: 'Run', id };
        tx.record({ action: 'run.created', subject, projectId: experiment.project_id, details: { name } });
        return id;
      });
    },

    async update(actor: Actor, id: string, change: RunChange): Promise<void> {
      await writing(actor, id, 'run.updated', async (tx, run) => {
        const { name, status, endedAt } = change;
        const columns = { ...(status && { status }), ...(endedAt && { ended_at: endedAt }) };
        if (name) await writeTags(tx, id, [{ key: tagOfName, value: name }]);
        if (status || endedAt) await tx.db.updateTable('run').set(columns).where('id', '=', id).execute();
        if (ended.includes(status ?? run.status)) await settleRuns(tx.db, [id]);
        return { ...(name && { name }), ...(status && { status }) };
      });
    },

    /** BAD_INPUT, and nothing written, when a parameter would change or the run is deleted. */
    async log(actor: Actor, id: string, { metrics = [], params = [], tags = [] }: RunLog): Promise<void> {
      const action = 'run.logged' as const;
      const details = { metrics: metrics.length, params: params.length, tags: tags.length };
      if (metrics.length > 0 && params.length === 0 && tags.length === 0) {
        const event = { action, subject: { kind: 'Run', id }, details };
        const written = await logAtOnce({ actor, event, log: { runId: id, metrics } });
        if (written?.ripe) await sortPoints(actor, id);
        if (written) return;
      }
      await writing(actor, id, action, async (tx) => {
        await writeMetrics(tx, { runId: id, metrics });
        await writeParams(tx, id, params);
        await writeTags(tx, id, tags);
        return details;
      });
    },

    /** Adds to the run's list of models as older clients of MLflow keep it, in a tag. */
    async recordModel(actor: Actor, id: string, model: JsonObject): Promise<void> {
      await writing(actor, id, 'run.model-recorded', async (tx) => {
        await appendToTag(tx, id, tagOfModels, model);
        return { path: typeof model['artifact_path'] === 'string' ? model['artifact_path'] : null };
      });
    },

    /** NOT_FOUND when the run has no such tag. */
    async deleteTag(actor: Actor, id: string, key: string): Promise<void> {
      await writing(actor, id, 'run.untagged', async (tx) => {
        const { numDeletedRows } = await tx.db
          .deleteFrom('run_tag')
          .where('run_id', '=', id)
          .where('key', '=', key)
          .executeTakeFirst();
        if (numDeletedRows === 0n) {
          throw new AvalError('NOT_FOUND', `No tag with name: ${key} in run with id ${toHex(id)}`, { field: 'key' });
        }
        return { key };
      });
    },

    delete: (actor: Actor, id: string): Promise<void> => setLifecycle(actor, id, 'deleted'),
    restore: (actor: Actor, id: string): Promise<void> => setLifecycle(actor, id, 'active'),

    /** Says which datasets and models the run read, and draws the lineage that follows from it. */
    async logInputs(actor: Actor, id: string, inputs: RunInputs): Promise<void> {
      await changing(actor, id, 'run.inputs-logged', async (tx, run) => {
        requireActive(run);
        await writeInputs(tx, actor, run.project_id, id, inputs);
        return { datasets: inputs.datasets.length, models: inputs.models.length };
      });
    },

    /** Says which logged models the run made. NOT_FOUND when one is unknown. */
    async logOutputs(actor: Actor, id: string, models: readonly RunOutputModel[]): Promise<void> {
      await changing(actor, id, 'run.outputs-logged', async (tx, run) => {
        requireActive(run);
        await writeOutputs(tx, run.project_id, id, models);
        return { models: models.length };
      });
    },
  };
}

/** The run, locked until the transaction ends; NOT_FOUND when it is missing or outside the actor's projects. */
async function lockRun(tx: Tx, actor: Actor, id: string): Promise<LockedRun> {
  const run = await tx.db
    .selectFrom('run')
    .select(['id', 'project_id', 'lifecycle', 'status', 'open_since'])
    .where('id', '=', id)
    .where(inScope(actor, 'project_id'))
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!run) throw notFound('The run', 'run_id');
  return run;
}

/** A query that locks the runs that are active, open, and locked by nobody else, and gives the projects of these. */
const lockOpen = (acts: readonly LogAct[]) => sql`
  select act, id as run_id, project_id
    from unnest(${uuids(acts.map(({ log }) => log.runId))}, ${texts(acts.map(({ actor }) => scopeOf(actor)))})
         with ordinality as t(id, scope, act) join run using (id)
   where ${inScopeOf('scope', 'project_id')} and lifecycle = 'active' and open_since is not null
     for no key update of run skip locked`; // prettier-ignore

function requireActive({ id, lifecycle }: LockedRun): void {
  if (lifecycle !== 'active') {
    throw badInput('run_id', `The run ${toHex(id)} must be in the 'active' state. Current state is ${lifecycle}.`);
  }
}
