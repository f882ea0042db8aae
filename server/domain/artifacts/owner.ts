import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { notFound } from '../../shared/errors.ts';
import { inScope } from '../scope.ts';
import type { Tables } from '../tables.ts';
import type { ArtifactPlace } from './artifact-path.ts';

/** The row of a run or logged model that has files. */
export interface OwnerRow {
  /** The columns of `artifact` that name it. */
  columns: { run_id: string; model_key: null } | { run_id: null; model_key: number };
  projectId: string;
}

/**
 * The owner of a place, in the actor's scope; NOT_FOUND when it is not there, or not in the experiment that the place names. `lock`
 * keeps others from changing its files until the transaction ends.
 */
export async function requireOwner(
  db: Kysely<Tables>,
  actor: Actor,
  place: ArtifactPlace,
  { lock = false } = {},
): Promise<OwnerRow> {
  const { owner, experiment } = place;
  const found = owner.kind === 'Run' ? await run(db, actor, owner.id, lock) : await model(db, actor, owner.id, lock);
  if (!found || (experiment !== undefined && BigInt(found.number ?? -1) !== experiment)) {
    throw notFound('The artifact', 'path');
  }
  return found;
}

type Found = OwnerRow & { number: number | null };

async function run(db: Kysely<Tables>, actor: Actor, id: string, lock: boolean): Promise<Found | undefined> {
  const row = await db
    .selectFrom('run')
    .leftJoin('experiment', 'experiment.id', 'run.experiment_id')
    .select(['run.id', 'run.project_id', 'experiment.number'])
    .where('run.id', '=', id)
    .where(inScope(actor, 'run.project_id'))
    .$if(lock, (q) => q.forNoKeyUpdate('run'))
    .executeTakeFirst();
  return row && { columns: { run_id: row.id, model_key: null }, projectId: row.project_id, number: row.number };
}

async function model(db: Kysely<Tables>, actor: Actor, id: string, lock: boolean): Promise<Found | undefined> {
  const row = await db
    .selectFrom('logged_model')
    .innerJoin('asset', 'asset.key', 'logged_model.asset_key')
    .innerJoin('experiment', 'experiment.id', 'logged_model.experiment_id')
    .select(['asset.key', 'asset.project_id', 'experiment.number'])
    .where('asset.id', '=', id)
    .where(inScope(actor, 'asset.project_id'))
    .$if(lock, (q) => q.forNoKeyUpdate('logged_model'))
    .executeTakeFirst();
  return row && { columns: { run_id: null, model_key: row.key }, projectId: row.project_id, number: row.number };
}

/** Rows of that owner which are open. */
export const openOf =
  ({ columns }: OwnerRow) =>
  (eb: ExpressionBuilder<Tables, 'artifact'>) =>
    eb.and([
      columns.run_id === null ? eb('model_key', '=', columns.model_key) : eb('run_id', '=', columns.run_id),
      eb('valid_to', 'is', null),
    ]);
