import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { TagCategory } from '../../access/classes.ts';
import { barrierStands } from './recompute.ts';
import { isStale, learnersOf } from './teaching.ts';

/**
 * Whether the asset of that graph key (`asset.key`) holds a tag of these categories: declared on it, imported, or learned. A predicate for
 * any statement; while something waits to be propagated, it walks downstream from what was declared.
 */
export const holdsTagOf = (key: string, categories: readonly TagCategory[], now: Date): RawBuilder<SqlBool> => {
  const asked = sql.ref(key);
  const known = sql`${sql.val([...categories])}::text[]`;
  return sql`
    (case when (select ${isStale(now)}) then ${asked} in (
      with recursive r(state, tag_key) as (
        select -t.asset_key, d.key from tag_declaration t join sensitivity_tag d on d.name = t.tag_name
         where t.valid_to is null and d.category = any(${known})
        union
        select x.state, r.tag_key from r cross join lateral (${learnersOf(sql`r.state`)}) x
         where not exists (select from barrier_tag b where b.edge_id = x.edge_id and b.tag_key = r.tag_key and ${barrierStands({ asOf: null, now })}))
      select abs(state) from r)
    else exists (
      select from effective_tag t join sensitivity_tag d on d.key = t.tag_key
       where t.state in (${asked}, -${asked}) and d.category = any(${known})) end)`;
};
