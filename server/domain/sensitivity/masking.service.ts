import { sql, type RawBuilder } from 'kysely';
import { int8s } from '../../storage/arrays.ts';
import { kindNumber, type EdgeKind } from '../lineage/edge.entity.ts';
import type { MergedEdges } from '../lineage/merge-edges.service.ts';
import type { Tx } from '../store.ts';

/** That a producer masks what passes on an edge, in its words if it has any. */
export interface Masking {
  src: number;
  dst: number;
  kind: EdgeKind;
  statement: string | null;
}

const unsaid = 'The producer says that it masks the value.';

/**
 * What a producer says it masks becomes a proposal on that edge, once: it names no tags, stops nothing, and waits for evidence and a
 * signature. Until then it reads as the least of what producers say, whichever came first and whatever they say later.
 */
export async function proposeMasking(tx: Tx, masked: readonly Masking[]): Promise<void> {
  if (masked.length === 0) return;
  const rows = masked.map(({ kind, ...rest }) => ({ ...rest, kind: kindNumber(kind) }));
  await propose(
    tx,
    sql`select e.id, m.statement
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(src bigint, dst bigint, kind smallint, statement text)
          join edge e on e.src = m.src and e.dst = m.dst and e.kind = m.kind and e.valid_to is null`,
  );
}

/** `said` gives edges with what their producers say. A proposal that a person has ended is not made again. */
async function propose(tx: Tx, said: RawBuilder<unknown>): Promise<void> {
  const { rows } = await sql<{ id: string; edge_id: number; project_id: string }>`
    with said as (
      select s.edge_id, coalesce(min(left(s.statement, 2000) collate "C"), ${unsaid}::text) as statement
        from (${said}) as s(edge_id, statement) group by 1),
    reworded as (
      update barrier b set statement = s.statement from said s
       where b.edge_id = s.edge_id and b.proposed_by_id is null and b.signed_at is null and b.ended_at is null
         and s.statement <> ${unsaid} and (b.statement = ${unsaid} or s.statement < b.statement collate "C")),
    made as (
      insert into barrier (id, edge_id, kind, tags, statement, proposed_at)
      select gen_random_uuid(), s.edge_id, 'MASKING', '[]', s.statement, ${tx.now}::timestamptz from said s
       where not exists (select from barrier b where b.edge_id = s.edge_id and b.proposed_by_id is null
               and (b.outcome = 'REVOKED' and b.ended_by_id is null) is not true)
      returning id, edge_id)
    select m.id, m.edge_id, a.project_id from made m join edge e on e.id = m.edge_id join asset a on a.key = e.dst`.execute(tx.db); // prettier-ignore
  for (const { id, edge_id, project_id } of rows) {
    tx.record({
      action: 'barrier.proposed',
      subject: { kind: 'Barrier', id },
      projectId: project_id,
      details: { edge: edge_id, kind: 'MASKING', tags: [] },
    });
  }
}

const becameOne = 'Its edge and another proved to be the same.';

/**
 * Of edges that proved to be one, each was signed for by itself: no signature holds for what passes now. What stood on those that are gone
 * ends as well, and what producers say that they mask is proposed on the one that stays.
 */
export async function mergeBarriers(tx: Tx, merged: readonly MergedEdges[]): Promise<void> {
  const edges = merged.flatMap(({ kept, of }) => of.map((id) => ({ id, kept })));
  if (edges.length === 0) return;
  const { rows } = await sql<{ id: string; edge_id: number; kept: number | null; project_id: string; said: string | null }>`
    with m as (select * from jsonb_to_recordset(${JSON.stringify(edges)}::jsonb) as m(id bigint, kept bigint)),
    ended as (
      update barrier b set ended_at = ${tx.now}, outcome = 'REVOKED', end_reason = ${becameOne} from m
       where b.edge_id = m.id and b.ended_at is null and (b.signed_at is not null or m.kept is distinct from m.id)
      returning b.id, b.edge_id, m.kept, case when b.proposed_by_id is null then b.statement end as said),
    opened as (
      update barrier_tag t set valid_to = ${tx.now} from ended where t.barrier_id = ended.id and t.valid_to is null)
    select ended.*, a.project_id from ended join edge e on e.id = ended.edge_id join asset a on a.key = e.dst`.execute(tx.db); // prettier-ignore
  for (const { id, edge_id, project_id } of rows) {
    tx.record({
      action: 'barrier.revoked',
      subject: { kind: 'Barrier', id },
      projectId: project_id,
      details: { edge: edge_id, reason: becameOne },
    });
  }
  const again = rows.filter(({ kept, said }) => kept !== null && said !== null);
  if (again.length === 0) return;
  const said = again.map(({ said }) => (said === unsaid ? null : said));
  await propose(tx, sql`select * from unnest(${int8s(again.map(({ kept }) => kept!))}, ${sql.val(said)}::text[])`);
}
