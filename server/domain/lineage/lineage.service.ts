import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import type { Tx } from '../store.ts';
import { everyWay } from './every-way.ts';
import { kindNumber, type EdgeKind, type EdgeSource, type Transformation } from './edge.entity.ts';

export interface NewEdge {
  /** Graph key of what `dst` came from. */
  src: number;
  dst: number;
  kind: EdgeKind;
  source: EdgeSource;
  /** The run that made it, when one did. */
  runId?: string;
  refined?: boolean;
  transformations?: Transformation[];
  /** When it was so, where the producer says; else the moment of the transaction. */
  at?: Date;
}

export { coverDerivations, linkPairs, linkRun, linkUsesOf, type CoveredPair, type StatedPair } from './run-edges.ts';

/**
 * Opens these edges, or notes that the open ones were seen again: one statement. The earliest sighting opens an edge and the latest
 * tells its run and transformations, so that sightings may come in any order. An edge to itself says nothing and is left out. What one run,
 * or nobody's run, says in one millisecond adds up.
 */
export async function link(tx: Tx, edges: readonly NewEdge[]): Promise<void> {
  const rows = oneOfEach(edges, tx.now);
  if (rows.length === 0) return;
  tx.changedGraph();
  await sql`${prepared}
    with said as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e(src bigint, dst bigint, kind smallint, source text, run_id uuid,
             refined boolean, transformations jsonb, at timestamptz)),
    e as (
      select distinct on (src, dst, kind) src, dst, kind, source, run_id, transformations, at as last_seen,
             min(at) over same as first_seen, bool_or(refined) over same as refined
        from said window same as (partition by src, dst, kind)
       order by src, dst, kind, at desc, coalesce(run_id::text, '') desc)
    insert into edge (src, dst, kind, source, run_id, refined, transformations, valid_from, last_seen, crosses)
    select e.src, e.dst, e.kind, e.source, e.run_id, e.refined, ${everyWay(sql`e.transformations`)}, e.first_seen, e.last_seen,
           s.project_id <> d.project_id
      from e join asset s on s.key = e.src join asset d on d.key = e.dst
     order by e.src, e.dst, e.kind
    on conflict (src, dst, kind) where valid_to is null do update set
      valid_from = least(edge.valid_from, excluded.valid_from),
      last_seen = greatest(edge.last_seen, excluded.last_seen),
      refined = edge.refined or excluded.refined,
      source = case when ${isNewer} then excluded.source else edge.source end,
      run_id = case when ${isNewer} then excluded.run_id else edge.run_id end,
      transformations = case when ${isNewer} then excluded.transformations when ${isAsNew} then ${waysOfBoth} else edge.transformations end
    where excluded.valid_from < edge.valid_from or excluded.refined and not edge.refined or ${isNewer}
       or ${isAsNew} and edge.transformations is distinct from ${waysOfBoth}`.execute(tx.db);
}

const [said, known] = ['excluded', 'edge'].map(
  (row) => sql`(${sql.ref(`${row}.last_seen`)}, coalesce(${sql.ref(`${row}.run_id`)}::text, ''))`,
);
/** Of two sightings in the same millisecond the one with the greater run counts as the later. */
const isNewer = sql`${said} > ${known}`;
const isAsNew = sql`${said} = ${known}`;
const waysOfBoth = everyWay(
  sql`coalesce(edge.transformations, '[]'::jsonb) || coalesce(excluded.transformations, '[]'::jsonb)`,
);

interface EdgeRow {
  src: number;
  dst: number;
  kind: number;
  source: EdgeSource;
  run_id: string | null;
  refined: boolean;
  transformations: Transformation[];
  at: Date;
}

/** One row for each thing that is said of an edge; which of them counts, the statement decides. */
function oneOfEach(edges: readonly NewEdge[], now: Date): EdgeRow[] {
  const rows = new Map<string, EdgeRow>();
  for (const edge of edges) {
    if (edge.src === edge.dst) continue;
    const kind = kindNumber(edge.kind);
    const at = edge.at ?? now;
    const { src, dst, source } = edge;
    const key = JSON.stringify([src, dst, kind, at, edge.runId]);
    const seen = rows.get(key);
    const refined = (seen?.refined ?? false) || (edge.refined ?? false);
    const transformations = [...(seen?.transformations ?? []), ...(edge.transformations ?? [])];
    rows.set(key, { src, dst, kind, source, run_id: edge.runId ?? null, refined, transformations, at });
  }
  return [...rows.values()];
}
