import { sql, type Kysely } from 'kysely';
import { int8s } from '../../storage/arrays.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import { openAt } from '../intervals.ts';
import type { Moment } from '../sensitivity/recompute.ts';
import { tagsReaching } from '../sensitivity/reach.read-model.ts';
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
  moment: Moment,
): Promise<Reach> {
  const wanted = new Set(tags);
  const [reaching, trained] = await Promise.all([tagsReaching(db, keys, moment), trainedOnes(db, keys, moment.asOf)]);
  const held = (key: number): string[] => reaching.get(key)!.map(({ tag }) => tag).filter((tag) => wanted.has(tag)); // prettier-ignore
  return { tags: new Map(keys.map((key) => [key, held(key)])), heldBack: new Map(), trained };
}

async function trainedOnes(db: Kysely<Tables>, keys: readonly number[], asOf: Date | null): Promise<Set<number>> {
  const { rows } = await sql<{ key: number }>`
    select v.key from unnest(${int8s(keys)}) v(key)
     where exists (select from edge e where e.dst = v.key and e.kind = ${kindNumber('TRAINED')} and ${openAt('e', asOf)})
        or exists (select from edge r join edge e on e.dst = r.src and e.kind = ${kindNumber('TRAINED')} and ${openAt('e', asOf)}
                    where r.dst = v.key and r.kind = ${kindNumber('REGISTERED')} and ${openAt('r', asOf)})`.execute(db);
  return new Set(rows.map(({ key }) => key));
}
