import { sql, type RawBuilder } from 'kysely';

// Whole columns as one parameter each, for `unnest`: a statement takes 65,535 parameters at most, and planning thousands costs.
// Numbers and times travel as one text, joined here: the drivers would look at each element for what to escape. NaN, infinities and
// 64-bit integers keep their value that way.

export const texts = (values: readonly (string | null)[]): RawBuilder<(string | null)[]> =>
  sql`${sql.val([...values])}::text[]`;

export const uuids = (values: readonly string[]): RawBuilder<string[]> => sql`${sql.val([...values])}::uuid[]`;

const literal = (values: readonly (string | number | bigint)[]): RawBuilder<string> =>
  sql`${`{${values.join()}}`}::text`;

export const int4s = (values: readonly number[]): RawBuilder<number[]> => sql`${literal(values)}::int4[]`;

export const int8s = (values: readonly (number | bigint)[]): RawBuilder<number[]> => sql`${literal(values)}::int8[]`;

/** As `int8s`, for filters: the planner knows its length, and no row reads it anew as it would a text. */
export const amongInt8s = (values: readonly number[]): RawBuilder<number[]> =>
  sql`any(${sql.val([...values])}::int8[])`;

export const float8s = (values: readonly number[]): RawBuilder<number[]> => sql`${literal(values)}::float8[]`;
