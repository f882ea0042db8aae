import { sql, type Kysely, type RawBuilder } from 'kysely';
import { packed } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import type { Tables } from '../tables.ts';

export type Db = Kysely<Tables>;

/** A row of `effective_tag` by its key. */
export interface Key {
  readonly state: number;
  readonly tag: number;
}

/** Rows by their keys: columns, so that a hundred thousand of them travel as a few arrays. */
export interface Keys {
  states: number[];
  tags: number[];
}

/** A row and how far it is from where its tag was declared. */
export interface Placed extends Key {
  readonly dist: number;
}

export const keysOf = (keys: readonly Key[]): Keys => ({
  states: keys.map(({ state }) => state),
  tags: keys.map(({ tag }) => tag),
});

/** As a table `k` of `state` and `tag_key`. */
export const tableOf = ({ states, tags }: Keys): RawBuilder<unknown> =>
  sql`unnest(${packed.int8s(states)}, ${packed.int4s(tags)}) as k(state, tag_key)`;

/**
 * The row of `effective_tag` with that key, to join: looked up by it, which `offset 0` sees to. The planner does not know how many rows a walk
 * comes to, and reading the table, as it may think best, would be done for each of them or for each level.
 */
export const rowOf = (state: RawBuilder<unknown>, tag: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`lateral (select * from effective_tag one where one.state = ${state} and one.tag_key = ${tag} offset 0)`;

export const placed = (rows: Record<'state' | 'tag_key' | 'dist', readonly number[]>): Placed[] =>
  rows.state.map((state, i) => ({ state, tag: rows.tag_key[i]!, dist: rows.dist[i]! }));

export function joined(...all: readonly Keys[]): Keys {
  const none: number[] = [];
  return { states: none.concat(...all.map(({ states }) => states)), tags: none.concat(...all.map(({ tags }) => tags)) };
}

/** For each CTE its columns. */
type Columns = Record<string, readonly string[]>;
type Arrays<Wanted extends Columns> = { [Cte in keyof Wanted]: Record<Wanted[Cte][number], number[]> };

/**
 * Runs a statement whose text has few forms, and gives columns of its CTEs, all of numbers: rows would cost more. `packed` are CTEs of one row,
 * whose columns are arrays already.
 */
export async function arraysOf<const Wanted extends Columns, const Packed extends Columns = Record<never, never>>(
  db: Db,
  ctes: RawBuilder<unknown>,
  wanted: Wanted,
  packed?: Packed,
): Promise<Arrays<Wanted & Packed>> {
  const results = Object.entries({ ...wanted, ...packed }).map(([cte, names]) => {
    const columns = names.map((name) => {
      const values = cte in wanted ? sql`array_agg(${sql.ref(name)}::int8)` : sql.ref(name);
      return sql`${values} as ${sql.ref(`${cte} ${name}`)}`;
    });
    return sql`(select ${sql.join(columns)} from ${sql.ref(cte)}) as ${sql.ref(cte)}`;
  });
  const { rows } = await sql<Record<string, number[] | null>>`${prepared}
    with ${ctes} select * from ${sql.join(results)}`.execute(db);
  const found: Record<string, Record<string, number[]>> = {};
  for (const [column, values] of Object.entries(rows[0]!)) {
    const [cte, name] = column.split(' ') as [string, string];
    (found[cte] ??= {})[name] = values ?? [];
  }
  return found as Arrays<Wanted & Packed>;
}
