import { sql } from 'kysely';
import { compose } from '../../server/compose.ts';
import { kindNumber } from '../../server/domain/lineage/edge.entity.ts';
import { tagsReaching } from '../../server/domain/sensitivity/reach.read-model.ts';
import { recompute } from '../../server/domain/sensitivity/recompute.ts';
import { systemActor } from '../../server/domain/store.ts';
import type { Tables } from '../../server/domain/tables.ts';
import type { Database } from '../../server/storage/database.ts';
import { countStatements } from '../../server/storage/statements.ts';
import { timed } from '../lineage-graph.ts';
import type { Measurement } from '../measure.ts';

const tag = 'special-category:health';

/** A ring of so many edges: a tag put on one of its assets, cut off half way around, let on again, and taken off. */
export async function measureRing(database: Database<Tables>, size: number): Promise<Measurement> {
  const aval = await compose({ database, onInternal: (error) => console.error(error) });
  const { read } = database;
  try {
    const { identity } = aval.services;
    const projectId = await identity.ensureProject(systemActor, 'bench');
    const at = sql`timestamptz '2026-03-03T00:00:00Z'`;
    await sql`insert into asset (key, id, kind, project_id, name, created_at)
      select n, gen_random_uuid(), 'DATASET', ${projectId}::uuid, 'table ' || n, ${at} from generate_series(1, ${size}::int) n`.execute(read); // prettier-ignore
    await sql`insert into edge (id, src, dst, kind, source, valid_from, last_seen)
      select n, n, n % ${size}::int + 1, ${kindNumber('DERIVED')}, 'AVAL', ${at}, ${at} from generate_series(1, ${size}::int) n`.execute(read); // prettier-ignore
    await sql`truncate tag_change`.execute(read);
    await sql`vacuum (analyze) asset, edge`.execute(read);
    console.log(`a ring of ${size} edges:`);

    const bare = await timed(() =>
      sql`with recursive r(node) as (
        select 1::bigint union select edge.dst from r join edge on edge.src = r.node and edge.valid_to is null)
        select count(*) from r`.execute(read),
    );
    console.log(`  ${'bare recursion'.padEnd(34)} ${bare.toFixed(0).padStart(9)} ms`);
    /** Milliseconds of a change with all that follows; the first `expected` assets hold the tag then, each as far as it lies. */
    const change = async (what: string, expected: number, write: () => Promise<unknown>): Promise<number> => {
      await write();
      let ms = 0;
      const { statements } = await countStatements(async () => {
        ms = await timed(() => aval.propagator.drain());
      });
      const { rows } = await sql<{ all: number; right: number; waiting: number }>`
        select count(*) as all, count(*) filter (where dist = -state - 1) as right, (select count(*) from tag_change) as waiting
          from effective_tag`.execute(read);
      const { all, right, waiting } = rows[0]!;
      if (all !== expected || right !== expected || waiting !== 0)
        throw new Error(`${what}: ${all} rows, ${right} of them right, and ${waiting} changes wait; not ${expected}.`);
      console.log(
        `  ${what.padEnd(34)} ${ms.toFixed(0).padStart(9)} ms   ${(ms / bare).toFixed(2)}x   ${statements} statements`,
      );
      return ms;
    };
    const half = Math.floor(size / 2);
    const declare = () => sql`insert into tag_declaration (id, asset_key, tag_name, origin, valid_from) values (gen_random_uuid(), 1, ${tag}, 'IMPORTED', now())`.execute(read); // prettier-ignore
    const add = await change('tag put on', size, declare);
    await asked(
      database,
      [2, 1_000, half].filter((key) => key <= size),
    );
    await change('cut half way around', half, () =>
      sql`update edge set valid_to = now() where id = ${half}`.execute(read),
    );
    await change('mended', size, () => sql`update edge set valid_to = null where id = ${half}`.execute(read));
    await change('tag taken off', 0, () => sql`update tag_declaration set valid_to = now()`.execute(read));
    return { ratio: add / bare, against: 'the bare recursive SQL that finds the same assets', unit: 'x' };
  } finally {
    await aval.stop();
  }
}

/** What reading costs there: along witnesses, and searched upstream as it is for the past. */
async function asked({ read }: Database<Tables>, keys: readonly number[]): Promise<void> {
  for (const key of keys) {
    const now = { asOf: null, now: new Date() };
    let [steps, refused] = [0, ''];
    const told = await timed(
      async () => (steps = (await tagsReaching(read, [key], now)).get(key)?.[0]?.path.length ?? 0),
    );
    const past = await timed(() =>
      recompute(read, [key], { ...now, asOf: new Date() }, true).catch((error: unknown) => {
        refused = `, refused: ${(error as Error).message}`;
      }),
    );
    console.log(`  read ${steps} steps from it: by witnesses ${told.toFixed(0)} ms, for the past ${past.toFixed(0)} ms${refused}`); // prettier-ignore
  }
}
