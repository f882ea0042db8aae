import { sql, type RawBuilder } from 'kysely';
import type { Transformation } from './edge.entity.ts';

/** Each transformation once, in an order that does not depend on the producer's; null for none. `all` is a JSON array. */
export const everyWay = (all: RawBuilder<unknown>): RawBuilder<Transformation[] | null> =>
  sql`(select jsonb_agg(distinct way order by way) from jsonb_array_elements(${all}) as way)`;
