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
