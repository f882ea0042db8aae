import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import { insertAssets } from '../assets/asset.service.ts';
import type { Tx } from '../store.ts';
import { mergeDatasets } from './merge.service.ts';
import type { DatasetName } from './naming.ts';

/** `name` says that `same` are other names of its dataset. */
export interface Symlinks {
  name: DatasetName;
  same: readonly DatasetName[];
}

interface NameRow extends DatasetName {
  dataset_key: number;
  declares: boolean;
}

export const nameKey = ({ namespace, name }: DatasetName): string => JSON.stringify([namespace, name]);

/** One writer of names at a time in a project: two that make the same dataset at once would leave an asset without one. */
export async function lockNames(tx: Tx, projectId: string): Promise<void> {
  await sql`${prepared}select pg_advisory_xact_lock(hashtextextended(${`names ${projectId}`}, 0))`.execute(tx.db);
}

/**
 * Graph keys of these datasets by any of their names, made where missing. Symlinks give a dataset more names; when two of those were
 * datasets by themselves until now, they become one, with all that was told of either. Call `lockNames` first.
 */
export async function ensureDatasets(
  tx: Tx,
  projectId: string,
  names: readonly DatasetName[],
  symlinks: readonly Symlinks[] = [],
): Promise<(dataset: DatasetName) => number> {
  const linked = symlinks.filter(({ same }) => same.length > 0);
  const wanted = new Map(
    [...names, ...linked.flatMap(({ name, same }) => [name, ...same])].map(({ namespace, name }) => {
      const plain = { namespace, name };
      return [nameKey(plain), plain];
    }),
  );
  const known = new Map((await loadNames(tx, projectId, [...wanted.values()])).map((row) => [nameKey(row), row]));
  const groups = groupsOf([...wanted.keys()], known, linked);
  const declarers = new Set(linked.map(({ name }) => nameKey(name)));
  const keys = new Map<string, number>();
  const fresh: string[][] = [];
  const changed = new Set<number>();
  const added: NameRow[] = [];
  for (const group of groups) {
    const [winner, ...losers] = [...new Set(group.flatMap((key) => known.get(key)?.dataset_key ?? []))].sort((a, b) => a - b); // prettier-ignore
    if (winner === undefined) {
      fresh.push(group);
      continue;
    }
    if (losers.length > 0) await mergeDatasets(tx, projectId, winner, losers);
    for (const key of group) {
      keys.set(key, winner);
      const row = known.get(key);
      if (losers.length > 0 || !row || (declarers.has(key) && !row.declares)) changed.add(winner);
      if (!row || (declarers.has(key) && !row.declares)) {
        added.push({ ...wanted.get(key)!, dataset_key: winner, declares: declarers.has(key) });
      }
    }
  }
  for (const { group, row } of await makeDatasets(tx, projectId, fresh, wanted, declarers)) {
    for (const key of group) {
      keys.set(key, row);
      added.push({ ...wanted.get(key)!, dataset_key: row, declares: declarers.has(key) });
    }
  }
  await storeNames(tx, projectId, added);
  await showFirstNames(tx, [...changed]);
  return (dataset) => keys.get(nameKey(dataset))!;
}

async function loadNames(tx: Tx, projectId: string, names: readonly DatasetName[]): Promise<NameRow[]> {
  if (names.length === 0) return [];
  const { rows } = await sql<NameRow>`${prepared}
    select n.namespace, n.name, n.dataset_key, n.declares
      from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as w(namespace text, name text)
      join dataset_alias n on n.project_id = ${projectId} and n.namespace = w.namespace and n.name = w.name`.execute(
    tx.db,
  );
  return rows;
}

/** Names that are one dataset's, because they are known to be or because a symlink says so. */
function groupsOf(
  names: readonly string[],
  known: ReadonlyMap<string, NameRow>,
  symlinks: readonly Symlinks[],
): string[][] {
  const parent = new Map(names.map((name) => [name, name]));
  const rootOf = (name: string): string => {
    let root = name;
    while (parent.get(root) !== root) root = parent.get(root)!;
    parent.set(name, root);
    return root;
  };
  const join = (a: string, b: string): void => void parent.set(rootOf(a), rootOf(b));
  const firstOf = new Map<number, string>();
  for (const [name, { dataset_key }] of known) {
    const first = firstOf.get(dataset_key);
    if (first === undefined) firstOf.set(dataset_key, name);
    else join(name, first);
  }
  for (const { name, same } of symlinks) for (const other of same) join(nameKey(name), nameKey(other));
  return [...Map.groupBy(names, rootOf).values()];
}

/** New datasets, each under the first of its names. */
async function makeDatasets(
  tx: Tx,
  projectId: string,
  groups: readonly string[][],
  names: ReadonlyMap<string, DatasetName>,
  declarers: ReadonlySet<string>,
): Promise<{ group: string[]; row: number }[]> {
  if (groups.length === 0) return [];
  const firsts = groups.map((group) => {
    const candidates = group.some((key) => declarers.has(key)) ? group.filter((key) => declarers.has(key)) : group;
    return candidates
      .map((key) => names.get(key)!)
      .reduce((a, b) => (a.namespace < b.namespace || (a.namespace === b.namespace && a.name <= b.name) ? a : b));
  });
  const assets = await insertAssets(
    tx,
    firsts.map(({ name }) => ({ kind: 'DATASET' as const, projectId, name })),
  );
  const rows = firsts.map(({ namespace, name }, i) => ({ key: assets[i]!.key, namespace, name }));
  await sql`${prepared}
    insert into dataset (asset_key, project_id, namespace, name, description, facets, created_at, updated_at)
    select d.key, ${projectId}::uuid, d.namespace, d.name, null, '{}', ${tx.now}::timestamptz, ${tx.now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d(key bigint, namespace text, name text)`.execute(
    tx.db,
  );
  firsts.forEach(({ namespace, name }, i) =>
    tx.record({ action: 'dataset.created', subject: { kind: 'Dataset', id: assets[i]!.id }, projectId, details: { namespace, name } }),
  ); // prettier-ignore
  return groups.map((group, i) => ({ group, row: assets[i]!.key }));
}

async function storeNames(tx: Tx, projectId: string, names: readonly NameRow[]): Promise<void> {
  if (names.length === 0) return;
  await sql`${prepared}
    insert into dataset_alias (project_id, namespace, name, dataset_key, declares)
    select ${projectId}::uuid, n.namespace, n.name, n.dataset_key, n.declares
      from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as n(namespace text, name text, dataset_key bigint, declares boolean)
    on conflict (project_id, namespace, name) do update set declares = dataset_alias.declares or excluded.declares`.execute(
    tx.db,
  );
}

/**
 * Shows datasets under the first name that says what the others are, whichever came first: by OpenLineage's convention the producer's
 * own name is the place where the data lies, and its symlinks are what catalogues call it.
 */
async function showFirstNames(tx: Tx, datasets: readonly number[]): Promise<void> {
  if (datasets.length === 0) return;
  await sql`${prepared}
    with first as (
      select distinct on (dataset_key) dataset_key, namespace, name from dataset_alias
       where dataset_key = any(${sql.val([...datasets])}::bigint[])
       order by dataset_key, declares desc, namespace collate "C", name collate "C"),
    shown as (
      update dataset d set namespace = f.namespace, name = f.name from first f
       where d.asset_key = f.dataset_key and (d.namespace, d.name) is distinct from (f.namespace, f.name)
      returning d.asset_key as key, d.name),
    labelled as (
      update dataset_version v set label = s.name from shown s
       where v.dataset_key = s.key and v.source_type = 'openlineage' returning v.asset_key as key, s.name || '@' || v.digest as name)
    update asset a set name = n.name from (select key, name from shown union all select key, name from labelled) n
     where a.key = n.key`.execute(tx.db);
}
