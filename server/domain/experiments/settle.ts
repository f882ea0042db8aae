import { sql, type Kysely } from 'kysely';
import { coalesce } from '../../shared/coalesce.ts';
import { uuids } from '../../storage/arrays.ts';
import { systemActor, type Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import { mergeChunks } from './metric-chunks.ts';
import { outlineChunks } from './metric-outline.ts';

// A run is open from its first write on, and settled when it ends, or when it has been open for a while. Searches find settled runs
// by `run_metric` and the few open ones apart; so what they answer never depends on when a run is settled.

/**
 * Copies what the runs hold to where it is searched and shown, merges their chunks as far as that is quick, and closes them. Whoever calls it holds
 * their rows' locks.
 */
export async function settleRuns(db: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const unmerged = await mergeChunks(db, ids);
  const chosen = sql`${uuids(ids)}`;
  await sql`
    with latest as (
      select distinct on (s.run_id, s.key) s.run_id, s.key, s.latest_value as value, s.latest_step as step, s.latest_at as at
        from metric_series s where s.run_id = any(${chosen})
       order by s.run_id, s.key, s.latest_step desc, s.latest_at desc, s.latest_value desc
    ), closed as (
      update run set open_since = null, unmerged_since = case when id = any(${uuids(unmerged)}) then open_since end
       where id = any(${chosen}) returning id, project_id, experiment_id, started_at
    ), copied as (
      insert into run_metric (run_id, key, value, project_id, experiment_id, started_at)
      select run_id, key, value, project_id, experiment_id, started_at from latest join closed on closed.id = run_id
    )
    insert into run_sheet (run_id, project_id, metrics, params, tags)
    select id, project_id, '[' || coalesce(m.list, '') || ']', '[' || coalesce(p.list, '') || ']', '[' || coalesce(t.list, '') || ']'
      from closed
      left join (select run_id, string_agg('{"key":' || to_json(key) || ',"value":' || to_json(value) || ',"timestamp":'
                        || (extract(epoch from at) * 1000)::bigint || ',"step":' || step || '}', ',' order by key) as list
                   from latest group by run_id) m on m.run_id = id
      left join ${keyValues('run_param')} p on p.run_id = id
      left join ${keyValues('run_tag')} t on t.run_id = id`.execute(db); // prettier-ignore

  function keyValues(table: 'run_param' | 'run_tag') {
    return sql`(select run_id, string_agg('{"key":' || to_json(key) || ',"value":' || to_json(value) || '}', ',' order by key) as list
                  from ${sql.table(table)} where run_id = any(${chosen}) group by run_id)`; // prettier-ignore
  }
}

/** Opens a settled run, which is about to be written to: what was copied from it is taken away. */
export async function openRun(db: Kysely<Tables>, id: string, now: Date): Promise<void> {
  await sql`
    with metrics as (delete from run_metric where run_id = ${id}), sheet as (delete from run_sheet where run_id = ${id})
    update run set open_since = ${now} where id = ${id}`.execute(db); // prettier-ignore
}

const settleAfterMs = 10 * 60_000;
/** Runs, and chunks, that one transaction takes. */
const batch = 500;
const outlined = 64;

/**
 * Settles runs that have been open for long: those whose client never says that they end, and those that go on for days. Then merges the chunks
 * that are left, and gives long ones their outlines.
 */
export function createSettler(store: Store, onError: (error: unknown) => void) {
  async function settleBatch(before: Date): Promise<number> {
    return store.write(systemActor, async ({ db }) => {
      const open = await db
        .selectFrom('run')
        .select('id')
        .where('open_since', '<=', before)
        .orderBy('open_since')
        .limit(batch)
        .forNoKeyUpdate()
        .skipLocked() // someone writes to it, or another server settles it
        .execute();
      const ids = open.map(({ id }) => id);
      await settleRuns(db, ids);
      return ids.length;
    });
  }

  /** Some of the chunks of one run; false where none wait. */
  async function mergeSome(): Promise<boolean> {
    return store.write(systemActor, async ({ db }) => {
      const run = await db
        .selectFrom('run')
        .select('id')
        .where('unmerged_since', 'is not', null)
        .where('open_since', 'is', null) // what is open again merges when it settles
        .orderBy('unmerged_since')
        .limit(1)
        .forNoKeyUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (!run) return false;
      const left = await mergeChunks(db, [run.id]);
      if (left.length === 0)
        await db.updateTable('run').set({ unmerged_since: null }).where('id', '=', run.id).execute();
      return true;
    });
  }

  async function settleAll(): Promise<void> {
    const before = new Date(store.clock.now().getTime() - settleAfterMs);
    while ((await settleBatch(before)) === batch);
    while (await mergeSome());
    while ((await store.write(systemActor, ({ db }) => outlineChunks(db, outlined))) === outlined);
  }
  const { run, every, stop } = coalesce(settleAll, { onError });
  /** `settle` settles all that have been open for ten minutes, merges all that waits, and outlines what is long. */
  return { settle: run, every, stop };
}
