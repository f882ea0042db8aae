import { sql, type RawBuilder } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import { newId } from '../../shared/ids.ts';
import type { AssetKind } from '../assets/asset.entity.ts';
import { openAt } from '../intervals.ts';
import type { Tx } from '../store.ts';
import { tagEvent } from '../audit/tag-event.ts';

export interface TagSighting {
  assetKey: number;
  tag: string;
  /** The producer's time. */
  at: Date;
}

export interface TagRetraction {
  /** Graph key of the dataset whose tags, and those of its columns, are taken back. */
  dataset: number;
  at: Date;
}

/**
 * Brings imported tags up to date with what producers' events say: each holds from when it was first named until the next moment at
 * which its dataset's tags were taken back, and again from when it was named after that. Sightings and retractions may come in any
 * order. A person's word stands, and a tag that a person has ended opens again only by an event of a later time.
 */
export async function importTags(
  tx: Tx,
  sightings: readonly TagSighting[],
  retractions: readonly TagRetraction[] = [],
): Promise<void> {
  if (sightings.length === 0 && retractions.length === 0) return;
  const seen = sightings.map(({ assetKey, tag, at }) => ({ asset_key: assetKey, tag_name: tag, at }));
  const { rows } = await sql<{ asset_key: number; tag_name: string }>`${prepared}
    with s as (
      insert into tag_sighting (asset_key, tag_name, at)
      select distinct * from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as s(asset_key bigint, tag_name text, at timestamptz)
      on conflict do nothing returning asset_key, tag_name, at),
    r as (
      insert into tag_retraction (dataset_key, at)
      select distinct * from jsonb_to_recordset(${JSON.stringify(retractions)}::jsonb) as r(dataset bigint, at timestamptz)
      on conflict do nothing returning dataset_key, at),
    part as (
      select r.dataset_key as asset_key, r.at from r
      union all select c.asset_key, r.at from r join dataset_column c on c.dataset_key = r.dataset_key)
    select s.asset_key, s.tag_name from s
     where not exists (select from tag_declaration t where t.asset_key = s.asset_key and t.tag_name = s.tag_name
       and ${openAt('t', sql`s.at`)})
    union
    select p.asset_key, t.tag_name from part p join tag_declaration t on t.asset_key = p.asset_key and t.origin = 'IMPORTED'
     where ${openAt('t', sql`p.at`)}`.execute(tx.db);
  await settle(
    tx,
    rows.map((row) => ({ asset: row.asset_key, tag: row.tag_name })),
  );
}

interface Holding {
  asset: number;
  tag: string;
}

interface Interval {
  id: string | null;
  asset_key: number;
  tag_name: string;
  valid_from: Date;
  valid_to: Date | null;
}

/** A declaration that events do not move: a person's own, or one that a person ended. */
const isFixed = (t: string): RawBuilder<boolean> => {
  const of = (name: string) => sql.ref(`${t}.${name}`);
  return sql`(${of('valid_to')} is distinct from ${of('valid_from')} and (${of('origin')} = 'DECLARED'
    or ${of('valid_to')} is not null and not exists (select from tag_retraction x where x.at = ${of('valid_to')} and x.dataset_key =
       coalesce((select dataset_key from dataset_column where asset_key = ${of('asset_key')}), ${of('asset_key')}))))`;
};

/** Works the imported intervals of these tags out anew, and changes those that differ. */
async function settle(tx: Tx, holdings: readonly Holding[]): Promise<void> {
  if (holdings.length === 0) return;
  const { rows } = await sql<Interval>`${prepared}
    with h as (select distinct * from jsonb_to_recordset(${JSON.stringify(holdings)}::jsonb) as h(asset bigint, tag text)),
    said as (
      select s.asset_key, s.tag_name, s.at, (select min(r.at) from tag_retraction r
               where r.dataset_key = coalesce(c.dataset_key, s.asset_key) and r.at >= s.at) as ends
        from h join tag_sighting s on s.asset_key = h.asset and s.tag_name = h.tag
        left join dataset_column c on c.asset_key = s.asset_key
       where not exists (select from tag_declaration t where t.asset_key = s.asset_key and t.tag_name = s.tag_name
               and (t.valid_to is null or t.valid_to >= s.at) and ${isFixed('t')}))
    select null as id, asset_key, tag_name, min(at) as valid_from, ends as valid_to from said
     where ends is null or ends > at group by asset_key, tag_name, ends
    union all
    select t.id, t.asset_key, t.tag_name, t.valid_from, t.valid_to from tag_declaration t
      join h on t.asset_key = h.asset and t.tag_name = h.tag
     where t.origin = 'IMPORTED' and t.valid_to is distinct from t.valid_from and not ${isFixed('t')}
     order by asset_key, tag_name, valid_from`.execute(tx.db);
  const changes: Interval[] = [];
  const tagged: Interval[] = [];
  const untagged: Interval[] = [];
  for (const group of Map.groupBy(rows, (row) => `${row.asset_key} ${row.tag_name}`).values()) {
    const wanted = group.filter((row) => row.id === null);
    const held = group.filter((row) => row.id !== null);
    wanted.forEach((want, i) => {
      const have = held[i];
      if (have?.valid_from.getTime() === want.valid_from.getTime() && have.valid_to?.getTime() === want.valid_to?.getTime()) return; // prettier-ignore
      changes.push({ ...want, id: have?.id ?? newId() });
    });
    // what holds at no time any more
    for (const have of held.slice(wanted.length)) changes.push({ ...have, valid_to: have.valid_from });
    const isOpen = (list: readonly Interval[]): Interval | undefined => list.find((row) => row.valid_to === null);
    const [now, before] = [isOpen(wanted), isOpen(held)];
    if (now && !before) tagged.push(now);
    if (before && !now) untagged.push(before);
  }
  await store(tx, changes);
  await tell(tx, tagged, untagged);
}

/** Those that end first: only one declaration of a tag may be open on an asset. */
async function store(tx: Tx, changes: readonly Interval[]): Promise<void> {
  if (changes.length > 0) tx.changedGraph();
  for (const open of [false, true]) {
    const rows = changes.filter(({ valid_to }) => (valid_to === null) === open);
    if (rows.length === 0) continue;
    await sql`${prepared}
      insert into tag_declaration (id, asset_key, tag_name, origin, by_id, note, valid_from, valid_to)
      select id, asset_key, tag_name, 'IMPORTED', null, null, valid_from, valid_to
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as t(id uuid, asset_key bigint, tag_name text, valid_from timestamptz, valid_to timestamptz)
      on conflict (id) do update set valid_from = excluded.valid_from, valid_to = excluded.valid_to`.execute(tx.db);
  }
}

async function tell(tx: Tx, tagged: readonly Interval[], untagged: readonly Interval[]): Promise<void> {
  const keys = [...new Set([...tagged, ...untagged].map(({ asset_key }) => asset_key))];
  if (keys.length === 0) return;
  const { rows } = await sql<{ key: number; id: string; kind: AssetKind; project_id: string }>`${prepared}
    select key, id, kind, project_id from asset where key = any(${sql.val(keys)}::bigint[])`.execute(tx.db);
  const assets = new Map(rows.map((row) => [row.key, row]));
  for (const { asset_key, tag_name } of tagged) {
    tx.record(tagEvent('tagged', assets.get(asset_key)!, { tag: tag_name, origin: 'IMPORTED' }));
  }
  for (const { asset_key, tag_name } of untagged) {
    tx.record(tagEvent('untagged', assets.get(asset_key)!, { tag: tag_name, origin: 'IMPORTED' }));
  }
}

/** Takes tags over from assets that proved to be others: a person's as they are, unless the other has one; producers' anew. */
export async function mergeTags(tx: Tx, pairs: readonly { old: number; new: number }[]): Promise<void> {
  tx.changedGraph();
  const m = sql`m as (select * from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as m(old bigint, new bigint))`;
  await sql`
    with ${m}, own as (
      select t.id, m.new, t.tag_name, t.valid_to, t.origin from tag_declaration t join m on m.old = t.asset_key)
    update tag_declaration t set valid_to = t.valid_from from own
     where own.valid_to is null and t.valid_to is null and t.tag_name = own.tag_name and (
       t.id = own.id and (own.origin = 'IMPORTED' or exists (select from tag_declaration x where x.asset_key = own.new
         and x.tag_name = own.tag_name and x.valid_to is null and x.origin = 'DECLARED'))
       or t.asset_key = own.new and t.origin = 'IMPORTED')`.execute(tx.db);
  await sql`with ${m} update tag_declaration t set asset_key = m.new from m where t.asset_key = m.old`.execute(tx.db);
  await sql`
    with ${m}, gone as (delete from tag_retraction r using m where r.dataset_key = m.old returning m.new, r.at)
    insert into tag_retraction (dataset_key, at) select new, at from gone on conflict do nothing`.execute(tx.db);
  await sql`
    with ${m}, gone as (delete from tag_sighting s using m where s.asset_key = m.old returning m.new, s.tag_name, s.at)
    insert into tag_sighting (asset_key, tag_name, at) select new, tag_name, at from gone on conflict do nothing`.execute(
    tx.db,
  );
  const { rows } = await sql<Holding>`
    with ${m}, d as (select new as key from m union select c.asset_key from m join dataset_column c on c.dataset_key = m.new)
    select distinct s.asset_key as asset, s.tag_name as tag from tag_sighting s join d on d.key = s.asset_key`.execute(
    tx.db,
  );
  await settle(tx, rows);
}
