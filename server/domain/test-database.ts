import { sql } from 'kysely';
import type { Actor } from '../access/actor.ts';
import { closeTables, whenNobodyIsIn } from '../storage/closed-tables.ts';
import type { Store, SystemActor, Tx } from './store.ts';

// A database that was opened for tests may be emptied again and again. Its own log says that it is one, in its first entry.

const opened = 'database.opened-for-tests';

/** Who may do what stays: identities, the policy in force; and the list of migrations. */
const kept = [
  'principal',
  'project',
  'role_grant',
  'membership',
  'api_token',
  'policy_proposal',
  'policy_version',
  'organisation_key',
  'mikro_orm_migrations',
];

/** Takes an empty database for tests, or one that was taken before. Throws for any other: it may hold somebody's work. */
export async function claimTestDatabase(store: Store, actor: SystemActor): Promise<void> {
  await store.write(actor, async (tx) => {
    const first = await firstAction(tx);
    if (first === opened) return;
    const somebody = await tx.db.selectFrom('principal').select('id').limit(1).executeTakeFirst();
    if (first !== undefined || somebody) {
      throw new Error(
        'AVAL_TEST_RESET needs a new database: this one was not made for tests. Set AVAL_DATA_DIR to a new folder, or DATABASE_URL to an empty database.',
      );
    }
    tx.record({ action: opened });
  });
}

async function firstAction(tx: Tx): Promise<string | undefined> {
  const logged = await tx.db.selectFrom('event_log').select('action').orderBy('idx').limit(1).executeTakeFirst();
  const waiting = await tx.db.selectFrom('event_inbox').select('action').orderBy('id').limit(1).executeTakeFirst();
  return (logged ?? waiting)?.action;
}

/** Empties every table but those of identities, the log among them. `seed` puts back what a new database begins with. */
export async function emptyTestDatabase(store: Store, actor: Actor, seed: () => Promise<void>): Promise<void> {
  const empty = async (tx: Tx): Promise<void> => {
    await closeTables(tx.db);
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = current_schema() and tablename <> all(${sql.val(kept)}::text[])
       order by tablename`.execute(tx.db);
    await sql`truncate ${sql.join(rows.map(({ name }) => sql.table(name)))}`.execute(tx.db);
    tx.record({ action: opened });
  };
  await whenNobodyIsIn(() => store.write(actor, empty));
  await seed();
}
