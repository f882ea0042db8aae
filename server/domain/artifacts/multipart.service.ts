import type { Readable } from 'node:stream';
import type { Actor } from '../../access/actor.ts';
import { badInput } from '../../shared/errors.ts';
import { isUuid } from '../../shared/ids.ts';
import { noUpload, type Blobs, type Part } from '../../storage/blobs/blobs.ts';
import type { Store, Tx } from '../store.ts';
import type { ArtifactPlace } from './artifact-path.ts';
import { keepAt, maxBytes, refuseClash } from './keep.ts';
import { requireOwner } from './owner.ts';
import type { Ticket, Tickets } from './ticket.service.ts';

/** Seconds in which the parts must come. */
const hours24 = 86_400;

const maxParts = 10_000;

/** Files that come in parts, in any order: to the store itself where it has addresses of its own, else through us by a ticket. */
export function createMultipart(store: Store, kept: () => Blobs, tickets: Tickets) {
  /** The store's name for an upload of the actor's to that place; NOT_FOUND for any other, and for one that is over. */
  async function uploadOf(tx: Pick<Tx, 'db'>, actor: Actor, place: ArtifactPlace, id: string): Promise<string> {
    if (!isUuid(id)) throw noUpload();
    const row = await tx.db
      .selectFrom('artifact_ticket')
      .select(['upload', 'place'])
      .where('id', '=', id)
      .where('use', '=', 'parts')
      .where('principal_id', '=', actor.principalId)
      .where('ended_at', 'is', null)
      .where('expires_at', '>', store.clock.now())
      .executeTakeFirst();
    const isHere = row?.place.owner.id === place.owner.id && row.place.path === place.path;
    if (!isHere || row.upload === null) throw noUpload();
    return row.upload;
  }

  const end = (tx: Tx, id: string) =>
    tx.db.updateTable('artifact_ticket').set({ ended_at: tx.now }).where('id', '=', id).execute();

  return {
    /** Where each part goes; `addressOf` makes an address of ours of a ticket's secret and a part's number. */
    async begin(
      actor: Actor,
      place: ArtifactPlace,
      count: number,
      addressOf: (secret: string, number: number) => string,
    ): Promise<{ id: string; urls: string[] }> {
      if (count < 1 || count > maxParts) throw badInput('num_parts', `A file has 1 to ${maxParts} parts.`);
      await refuseClash(store.read, await requireOwner(store.read, actor, place), place.path);
      const { parts } = kept();
      const upload = await parts.begin();
      const { id, secret } = await tickets.issue(actor, { use: 'parts', place, upload, seconds: hours24 });
      const urls =
        parts.by === 'url'
          ? await parts.urls(upload, count, hours24)
          : Array.from({ length: count }, (_, i) => addressOf(secret, i + 1));
      return { id, urls };
    },

    /** Takes a part, and tells its etag. */
    async put({ upload }: Ticket, number: number, source: Readable): Promise<string> {
      const { parts } = kept();
      if (number < 1 || number > maxParts) throw badInput('number', `Parts are numbered from 1 to ${maxParts}.`);
      if (parts.by !== 'put' || upload === null) throw noUpload();
      return parts.put(upload, number, source, maxBytes);
    },

    /** Makes the file of its parts. */
    async complete(actor: Actor, place: ArtifactPlace, id: string, parts: readonly Part[]): Promise<void> {
      const upload = await uploadOf({ db: store.read }, actor, place, id);
      const blob = await kept().parts.complete(upload, parts, { maxBytes });
      await store.write(actor, async (tx) => {
        await keepAt(tx, actor, place, blob);
        await end(tx, id);
      });
    },

    async abort(actor: Actor, place: ArtifactPlace, id: string): Promise<void> {
      const upload = await uploadOf({ db: store.read }, actor, place, id);
      await kept().parts.abort(upload);
      await store.write(actor, (tx) => end(tx, id));
    },
  };
}
