import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from './audit/event.ts';
import type { JsonObject } from '../shared/json.ts';

/** OpenLineage's facets by name, as one event says them; one that it takes back is null. */
export type Facets = Record<string, JsonObject | null>;

/** Facets as they are stored, and when each was said; one that was taken back has left its time. */
export interface StoredFacets {
  facets: JsonObject;
  times: Record<string, string>;
}

const noFacets: StoredFacets = { facets: {}, times: {} };

/** Columns `facets` and `facet_times` of a row. */
export const storedOf = (row: {
  facets: JsonObject | null;
  facet_times: Record<string, string> | null;
}): StoredFacets => ({
  facets: row.facets ?? {},
  times: row.facet_times ?? {},
});

/** What an event of that moment says, as it would be stored: of what it takes back, the time alone. */
export const saidAt = (facets: Facets, at: Date): StoredFacets => ({
  facets: Object.fromEntries(Object.entries(facets).filter(([, facet]) => facet !== null)),
  times: Object.fromEntries(Object.keys(facets).map((name) => [name, at.toISOString()])),
});

/**
 * The newest of each facet of both, in whatever order events arrive. Of two in the same millisecond the greater text counts, and one that was
 * taken back above all. `isNewer` tells whether that is more than `stored` has, `differs` whether more than the times is.
 */
export function mergeStored(
  stored: StoredFacets,
  other: StoredFacets,
): StoredFacets & { isNewer: boolean; differs: boolean } {
  const facets = { ...stored.facets };
  const times = { ...stored.times };
  let [isNewer, differs] = [false, false];
  for (const [name, time] of Object.entries(other.times)) {
    const facet = own(other.facets, name) ?? null;
    const before = own(facets, name) ?? null;
    const known = own(times, name);
    if (known !== undefined && known > time) continue;
    if (known === time && rank(facet) <= rank(before)) continue;
    times[name] = time;
    isNewer = true;
    if (isDeepStrictEqual(facet, before)) continue;
    if (facet === null) delete facets[name];
    else facets[name] = facet;
    differs = true;
  }
  return { facets, times, isNewer, differs };
}

export interface FacetUpdate<Key> {
  key: Key;
  times: Record<string, string>;
  /** Null where they stay as they are: producers say much again, and large facets cost most to write. */
  facets: JsonObject | null;
}

/** The newest of each facet of each thing: what there is then, and what is to be written for it. */
export function mergeAll<Key>(
  stored: ReadonlyMap<Key, StoredFacets>,
  said: readonly { key: Key; facets: Facets; at: Date }[],
): { now: Map<Key, StoredFacets>; updates: FacetUpdate<Key>[] } {
  const now = new Map(stored);
  const [newer, different] = [new Set<Key>(), new Set<Key>()];
  for (const { key, facets, at } of said) {
    const merged = mergeStored(now.get(key) ?? noFacets, saidAt(facets, at));
    if (merged.isNewer) newer.add(key);
    if (merged.differs) different.add(key);
    now.set(key, merged);
  }
  const updates = [...newer].map((key) => {
    const { facets, times } = now.get(key)!;
    return { key, times, facets: different.has(key) ? facets : null };
  });
  return { now, updates };
}

/** A facet may be called `constructor`, which every object seems to have. */
const own = <Value>(of: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

const rank = (facet: JsonObject[string]): string => (facet === null ? '~' : canonicalJson(facet));
