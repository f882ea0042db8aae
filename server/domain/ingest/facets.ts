import { canonicalJson } from '../audit/event.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Facets } from './event.ts';

/** Facets as they are stored, and when each was said; one that was deleted has left its time. */
export interface StoredFacets {
  facets: JsonObject;
  times: Record<string, string>;
}

/**
 * The newest of each facet, in whatever order events arrive. Of two in the same millisecond the greater text counts, and a deletion
 * above all.
 */
export function mergeFacets(stored: StoredFacets, said: Facets, at: Date): StoredFacets & { changed: boolean } {
  const facets = { ...stored.facets };
  const times = { ...stored.times };
  let changed = false;
  for (const [name, facet] of Object.entries(said)) {
    const time = at.toISOString();
    const known = times[name];
    if (known !== undefined && known > time) continue;
    if (known === time && rank(facet) <= rank((facets[name] as JsonObject | undefined) ?? null)) continue;
    times[name] = time;
    if (facet === null) delete facets[name];
    else facets[name] = facet;
    changed = true;
  }
  return { facets, times, changed };
}

const rank = (facet: JsonObject | null): string => (facet === null ? '~' : canonicalJson(facet));
