import DataLoader from 'dataloader';
import { sql, type RawBuilder } from 'kysely';
import type { Context, LoaderFor } from '../context.ts';
import { openAt } from '../intervals.ts';
import { inScope } from '../scope.ts';
import { kindNumber, type EdgeKind, type EdgeSource } from './edge.entity.ts';
import { isStale, rhythmsOf } from './rhythm.read-model.ts';

/** By whom something is explained. */
export interface Producer {
  source: EdgeSource;
  jobId: string | null;
  lastSeen: Date;
  stale: boolean;
}

/** How much of where an asset came from is known. */
export interface Completeness {
  /**
   * What there is to explain: a dataset's or version's columns (itself while none is known), a column itself, and of all else what it came
   * from directly. None when nothing is known of where it came from.
   */
  parts: number;
  /** Parts behind which something is known, or whose producer says that nothing upstream is tracked. */
  explained: number;
  /** From 0 to 1. */
  share: number;
  declaredSource: boolean;
  lastSeen: Date | null;
  /** Nothing of what is known was seen within twice the rhythm of its job. */
  stale: boolean;
  producers: Producer[];
}

const number = (kind: EdgeKind): RawBuilder<unknown> => sql.lit(kindNumber(kind));
/** Kinds that say what belongs to what, and one that taught nothing. */
const structure = sql.join(
  (['COLUMN_OF', 'IN_VERSION', 'VERSION_OF', 'EVALUATED'] as const).map((kind) => number(kind)),
);

/** Sources that say so: the facet `lineage` with no inputs. */
const isSource = (dataset: RawBuilder<unknown>): RawBuilder<boolean> => sql`exists (
  select from dataset s where s.asset_key = ${dataset} and s.facets #> '{lineage,inputs}' = '[]'::jsonb)`;

/** Stands for all that an asset came from outside the actor's projects: no asset has it. */
const hidden = sql.lit(0);

type Reader = Pick<Context, 'store' | 'actor'>;

interface Row {
  key: number;
  parts: number;
  explained: number;
  declared: boolean;
  producers: { source: EdgeSource; run: string | null; seen: string }[] | null;
}

/**
 * What there is to explain of each asset, and what of it is explained, now or at a moment: one statement. What explains a part from outside
 * the actor's projects counts, as walks say that there is more; how much there is, who told of it, and when, is not said.
 */
async function partsOf({ store, actor }: Reader, keys: readonly number[], asOf: Date | null): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with asked as (
      select a.key, a.kind, coalesce(v.dataset_key, c.dataset_key, case a.kind when 'DATASET' then a.key end) as dataset
        from asset a left join dataset_version v on v.asset_key = a.key left join dataset_column c on c.asset_key = a.key
       where a.key = any(${sql.val([...keys])}::bigint[])),
    own as (
      select q.key, c.asset_key as part, q.dataset from asked q join dataset_column c on c.dataset_key = q.key where q.kind = 'DATASET'
      union all
      select q.key, m.column_key, q.dataset from asked q join version_column m on m.version_key = q.key where q.kind = 'DATASET_VERSION'
      union all
      select q.key, q.key, q.dataset from asked q where q.kind = 'COLUMN'),
    part as (
      select *, false as whole from own
      union all
      select q.key, q.dataset, q.dataset, true from asked q
       where q.kind in ('DATASET', 'DATASET_VERSION') and not exists (select from own o where o.key = q.key)
      union all
      select distinct q.key, case when s.seen then e.src else ${hidden} end,
             case when s.seen then coalesce(v.dataset_key, d.asset_key) end, true from asked q
        join edge e on e.dst = q.key and ${openAt('e', asOf)} and e.kind not in (${structure})
        join (select key, ${inScope(actor, 'project_id')} as seen from asset) s on s.key = e.src
        left join dataset_version v on v.asset_key = e.src left join dataset d on d.asset_key = e.src
       where q.dataset is null),
    behind as (
      select p.key, p.part, e.id from part p join edge e on e.dst = p.part and ${openAt('e', asOf)} and e.kind not in (${structure})
      union
      select p.key, p.part, e.id from part p
        join edge e on e.dst = p.dataset and e.kind = ${number('DERIVED')} and ${openAt('e', asOf)}
         and (p.whole or not e.refined)),
    told as (
      select b.key, e.source, e.run_id, max(e.last_seen) as seen from behind b join edge e on e.id = b.id join asset a on a.key = e.src
       where ${inScope(actor, 'a.project_id')} group by 1, 2, 3)
    select q.key, coalesce(q.dataset is not null and ${isSource(sql`q.dataset`)}, false) as declared,
           (select count(*) from part p where p.key = q.key)::int as parts,
           (select count(*) from part p where p.key = q.key and (p.part = ${hidden} or ${isSource(sql`p.dataset`)}
               or exists (select from behind b where b.key = p.key and b.part = p.part)))::int as explained,
           (select json_agg(json_build_object('source', t.source, 'run', t.run_id, 'seen', t.seen)) from told t where t.key = q.key)
             as producers
      from asked q`.execute(store.derive);
  return rows;
}

/** Two statements, however many assets are asked for. */
async function completenessOf(reader: Reader, keys: readonly number[]): Promise<Map<number, Completeness>> {
  const { store } = reader;
  const rows = await partsOf(reader, keys, null);
  const runs = [...new Set(rows.flatMap(({ producers }) => (producers ?? []).map(({ run }) => run)))];
  const rhythms = await rhythmsOf(
    store,
    runs.filter((run) => run !== null),
  );
  const rhythmOf = new Map(rhythms.map((rhythm) => [rhythm.runId, rhythm]));
  const now = store.clock.now();
  const found = new Map(
    rows.map(({ key, parts, explained, declared, producers }): [number, Completeness] => {
      const told = (producers ?? []).map(({ source, run, seen }): Producer => {
        const rhythm = run === null ? undefined : rhythmOf.get(run);
        const lastSeen = new Date(seen);
        return {
          source,
          jobId: rhythm?.jobId ?? null,
          lastSeen,
          stale: isStale(lastSeen, rhythm?.seconds ?? null, now),
        };
      });
      const latest = latestOfEach(told);
      return [
        key,
        {
          parts,
          explained,
          share: shareOf({ parts, explained }),
          declaredSource: declared,
          lastSeen: latest[0]?.lastSeen ?? null,
          stale: latest.length > 0 && latest.every(({ stale }) => stale),
          producers: latest,
        },
      ];
    }),
  );
  return found;
}

const shareOf = ({ parts, explained }: Pick<Completeness, 'parts' | 'explained'>): number =>
  parts === 0 ? 0 : explained / parts;

/**
 * How much is known of where all of these came from together, from 0 to 1, now or at a moment; of nothing at all, 0. One statement for any
 * number of such sets, each by a key of the asker's.
 */
export async function sharesOf<Key>(
  reader: Reader,
  sets: ReadonlyMap<Key, readonly number[]>,
  asOf: Date | null,
): Promise<Map<Key, number>> {
  const keys = [...new Set([...sets.values()].flat())];
  const rows = new Map((keys.length > 0 ? await partsOf(reader, keys, asOf) : []).map((row) => [row.key, row]));
  return new Map(
    [...sets].map(([key, assets]) => {
      const known = assets.flatMap((asset) => rows.get(asset) ?? []);
      const sum = (field: 'parts' | 'explained'): number => known.reduce((total, row) => total + row[field], 0);
      return [key, shareOf({ parts: sum('parts'), explained: sum('explained') })];
    }),
  );
}

/** One entry for each job and source, the latest first. */
function latestOfEach(producers: readonly Producer[]): Producer[] {
  const latest = new Map<string, Producer>();
  for (const one of [...producers].sort((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime())) {
    const key = `${one.source} ${one.jobId ?? ''}`;
    if (!latest.has(key)) latest.set(key, one);
  }
  return [...latest.values()];
}

const unknown: Completeness = {
  parts: 0, explained: 0, share: 0, declaredSource: false, lastSeen: null, stale: false, producers: [],
}; // prettier-ignore

export const completenessOfAsset: LoaderFor<number, Completeness> = (context) =>
  new DataLoader(async (keys) => {
    const found = await completenessOf(context, keys);
    return keys.map((key) => found.get(key) ?? unknown);
  });
