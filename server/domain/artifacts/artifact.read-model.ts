import { sql, type Expression, type SqlBool } from 'kysely';
import { notFound } from '../../shared/errors.ts';
import type { Blob } from '../../storage/blobs/blobs.ts';
import type { Context } from '../context.ts';
import type { ArtifactPlace } from './artifact-path.ts';
import { openOf, requireOwner } from './owner.ts';

type Reader = Pick<Context, 'store' | 'actor'>;

export interface ArtifactEntry {
  name: string;
  isFolder: boolean;
  /** Undefined for a folder. */
  bytes: number | undefined;
}

/** Paths below that folder, at any depth; all of them for the root. */
export const below = (folder: string): Expression<SqlBool> =>
  folder === '' ? sql<SqlBool>`true` : sql<SqlBool>`starts_with(path, ${`${folder}/`})`;

/** What is in a folder now, by name; nothing when there is no such folder. NOT_FOUND when its owner is not there. */
export async function artifactsIn({ store, actor }: Reader, place: ArtifactPlace): Promise<ArtifactEntry[]> {
  const owner = await requireOwner(store.read, actor, place);
  const from = place.path === '' ? 1 : [...place.path].length + 2;
  const rest = sql<string>`substr(path, ${sql.lit(from)})`;
  const rows = await store.read
    .selectFrom('artifact')
    .select([
      sql<string>`split_part(${rest}, '/', 1)`.as('name'),
      sql<boolean>`strpos(${rest}, '/') > 0`.as('is_folder'),
      (eb) => eb.fn.max('bytes').as('bytes'),
    ])
    .where(openOf(owner))
    .where(below(place.path))
    .groupBy([sql`1`, sql`2`])
    .execute();
  return rows
    .map(({ name, is_folder, bytes }) => ({ name, isFolder: is_folder, bytes: is_folder ? undefined : Number(bytes) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The bytes at a path now; NOT_FOUND when there is no file. */
export async function artifactAt({ store, actor }: Reader, place: ArtifactPlace): Promise<Blob> {
  const owner = await requireOwner(store.read, actor, place);
  const row = await store.read
    .selectFrom('artifact')
    .select(['sha256', 'bytes'])
    .where(openOf(owner))
    .where('path', '=', place.path)
    .executeTakeFirst();
  if (!row) throw notFound('The artifact', 'path');
  return row;
}
