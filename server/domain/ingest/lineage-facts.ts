import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import { idFromName } from '../../shared/ids.ts';
import {
  coverDerivations,
  link,
  linkPairs,
  type CoveredPair,
  type NewEdge,
  type StatedPair,
} from '../lineage/lineage.service.ts';
import type { Masking } from '../sensitivity/masking.service.ts';
import type { Tx } from '../store.ts';
import type { ColumnFacts } from './dataset-facts.ts';
import type { KeyOf, Sighted } from './sighted.ts';

/** Stated lineage as edges: column to column, or to the whole dataset where it decided which rows there are. */
export function statedEdges(sighted: readonly Sighted[], { columnOf }: ColumnFacts, keyOf: KeyOf): NewEdge[] {
  return sighted.flatMap(({ sighting, key, at, runId }) => {
    const edges = new Map<string, NewEdge>();
    for (const { column, input, transformations } of sighting.lineage?.origins ?? []) {
      if (column === undefined && input.field === undefined) continue; // a pair of datasets
      const from = keyOf(input);
      const src = input.field === undefined ? from : columnOf(from, input.field);
      const dst = column === undefined ? key : columnOf(key, column);
      const kind = column === undefined ? 'DERIVED' : 'COLUMN_DERIVED';
      const seen = edges.get(`${src} ${dst}`);
      const ways = [...(seen?.transformations ?? []), ...transformations];
      edges.set(`${src} ${dst}`, { src, dst, kind, source: 'OPENLINEAGE', at, transformations: ways, ...(runId !== null && { runId }) }); // prettier-ignore
    }
    return [...edges.values()];
  });
}

/** What the producer of an edge says that it masks there. */
export const maskingsOf = ({ src, dst, kind, transformations = [] }: NewEdge): Masking[] =>
  transformations
    .filter(({ masking }) => masking)
    .map(({ description = null }) => ({ src, dst, kind, statement: description }));

/** A job's statements that name whole datasets stand beside its runs: finer lineage of the same job does not replace them. */
const statedBy = (jobId: string | null): string => idFromName('stated lineage', jobId ?? '');

/** Whole datasets that a producer states as sources, and what a job that has no run reads and writes. */
export function statedPairs(sighted: readonly Sighted[], { versionOf }: ColumnFacts, keyOf: KeyOf): StatedPair[] {
  const outright = sighted.flatMap(
    ({ sighting, key, at, runId, jobId }) =>
    (sighting.lineage?.origins ?? [])
      .filter(({ column, input }) => column === undefined && input.field === undefined)
      .map(({ input }): StatedPair => ({
        src: keyOf(input), dst: key, srcVersion: null, dstVersion: null, jobId: statedBy(jobId), runId, at,
      })), // prettier-ignore
  );
  const ofJobs = [...Map.groupBy(sighted, ({ event }) => event)].flatMap(([, ends]) => {
    const [read, written] = (['read', 'written'] as const).map((side) =>
      ends.filter((one) => one.side === side && one.runId === null),
    );
    return read!.flatMap(
      (src) =>
      written!.map((dst): StatedPair => ({
        src: src.key, dst: dst.key, srcVersion: versionOf.get(src) ?? null, dstVersion: versionOf.get(dst) ?? null,
        jobId: dst.jobId, runId: null, at: dst.at,
      })), // prettier-ignore
    );
  });
  return [...outright, ...ofJobs];
}

/**
 * What stated lineage explains: each dataset whose columns it names, and all of them where it accounts for every column of the output,
 * or names its sources outright.
 */
export function explainedPairs(sighted: readonly Sighted[], keyOf: KeyOf): CoveredPair[] {
  return sighted.flatMap(({ sighting: { lineage, schema }, key, jobId }): CoveredPair[] => {
    if (!lineage) return [];
    const complete = lineage.whole || (schema !== undefined && schema.every(({ name }) => lineage.columns.has(name)));
    const named = lineage.origins.filter(({ input }) => input.field !== undefined).map(({ input }) => keyOf(input));
    return [...named.filter((src) => src !== key), ...(complete ? [key] : [])].map((src) => ({ src, dst: key, jobId }));
  });
}

/** Stands for Aval's own rule that a renamed dataset comes from what it was called before. */
const renameJob = idFromName('rename');

/** Notes what happened to datasets as a whole, and leads the lineage of former names on: dataset to dataset, column to column. */
export async function recordChanges(
  tx: Tx,
  sighted: readonly Sighted[],
  { touched }: ColumnFacts,
  keyOf: KeyOf,
): Promise<void> {
  const changes = sighted.flatMap(({ sighting: { change }, key, at }) =>
    change
      ? [{ dataset: key, at, change: change.change, previous: change.previous ? keyOf(change.previous) : key }]
      : [],
  );
  if (changes.length > 0) {
    await sql`${prepared}
      insert into dataset_change (dataset_key, at, change, previous_key)
      select distinct c.dataset, c.at, c.change, c.previous
        from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as c(dataset bigint, at timestamptz, change text, previous bigint)
      on conflict do nothing`.execute(tx.db);
  }
  await linkRenames(tx, [...new Set([...sighted.map(({ key }) => key), ...touched])]);
}

/** The edges of renames that have these datasets at either end: columns may come to be known at any time. */
async function linkRenames(tx: Tx, datasets: readonly number[]): Promise<void> {
  const keys = sql`${sql.val([...datasets])}::bigint[]`;
  const { rows } = await sql<{
    src: number;
    dst: number;
    at: Date;
    columns: { src: number; dst: number }[] | null;
    known: boolean;
  }>`${prepared}
    select c.previous_key as src, c.dataset_key as dst, c.at,
           (select json_agg(json_build_object('src', s.asset_key, 'dst', d.asset_key)) from dataset_column s
              join dataset_column d using (name) where s.dataset_key = c.previous_key and d.dataset_key = c.dataset_key) as columns,
           exists (select from dataset_column s where s.dataset_key = c.previous_key)
             and exists (select from dataset_column d where d.dataset_key = c.dataset_key) as known
      from dataset_change c
     where c.change = 'RENAME' and c.previous_key <> c.dataset_key
       and (c.dataset_key = any(${keys}) or c.previous_key = any(${keys}))`.execute(tx.db);
  if (rows.length === 0) return;
  const same = [{ type: 'DIRECT', subtype: 'IDENTITY', description: 'renamed' }];
  await link(
    tx,
    rows.flatMap(
      ({ columns, at }) =>
      (columns ?? []).map(({ src, dst }): NewEdge => ({
        src, dst, kind: 'COLUMN_DERIVED', source: 'OPENLINEAGE', at, transformations: same,
      })), // prettier-ignore
    ),
  );
  await coverDerivations(
    tx,
    rows.filter(({ known }) => known).map(({ src, dst }) => ({ src, dst, jobId: renameJob })),
  );
  await linkPairs(
    tx,
    rows.map(({ src, dst, at }) => ({
      src,
      dst,
      srcVersion: null,
      dstVersion: null,
      jobId: renameJob,
      runId: null,
      at,
    })),
  );
}
