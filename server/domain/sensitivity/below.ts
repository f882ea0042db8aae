import { sql, type RawBuilder } from 'kysely';
import { arraysOf, keysOf, placed, rowOf, tableOf, type Db, type Key, type Placed } from './rows.ts';
import { learnersOf, passes, taughtBy } from './teaching.ts';

/** By which edge a row comes from which state. */
export interface Way {
  readonly parent: number;
  readonly edge: number;
}

/** So many rows are looked at beyond the suspects: then either all is decided, or subtrees are removed whole. */
const farthest = 500;

const nameOf = ({ state, tag }: Key): string => `${state} ${tag}`;

/**
 * What a removal asks of the graph: in which other ways as short a row comes, and for which rows it is the witness. It is fetched from the
 * suspects on, down all rows that have no other way and so are lost with theirs, by one statement: where each row has but one way, that is a
 * statement for thousands of levels.
 */
export function createBelow(db: Db) {
  let children = new Map<string, Placed[]>(); // of each row that was looked at
  let ways = new Map<string, Way[]>();

  async function look(suspects: readonly Key[], room: number): Promise<void> {
    const found = await arraysOf(db, sql`
      recursive below(state, tag_key, lost_with) as (
        select k.state, k.tag_key, 0::int8 from ${tableOf(keysOf(suspects))}
        union
        select t.state, t.tag_key, t.parent from below b ${witnessedBy('b')}
         where not exists (select from ${rowOf(sql`b.state`, sql`b.tag_key`)} c ${otherWays('c')} where x.state <> b.lost_with)),
      visited as materialized (select distinct state, tag_key from (select state, tag_key from below limit ${Math.max(suspects.length, Math.min(room, farthest))}::int8) as nearest),
      child as (select t.parent, t.state, t.tag_key, t.dist from visited v ${witnessedBy('v')}),
      way as (
        select c.state, c.tag_key, x.state as parent, x.edge_id
          from visited v cross join ${rowOf(sql`v.state`, sql`v.tag_key`)} c ${otherWays('c')})`,
      { visited: ['state', 'tag_key'], child: ['parent', 'state', 'tag_key', 'dist'], way: ['state', 'tag_key', 'parent', 'edge_id'] },
    ); // prettier-ignore
    const { visited, child, way } = found;
    children = new Map(visited.state.map((state, i) => [nameOf({ state, tag: visited.tag_key[i]! }), []]));
    ways = new Map();
    placed(child).forEach((row, i) => children.get(nameOf({ state: child.parent[i]!, tag: row.tag }))!.push(row));
    way.state.forEach((state, i) => {
      const name = nameOf({ state, tag: way.tag_key[i]! });
      const one = { parent: way.parent[i]!, edge: way.edge_id[i]! };
      const known = ways.get(name);
      if (known) known.push(one);
      else ways.set(name, [one]);
    });
  }

  return {
    /** Makes sure of all that is asked of these: one statement, or none where they were looked at from further up. */
    async look(suspects: readonly Key[], room: number): Promise<void> {
      if (!suspects.every((key) => children.has(nameOf(key)))) await look(suspects, room);
    },
    /** In which ways the row comes that are as short as its own, which is among them while it stands. */
    waysTo: (key: Key): readonly Way[] => ways.get(nameOf(key)) ?? [],
    /** The rows that have this one for their witness. */
    childrenOf: (key: Key): readonly Placed[] => children.get(nameOf(key))!,
  };
}

/** Joins the ways `x` by which the row `c` may come that are as short as its own: each from a row that is one step nearer. */
const otherWays = (row: string): RawBuilder<unknown> => {
  const [state, tag, dist] = ['state', 'tag_key', 'dist'].map((column) => sql.ref(`${row}.${column}`));
  return sql`cross join lateral (${taughtBy(state!)}) x
          join ${rowOf(sql`x.state`, tag!)} p on p.dist = ${dist} - 1 and ${passes(sql`x.edge_id`, tag!)}`;
};

/** Joins the rows `t` that have the row of that alias for a witness. Those by an edge that is no longer open are suspects of their own. */
export const witnessedBy = (alias: string): RawBuilder<unknown> => {
  const [state, tag] = [sql.ref(`${alias}.state`), sql.ref(`${alias}.tag_key`)];
  return sql`cross join lateral (${learnersOf(state)}) l
        join ${rowOf(sql`l.state`, tag)} t on t.parent = ${state} and t.edge_id = l.edge_id`;
};
