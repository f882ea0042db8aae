import DataLoader from 'dataloader';
import { sql, type RawBuilder } from 'kysely';
import type { Access } from '../../access/access.ts';
import { maxPageSize } from '../../shared/pages.ts';
import { assetKinds } from '../assets/asset.entity.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';
import type { Context, LoaderFor } from '../context.ts';
import { isNoHiddenKpi } from '../kpis/visibility.read-model.ts';
import { openAt } from '../intervals.ts';
import { kindNumber, type EdgeKind } from './edge.entity.ts';

type Reader = Pick<Context, 'store' | 'actor' | 'access'>;

export type WalkLimit = 'DEPTH' | 'SIZE' | 'HIDDEN';

export interface Walk {
  /** Graph key of the asset that was asked for: every walk starts there. */
  start: number;
  direction: 'up' | 'down';
  depth: number;
  /** Null for all kinds. */
  kinds: readonly EdgeKind[] | null;
  /** Milliseconds; null for what is so now. */
  asOf: number | null;
}

export interface Extent {
  /** Assets found, the start excluded. */
  assetCount: number;
  /** Why there may be more: something is hidden, else there is too much, else it lies deeper. */
  partial: WalkLimit | null;
  /** The first keys after the cursor, in order: one more than the largest page holds. */
  keys: number[];
}

export const maxDepth = 20;
/** How many assets one walk may find. */
const maxAssets = 200_000;

/** What is found one level too deep comes back raised by this; keys stay far below. */
const tooDeep = sql.lit(2 ** 52);

/**
 * The keys that a walk reaches, as CTE `found(node)`. UNION on the node alone is safe in cycles and four times as fast as with a depth
 * column; so the level travels along as one more row, -1, -2, .... A 0 says that an edge led to a project that is not the actor's: to
 * find that out, a walk is derived. It gives keys and counts, and what stands behind a key is read as the actor.
 */
function reach({ actor, access }: Reader, { start, direction, depth, kinds, asOf }: Walk): RawBuilder<unknown> {
  const [from, to] = direction === 'up' ? [sql.ref('e.dst'), sql.ref('e.src')] : [sql.ref('e.src'), sql.ref('e.dst')];
  const ofKind = kinds ? sql` and e.kind = any(${sql.val(kinds.map(kindNumber))}::smallint[])` : sql``;
  // what does not exist for the caller is not even counted: KPIs for others, and kinds of assets that its roles never meet
  const known = sql` and (e.kind <> ${kindNumber('MEASURED')} or ${isNoHiddenKpi(actor, access.policy, sql.ref('e.dst'))})${isMet(access, direction, to)}`;
  const isHidden =
    actor.projects === 'all'
      ? sql``
      : sql`when e.crosses and not exists (select from asset a where a.key = ${to}
              and a.project_id = any(${sql.val(actor.projects)}::uuid[])) then 0`;
  return sql`recursive r(node) as (
      select unnest(array[${start}::bigint, -1])
      union
      select case when ${to} is null then w.node - 1 ${isHidden} when w.level > ${depth} then ${to} + ${tooDeep} else ${to} end
        from (select node, -min(node) over () as level from r) w
        left join edge e on ${from} = w.node and ${openAt('e', momentOf(asOf))}${ofKind}${known}
       where w.level <= ${depth + 1} and (${to} is not null or w.node < 0)),
    found as materialized (select node from r limit ${maxAssets + maxDepth + 3})`;
}

const momentOf = (asOf: number | null): Date | null => (asOf === null ? null : new Date(asOf));

/** True for edges that do not lead to a kind of asset which the caller never meets. */
function isMet(access: Access, direction: Walk['direction'], to: RawBuilder<unknown>): RawBuilder<unknown> {
  const unmet = assetKinds.filter((kind) => access.outcome(`${typeOfKind[kind]}.id`, 'select') === 'DENY');
  if (unmet.length === 0) return sql``;
  const leads = sql`exists (select from asset a where a.key = ${to} and a.kind = any(${sql.val(unmet)}::text[]))`;
  if (!unmet.every((kind) => kind === 'DEPLOYMENT' || kind === 'KPI')) return sql` and not ${leads}`;
  // these are met on few kinds of edges, and most walks have many others: on two, and upstream of scores
  const served = direction === 'up' && unmet.includes('DEPLOYMENT');
  return sql` and (e.kind <> ${kindNumber('DEPLOYED')} and e.kind <> ${kindNumber('MEASURED')} or not ${leads})${
    served ? sql` and (e.kind <> ${kindNumber('DERIVED')} or e.src not in (select asset_key from deployment))` : sql``
  }`;
}

/** How far a walk reaches, and the keys of a page of it: one statement. */
async function extentOf(reader: Reader, walk: Walk, after: number): Promise<Extent> {
  const { rows } = await sql<{ rows: number; assets: number; hidden: boolean; deeper: boolean; keys: number[] | null }>`
    with ${reach(reader, walk)}
    select count(*) as rows, count(*) filter (where node > 0 and node < ${tooDeep}) - 1 as assets, coalesce(bool_or(node = 0), false) as hidden,
           exists (select node - ${tooDeep} from found where node > ${tooDeep} except select node from found) as deeper,
           (select array_agg(node) from (
             select node from found where node > ${after} and node < ${tooDeep} and node <> ${walk.start}
              order by node limit ${maxPageSize + 1}) p) as keys
      from found`.execute(reader.store.derive);
  const { rows: seen, assets, hidden, deeper, keys } = rows[0]!;
  const partial = hidden ? 'HIDDEN' : seen > maxAssets + maxDepth + 2 ? 'SIZE' : deeper ? 'DEPTH' : null;
  return { assetCount: assets, partial, keys: keys ?? [] };
}

/** A walk and where its page begins, as a loader's key: what one answer asks of it costs one statement. */
export const askExtent = (walk: Walk, after: number): string => JSON.stringify([walk, after]);

export const extent: LoaderFor<string, Extent> = (context) =>
  new DataLoader((asked) =>
    Promise.all(
      asked.map((ask) => {
        const [walk, after] = JSON.parse(ask) as [Walk, number];
        return extentOf(context, walk, after);
      }),
    ),
  );

/** Ids of edges between assets that the walk found, the start included, in order. */
export async function edgesOfWalk(
  reader: Reader,
  walk: Walk,
  page: { after: number; limit: number },
): Promise<number[]> {
  const ofKind = walk.kinds ? sql` and e.kind = any(${sql.val(walk.kinds.map(kindNumber))}::smallint[])` : sql``;
  const { rows } = await sql<{ id: number }>`
    with ${reach(reader, walk)}
    select e.id from edge e
     where ${openAt('e', momentOf(walk.asOf))} and e.id > ${page.after}${ofKind}
       and e.src in (select node from found) and e.dst in (select node from found)
     order by e.id limit ${page.limit}`.execute(reader.store.derive);
  return rows.map(({ id }) => id);
}
