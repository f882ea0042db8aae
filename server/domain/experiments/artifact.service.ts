import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { AvalError, notFound } from '../../shared/errors.ts';
import type { FileEntry, FilePath, Files, OpenFile } from '../../storage/files.ts';
import { inScope } from '../scope.ts';
import type { Store } from '../store.ts';
import { parseArtifactPath, type ArtifactPath } from './artifact-path.ts';

const maxFile = 5 * 1024 ** 3;

/**
 * Files that runs and logged models leave, named as MLflow's artifact URIs name them. Projects are kept apart: each has a folder of
 * its own, and a path counts only where its experiment, and its run or model, are in the actor's default project.
 */
export function createArtifacts(store: Store, files: Files | undefined) {
  async function locate(actor: Actor, names: readonly string[]): Promise<{ place: FilePath; path: ArtifactPath }> {
    const path = parseArtifactPath(names);
    const { owner, experiment } = path;
    const projectId = actor.defaultProjectId;
    const owned =
      owner.kind === 'Run'
        ? sql`select from run r where r.id = ${owner.id} and r.experiment_id = e.id`
        : sql`select from asset a where a.id = ${owner.id} and a.kind = 'LOGGED_MODEL' and a.project_id = e.project_id`;
    const { rows } = await sql`
      select 1 from experiment e where e.project_id = ${projectId} and e.number = ${experiment}::int8
         and ${inScope(actor, 'e.project_id')} and exists (${owned})`.execute(store.read); // prettier-ignore
    if (rows.length === 0) throw notFound('The artifact', 'path');
    return { place: [projectId, ...path.names], path };
  }

  const event = (action: string, actor: Actor, path: ArtifactPath, details: Record<string, string | number> = {}) => ({
    action,
    subject: path.owner,
    projectId: actor.defaultProjectId,
    details: { path: path.names.join('/'), ...details },
  });

  const kept = (): Files => {
    if (files) return files;
    throw new AvalError('NOT_IMPLEMENTED', 'This server keeps no artifacts.', {
      remedy: 'Give experiments an artifact_location of their own.',
    });
  };

  return {
    /** What is in a folder, by name; nothing when there is no such folder. */
    async list(actor: Actor, names: readonly string[]): Promise<FileEntry[]> {
      return kept().list((await locate(actor, names)).place);
    },

    /** An open file; NOT_FOUND unless it is one. */
    async read(actor: Actor, names: readonly string[]): Promise<OpenFile> {
      return kept().read((await locate(actor, names)).place);
    },

    /** Keeps all of `source`, or nothing of it; the event carries the file's digest. */
    async write(actor: Actor, names: readonly string[], source: Readable): Promise<void> {
      const { place, path } = await locate(actor, names);
      await kept().write(place, source, maxFile, (written, put) =>
        store.write(actor, async (tx) => {
          tx.record(event('artifact.written', actor, path, { ...written }));
          await put();
        }),
      );
    },

    /** Removes a file, or a folder with all in it. */
    async remove(actor: Actor, names: readonly string[]): Promise<void> {
      const { place, path } = await locate(actor, names);
      await store.write(actor, async (tx) => {
        tx.record(event('artifact.deleted', actor, path));
        await kept().remove(place);
      });
    },
  };
}
