import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { Principal, Project } from '../identity/identity.entity.ts';

/** `read` sends one file, `write` takes one, `parts` takes the parts of one. */
export type TicketUse = 'read' | 'write' | 'parts';

/**
 * A right to one transfer, which whoever holds the secret may use until it ends: for clients that send no token with a file's bytes. It holds
 * no longer than the principal itself may do the same.
 */
export const ArtifactTicket = defineEntity({
  name: 'ArtifactTicket',
  tableName: 'artifact_ticket',
  rowLevelSecurity: true, // and no policy: readers see none
  properties: {
    id: column.id(),
    /** SHA-256 of the secret: as for tokens. */
    hash: p.text().unique(),
    principal: () => p.manyToOne(Principal),
    project: () => p.manyToOne(Project),
    /** Those that its principal answered for. */
    roles: column.json<string[]>(),
    use: p.text().$type<TicketUse>(),
    place: column.json<{ owner: { kind: 'Run' | 'LoggedModel'; id: string }; path: string }>(),
    /** What is read: the bytes that lay there when it was asked for. */
    blob: column.json<{ sha256: string; bytes: number }>().nullable(),
    /** The store's name for an upload in parts. */
    upload: column.text().nullable(),
    expiresAt: column.time(),
    endedAt: column.time().nullable(),
  },
  indexes: [{ name: 'artifact_ticket_by_expiry', properties: ['expiresAt'] }],
});
