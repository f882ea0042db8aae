import { sql, type Kysely, type RawBuilder } from 'kysely';
import { int4s, int8s } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import type { Tables } from '../tables.ts';

export type Db = Kysely<Tables>;

/** Rows of `effective_tag` by their keys: columns, so that a hundred thousand of them travel as a few arrays. */
export interface Keys {
  states: number[];
  tags: number[];
}

/** With their distances. */
export interface Placed extends Keys {
  dists: number[];
}

/** As a table `k` of `state` and `tag_key`. */
export const tableOf = ({ states, tags }: Keys): RawBuilder<unknown> =>
  sql`unnest(${int8s(states)}, ${int4s(tags)}) as k(state, tag_key)`;

export function joined(...all: readonly Keys[]): Keys {
  return { states: all.flatMap(({ states }) => states), tags: all.flatMap(({ tags }) => tags) };
}

/** Runs a statement of rows of `int8` columns, whose text has few forms, and gives the columns. */
export async function columnsOf<Name extends string>(
  db: Db,
  names: readonly Name[],
  query: RawBuilder<unknown>,
): Promise<Record<Name, number[]>> {
  const columns = names.map((name) => sql`array_agg(${sql.ref(name)}::int8) as ${sql.ref(name)}`);
  const { rows } = await sql<Record<Name, number[] | null>>`${prepared}
    select ${sql.join(columns)} from (${query}) as q(${sql.join(names.map((name) => sql.ref(name)))})`.execute(db);
  const [row] = rows;
  return Object.fromEntries(names.map((name) => [name, row![name] ?? []])) as Record<Name, number[]>;
}
