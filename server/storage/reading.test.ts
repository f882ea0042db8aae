import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tables } from '../domain/tables.ts';
import { openTestDatabase } from '../testing/database.ts';
import type { Database } from './database.ts';
import type { ReaderRoles } from './reader-roles.ts';

let database: Database<Tables>;
let roles: ReaderRoles;
const [mine, other] = [crypto.randomUUID(), crypto.randomUUID()];
const heard: unknown[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  roles = (await database.readerRoles({
    groups: ['a', 'b'],
    groupsOf: (table, column) =>
      table !== 'project' ? [] : column === 'slug' ? ['a'] : column === 'name' ? ['b'] : ['everyone'],
  }))!;
  await database.write((tx) =>
    tx
      .insertInto('project')
      .values([mine, other].map((id) => ({ id, slug: id, name: id, created_at: new Date() })))
      .execute(),
  );
});
afterAll(() => database.close());

const reader = (groups: string[], projects: 'all' | string[] = [mine]): Kysely<Tables> =>
  database.readAs({ role: () => roles.roleFor(groups), projects, onInternal: (error) => heard.push(error) });
const ids = (db: Kysely<Tables>) => db.selectFrom('project').select('id').orderBy('id').execute();
const moment = (db: Kysely<Tables>) =>
  sql<{ at: Date; role: string }>`select now() as at, current_user as role`.execute(db).then(({ rows }) => rows[0]!);

describe('a reader', () => {
  test('sees the rows of its projects', async () => {
    expect(await ids(reader([]))).toEqual([{ id: mine }]);
    expect(await ids(reader([], []))).toEqual([]);
    expect(await ids(reader([], 'all'))).toHaveLength(2);
  });

  test('reads the columns of its groups; of others it is told that it may not, and nothing more', async () => {
    const db = reader(['a']);
    expect(await db.selectFrom('project').select('slug').execute()).toEqual([{ slug: mine }]);
    await expect(db.selectFrom('project').select('name').execute()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.not.stringMatching(/project|select/),
    });
    expect(heard.splice(0)).toMatchObject([{ code: '42501' }]);
  });

  test('changes nothing', async () => {
    const db = reader(['a', 'b'], 'all');
    await expect(sql`delete from project`.execute(db)).rejects.toThrow();
    await expect(sql`create table t ()`.execute(db)).rejects.toThrow();
    heard.splice(0);
    expect(await ids(db)).toHaveLength(2);
  });

  test('shares one transaction among what is asked at once, and what that leads to', async () => {
    const db = reader([]);
    const [first, second] = await Promise.all([moment(db), moment(db)]);
    const third = await moment(db);
    expect([second, third]).toEqual([first, first]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await moment(db)).not.toEqual(first);
  });

  test('holds no connection while its request does something else', async () => {
    const db = reader([]);
    await ids(db);
    await database.write((tx) => tx.updateTable('project').set({ name: 'new' }).where('id', '=', mine).execute());
    expect(await ids(db)).toEqual([{ id: mine }]);
  });

  test('goes on after a statement that failed', async () => {
    const db = reader([]);
    const asked = await Promise.allSettled([ids(db), sql`select 1 / 0`.execute(db), ids(db), ids(db)]);
    expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  test('leaves nothing of itself on a connection', async () => {
    await Promise.all(Array.from({ length: 12 }, () => ids(reader([]))));
    await Promise.allSettled([sql`select 1 / 0`.execute(reader([]))]);
    const { role } = await moment(reader([]));
    const owners = await Promise.all(Array.from({ length: 12 }, () => moment(database.read)));
    for (const owner of owners) expect(owner.role).not.toBe(role);
    expect(await ids(database.read)).toHaveLength(2);
  });

  test('without a role reads nothing, and says so to each statement that waits', async () => {
    const db = database.readAs({ role: () => Promise.resolve('nobody "here"'), projects: 'all', onInternal: () => {} });
    const asked = await Promise.allSettled([ids(db), ids(db)]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ids(reader([]))).toEqual([{ id: mine }]); // the connection is whole
  });
});

describe('roles of readers', () => {
  test('are the same for the same groups, whoever asks first', async () => {
    const [one, two, more] = await Promise.all(
      [['b', 'a'], ['a', 'b', 'unknown'], ['a']].map((groups) => roles.roleFor(groups)),
    );
    expect(one).toBe(two);
    expect(more).not.toBe(one);
  });

  test('follow what is granted now', async () => {
    const grants = { groups: ['a', 'b'], groupsOf: (table: string) => (table === 'project' ? ['everyone'] : []) };
    await database.readerRoles(grants);
    expect(await reader([]).selectFrom('project').select('name').execute()).toHaveLength(1);
    await database.readerRoles({ ...grants, groupsOf: () => [] });
    await expect(ids(reader([]))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
