import { sql } from 'kysely';
import { badInput } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { oneByKey } from '../loader.ts';
import { inScope } from '../scope.ts';
import { edgeKinds, type EdgeKind, type EdgeSource, type Transformation } from './edge.entity.ts';

/** Edges are many, and rows of a graph: their ids carry the row's number. */
export const edgeIdOf = (key: number): string => Buffer.from(`LineageEdge:${key}`).toString('base64url');

/** The number in an edge's id, or a BAD_INPUT that names `field`. */
export function edgeKeyOf(id: string, field: string): number {
  const digits = /^LineageEdge:([1-9]\d{0,14})$/.exec(Buffer.from(id, 'base64url').toString())?.[1];
  if (digits === undefined)
    throw badInput(field, 'This is not the id of an edge.', 'Take the `id` of a `LineageEdge`.');
  return Number(digits);
}

export interface EdgeView {
  id: string;
  key: number;
  src: number;
  dst: number;
  kind: EdgeKind;
  runId: string | null;
  source: EdgeSource;
  firstSeen: Date;
  lastSeen: Date;
  refined: boolean;
  transformations: { type: string; subtype: string | null; description: string | null; masking: boolean }[];
}

interface EdgeRow {
  id: number;
  src: number;
  dst: number;
  kind: number;
  run_id: string | null;
  source: EdgeSource;
  valid_from: Date;
  last_seen: Date;
  refined: boolean;
  transformations: Transformation[] | null;
}

const edgeView = (row: EdgeRow): EdgeView => ({
  id: edgeIdOf(row.id),
  key: row.id,
  src: row.src,
  dst: row.dst,
  kind: edgeKinds[row.kind]!,
  runId: row.run_id,
  source: row.source,
  firstSeen: row.valid_from,
  lastSeen: row.last_seen,
  refined: row.refined,
  transformations: (row.transformations ?? []).map(({ type, subtype, description, masking }) => ({
    type,
    subtype: subtype ?? null,
    description: description || null,
    masking: masking ?? false,
  })),
});

/** Edges whose both ends the actor may see. */
export const edgeById = oneByKey<number, EdgeView>(
  async ({ store, actor }: Context, ids) => {
    const { rows } = await sql<EdgeRow>`
      select e.id, e.src, e.dst, e.kind, e.run_id, e.source, e.valid_from, e.last_seen, e.refined, e.transformations
        from edge e join asset s on s.key = e.src join asset d on d.key = e.dst
       where e.id = any(${sql.val([...ids])}::bigint[])
         and ${inScope(actor, 's.project_id')} and ${inScope(actor, 'd.project_id')}`.execute(store.read);
    return rows.map(edgeView);
  },
  (edge) => edge.key,
);
