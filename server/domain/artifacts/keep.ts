import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { badInput } from '../../shared/errors.ts';
import type { Blob } from '../../storage/blobs/blobs.ts';
import type { Tx } from '../store.ts';
import type { ArtifactPlace } from './artifact-path.ts';
import { below } from './artifact.read-model.ts';
import { openOf, requireOwner, type OwnerRow } from './owner.ts';

/** Of a file: what S3 copies in one step. */
export const maxBytes = 5 * 1024 ** 3;

/** An interval ends no earlier than it began, whichever server's clock is ahead. */
export const laterThan = (now: Date) => sql<Date>`greatest(valid_from, ${now})`;

/** Says that the bytes lie there from now on. The same bytes again change nothing. */
export async function keepAt(tx: Tx, actor: Actor, place: ArtifactPlace, { sha256, bytes }: Blob): Promise<void> {
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
export async function refuseClash(db: Tx['db'], owner: OwnerRow, path: string): Promise<void> {
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
