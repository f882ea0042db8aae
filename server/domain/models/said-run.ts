import type { Actor } from '../../access/actor.ts';
import { fromHex, isUuid } from '../../shared/ids.ts';
import { inScope } from '../scope.ts';
import type { Tx } from '../store.ts';

/** A run as a client of MLflow's names it: any text, and MLflow asks for no run behind it. */
export interface NamedRun {
  /** UUID of the run, where the project has it. */
  runId: string | null;
  artifactUri: string | null;
  /** The client's words, where it has not. */
  saidRun: string | null;
}

export const noRun: NamedRun = { runId: null, artifactUri: null, saidRun: null };

/** The run of that project behind a UUID or its 32 hex digits; else the words, which draw no lineage. */
export async function findNamedRun(
  tx: Tx,
  actor: Actor,
  projectId: string,
  said: string | undefined,
): Promise<NamedRun> {
  if (!said) return noRun;
  const id = isUuid(said) ? said : fromHex(said);
  const run =
    id &&
    (await tx.db
      .selectFrom('run')
      .select(['id', 'artifact_uri'])
      .where('id', '=', id)
      .where('project_id', '=', projectId)
      .where(inScope(actor, 'project_id'))
      .executeTakeFirst());
  return run ? { runId: run.id, artifactUri: run.artifact_uri, saidRun: null } : { ...noRun, saidRun: said };
}
