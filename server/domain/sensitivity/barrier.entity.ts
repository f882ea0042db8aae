import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Principal } from '../identity/identity.entity.ts';
import { Edge } from '../lineage/edge.entity.ts';

export const barrierKinds = ['MASKING', 'AGGREGATION', 'ANONYMISATION', 'DECLARATION'] as const;
export type BarrierKind = (typeof barrierKinds)[number];

export const barrierEnds = ['REVOKED', 'EXPIRED'] as const;
export type BarrierEnd = (typeof barrierEnds)[number];

/** That something on an edge keeps tags from passing: proposed, then signed until a day, then over. Only a signed one stops anything. */
export const Barrier = defineEntity({
  name: 'Barrier',
  tableName: 'barrier',
  policies: rows.ofEdge('barrier.edge_id'),
  properties: {
    id: column.id(),
    edge: () => p.manyToOne(Edge),
    kind: p.text().$type<BarrierKind>(),
    /** Names of tags; a producer's word that it masks names none, so whoever signs it does. */
    tags: column.json<string[]>(),
    /** What was done, in the proposer's words. */
    statement: column.text(),
    /** Where the evidence is, and its SHA-256 in hex. */
    evidenceUrl: column.text().nullable(),
    evidenceSha256: column.text().nullable(),
    /** Null when a producer's event proposed it. */
    proposedBy: () => p.manyToOne(Principal).nullable().deleteRule('no action'),
    proposedAt: column.time(),
    signedBy: () => p.manyToOne(Principal).nullable().deleteRule('no action'),
    signedAt: column.time().nullable(),
    expiresAt: column.time().nullable(),
    endedAt: column.time().nullable(),
    endedBy: () => p.manyToOne(Principal).nullable().deleteRule('no action'),
    outcome: p.text().$type<BarrierEnd>().nullable(),
    endReason: column.text().nullable(),
  },
  indexes: [{ name: 'barrier_by_edge', properties: ['edge'] }],
});

/** What a signed barrier stops, from its signature to its end: an interval for each tag. */
export const BarrierTag = defineEntity({
  name: 'BarrierTag',
  tableName: 'barrier_tag',
  policies: rows.ofEdge('barrier_tag.edge_id'),
  properties: {
    barrier: () => p.manyToOne(Barrier).primary().deleteRule('no action').updateRule('no action'),
    tagKey: p.integer().primary().autoincrement(false),
    edgeId: column.graphKey(),
    validFrom: column.time(),
    /** Passes again from then on; until the clock has noticed it, `validTo` is null. */
    expiresAt: column.time(),
    validTo: column.time().nullable(),
  },
  indexes: [
    { name: 'barrier_tag_open', properties: ['edgeId', 'tagKey'], where: 'valid_to is null' },
    { name: 'barrier_tag_expiring', properties: ['expiresAt'], where: 'valid_to is null' },
    { name: 'barrier_tag_any', properties: ['edgeId', 'tagKey'], include: ['validFrom', 'validTo', 'expiresAt'] },
  ],
  triggers: [
    {
      name: 'barrier_tag_set',
      timing: 'after',
      events: ['insert', 'update'],
      forEach: 'row',
      body: 'insert into tag_change (edge_id, opened) values (new.edge_id, false); return null;',
    },
  ],
});
