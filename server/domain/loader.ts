import DataLoader from 'dataloader';
import { pageOf, pageSize, type Page, type PageRequest } from '../shared/pages.ts';
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
export interface KeyAt<Key = number> {
  readonly key: Key;
  readonly at?: Date | null;
}

/** As `manyByKey`, for facts that are intervals: one statement for each moment that a tick asks for. */
export function manyByKeyAt<Row, Key extends string | number = number>(
  fetch: (context: Context, keys: readonly Key[], at: Date | null) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): LoaderFor<KeyAt<Key>, Row[]> {
  return (context) =>
    new DataLoader<KeyAt<Key>, Row[], string>(
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

/** A page of what belongs to a key. */
export interface PageOfKey<Key> extends PageRequest {
  readonly key: Key;
}

/**
 * Pages of lists that belong to keys. `fetch` gives up to `limit` rows of each key, in the lists' order: one statement for each size
 * and cursor that a tick asks for. BAD_INPUT for a size out of bounds.
 */
export function pagesByKey<Key extends string | number, Row>(
  fetch: (context: Context, keys: readonly Key[], limit: number, after: string | null) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  cursorOf: (row: Row) => string,
): LoaderFor<PageOfKey<Key>, Page<Row>> {
  const askOf = ({ first, after }: PageRequest): string => `${first} ${after ?? ''}`;
  return (context) =>
    new DataLoader<PageOfKey<Key>, Page<Row>, string>(
      async (wanted) => {
        const found = await Promise.all(
          [...Map.groupBy(wanted, askOf)].map(async ([ask, members]) => {
            const { first, after } = members[0]!;
            const keys = [...new Set(members.map(({ key }) => key))];
            const rows = await fetch(context, keys, pageSize(first) + 1, after ?? null);
            return [ask, Map.groupBy(rows, keyOf)] as const;
          }),
        );
        const byAsk = new Map(found);
        return wanted.map((one) => pageOf(byAsk.get(askOf(one))?.get(one.key) ?? [], one.first, cursorOf));
      },
      { cacheKeyFn: (one) => `${one.key} ${askOf(one)}` },
    );
}
