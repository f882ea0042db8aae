import { hkdfSync, randomBytes } from 'node:crypto';
import { systemActor, type Store } from '../store.ts';

/** What keys are derived for: a key for one thing says nothing of the others. */
export type KeyUse = 'masks' | 'cursors';

export type OrganisationKeys = Readonly<Record<KeyUse, Buffer>>;

/** The keys of this organisation, from a secret that is made at the first start and leaves the database for nowhere else. */
export async function organisationKeys(store: Store): Promise<OrganisationKeys> {
  await store.write(systemActor, (tx) =>
    tx.db
      .insertInto('organisation_key')
      .values({ id: 1, key: randomBytes(32).toString('base64url'), created_at: tx.now })
      .onConflict((c) => c.column('id').doNothing())
      .execute(),
  );
  const { key } = await store.read
    .selectFrom('organisation_key')
    .select('key')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  const derive = (use: KeyUse): Buffer => Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64url'), '', use, 32));
  return { masks: derive('masks'), cursors: derive('cursors') };
}
