import type { JsonObject } from '../shared/json.ts';

type Json = JsonObject[string];

const textIn = (value: Json | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

const objectIn = (value: Json | undefined): JsonObject | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;

/** The objects of a list in a facet. What a producer got wrong is left out: facets are kept as they were sent. */
const listIn = (facets: JsonObject, name: string, list: string): JsonObject[] => {
  const value = objectIn(facets[name])?.[list];
  return Array.isArray(value) ? value.map(objectIn).filter((one) => one !== undefined) : [];
};

/** The facets of these names; all when none are given. */
export const facetsNamed = (facets: JsonObject, names: readonly string[] | null | undefined): JsonObject =>
  names ? Object.fromEntries(Object.entries(facets).filter(([name]) => names.includes(name))) : facets;

export interface OwnerView {
  name: string;
  type: string | null;
}

export const ownersIn = (facets: JsonObject): OwnerView[] =>
  listIn(facets, 'ownership', 'owners').flatMap((one) => {
    const name = textIn(one['name']);
    return name === null ? [] : [{ name, type: textIn(one['type']) }];
  });

export interface LabelView {
  key: string;
  value: string;
  source: string | null;
  field: string | null;
}

export const labelsIn = (facets: JsonObject): LabelView[] =>
  listIn(facets, 'tags', 'tags').flatMap((one) => {
    const key = textIn(one['key']);
    if (key === null) return [];
    const value = typeof one['value'] === 'string' ? one['value'] : JSON.stringify(one['value'] ?? '');
    return [{ key, value, source: textIn(one['source']), field: textIn(one['field']) }];
  });

/** Text members of one facet, by name. */
export function textsIn<Name extends string>(
  facets: JsonObject,
  facet: string,
  names: readonly Name[],
): Record<Name, string | null> | null {
  const value = objectIn(facets[facet]);
  if (!value) return null;
  return Object.fromEntries(names.map((name) => [name, textIn(value[name])])) as Record<Name, string | null>;
}

export const hierarchyIn = (facets: JsonObject): { type: string; name: string }[] =>
  listIn(facets, 'hierarchy', 'hierarchy').flatMap((one) => {
    const [type, name] = [textIn(one['type']), textIn(one['name'])];
    return type === null || name === null ? [] : [{ type, name }];
  });

export interface StatisticsView {
  rowCount: number | null;
  bytes: number | null;
  fileCount: number | null;
}

/** What OpenLineage counts of one reading or writing. */
export function statisticsIn(facets: JsonObject, facet: 'inputStatistics' | 'outputStatistics'): StatisticsView | null {
  const value = objectIn(facets[facet]);
  if (!value) return null;
  const count = (name: string): number | null => {
    const n = value[name];
    return typeof n === 'number' && n >= 0 && n <= Number.MAX_SAFE_INTEGER ? Math.round(n) : null;
  };
  return { rowCount: count('rowCount'), bytes: count('size'), fileCount: count('fileCount') };
}

/** Moments in one facet, by name. */
export function momentIn(facets: JsonObject, facet: string, name: string): Date | null {
  const at = new Date(textIn(objectIn(facets[facet])?.[name]) ?? NaN);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** The run at the top, of OpenLineage's parent facet. */
export function rootRunIn(facets: JsonObject): string | null {
  return textIn(objectIn(objectIn(objectIn(facets['parent'])?.['root'])?.['run'])?.['runId']);
}
