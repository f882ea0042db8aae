import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase } from '../testing/database.ts';
import type { Tables } from '../domain/tables.ts';
import type { Database } from './database.ts';
import { countStatements } from './statements.ts';

let database: Database<Tables>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const project = (slug: string) => ({
  id: crypto.randomUUID(),
  slug,
  name: slug,
  created_at: new Date('2026-03-03T00:00:00.123Z'),
});

describe('a database', () => {
  test('gives times back as they were written, to the millisecond', async () => {
    await database.write((tx) => tx.insertInto('project').values(project('times')).execute());
    const row = await database.read
      .selectFrom('project')
      .selectAll()
      .where('slug', '=', 'times')
      .executeTakeFirstOrThrow();
    expect(row.created_at).toEqual(new Date('2026-03-03T00:00:00.123Z'));
  });

  test('writes all of a transaction or nothing', async () => {
    const failing = database.write(async (tx) => {
      await tx.insertInto('project').values(project('half')).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await database.read.selectFrom('project').select('id').where('slug', '=', 'half').execute()).toEqual([]);
  });

  test('has the schema that the entities say: migrations did not drift', async () => {
    const sql = await (
      database.orm as unknown as { schema: { getUpdateSchemaSQL(): Promise<string> } }
    ).schema.getUpdateSchemaSQL();
    expect(sql.replace(/set names 'utf8';/, '').trim()).toBe('');
  });

  test('gives whole numbers as numbers while they are safe, alone and in arrays', async () => {
    const { rows } =
      await sql`select 7::int8 as small, 9007199254740993::int8 as large, array[1, null, 2]::int8[] as list,
      array[]::int8[] as none`.execute(database.read);
    expect(rows).toEqual([{ small: 7, large: 9007199254740993n, list: [1, null, 2], none: [] }]);
  });

  test('counts the statements of one piece of work', async () => {
    const { statements } = await countStatements(() => database.read.selectFrom('project').select('id').execute());
    expect(statements).toBe(1);
  });
});
