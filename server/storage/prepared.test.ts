import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tables } from '../domain/tables.ts';
import { onPostgres, openTestDatabase } from '../testing/database.ts';
import type { Database } from './database.ts';
import { prepared } from './prepared.ts';

let database: Database<Tables>;
beforeAll(async () => (database = await openTestDatabase()));
afterAll(() => database.close());

test('a prepared statement answers as any other, each time with its own values', async () => {
  for (const value of ['a', 'b', "'"]) {
    const { rows } = await sql`${prepared}select ${value}::text as value`.execute(database.read);
    expect(rows).toEqual([{ value }]);
  }
});

test.skipIf(!onPostgres)('is parsed once for each connection; others are not kept', async () => {
  const kept = await database.write(async (tx) => {
    for (const n of [1, 2]) {
      await sql`${prepared}select ${n}::int + 40`.execute(tx);
      await sql`select ${n}::int + 50`.execute(tx);
    }
    const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(tx);
    return rows.map(({ statement }) => statement).filter((statement) => /\+ [45]0/.test(statement));
  });
  expect(kept).toEqual(['/* prepared */select $1::int + 40']);
});
