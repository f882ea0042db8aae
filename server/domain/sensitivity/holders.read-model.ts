import { sql, type RawBuilder } from 'kysely';
import type { TagCategory } from '../../access/classes.ts';
import { kindNumber } from '../lineage/edge.entity.ts';

/*
 * What was learned from what, as a graph of states over the graph of assets. A state is a graph key; the negative of a dataset's key
 * is the dataset as a membership: what holds for each of its columns and versions, because it was said of the dataset as a
 * whole, or came to it from somewhere that no column lineage explains. Learning goes
 *
 *   column -> column               COLUMN_DERIVED, masked or not: masking alone is no barrier without evidence
 *   column -> version              IN_VERSION: the version's schema has it
 *   column -> dataset              COLUMN_OF: all of it contains each part of it
 *   dataset -> version             VERSION_OF, where the version's schema is not known (not refined)
 *   membership -> version, column, dataset
 *   anything -> membership         DERIVED, unless refined: column lineage says the same more exactly
 *   anything -> anything           every other kind but EVALUATED: judging a model teaches it nothing
 */
const [DERIVED, COLUMN_OF, VERSION_OF, EVALUATED] = (['DERIVED', 'COLUMN_OF', 'VERSION_OF', 'EVALUATED'] as const).map(
  (kind) => sql.lit(kindNumber(kind)),
) as [RawBuilder<unknown>, RawBuilder<unknown>, RawBuilder<unknown>, RawBuilder<unknown>];

/** Open now, or at that moment. */
export const openAt = (alias: string, asOf: Date | null): RawBuilder<boolean> => {
  const [from, to] = [sql.ref(`${alias}.valid_from`), sql.ref(`${alias}.valid_to`)];
  return asOf ? sql`(${from} <= ${asOf} and (${to} is null or ${to} > ${asOf}))` : sql`${to} is null`;
};

/** The states that state `r.s` learned from directly, each with its edge. */
export const teachersOf = (asOf: Date | null): RawBuilder<unknown> => sql`
  select case when e.kind = ${VERSION_OF} and e.refined then -e.src else e.src end as s, e.id, e.kind, e.refined
    from edge e
   where e.dst = abs(r.s) and ${openAt('e', asOf)} and e.kind <> ${EVALUATED}
     and (not e.refined or e.kind = ${VERSION_OF} or e.kind = ${COLUMN_OF} and r.s > 0)
     and (e.kind <> ${COLUMN_OF} or r.s > 0)
  union all
  select -e.dst, e.id, e.kind, e.refined from edge e
   where r.s > 0 and e.src = r.s and e.kind = ${COLUMN_OF} and ${openAt('e', asOf)}`;

/** Graph keys of everything that holds a tag of these categories: declared on it, imported, or learned. For `key in (...)`. */
export const assetsThatHold = (categories: readonly TagCategory[]): RawBuilder<number> => sql`(
  with recursive r(s) as (
    select -t.asset_key from tag_declaration t join sensitivity_tag d on d.name = t.tag_name
     where t.valid_to is null and d.category = any(${sql.val([...categories])}::text[])
    union
    select x.s from r cross join lateral (
      select case when e.kind = ${DERIVED} then -e.dst else e.dst end as s from edge e
       where e.src = abs(r.s) and e.valid_to is null and e.kind <> ${EVALUATED}
         and (not e.refined or e.kind = ${COLUMN_OF} or e.kind = ${VERSION_OF} and r.s < 0)
      union all
      select e.src from edge e where r.s < 0 and e.dst = -r.s and e.kind = ${COLUMN_OF} and e.valid_to is null
    ) x)
  select abs(s) from r)`;
