import { sql } from 'kysely';
import { int8s } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import { remove, suspectsOf } from './remove.ts';
import { joined, tableOf, type Db, type Keys } from './rows.ts';
import { spread } from './spread.ts';

/** Any number, the same in every process: whoever holds it is the one that propagates. */
const propagationLock = 9241;

export interface Limits {
  /** Changes to take up at once. */
  changes: number;
  /** Take up all that waits or nothing, so that a small write does not pay for a large one. */
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
 * 2. Candidates: new declarations, what new edges teach, and longer ways to what went.
 * 3. From these, breadth first: one statement a level, and one insert.
 */
export async function propagate(db: Db, limits: Limits): Promise<{ taken: number; done: boolean }> {
  const { taken, ended, all, waited } = await take(db, limits);
  if (taken === 0) return { taken, done: !waited };
  const { gone, waiting } = await remove(db, await suspectsOf(db, ended), limits.rows);
  const toAdd = { ...all, rows: joined(all.rows, gone) };
  const moreMayHaveEnded = waiting.states.length > 0 || (taken === limits.changes && size(ended) > 0);
  if (moreMayHaveEnded) {
    await defer(db, { rows: waiting }, false);
    await defer(db, toAdd, true);
    return { taken, done: false };
  }
  const left = await spread(db, toAdd, limits.rows);
  await defer(db, { rows: left }, true);
  return { taken, done: limits.whole && left.states.length === 0 };
}

const size = ({ edges, assets, rows, moved }: Changes): number =>
  edges.length + assets.length + rows.states.length + moved.edges.length;

interface ChangeRow {
  edge_id: number | null;
  asset_key: number | null;
  state: number | null;
  tag_key: number | null;
  opened: boolean | null;
}

interface Taken {
  taken: number;
  ended: Changes;
  all: Changes;
  /** There was something to take. */
  waited: boolean;
}

async function take(db: Db, { changes, whole }: Limits): Promise<Taken> {
  const free = sql`(select pg_try_advisory_xact_lock(${sql.lit(propagationLock)}))`;
  const few = whole
    ? sql`and (select count(*) from (select from tag_change limit ${changes}) as waiting) < ${changes}`
    : sql``;
  const { rows: all } = await sql<ChangeRow & { waited: boolean }>`${prepared}
    with taken as (
      delete from tag_change where ${free} ${few} and seq in (select seq from tag_change order by opened, seq limit ${changes})
      returning edge_id, asset_key, state, tag_key, opened)
    select t.*, w.waited from (select exists (select from tag_change) as waited) w left join taken t on true`.execute(
    db,
  );
  const { waited } = all[0]!;
  const rows = all.filter(({ opened }) => opened !== null); // a row of nothing where nothing was taken
  return { taken: rows.length, ended: changesIn(rows.filter(({ opened }) => !opened)), all: changesIn(rows), waited };
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

/** Leaves these for the next round. */
async function defer(db: Db, { rows, edges = [], assets = [] }: Partial<Changes>, opened: boolean): Promise<void> {
  const keys = rows ?? { states: [], tags: [] };
  if (keys.states.length + edges.length + assets.length === 0) return;
  await sql`${prepared}
    insert into tag_change (state, tag_key, edge_id, asset_key, opened)
    select k.state, k.tag_key, null::int8, null::int8, ${opened}::bool from ${tableOf(keys)}
    union all select null, null, e, null, ${opened} from unnest(${int8s(edges)}) as e
    union all select null, null, null, a, ${opened} from unnest(${int8s(assets)}) as a`.execute(db);
}
