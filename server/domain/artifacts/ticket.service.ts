import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Blob } from '../../storage/blobs/blobs.ts';
import type { Identity } from '../identity/identity.service.ts';
import { systemActor, type Store } from '../store.ts';
import type { ArtifactPlace } from './artifact-path.ts';
import { requireOwner } from './owner.ts';
import type { TicketUse } from './ticket.entity.ts';

const jsonb = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Seconds: what S3 allows for a link. */
const longest = 7 * 86_400;

export interface NewTicket {
  use: TicketUse;
  place: ArtifactPlace;
  /** What is read. */
  blob?: Blob;
  /** The store's name for an upload in parts. */
  upload?: string;
  seconds: number;
}

/** A ticket that holds, and whose it is. */
export interface Ticket {
  id: string;
  use: TicketUse;
  actor: Actor;
  place: ArtifactPlace;
  blob: Blob | null;
  upload: string | null;
}

/** Rights to single transfers, for clients that send no token with a file's bytes. */
export function createTickets(store: Store, identity: Identity) {
  return {
    /** A ticket of the actor's own right; the secret is in this answer only. */
    async issue(
      actor: Actor,
      { use, place, blob, upload, seconds }: NewTicket,
    ): Promise<{ id: string; secret: string }> {
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > longest) {
        throw badInput('expiration', `The time until a link ends is 1 to ${longest} seconds.`);
      }
      const id = newId();
      const secret = randomBytes(32).toString('base64url');
      const { owner, path } = place;
      await store.write(actor, async (tx) => {
        const { projectId } = await requireOwner(tx.db, actor, place);
        await tx.db
          .insertInto('artifact_ticket')
          .values({
            id,
            hash: hashOf(secret),
            principal_id: actor.principalId,
            project_id: projectId,
            roles: jsonb(actor.roles as string[]),
            use,
            place: jsonb({ owner, path }),
            blob: blob ? jsonb(blob) : null,
            upload: upload ?? null,
            expires_at: new Date(tx.now.getTime() + seconds * 1_000),
            ended_at: null,
          })
          .execute();
        tx.record({ action: 'artifact.link-issued', subject: owner, projectId, details: { path, use, seconds } });
      });
      return { id, secret };
    },

    /** Who may do what with that secret, as of now. UNAUTHENTICATED, in the same words, for an unknown or ended one, or of another use. */
    async redeem(secret: string, use: TicketUse): Promise<Ticket> {
      const row = await store.read
        .selectFrom('artifact_ticket')
        .selectAll()
        .where('hash', '=', hashOf(secret))
        .where('use', '=', use)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', store.clock.now())
        .executeTakeFirst();
      const actor = row && (await identity.actingStill(row.principal_id, row.project_id, row.roles));
      if (!actor) {
        throw new AvalError('UNAUTHENTICATED', 'This link is not known, or it has ended.', {
          remedy: 'Ask for a new one.',
        });
      }
      return { id: row.id, use, actor, place: row.place, blob: row.blob, upload: row.upload };
    },

    /** Forgets those that ended a day ago: the log knows of them. */
    async forget(): Promise<void> {
      const dayAgo = new Date(store.clock.now().getTime() - 86_400_000);
      await store.write(systemActor, (tx) =>
        tx.db.deleteFrom('artifact_ticket').where('expires_at', '<', dayAgo).execute(),
      );
    },
  };
}

export type Tickets = ReturnType<typeof createTickets>;
