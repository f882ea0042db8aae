import { sql } from 'kysely';
import { badInput } from '../../shared/errors.ts';
import { fromHex } from '../../shared/ids.ts';
import type { JsonObject } from '../../shared/json.ts';
import { texts } from '../../storage/arrays.ts';
import type { KeyValue } from '../key-value.ts';
import type { Tx } from '../store.ts';

// The writers below take one statement each, however many rows. Whoever calls them holds the run's row lock, so that
// concurrent writers to one run come one after another, and never wait for each other in a circle.

/** Parameters never change: the same value again is fine, another is BAD_INPUT. */
export async function writeParams(tx: Tx, runId: string, params: readonly KeyValue[]): Promise<void> {
  if (params.length === 0) return;
  const wanted = new Map<string, string>();
  for (const { key, value } of params) {
    if (wanted.has(key) && wanted.get(key) !== value) throw changedParam(key);
    wanted.set(key, value);
  }
  // the select sees the table as it was before the insert: what it finds was there, with another value
  const { rows } = await sql<{ key: string }>`
    with input as (select * from unnest(${texts([...wanted.keys()])}, ${texts([...wanted.values()])}) as t(key, value)),
    written as (
      insert into run_param (run_id, key, value) select ${runId}::uuid, key, value from input on conflict do nothing
    )
    select key from run_param p join input i using (key) where p.run_id = ${runId} and p.value <> i.value
     order by key limit 1`.execute(tx.db); // prettier-ignore
  if (rows[0]) throw changedParam(rows[0].key);
}

const changedParam = (key: string) =>
  badInput(
    'params',
    `Changing param values is not allowed. Param with key='${key}' was already logged with another value.`,
  );

/** Sets tags; those by which MLflow's clients say what a run is called, whose it is and in which it is nested move its columns. */
export async function writeTags(tx: Tx, runId: string, tags: readonly KeyValue[]): Promise<void> {
  if (tags.length === 0) return;
  const last = new Map(tags.map(({ key, value }) => [key, value]));
  await sql`
    insert into run_tag (run_id, key, value)
    select ${runId}::uuid, key, value from unnest(${texts([...last.keys()])}, ${texts([...last.values()])}) as t(key, value)
    on conflict (run_id, key) do update set value = excluded.value`.execute(tx.db); // prettier-ignore
  const columns = columnsOfTags(last);
  if (Object.keys(columns).length > 0) await tx.db.updateTable('run').set(columns).where('id', '=', runId).execute();
}

/** The tag in which MLflow 2 lists the models that a run left among its artifacts. */
export const tagOfModels = 'mlflow.log-model.history';
const maxList = 1_000_000;

/** Adds an item to the JSON list in a tag; what is no list is replaced. */
export async function appendToTag(tx: Tx, runId: string, key: string, item: JsonObject): Promise<void> {
  const tag = await tx.db
    .selectFrom('run_tag')
    .select('value')
    .where('run_id', '=', runId)
    .where('key', '=', key)
    .executeTakeFirst();
  const value = JSON.stringify([...listIn(tag?.value), item]);
  if (value.length > maxList) throw badInput('model_json', `The tag ${key} may have at most ${maxList} characters.`);
  await writeTags(tx, runId, [{ key, value }]);
}

function listIn(text = '[]'): unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

export const tagOfName = 'mlflow.runName';
const tagOfUser = 'mlflow.user';
const tagOfParent = 'mlflow.parentRunId';

export function columnsOfTags(tags: ReadonlyMap<string, string>) {
  const name = tags.get(tagOfName);
  const user = tags.get(tagOfUser);
  const parent = fromHex(tags.get(tagOfParent) ?? '');
  return {
    ...(name !== undefined && { name }),
    ...(user !== undefined && { user_name: user }),
    ...(parent !== undefined && { parent_run_id: parent }),
  };
}
