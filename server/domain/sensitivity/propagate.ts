import { sql } from 'kysely';
import { packed } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import { remove, suspectsOf } from './remove.ts';
import { joined, type Db, type Keys } from './rows.ts';
import { seed } from './seed.ts';
import { spread } from './spread.ts';

/** Any number, the same in every process: whoever holds it is the one that propagates. */
const propagationLock = 9241;

export interface Limits {
  /** Changes to take up at once. */
  changes: number;
  /** Take up all that waits or nothing, and do all that follows or leave it, so that a small write does not pay for a large one. */
  whole: boolean;
  /** Rows of `effective_tag` to look at; what is left then waits as changes. */
  rows: number;
}

/** What is to be looked at: edges, assets whose declarations changed, and rows that an earlier round left. */
export interface Changes {
  edges: number[];
  assets: number[];
  rows: Keys;
  /** What an edge had brought to an asset, from which it was moved to another since. */
  moved: { edges: number[]; assets: number[] };
}

/**
 * Brings `effective_tag` up to what edges, declarations and barriers say now. Call it within a transaction, after its writes: the lock is
 * taken by the statement that takes up the changes, and each later statement sees all that earlier holders committed (READ COMMITTED).
 * Returns how many changes it took up; `done` is false when some may still wait, since another one holds the lock or a limit was met.
 *
 * It looks at what each change is about as it is now, never at what happened, so the order and number of changes do not matter:
 *
 * 1. Rows whose witness may be gone, nearest first: one with another way of the same length keeps its place, else it goes, and the rows
 *    that it was witness for are looked at. All that waits of this kind comes before any of the next.
 * 2. What follows at once: new declarations, what new edges teach, and longer ways to what went.
 * 3. From there on breadth first, in Node, and one insert.
 *
 * Each of these asks of the graph as far ahead as is worth it by one statement. So a wide graph costs a statement for each level, and a
 * long and thin one, a ring of a million edges say, tens of statements and not a million.
 */
export async function propagate(db: Db, limits: Limits): Promise<{ taken: number; done: boolean }> {
  const { changes, waited } = await take(db, limits);
  const taken = changes.length;
  if (taken === 0) return { taken, done: !waited };
  const [all, ended] = [changesIn(changes), changesIn(changes.filter(({ opened }) => !opened))];
  const removed = await remove(db, await suspectsOf(db, ended), limits);
  if (!removed) {
    await leave(db, changes);
    return { taken, done: false };
  }
  const { gone, waiting } = removed;
  const toAdd = { ...all, rows: joined(all.rows, gone) };
  const moreMayHaveEnded = waiting.states.length > 0 || (taken === limits.changes && size(ended) > 0);
  if (moreMayHaveEnded) {
    await leave(db, [...changesOf({ rows: waiting }, false), ...changesOf(toAdd, true)]);
    return { taken, done: false };
  }
  const left = await spread(db, await seed(db, toAdd), limits);
  await leave(db, changesOf({ rows: left }, true));
  return { taken, done: limits.whole && left.states.length === 0 };
}

const size = ({ edges, assets, rows, moved }: Changes): number =>
  edges.length + assets.length + rows.states.length + moved.edges.length;

/** As the table has it. */
interface ChangeRow {
  edge_id: number | null;
  asset_key: number | null;
  state: number | null;
  tag_key: number | null;
  /** There is only something to add. */
  opened: boolean;
}

/** `waited` says that there was something to take. */
async function take(db: Db, { changes, whole }: Limits): Promise<{ changes: ChangeRow[]; waited: boolean }> {
  const free = sql`(select pg_try_advisory_xact_lock(${sql.lit(propagationLock)}))`;
  const few = whole
    ? sql`and (select count(*) from (select from tag_change limit ${changes}) as waiting) < ${changes}`
    : sql``;
  // all that follows looks rows up by their keys, a few or very many: one plan suits it, and to make others costs more than most statements
  const { rows: all } = await sql<ChangeRow & { waited: boolean }>`${prepared}
    with taken as (
      delete from tag_change where ${free} ${few} and seq in (select seq from tag_change order by opened, seq limit ${changes})
      returning edge_id, asset_key, state, tag_key, opened),
    planned as (
      select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_bitmapscan', 'off', true))
    select t.*, w.waited from (select exists (select from tag_change) as waited) w left join taken t on true cross join planned`.execute(
    db,
  );
  return { changes: all.filter(({ opened }) => opened !== null), waited: all[0]!.waited }; // a row of nothing where nothing was taken
}

function changesIn(rows: readonly ChangeRow[]): Changes {
  const known = rows.filter((row) => row.state !== null);
  const moved = rows.filter((row) => row.edge_id !== null && row.asset_key !== null);
  return {
    edges: [...new Set(rows.flatMap((row) => (row.asset_key === null ? (row.edge_id ?? []) : [])))],
    assets: [...new Set(rows.flatMap((row) => (row.edge_id === null ? (row.asset_key ?? []) : [])))],
    rows: { states: known.map((row) => row.state!), tags: known.map((row) => row.tag_key!) },
    moved: { edges: moved.map((row) => row.edge_id!), assets: moved.map((row) => row.asset_key!) },
  };
}

function changesOf({ rows, edges = [], assets = [] }: Partial<Changes>, opened: boolean): ChangeRow[] {
  const none = { edge_id: null, asset_key: null, state: null, tag_key: null, opened };
  return [
    ...(rows?.states ?? []).map((state, i) => ({ ...none, state, tag_key: rows!.tags[i]! })),
    ...edges.map((edge_id) => ({ ...none, edge_id })),
    ...assets.map((asset_key) => ({ ...none, asset_key })),
  ];
}

/** Leaves these for the next round. */
async function leave(db: Db, changes: readonly ChangeRow[]): Promise<void> {
  if (changes.length === 0) return;
  const numbers = (pick: (change: ChangeRow) => number | null) =>
    packed.int8s(changes.map((change) => pick(change) ?? 0));
  await sql`${prepared}
    insert into tag_change (edge_id, asset_key, state, tag_key, opened)
    select nullif(edge_id, 0), nullif(asset_key, 0), nullif(state, 0), nullif(tag_key, 0), opened = 1
      from unnest(${numbers((c) => c.edge_id)}, ${numbers((c) => c.asset_key)}, ${numbers((c) => c.state)}, ${numbers((c) => c.tag_key)},
        ${numbers((c) => Number(c.opened))}) as c(edge_id, asset_key, state, tag_key, opened)`.execute(db); // prettier-ignore
}
