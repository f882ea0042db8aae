import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';

/**
 * Which tags are where now: the shortest way of each, kept up to date by `propagate`. Nothing here is a fact of its own, so there are
 * no foreign keys and no history; the past is recomputed from intervals.
 *
 * `state` is a graph key, or its negative: the asset as a whole (teaching.ts says what that means).
 */
export const EffectiveTag = defineEntity({
  name: 'EffectiveTag',
  tableName: 'effective_tag',
  policies: rows.ofAsset('abs(effective_tag.state)'),
  properties: {
    state: p.bigint('number').primary().autoincrement(false),
    tagKey: p.integer().primary().autoincrement(false),
    /** Steps from the nearest asset that it was declared on; 0 where it was declared. */
    dist: p.integer(),
    /** The state that it came from, one step nearer: the witness. 0 where it was declared. */
    parent: column.graphKey(),
    /** By which edge; of several the one with the smallest id. 0 where it was declared. */
    edgeId: column.graphKey(),
  },
});

/**
 * What propagation has yet to look at: an edge, the declarations on an asset, what an
 * edge (`edgeId`) had brought to an asset before it was moved to another, or one row of `effective_tag`. Triggers on edges, declarations
 * and barriers fill it, so that no writer can forget. While it is not empty, readers recompute.
 */
export const TagChange = defineEntity({
  name: 'TagChange',
  tableName: 'tag_change',
  rowLevelSecurity: true, // and no policy: readers see none
  properties: {
    seq: p.bigint('number').primary().autoincrement(),
    edgeId: column.graphKey().nullable(),
    assetKey: column.graphKey().nullable(),
    state: column.graphKey().nullable(),
    tagKey: p.integer().nullable(),
    /** There is only something to add. What may have ended comes first, all of it: nothing may be concluded from it any more. */
    opened: p.boolean().default(false),
  },
});
