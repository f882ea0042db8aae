import type { DatasetName } from '../../domain/datasets/naming.ts';
import { badInput } from '../../shared/errors.ts';
import type { JsonObject } from '../../shared/json.ts';

/** The value as an object, or undefined: for what a producer may leave out or get wrong without harm. */
export const objectOr = (value: unknown): Record<string, unknown> | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

export const listOr = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const textOr = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const numberOr = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** A count; producers send some as 12.0. */
export const countOr = (value: unknown): number | undefined => {
  const n = numberOr(value);
  return n !== undefined && n >= 0 && n <= Number.MAX_SAFE_INTEGER ? Math.round(n) : undefined;
};

/** An object that must be there if anything is. */
export function objectAt(value: unknown, field: string): Record<string, unknown> {
  const found = objectOr(value);
  if (!found) throw badInput(field, `${field} must be an object.`);
  return found;
}

/** A list that may be missing or null. */
export function listAt(value: unknown, field: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw badInput(field, `${field} must be a list.`);
  return value as unknown[];
}

/** What PostgreSQL's indexes can hold: 2,704 bytes in all, for the whole of an identity. */
const maxName = 1_000;

/** A name that identifies something: text, not empty, of at most 1,000 bytes. */
export function nameAt(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw badInput(field, `${field} must be text, and not empty.`);
  if (Buffer.byteLength(value) > maxName) throw badInput(field, `${field} may have at most ${maxName} bytes.`);
  return value;
}

/** A name that may be missing or no text, and then is left unread; one that is too long is an error all the same. */
export const nameOr = (value: unknown, field: string): string | undefined =>
  textOr(value) === undefined ? undefined : nameAt(value, field);

/** What names a dataset, in a facet; undefined where one of both is missing. */
export function datasetOr(value: unknown, field: string): DatasetName | undefined {
  const one = objectOr(value);
  const [namespace, name] = [nameOr(one?.['namespace'], `${field}.namespace`), nameOr(one?.['name'], `${field}.name`)];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** A producer's time. One without an offset is UTC. */
export function timeAt(value: unknown, field: string): Date {
  const text = typeof value === 'string' ? value : '';
  const day = /^(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d/.exec(text)?.[1];
  const at = new Date(!isDay(day) ? NaN : /(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1970) {
    throw badInput(field, `${field} must be a time in ISO 8601 since 1970, such as 2026-03-03T09:30:00.000Z.`);
  }
  return at;
}

/** 30 February is none, though `Date` takes it for a day in March. */
const isDay = (day: string | undefined): boolean => {
  const at = new Date(day ?? NaN);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day!);
};

/** Facets by name; null for one that is deleted. What is no object is no facet. */
export function facetsOf(value: unknown): Record<string, JsonObject | null> {
  const facets: Record<string, JsonObject | null> = {};
  for (const [name, facet] of Object.entries(objectOr(value) ?? {})) {
    const found = objectOr(facet);
    if (found && name !== '__proto__') facets[name] = found['_deleted'] === true ? null : (found as JsonObject);
  }
  return facets;
}
