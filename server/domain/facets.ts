import { canonicalJson } from './audit/event.ts';
import type { JsonObject } from '../shared/json.ts';

/** OpenLineage's facets by name, as one event says them; one that it takes back is null. */
export type Facets = Record<string, JsonObject | null>;

/** Facets as they are stored, and when each was said; one that was taken back has left its time. */
export interface StoredFacets {
  facets: JsonObject;
  times: Record<string, string>;
}

export const noFacets: StoredFacets = { facets: {}, times: {} };

/** Columns `facets` and `facet_times` of a row. */
export const storedOf = (row: {
  facets: JsonObject | null;
  facet_times: Record<string, string> | null;
}): StoredFacets => ({
  facets: row.facets ?? {},
  times: row.facet_times ?? {},
});

/**
 * The newest of each facet, in whatever order events arrive. Of two in the same millisecond the greater text counts, and one that was
 * taken back above all.
 */
export function mergeFacets(stored: StoredFacets, said: Facets, at: Date): StoredFacets & { changed: boolean } {
  const time = at.toISOString();
  const saidAt = {
    facets: said as JsonObject,
    times: Object.fromEntries(Object.keys(said).map((name) => [name, time])),
  };
  return mergeStored(stored, saidAt);
}

/** The newest of each facet of both. `changed` tells whether that is more than `stored` has. */
export function mergeStored(stored: StoredFacets, other: StoredFacets): StoredFacets & { changed: boolean } {
  const facets = { ...stored.facets };
  const times = { ...stored.times };
  let changed = false;
  for (const [name, time] of Object.entries(other.times)) {
    const facet = own(other.facets, name) ?? null;
    const known = own(times, name);
    if (known !== undefined && known > time) continue;
    if (known === time && rank(facet) <= rank(own(facets, name) ?? null)) continue;
    times[name] = time;
    if (facet === null) delete facets[name];
    else facets[name] = facet;
    changed = true;
  }
  return { facets, times, changed };
}

/** A facet may be called `constructor`, which every object seems to have. */
const own = <Value>(of: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

const rank = (facet: JsonObject[string]): string => (facet === null ? '~' : canonicalJson(facet));
