import { sql } from 'kysely';
import { toGlobalId } from '../../shared/ids.ts';
import { int8s } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { manyByKeyAt, oneByKey } from '../loader.ts';
import { inScope } from '../scope.ts';
import type { BarrierEnd, BarrierKind } from './barrier.entity.ts';

export type BarrierState = 'PROPOSED' | 'IN_FORCE' | BarrierEnd;

/** A barrier as it stood at a moment: what came later is null. */
export interface BarrierView {
  id: string;
  edgeKey: number;
  kind: BarrierKind;
  state: BarrierState;
  tagNames: string[];
  statement: string;
  evidenceUrl: string | null;
  evidenceSha256: string | null;
  proposedById: string | null;
  proposedAt: Date;
  signedById: string | null;
  signedAt: Date | null;
  expiresAt: Date | null;
  endedById: string | null;
  endedAt: Date | null;
  endReason: string | null;
}

interface BarrierRow {
  id: string;
  edge_id: number;
  kind: BarrierKind;
  tags: string[];
  statement: string;
  evidence_url: string | null;
  evidence_sha256: string | null;
  proposed_by_id: string | null;
  proposed_at: Date;
  signed_by_id: string | null;
  signed_at: Date | null;
  expires_at: Date | null;
  ended_by_id: string | null;
  ended_at: Date | null;
  outcome: BarrierEnd | null;
  end_reason: string | null;
}

function viewAt(row: BarrierRow, at: Date): BarrierView {
  const signed = row.signed_at !== null && row.signed_at <= at;
  const ended = row.ended_at !== null && row.ended_at <= at;
  const expired = signed && !ended && row.expires_at! <= at; // the clock has not come round to it
  return {
    id: toGlobalId('Barrier', row.id),
    edgeKey: row.edge_id,
    kind: row.kind,
    state: ended ? row.outcome! : expired ? 'EXPIRED' : signed ? 'IN_FORCE' : 'PROPOSED',
    tagNames: row.tags,
    statement: row.statement,
    evidenceUrl: row.evidence_url,
    evidenceSha256: row.evidence_sha256,
    proposedById: row.proposed_by_id,
    proposedAt: row.proposed_at,
    signedById: signed ? row.signed_by_id : null,
    signedAt: signed ? row.signed_at : null,
    expiresAt: signed ? row.expires_at : null,
    endedById: ended ? row.ended_by_id : null,
    endedAt: ended ? row.ended_at : expired ? row.expires_at : null,
    endReason: ended ? row.end_reason : null,
  };
}

/** Barriers on edges whose both ends the actor may see, the oldest first. */
const rowsOn = async ({ store, actor }: Context, where: ReturnType<typeof sql<boolean>>, at: Date): Promise<(BarrierRow & { src: number; dst: number })[]> => {
  const { rows } = await sql<BarrierRow & { src: number; dst: number }>`
    select b.*, e.src, e.dst from barrier b join edge e on e.id = b.edge_id
      join asset s on s.key = e.src join asset d on d.key = e.dst
     where ${where} and b.proposed_at <= ${at} and ${inScope(actor, 's.project_id')} and ${inScope(actor, 'd.project_id')}
     order by b.proposed_at, b.id`.execute(store.read);
  return rows;
}; // prettier-ignore

/** By edge. */
export const barriersOfEdge = manyByKeyAt<BarrierView>(
  async (context, edges, asOf) => {
    const at = asOf ?? context.store.clock.now();
    return (await rowsOn(context, sql`b.edge_id = any(${int8s(edges)})`, at)).map((row) => viewAt(row, at));
  },
  (view) => view.edgeKey,
);

/** By asset: on the edges that lead to it or from it. */
export const barriersOfAsset = manyByKeyAt<BarrierView & { assetKey: number }>(
  async (context, assets, asOf) => {
    const at = asOf ?? context.store.clock.now();
    const wanted = new Set(assets);
    const rows = await rowsOn(context, sql`(e.src = any(${int8s(assets)}) or e.dst = any(${int8s(assets)}))`, at);
    return rows.flatMap((row) =>
      [row.src, row.dst]
        .filter((assetKey) => wanted.has(assetKey))
        .map((assetKey) => ({ ...viewAt(row, at), assetKey })),
    );
  },
  (view) => view.assetKey,
);

export const barrierById = oneByKey<string, BarrierView & { uuid: string }>(
  async (context, ids) => {
    const at = context.store.clock.now();
    const rows = await rowsOn(context, sql`b.id = any(${sql.val([...ids])}::uuid[])`, at);
    return rows.map((row) => ({ ...viewAt(row, at), uuid: row.id }));
  },
  (view) => view.uuid,
);
