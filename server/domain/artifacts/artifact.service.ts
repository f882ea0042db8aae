import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import type { Blob, Blobs, ByteRange } from '../../storage/blobs/blobs.ts';
import type { Store, Tx } from '../store.ts';
import type { ArtifactPlace } from './artifact-path.ts';
import { below } from './artifact.read-model.ts';
import { openOf, requireOwner, type OwnerRow } from './owner.ts';

export type { ByteRange };

/** What S3 copies in one step. */
const maxBytes = 5 * 1024 ** 3;

/**
 * Files that runs and logged models leave. The bytes are in the store of blobs under their digest, and are there before the path says
 * so; the path is a fact with an interval.
 */
export function createArtifacts(store: Store, blobs: Blobs | undefined) {
  const kept = (): Blobs => {
    if (blobs) return blobs;
    throw new AvalError('NOT_IMPLEMENTED', 'This server keeps no artifacts.', {
      remedy: 'Give experiments an artifact_location of their own.',
    });
  };

  return {
    /** Keeps all of `source`, or nothing of it. `sha256` is the digest in hex, where the sender announced one. */
    async write(actor: Actor, place: ArtifactPlace, source: Readable, sha256?: string): Promise<void> {
      await refuseClash(store.read, await requireOwner(store.read, actor, place), place.path); // before the bytes come
      const blob = await kept().put(source, { maxBytes, sha256 });
      await store.write(actor, (tx) => keepAt(tx, actor, place, blob));
    },

    /** The bytes of a blob that a read model found. */
    open: (blob: Blob, range?: ByteRange): Promise<Readable> => kept().read(blob, range),

    /** Ends a file, or a folder with all in it; what was there stays known. NOT_FOUND when there is neither. */
    async remove(actor: Actor, place: ArtifactPlace): Promise<void> {
      await store.write(actor, async (tx) => {
        const owner = await requireOwner(tx.db, actor, place, { lock: true });
        const ended = await tx.db
          .updateTable('artifact')
          .set({ valid_to: laterThan(tx.now) })
          .where(openOf(owner))
          .where((eb) => eb.or([eb('path', '=', place.path), below(place.path)]))
          .executeTakeFirst();
        if (ended.numUpdatedRows === 0n) throw notFound('The artifact', 'path');
        const { path } = place;
        const details = { path, files: Number(ended.numUpdatedRows) };
        tx.record({ action: 'artifact.deleted', subject: place.owner, projectId: owner.projectId, details });
      });
    },
  };
}

/** An interval ends no earlier than it began, whichever server's clock is ahead. */
const laterThan = (now: Date) => sql<Date>`greatest(valid_from, ${now})`;

/** Says that the bytes lie there from now on. The same bytes again change nothing. */
async function keepAt(tx: Tx, actor: Actor, place: ArtifactPlace, { sha256, bytes }: Blob): Promise<void> {
  const owner = await requireOwner(tx.db, actor, place, { lock: true });
  const { path } = place;
  await refuseClash(tx.db, owner, path);
  const open = await tx.db
    .selectFrom('artifact')
    .select(['id', 'sha256'])
    .where(openOf(owner))
    .where('path', '=', path)
    .executeTakeFirst();
  if (open?.sha256 === sha256) return;
  const replaced =
    open &&
    (await tx.db
      .updateTable('artifact')
      .set({ valid_to: laterThan(tx.now) })
      .where('id', '=', open.id)
      .returning(['valid_to', 'sha256'])
      .executeTakeFirstOrThrow());
  await tx.db
    .insertInto('artifact')
    .values({
      ...owner.columns,
      path,
      sha256,
      bytes,
      by_id: actor.principalId,
      valid_from: replaced?.valid_to ?? tx.now,
      valid_to: null,
    })
    .execute();
  const details = { path, bytes, sha256, ...(replaced && { replaced: replaced.sha256 }) };
  tx.record({ action: 'artifact.written', subject: place.owner, projectId: owner.projectId, details });
}

/** A path is a file or a folder, not both. */
async function refuseClash(db: Tx['db'], owner: OwnerRow, path: string): Promise<void> {
  if (path === '') throw badInput('path', 'A file needs a name.');
  const parents = path.split('/').map((_, i, names) => names.slice(0, i).join('/'));
  const clash = await db
    .selectFrom('artifact')
    .select('path')
    .where(openOf(owner))
    .where((eb) => eb.or([eb('path', 'in', parents), below(path)]))
    .limit(1)
    .executeTakeFirst();
  if (clash) throw badInput('path', 'A file and a folder cannot have the same path.', 'Choose another name.');
}
