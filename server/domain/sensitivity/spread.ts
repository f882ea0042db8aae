import { setImmediate } from 'node:timers/promises';
import { sql, type RawBuilder } from 'kysely';
import { packed } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import { look, noSight, worthLooking, type Known, type Sight } from './ahead.ts';
import { absent, createFound, type Columns } from './found.ts';
import type { Limits } from './propagate.ts';
import { keysOf, type Db, type Keys, type Placed } from './rows.ts';

/** While Node works on so many, the database looks at the next. */
const atOnce = 5_000;

/**
 * Adds what follows from these rows: breadth first, in Node, and then one insert. The first way found is a shortest one, and of several the
 * one whose last edge has the smallest id, so that the rows are the same whatever happened in which order. Gives the rows that are still to
 * be followed: those that the limit kept from it, or, of what is to be done whole or not at all, the first ones.
 */
export async function spread(db: Db, seeds: readonly Placed[], { rows: limit, whole }: Limits): Promise<Keys> {
  const found = createFound();
  seeds.forEach(found.follow);
  const waiting: number[] = [];
  let looked = 0;
  let sight = noSight;
  for (let dist = found.nearest(); dist !== undefined; dist = found.nearest()) {
    const level = found.take(dist);
    if (whole && looked + level.length > limit) return keysOf(seeds);
    const now = level.slice(0, limit - looked);
    for (const place of level.slice(now.length)) waiting.push(place);
    if (sight.has(found.keysOf(now))) learn(now, dist + 1);
    else {
      const parts = Array.from({ length: Math.ceil(now.length / atOnce) }, (_, i) => now.slice(i * atOnce, (i + 1) * atOnce)); // prettier-ignore
      const [walked, room] = [looked, limit - looked];
      const lookFrom = (part: readonly number[]): Promise<Sight> =>
        look(db, found.keysOf(part), parts.length > 1 ? part.length : worthLooking(part.length, walked, room));
      let coming = lookFrom(parts[0]!);
      for (const [i, part] of parts.entries()) {
        sight = await coming;
        if (i + 1 < parts.length) {
          coming = lookFrom(parts[i + 1]!);
          await Promise.race([coming, setImmediate()]); // it leaves only when Node has nothing else to do at once
        }
        learn(part, dist + 1);
      }
    }
    looked += now.length;
  }
  await write(db, found.rows());
  return found.keysOf(waiting);

  function learn(frontier: readonly number[], dist: number): void {
    const better = (from: number, learner: number, edge: number, known: Known | undefined): void => {
      if (!known) found.offer(from, learner, edge, absent);
      else if (known.dist > dist || (known.dist === dist && known.edge > edge)) found.offer(from, learner, edge, known.dist); // prettier-ignore
    };
    for (const place of frontier) sight.teach(found.state[place]!, found.tag[place]!, place, better);
  }
}

/** Whoever propagates is alone: what the table lacked is still not there. In the order of the table's key, for which a page is met once. */
async function write(db: Db, { added, changed }: Record<'added' | 'changed', Columns>): Promise<void> {
  if (added.state.length > 0) {
    await sql`${prepared}
      insert into effective_tag (state, tag_key, dist, parent, edge_id)
      select * from (${listOf(added)}) n order by state, tag_key`.execute(db);
  }
  if (changed.state.length > 0) {
    await sql`${prepared}
      update effective_tag t set dist = n.dist, parent = n.parent, edge_id = n.edge_id
        from (${listOf(changed)}) n where t.state = n.state and t.tag_key = n.tag_key`.execute(db);
  }
}

/** As a list and not as a table, which would be stored whole before the first of its rows is read. */
const listOf = ({ state, tag, dist, parent, edge }: Columns): RawBuilder<unknown> => sql`
  select unnest(${packed.int8s(state)}) as state, unnest(${packed.int4s(tag)}) as tag_key, unnest(${packed.int4s(dist)}) as dist,
         unnest(${packed.int8s(parent)}) as parent, unnest(${packed.int8s(edge)}) as edge_id`; // prettier-ignore
