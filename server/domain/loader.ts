import DataLoader from 'dataloader';
import type { Context, LoaderFor } from './context.ts';

/** A loader of one row for each key: `fetch` gets all keys of a tick, `keyOf` tells whose row it is. Null when absent. */
export function oneByKey<Key extends string | number, Row>(
  fetch: (context: Context, keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): LoaderFor<Key, Row | null> {
  return (context) =>
    new DataLoader<Key, Row | null>(async (keys) => {
      const rows = new Map((await fetch(context, keys)).map((row) => [keyOf(row), row]));
      return keys.map((key) => rows.get(key) ?? null);
    });
}

/** A loader of any number of rows for each key, in the order in which `fetch` gives them. */
export function manyByKey<Key extends string | number, Row>(
  fetch: (context: Context, keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): LoaderFor<Key, Row[]> {
  return (context) =>
    new DataLoader<Key, Row[]>(async (keys) => {
      const rows = Map.groupBy(await fetch(context, keys), keyOf);
      return keys.map((key) => rows.get(key) ?? []);
    });
}

/** A key at a moment; now when `at` is not given. */
export interface KeyAt {
  readonly key: number;
  readonly at?: Date | null;
}

/** As `manyByKey`, for facts that are intervals: one statement for each moment that a tick asks for. */
export function manyByKeyAt<Row>(
  fetch: (context: Context, keys: readonly number[], at: Date | null) => Promise<readonly Row[]>,
  keyOf: (row: Row) => number,
): LoaderFor<KeyAt, Row[]> {
  return (context) =>
    new DataLoader<KeyAt, Row[], string>(
      async (wanted) => {
        const moments = Map.groupBy(wanted, ({ at }) => at?.getTime() ?? null);
        const found = await Promise.all(
          [...moments].map(async ([at, keys]) => {
            const rows = await fetch(
              context,
              [...new Set(keys.map(({ key }) => key))],
              at === null ? null : new Date(at),
            );
            return [at, Map.groupBy(rows, keyOf)] as const;
          }),
        );
        const byMoment = new Map(found);
        return wanted.map(({ key, at }) => byMoment.get(at?.getTime() ?? null)?.get(key) ?? []);
      },
      { cacheKeyFn: ({ key, at }) => `${key}@${at?.getTime() ?? ''}` },
    );
}
