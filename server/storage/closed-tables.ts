import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';

/** PostgreSQL's `lock_not_available`. */
const taken = '55P03';

/**
 * Closes every table to others until the transaction ends, or throws at once when somebody is in one of them. It never waits while it
 * holds a lock, so a worker of the server and whoever empties its tables cannot wait for each other.
 */
export async function closeTables<DB>(db: Kysely<DB>): Promise<void> {
  await sql`
    do $$
    declare name text;
    begin
      for name in select tablename from pg_tables where schemaname = current_schema() order by tablename loop
        execute format('lock table %I in access exclusive mode nowait', name);
      end loop;
    end $$`.execute(db);
}

/** Tries `work`, a transaction that begins with `closeTables`, until nobody is in a table; for ten seconds at most. */
export async function whenNobodyIsIn<T>(work: () => Promise<T>): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: unknown }).code !== taken || Date.now() > end) throw error;
      await sleep(5 + Math.random() * 10);
    }
  }
}
