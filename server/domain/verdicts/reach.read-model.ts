import { sql, type Kysely } from 'kysely';
import { int8s, texts } from '../../storage/arrays.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import { openAt } from '../sensitivity/holders.read-model.ts';
import { learnedBy } from '../sensitivity/index.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables.ts';
import type { HeldBack } from './judge.ts';

/** What lineage says of model versions, as far as verdicts ask: a fixed number of statements, however many versions. */
export interface Reach {
  tags: ReadonlyMap<number, readonly string[]>;
  heldBack: ReadonlyMap<number, readonly HeldBack[]>;
  /** Versions with some training data on record. */
  trained: ReadonlySet<number>;
}

/** Which of these tags reach which versions. */
export async function reachOf(
  db: Kysely<Tables>,
  keys: readonly number[],
  tags: readonly string[],
  asOf: Date | null,
): Promise<Reach> {
  const wanted = new Set(tags);
  const [learned, own, trained] = await Promise.all([
    learnedBy({ read: db } as Store, keys, asOf),
    sql<{ asset_key: number; tag_name: string }>`
      select t.asset_key, t.tag_name from tag_declaration t
       where t.asset_key = any(${int8s(keys)}) and t.tag_name = any(${texts(tags)}) and ${openAt('t', asOf)}`.execute(
      db,
    ),
    trainedOnes(db, keys, asOf),
  ]);
  const found = new Map(
    keys.map((key) => [
      key,
      new Set(
        learned
          .get(key)!
          .map(({ tag }) => tag)
          .filter((tag) => wanted.has(tag)),
      ),
    ]),
  );
  for (const { asset_key, tag_name } of own.rows) found.get(asset_key)!.add(tag_name);
  return {
    tags: new Map([...found].map(([key, held]) => [key, [...held].sort()])),
    heldBack: new Map(),
    trained,
  };
}

async function trainedOnes(db: Kysely<Tables>, keys: readonly number[], asOf: Date | null): Promise<Set<number>> {
  const { rows } = await sql<{ key: number }>`
    select v.key from unnest(${int8s(keys)}) v(key)
     where exists (select from edge e where e.dst = v.key and e.kind = ${kindNumber('TRAINED')} and ${openAt('e', asOf)})
        or exists (select from edge r join edge e on e.dst = r.src and e.kind = ${kindNumber('TRAINED')} and ${openAt('e', asOf)}
                    where r.dst = v.key and r.kind = ${kindNumber('REGISTERED')} and ${openAt('r', asOf)})`.execute(db);
  return new Set(rows.map(({ key }) => key));
}
