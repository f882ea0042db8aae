import { defineEntity, p } from '@mikro-orm/core';
import type { TagCategory } from '../../shared/tag-categories.ts';
import { column, interval } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Asset } from '../assets/asset.entity.ts';
import { Principal } from '../identity/identity.entity.ts';

/** Who said what a tag is: what ships, a producer that named one, or the organisation, which has the last word. */
export type TagSource = 'AVAL' | 'PRODUCER' | 'ORGANISATION';

/** A kind of sensitivity, e.g. `special-category:health`. Seeded from W3C DPV; an organisation may add its own, and move all of them. */
export const SensitivityTag = defineEntity({
  name: 'SensitivityTag',
  tableName: 'sensitivity_tag',
  policies: rows.ofAll(),
  properties: {
    name: column.text().primary(),
    /** For the graph, where a name would be long. */
    key: p.integer().autoincrement().unique(),
    parent: column.text().nullable(),
    category: p.text().$type<TagCategory>(),
    label: column.text(),
    iri: column.text().nullable(),
    description: column.text(),
    definedBy: p.text().$type<TagSource>().default('AVAL'),
    /** Null for what was there before Aval wrote it down. */
    definedAt: column.time().nullable(),
    /** Not for new declarations any more; those that stand go on. */
    retiredAt: column.time().nullable(),
  },
});

/** Where a tag stood in the taxonomy until it was moved: a past moment's place is the first that ended after it, else today's. */
export const FormerTagPlace = defineEntity({
  name: 'FormerTagPlace',
  tableName: 'former_tag_place',
  policies: rows.ofAll(),
  properties: {
    tag: () => p.manyToOne(SensitivityTag).primary(),
    until: column.time().primary(),
    parent: column.text().nullable(),
    category: p.text().$type<TagCategory>(),
  },
});

export type TagOrigin = 'DECLARED' | 'IMPORTED' | 'DERIVED';

/** A tag on an asset: set by a person, or imported with an event. */
export const TagDeclaration = defineEntity({
  name: 'TagDeclaration',
  tableName: 'tag_declaration',
  policies: rows.ofAsset('tag_declaration.asset_key'),
  properties: {
    id: column.id(),
    asset: () => p.manyToOne(Asset),
    tag: () => p.manyToOne(SensitivityTag),
    origin: p.text().$type<TagOrigin>(),
    /** Who declared it; null when a producer's event did. */
    by: () => p.manyToOne(Principal).nullable().deleteRule('no action'),
    note: column.text().nullable(),
    ...interval(),
  },
  uniques: [{ name: 'tag_declaration_open', properties: ['asset', 'tag'], where: 'valid_to is null' }],
  indexes: [{ name: 'tag_declaration_by_tag', properties: ['tag', 'asset'] }],
  triggers: [
    {
      name: 'tag_declaration_made',
      timing: 'after',
      events: ['insert'],
      forEach: 'row',
      body: 'if new.valid_to is null then insert into tag_change (asset_key, opened) values (new.asset_key, true); end if; return null;',
    },
    {
      name: 'tag_declaration_ended',
      timing: 'after',
      events: ['update'],
      forEach: 'row',
      body: 'if old.valid_to is distinct from new.valid_to or old.asset_key <> new.asset_key then insert into tag_change (asset_key, opened) values (old.asset_key, false), (new.asset_key, false); end if; return null;',
    },
  ],
});

/** When producers' events named a tag: a retraction that arrives late must find what was said after it. */
export const TagSighting = defineEntity({
  name: 'TagSighting',
  tableName: 'tag_sighting',
  rowLevelSecurity: true, // and no policy: readers see none
  properties: {
    asset: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    tagName: column.text().primary(),
    at: column.time().primary(),
  },
});

/** When a producer took all its tags on a dataset and its columns back. */
export const TagRetraction = defineEntity({
  name: 'TagRetraction',
  tableName: 'tag_retraction',
  rowLevelSecurity: true, // and no policy: readers see none
  properties: {
    dataset: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    at: column.time().primary(),
  },
});
