import { sql, type Kysely } from 'kysely';
import { oneByKey } from '../loader.ts';
import type { Tables } from '../tables.ts';
import { below } from './artifact.read-model.ts';

/**
 * One digest for many files: the SHA-256 of a text with a line `SHA256 BYTES PATH` for each file, each ended by a line feed, in the order of
 * the paths' bytes. Anybody who has the files can make it again.
 */
const manifestOf = (folder: string) => sql<string>`encode(sha256(convert_to(string_agg(
    sha256 || ' ' || bytes || ' ' || ${pathBelow(folder)} || chr(10), '' order by path collate "C"), 'UTF8')), 'hex')`;

/** Paths as they are seen from that folder: the same files give the same digest wherever they lie. */
const pathBelow = (folder: string) =>
  folder === '' ? sql`path` : sql`substr(path, ${sql.lit([...folder].length + 2)})`;

const openFiles = (db: Kysely<Tables>) => db.selectFrom('artifact').where('valid_to', 'is', null);

/** The digest of a logged model's files as they are now, by graph key; null when it has none. */
export const digestOfLoggedModel = oneByKey<number, { key: number; digest: string }>(
  async ({ store }, keys) => {
    const rows = await openFiles(store.read)
      .select(['model_key as key', manifestOf('').as('digest')])
      .where('model_key', 'in', keys)
      .groupBy('model_key')
      .execute();
    return rows.map(({ key, digest }) => ({ key: key!, digest }));
  },
  (row) => row.key,
);

/** The same in a transaction, of a logged model or of a folder among a run's files; null when there are no files. */
export async function digestOfFiles(
  db: Kysely<Tables>,
  from: { loggedModelKey: number } | { runId: string; folder: string },
): Promise<string | null> {
  const folder = 'folder' in from ? from.folder : '';
  const row = await openFiles(db)
    .select(manifestOf(folder).as('digest'))
    .where((eb) => ('runId' in from ? eb('run_id', '=', from.runId) : eb('model_key', '=', from.loggedModelKey)))
    .where(below(folder))
    .executeTakeFirst();
  return row?.digest ?? null; // without files the aggregate is null
}
