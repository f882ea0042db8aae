import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { openTestDatabase } from '../../testing/database.ts';
import type { Database } from '../../storage/database.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import type { Tables } from '../tables.ts';
import { propagate, type Limits } from './propagate.ts';
import { ensureTags } from './taxonomy.service.ts';
import { taxonomy } from './taxonomy.ts';

/*
 * Each asset of a ring comes from the one before it: as deep as it is large, and without an end. A statement for each level would be as many
 * statements as assets. `npm run bench -- propagate --ring 1000000` measures a larger one.
 */
const assets = 20_000;
const longAgo = new Date('2026-01-01T00:00:00Z');
const tag = 'special-category:health';

let database: Database<Tables>;
beforeAll(async () => {
  database = await openTestDatabase();
  const { read } = database;
  const projectId = newId();
  await read.insertInto('project').values({ id: projectId, slug: 'ring', name: 'ring', created_at: longAgo }).execute();
  await ensureTags({ db: read, now: longAgo, record: () => {}, changedGraph: () => {} }, taxonomy, 'AVAL');
  await sql`insert into asset (key, id, kind, project_id, name, created_at)
    select n, gen_random_uuid(), 'DATASET', ${projectId}::uuid, 'table ' || n, ${longAgo} from generate_series(1, ${assets}::int) n`.execute(read); // prettier-ignore
}, 60_000);
afterAll(() => database.close());

/** Edge `n` leads from asset `n` to the next one, the last to the first. */
beforeEach(async () => {
  await sql`truncate tag_change, effective_tag, tag_declaration, edge cascade`.execute(database.read);
  await openEdges(1, assets);
  await sql`truncate tag_change`.execute(database.read);
});

const openEdges = (from: number, to: number) =>
  sql`insert into edge (id, src, dst, kind, source, valid_from, last_seen)
    select n, (n - 1) % ${assets}::int + 1, n % ${assets}::int + 1, ${kindNumber('DERIVED')}, 'AVAL', ${longAgo}, ${longAgo}
      from generate_series(${from}::int, ${to}::int) n`.execute(database.read);

const declare = () =>
  sql`insert into tag_declaration (id, asset_key, tag_name, origin, valid_from) values (${newId()}, 1, ${tag}, 'DECLARED', ${longAgo})`.execute(database.read); // prettier-ignore

/** How many statements it takes until nothing waits. */
const settle = async (limits: Limits): Promise<number> => {
  const { statements } = await countStatements(async () => {
    for (let taken = -1; taken !== 0;) ({ taken } = await database.write((db) => propagate(db, limits)));
  });
  return statements;
};

/** The rows, and how many of them are where they should be: as many steps from the first asset as it takes around the ring. */
async function rows(): Promise<{ all: number; right: number }> {
  const found = await sql<{ all: number; right: number }>`
    select count(*) as all, count(*) filter (where dist = -state - 1 and parent = case dist when 0 then 0 else state + 1 end
           and edge_id % ${assets}::int = dist) as right
      from effective_tag`.execute(database.read); // prettier-ignore
  return found.rows[0]!;
}

const full = (count: number) => ({ all: count, right: count });

describe.each([
  ['all at once', { changes: 10_000, rows: 1_000_000, whole: false }, 20],
  ['in pieces', { changes: 1_000, rows: 5_000, whole: false }, 150],
] as const)('a tag on a ring of 20,000 edges, %s', (_, limits, mostStatements) => {
  test('goes all around, and goes again', { timeout: 120_000 }, async () => {
    await declare();
    expect(await settle(limits)).toBeLessThan(mostStatements);
    expect(await rows()).toEqual(full(assets));
    await sql`update tag_declaration set valid_to = now()`.execute(database.read);
    expect(await settle(limits)).toBeLessThan(mostStatements);
    expect(await rows()).toEqual(full(0));
  });

  test('ends where the ring is cut, and goes on when it is mended', { timeout: 120_000 }, async () => {
    await declare();
    await settle(limits);
    const cut = assets / 4;
    await sql`update edge set valid_to = now() where id = ${cut}`.execute(database.read);
    expect(await settle(limits)).toBeLessThan(mostStatements);
    expect(await rows()).toEqual(full(cut));
    await openEdges(assets + cut, assets + cut);
    expect(await settle(limits)).toBeLessThan(mostStatements);
    expect(await rows()).toEqual(full(assets));
  });

  test('stays where another way leads past the cut', { timeout: 120_000 }, async () => {
    await sql`insert into edge (id, src, dst, kind, source, valid_from, last_seen)
      values (${2 * assets}, 1, ${assets / 2}, ${kindNumber('DERIVED')}, 'AVAL', ${longAgo}, ${longAgo})`.execute(
      database.read,
    );
    await declare();
    await settle(limits);
    await sql`update edge set valid_to = now() where id = ${assets / 4}`.execute(database.read);
    expect(await settle(limits)).toBeLessThan(mostStatements);
    expect((await rows()).all).toBe(assets / 4 + assets / 2 + 1);
  });
});
