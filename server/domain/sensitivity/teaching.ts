import { sql, type RawBuilder } from 'kysely';
import { openAt } from '../intervals.ts';
import { kindNumber, type EdgeKind } from '../lineage/edge.entity.ts';

/*
 * What was learned from what, as a graph of states over the graph of assets. A state is a graph key; the negative of a key is the asset
 * as a whole: what holds for each of its columns and versions, because it was said of all of it, or came to it from somewhere that no
 * column lineage explains. What holds for the whole holds for the asset. Learning goes
 *
 *   column -> column               COLUMN_DERIVED, masked or not: masking alone is no barrier without evidence
 *   column -> version              IN_VERSION: the version's schema has it
 *   column -> dataset              COLUMN_OF: all of it contains each part of it
 *   dataset -> version             VERSION_OF, where the version's schema is not known (not refined)
 *   whole dataset -> version, column
 *   anything -> whole              DERIVED, unless refined: column lineage says the same more exactly
 *   whole version -> whole         DERIVED, though refined: columns belong to datasets, so column lineage cannot say it of one version
 *   anything -> anything           every other kind but EVALUATED: judging a model teaches it nothing
 */
const kind = (name: EdgeKind): RawBuilder<number> => sql.lit(kindNumber(name));

/** Whether edge `e` teaches its target what its source knows; `whole` says whether the source knows it as a whole. */
const teaches = (whole: RawBuilder<unknown>): RawBuilder<boolean> => sql`
  (e.kind <> ${kind('EVALUATED')} and (not e.refined or e.kind = ${kind('COLUMN_OF')} or ${whole} and (e.kind = ${kind('VERSION_OF')}
     or e.kind = ${kind('DERIVED')} and exists (select from asset a where a.key = e.src and a.kind = 'DATASET_VERSION'))))`;

/** Of an edge `e`: its step is known for whole datasets only. */
export const isCoarse = sql<boolean>`(e.kind = ${kind('DERIVED')} or e.kind = ${kind('VERSION_OF')} and not e.refined)`;

/** Who learns by edge `e`, other than a column from its dataset. */
const learner = sql<number>`case when e.kind = ${kind('DERIVED')} then -e.dst else e.dst end`;

/** The states that learn now from the state `state`, each with the edge: `state`, `edge_id`. */
export const learnersOf = (state: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select ${learner} as state, e.id as edge_id
    from edge e where e.src = abs(${state}) and e.valid_to is null and ${teaches(sql`${state} < 0`)}
  union all
  select e.src, e.id from edge e
   where ${state} < 0 and e.dst = -${state} and e.kind = ${kind('COLUMN_OF')} and e.valid_to is null`;

/**
 * As `learnersOf`, for arrays of keys: of states, and of those that are assets as a whole. As `teacher`, `state`, `edge_id`. One pass over an
 * index costs half of a join with as many states.
 */
export const lessonsFrom = (keys: RawBuilder<unknown>, whole: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select e.src as teacher, ${learner} as state, e.id as edge_id
    from edge e where e.src = any(${keys}) and e.valid_to is null and ${teaches(sql`false`)}
  union all
  select -e.src, ${learner}, e.id
    from edge e where e.src = any(${whole}) and e.valid_to is null and ${teaches(sql`true`)}
  union all
  select -e.dst, e.src, e.id from edge e where e.dst = any(${whole}) and e.kind = ${kind('COLUMN_OF')} and e.valid_to is null`;

/** The states from which the state `state` learns now, each with the edge: `state`, `edge_id`. */
export const taughtBy = (state: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select side.sign * e.src as state, e.id as edge_id
    from edge e cross join (values (-1), (1)) as side(sign)
   where e.dst = abs(${state}) and e.valid_to is null and (e.kind = ${kind('DERIVED')}) = (${state} < 0) and ${teaches(sql`side.sign < 0`)}
  union all
  select -e.dst, e.id from edge e where ${state} > 0 and e.src = ${state} and e.kind = ${kind('COLUMN_OF')} and e.valid_to is null`;

/** What the edges of `ids` teach now, as `src_state`, `state`, `edge_id`. */
export const lessonsOf = (ids: RawBuilder<number[]>): RawBuilder<unknown> => sql`
  select side.sign * e.src as src_state, ${learner} as state, e.id as edge_id
    from edge e cross join (values (-1), (1)) as side(sign)
   where e.id = any(${ids}) and e.valid_to is null and ${teaches(sql`side.sign < 0`)}
  union all
  select -e.dst, e.src, e.id from edge e where e.id = any(${ids}) and e.kind = ${kind('COLUMN_OF')} and e.valid_to is null`;

/**
 * Upstream, for asking of a few assets at any moment: the states that `r.s` learned from, each with its edge. Here a positive state asks
 * for whatever the asset holds, in whole or in part, and a negative one for what it holds as a whole.
 */
export const teachersOf = (asOf: Date | null): RawBuilder<unknown> => sql`
  select case when e.refined and e.kind in (${kind('VERSION_OF')}, ${kind('DERIVED')}) then -e.src else e.src end as s, e.id, ${isCoarse} as coarse
    from edge e
   where e.dst = abs(r.s) and ${openAt('e', asOf)} and ${teaches(sql`true`)}
     and (r.s > 0 or e.kind = ${kind('DERIVED')})
  union all
  select -e.dst, e.id, false from edge e
   where r.s > 0 and e.src = r.s and e.kind = ${kind('COLUMN_OF')} and ${openAt('e', asOf)}`;

/** No signed barrier on the edge stops the tag. Costs next to nothing while there is none at all. */
export const passes = (edge: RawBuilder<unknown>, tag: RawBuilder<unknown>): RawBuilder<boolean> => sql`
  ((select not exists (select from barrier_tag where valid_to is null)) or not exists (
     select from barrier_tag b where b.edge_id = ${edge} and b.tag_key = ${tag} and b.valid_to is null))`;

/** The rows of `effective_tag` may not be the truth right now: something waits to be propagated, or a barrier has just expired. */
export const isStale = (now: Date): RawBuilder<boolean> => sql`
  (exists (select from tag_change) or exists (select from barrier_tag where valid_to is null and expires_at <= ${now}))`;
