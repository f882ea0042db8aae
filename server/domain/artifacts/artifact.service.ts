import type { Readable } from 'node:stream';
import type { Actor } from '../../access/actor.ts';
import { AvalError, notFound } from '../../shared/errors.ts';
import type { Blob, Blobs, ByteRange } from '../../storage/blobs/blobs.ts';
import type { Identity } from '../identity/identity.service.ts';
import type { Store } from '../store.ts';
import type { ArtifactPlace } from './artifact-path.ts';
import { below } from './artifact.read-model.ts';
import { keepAt, laterThan, maxBytes, refuseClash } from './keep.ts';
import { createMultipart } from './multipart.service.ts';
import { openOf, requireOwner } from './owner.ts';
import { createTickets } from './ticket.service.ts';

export type { Blob, ByteRange };

/**
 * Files that runs and logged models leave. The bytes are in the store of blobs under their digest, and are there before the path says
 * so; the path is a fact with an interval.
 */
export function createArtifacts(store: Store, blobs: Blobs | undefined, identity: Identity) {
  const kept = (): Blobs => {
    if (blobs) return blobs;
    throw new AvalError('NOT_IMPLEMENTED', 'This server keeps no artifacts.', {
      remedy: 'Give experiments an artifact_location of their own.',
    });
  };
  const tickets = createTickets(store, identity);

  return {
    tickets,
    multipart: createMultipart(store, kept, tickets),

    /** Keeps all of `source`, or nothing of it. `sha256` is the digest in hex, where the sender announced one. */
    async write(actor: Actor, place: ArtifactPlace, source: Readable, sha256?: string): Promise<void> {
      await refuseClash(store.read, await requireOwner(store.read, actor, place), place.path); // before the bytes come
      const blob = await kept().put(source, { maxBytes, sha256 });
      await store.write(actor, (tx) => keepAt(tx, actor, place, blob));
    },

    /** The bytes of a blob that a read model found. */
    open: (blob: Blob, range?: ByteRange): Promise<Readable> => kept().read(blob, range),

    /** Where the actor may let somebody read a file for so many seconds; `addressOf` makes an address of ours of a ticket's secret. */
    async link(
      actor: Actor,
      { place, blob, seconds }: { place: ArtifactPlace; blob: Blob; seconds: number },
      addressOf: (secret: string) => string,
    ): Promise<string> {
      const { secret } = await tickets.issue(actor, { use: 'read', place, blob, seconds });
      return (await kept().link(blob, seconds)) ?? addressOf(secret);
    },

    /** Clears uploads that were begun and never ended, and tells how many; and tickets that are of no use any more. */
    async sweep(): Promise<number> {
      await tickets.forget();
      return blobs?.sweep(store.clock.now()) ?? 0;
    },

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
