import { sql, type RawBuilder } from 'kysely';

// Whole columns as one parameter each, for `unnest`: a statement takes 65,535 parameters at most, and planning thousands costs.
// They travel as text[], which both drivers write alike; NaN, infinities and 64-bit integers keep their value that way.

export const texts = (values: readonly string[]): RawBuilder<string[]> => sql`${sql.val([...values])}::text[]`;

export const uuids = (values: readonly string[]): RawBuilder<string[]> => sql`${sql.val([...values])}::uuid[]`;

export const int8s = (values: readonly (number | bigint)[]): RawBuilder<number[]> =>
  sql`${sql.val(values.map(String))}::text[]::int8[]`;

export const float8s = (values: readonly number[]): RawBuilder<number[]> =>
  sql`${sql.val(values.map(String))}::text[]::float8[]`;

export const times = (values: readonly Date[]): RawBuilder<Date[]> =>
  sql`${sql.val(values.map((at) => at.toISOString()))}::text[]::timestamptz[]`;

export const int4s = (values: readonly number[]): RawBuilder<number[]> =>
  sql`${sql.val(values.map(String))}::text[]::int4[]`;
