import { sql } from 'kysely';
import { int8s } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import type { Changes } from './propagate.ts';
import { arraysOf, placed, rowOf, tableOf, type Db, type Placed } from './rows.ts';
import { learnersOf, lessonsOf, passes, taughtBy } from './teaching.ts';

/** From so many rows on, a plan made for their number saves more than making it costs, and may read the whole table for them. */
const many = 1_000;

/**
 * Writes what follows at once from these changes: new declarations, what these edges teach, and ways to the rows that are gone or that an
 * earlier round left. Gives of it what came nearer than it was and teaches something; and all rows that are still there of those that
 * were left.
 */
export async function seed(db: Db, changes: Changes): Promise<Placed[]> {
  if (changes.rows.states.length < many)
    return write(db, changes, (state, tag) => sql`cross join ${rowOf(state, tag)} p`);
  const plan = (mode: string) => sql`${prepared}select set_config('plan_cache_mode', ${mode}, true)`.execute(db);
  await plan('force_custom_plan');
  const seeds = await write(
    db,
    changes,
    (state, tag) => sql`join effective_tag p on p.state = ${state} and p.tag_key = ${tag}`,
  );
  await plan('force_generic_plan');
  return seeds;
}

/** One statement. */
async function write(db: Db, { assets, edges, rows }: Changes, joinRow: typeof rowOf): Promise<Placed[]> {
  const candidates = [
    assets.length > 0 &&
      sql`select -o.asset_key as state, d.key as tag_key, 0 as dist, 0::int8 as parent, 0::int8 as edge_id
            from tag_declaration o join sensitivity_tag d on d.name = o.tag_name
           where o.asset_key = any(${int8s(assets)}) and o.valid_to is null`,
    edges.length > 0 &&
      sql`select x.state, p.tag_key, p.dist + 1 as dist, p.state as parent, x.edge_id
            from (${lessonsOf(int8s(edges))}) x join effective_tag p on p.state = x.src_state
           where ${passes(sql`x.edge_id`, sql`p.tag_key`)}`,
    rows.states.length > 0 &&
      sql`select k.state, k.tag_key, p.dist + 1 as dist, p.state as parent, x.edge_id
            from ${tableOf(rows)} cross join lateral (${taughtBy(sql`k.state`)}) x
            ${joinRow(sql`x.state`, sql`k.tag_key`)}
           where ${passes(sql`x.edge_id`, sql`k.tag_key`)}`,
  ].filter((query) => query !== false);
  if (candidates.length === 0) return [];
  const waited =
    rows.states.length > 0 &&
    sql`union
        select t.state, t.tag_key, coalesce(b.dist, t.dist)
          from ${tableOf(rows)} join effective_tag t on t.state = k.state and t.tag_key = k.tag_key
          left join best b on b.state = k.state and b.tag_key = k.tag_key`;
  // a row of the table that is as short by a later edge changes its witness, and nothing follows from it
  const { seed: found } = await arraysOf(db, sql`
    best as materialized (
      select distinct on (c.state, c.tag_key) c.*, t.dist as known
        from (${sql.join(candidates, sql` union all `)}) c
        left join effective_tag t on t.state = c.state and t.tag_key = c.tag_key
       where t.state is null or (t.dist, t.edge_id) > (c.dist, c.edge_id)
       order by c.state, c.tag_key, c.dist, c.edge_id),
    written as (
      insert into effective_tag (state, tag_key, dist, parent, edge_id)
      select state, tag_key, dist, parent, edge_id from best
      on conflict (state, tag_key) do update set dist = excluded.dist, parent = excluded.parent, edge_id = excluded.edge_id),
    seed as (
      select state, tag_key, dist from best b
       where dist is distinct from known and exists (select from (${learnersOf(sql`b.state`)}) x)
      ${waited || sql``})`, { seed: ['state', 'tag_key', 'dist'] }); // prettier-ignore
  return placed(found);
}
