import { defineEntity, p } from '@mikro-orm/core';
import { column, interval } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Asset } from '../assets/asset.entity.ts';
import { Run } from '../experiments/run.entity.ts';

/** Stored as its number: edges are many, and walks read them whole. Append only. */
export const edgeKinds = [
  'DERIVED',
  'COLUMN_DERIVED',
  'COLUMN_OF',
  'IN_VERSION',
  'VERSION_OF',
  'TRAINED',
  'EVALUATED',
  'REGISTERED',
  'DEPLOYED',
  'MEASURED',
] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** A kind as the table stores it. */
export const kindNumber = (kind: EdgeKind): number => edgeKinds.indexOf(kind);

export type EdgeSource = 'OPENLINEAGE' | 'MLFLOW' | 'AVAL';

/** How an output came from an input, in OpenLineage's terms. */
export interface Transformation {
  type: string;
  subtype?: string;
  description?: string;
  masking?: boolean;
}

/** `dst` came from `src`. An interval fact: seen again, it only moves `lastSeen`. */
export const Edge = defineEntity({
  name: 'Edge',
  tableName: 'edge',
  policies: rows.ofAssets('edge.src', 'edge.dst'),
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    src: () => p.manyToOne(Asset).fieldName('src'),
    dst: () => p.manyToOne(Asset).fieldName('dst'),
    kind: p.smallint(),
    ...interval(),
    lastSeen: column.time(),
    source: p.text().$type<EdgeSource>(),
    /** The run that was last seen making it. */
    run: () => p.manyToOne(Run).nullable().deleteRule('no action'),
    /** A finer edge says the same more exactly: shown, but not followed when asking what was learned from. */
    refined: p.boolean().default(false),
    /** Its ends are in two projects: a walk asks who may see what only here. */
    crosses: p.boolean().default(false),
    transformations: column.json<Transformation[]>().nullable(),
  },
  uniques: [
    {
      name: 'edge_down_open',
      properties: ['src', 'dst', 'kind'],
      include: ['id', 'refined', 'crosses'],
      where: 'valid_to is null',
    },
  ],
  indexes: [
    {
      name: 'edge_up_open',
      properties: ['dst'],
      include: ['id', 'src', 'kind', 'refined', 'crosses'],
      where: 'valid_to is null',
    },
    // from a dataset to its columns, past all else that leads to it
    {
      name: 'edge_columns_open',
      properties: ['dst'],
      include: ['id', 'src'],
      where: `valid_to is null and kind = ${edgeKinds.indexOf('COLUMN_OF')}`,
    },
    { name: 'edge_down_any', properties: ['src'], include: ['id', 'dst', 'validFrom', 'validTo'] },
    { name: 'edge_up_any', properties: ['dst'], include: ['id', 'src', 'validFrom', 'validTo'] },
  ],
  // whatever opens, closes or refines an edge: tags follow it
  triggers: [
    {
      name: 'edge_opened',
      timing: 'after',
      events: ['insert'],
      forEach: 'row',
      body: 'if new.valid_to is null then insert into tag_change (edge_id, opened) values (new.id, true); end if; return null;',
    },
    {
      name: 'edge_changed',
      timing: 'after',
      events: ['update'],
      forEach: 'row',
      body: 'if old.valid_to is distinct from new.valid_to or old.refined <> new.refined or old.src <> new.src or old.dst <> new.dst then insert into tag_change (edge_id, opened) values (new.id, false); end if; if old.src <> new.src or old.dst <> new.dst then insert into tag_change (edge_id, asset_key, opened) values (new.id, old.src, false), (new.id, old.dst, false); end if; return null;',
    },
  ],
});

/**
 * Whether a job's column lineage explains how `dst` came from `src`: a DERIVED edge is refined when each job that makes it says so in
 * some event. Kept by job, since one run's first event rarely tells columns.
 */
export const Derivation = defineEntity({
  name: 'Derivation',
  tableName: 'derivation',
  rowLevelSecurity: true, // and no policy: readers see none
  properties: {
    src: () => p.manyToOne(Asset).primary().fieldName('src').deleteRule('no action').updateRule('no action'),
    dst: () => p.manyToOne(Asset).primary().fieldName('dst').deleteRule('no action').updateRule('no action'),
    /** The nil UUID stands for runs without a job. */
    jobId: p.uuid().primary(),
    covered: p.boolean(),
  },
});
