import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Store } from '../domain/store.ts';
import { systemActor } from '../domain/store.ts';
import type { Tables } from '../domain/tables.ts';

export interface PolicyInForce {
  version: number;
  text: string;
  digest: string;
  validFrom: Date;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The version in force; null before the first start. */
export async function policyInForce(read: Kysely<Tables>): Promise<PolicyInForce | null> {
  const row = await read.selectFrom('policy_version').selectAll().where('valid_to', 'is', null).executeTakeFirst();
  return row ? { version: row.version, text: row.text, digest: row.digest, validFrom: row.valid_from } : null;
}

/**
 * Puts a policy text in force as the next version, unless it is in force already. The caller has validated it:
 * a text that does not compile must never get here.
 */
export async function putInForce(store: Store, text: string): Promise<PolicyInForce> {
  const digest = digestOf(text);
  const current = await policyInForce(store.read);
  if (current?.digest === digest) return current;
  return store.write(systemActor, async (tx) => {
    await tx.db.updateTable('policy_version').set({ valid_to: tx.now }).where('valid_to', 'is', null).execute();
    const version = (current?.version ?? 0) + 1;
    await tx.db
      .insertInto('policy_version')
      .values({ version, text, digest, valid_from: tx.now, valid_to: null })
      .execute();
    tx.record({ action: 'policy.activated', details: { version, digest } });
    return { version, text, digest, validFrom: tx.now };
  });
}
