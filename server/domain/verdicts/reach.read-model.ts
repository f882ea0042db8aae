import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import { int8s, packed, texts } from '../../storage/arrays.ts';
import { openAt, type Moment } from '../intervals.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import type { Supposition } from '../sensitivity/recompute.ts';
import { barrierStands, tagsReachingIf, whichReach, type ReachingTag } from '../sensitivity/reach.read-model.ts';
import type { Tables } from '../tables.ts';
import type { HeldBack } from './judge.ts';

/** What lineage says of model versions, as far as verdicts ask: a fixed number of statements, however many versions. */
export interface Reach {
  tags: ReadonlyMap<number, readonly string[]>;
  heldBack: ReadonlyMap<number, readonly HeldBack[]>;
  /** Versions with some training data on record. */
  trained: ReadonlySet<number>;
  /** With the paths, in a world that is only supposed: nowhere else could they be read. */
  supposed?: ReadonlyMap<number, readonly ReachingTag[]> | undefined;
}

/** Which of these tags reach which versions, and which would, were it not for signed barriers; as it is, or as supposed. */
export async function reachOf(
  db: Kysely<Tables>,
  keys: readonly number[],
  tags: readonly string[],
  moment: Moment,
  suppose?: Supposition,
): Promise<Reach> {
  const [supposed, reaching, trained, barred] = await Promise.all([
    suppose && tagsReachingIf(db, keys, moment, suppose),
    suppose ? undefined : whichReach(db, keys, tags, moment),
    trainedAmong(db, keys, moment.asOf, suppose?.without),
    behindBarriers(db, keys, tags, moment),
  ]);
  for (const { tag } of suppose?.barriers ?? []) {
    for (const key of keys)
      barred.set(key, new Map([[tag, { until: null, barriers: [] }], ...(barred.get(key) ?? [])]));
  }
  const wanted = new Set(tags);
  const held =
    reaching ??
    new Map(keys.map((key) => [key, supposed!.get(key)!.flatMap(({ tag }) => (wanted.has(tag) ? [tag] : []))]));
  const heldBack = new Map<number, HeldBack[]>();
  if (barred.size > 0) {
    const free = await tagsReachingIf(db, [...barred.keys()], moment, { ...suppose, barriers: [], unbarred: true });
    for (const [key, ends] of barred) {
      const through = new Set(held.get(key));
      const stopped = free.get(key)!.filter(({ tag }) => wanted.has(tag) && ends.has(tag) && !through.has(tag));
      heldBack.set(key, stopped.map(({ tag }) => ({ tag, ...ends.get(tag)! }))); // prettier-ignore
    }
  }
  return { tags: held, heldBack, trained, supposed };
}

const [trains, registers] = [sql.lit(kindNumber('TRAINED')), sql.lit(kindNumber('REGISTERED'))];

/** That `edge e` is training data on record, and none of these. */
const isTraining = (asOf: Date | null, without: ReadonlySet<number> = new Set()): RawBuilder<SqlBool> =>
  sql`e.kind = ${trains} and ${openAt('e', asOf)} and e.src not in (select unnest(${int8s([...without])}))`;

/** The versions with some training data on record: their own, or that of the logged model that they were registered from. */
async function trainedAmong(
  db: Kysely<Tables>,
  keys: readonly number[],
  asOf: Date | null,
  without?: ReadonlySet<number>,
): Promise<Set<number>> {
  const { rows } = await sql<{ keys: number[] | null }>`
    select array_agg(v.key) as keys from unnest(${packed.int8s(keys)}) v(key)
     where coalesce(
       (select true from edge e where e.dst = v.key and ${isTraining(asOf, without)} limit 1),
       (select true from edge r join edge e on e.dst = r.src
         where r.dst = v.key and r.kind = ${registers} and ${openAt('r', asOf)} and ${isTraining(asOf, without)} limit 1))`.execute(db);
  return new Set(rows[0]!.keys);
} // prettier-ignore

/** The training data on record of each version; none has no entry. As in `trainedAmong`. */
export async function trainingDataOf(
  db: Kysely<Tables>,
  keys: readonly number[],
  asOf: Date | null,
  without?: ReadonlySet<number>,
): Promise<Map<number, number[]>> {
  const trained = isTraining(asOf, without);
  const { rows } = await sql<{ keys: number[] | null; sources: number[] | null }>`
    with asked as materialized (select unnest(${int8s(keys)}) as key)
    select array_agg(key) as keys, array_agg(src) as sources from (
      select v.key, e.src from asked v join edge e on e.dst = v.key where ${trained}
      union
      select v.key, e.src from asked v join edge r on r.dst = v.key and r.kind = ${registers} and ${openAt('r', asOf)}
        join edge e on e.dst = r.src where ${trained}) t`.execute(db);
  const [{ keys: of, sources }] = rows as [(typeof rows)[number]];
  const found = new Map<number, number[]>();
  of?.forEach((key, i) => {
    const own = found.get(key);
    if (own) own.push(sources![i]!);
    else found.set(key, [sources![i]!]);
  });
  return found;
}

/** Versions behind barriers in force against some of these tags: each tag with its barriers, and the first end of them. */
async function behindBarriers(
  db: Kysely<Tables>,
  keys: readonly number[],
  tags: readonly string[],
  moment: Moment,
): Promise<Map<number, Map<string, Omit<HeldBack, 'tag'>>>> {
  const { rows } = await sql<{ key: number; tag: string; until: Date; barriers: string[] }>`
    with recursive r(tag, barrier, until, node) as (
      select d.name, b.barrier_id, b.expires_at, e.dst from barrier_tag b
        join sensitivity_tag d on d.key = b.tag_key and d.name = any(${texts(tags)}) join edge e on e.id = b.edge_id
       where ${barrierStands(moment)}
      union
      select r.tag, r.barrier, r.until, x.node from r cross join lateral (
        select e.dst as node from edge e where e.src = r.node and ${openAt('e', moment.asOf)}
        union all
        select e.src from edge e where e.dst = r.node and e.kind = ${kindNumber('COLUMN_OF')} and ${openAt('e', moment.asOf)}) x)
    select k.key, r.tag, min(r.until) as until, array_agg(distinct r.barrier::text) as barriers from unnest(${packed.int8s(keys)}) k(key) join r on r.node = k.key group by 1, 2`.execute(
    db,
  );
  const behind = new Map<number, Map<string, Omit<HeldBack, 'tag'>>>();
  for (const { key, tag, until, barriers } of rows) {
    const ends = behind.get(key) ?? new Map<string, Omit<HeldBack, 'tag'>>();
    behind.set(key, ends.set(tag, { until, barriers }));
  }
  return behind;
}
