/** What a reader can tell apart: a value, and four ways of not having one. Hidden is never shown as absent. */

/** Which rule hides something, why, and how to ask for it. */
export interface Refusal {
  /** `Type.field`. */
  field: string;
  use?: string | null;
  policy: string;
  reason: string;
  howToRequest?: string | null;
}

export type Known<T> =
  | { state: 'known'; value: T }
  | { state: 'redacted'; by: Refusal }
  | { state: 'notRecorded'; owner?: string }
  | { state: 'notApplicable'; because: string }
  | { state: 'undeterminable'; because: string };

export const known = <T>(value: T): Known<T> => ({ state: 'known', value });
export const redacted = (by: Refusal): Known<never> => ({ state: 'redacted', by });
export const notRecorded = (owner?: string): Known<never> =>
  owner === undefined ? { state: 'notRecorded' } : { state: 'notRecorded', owner };
export const notApplicable = (because: string): Known<never> => ({ state: 'notApplicable', because });
export const undeterminable = (because: string): Known<never> => ({ state: 'undeterminable', because });

/** An object of the API that says which of its own fields are hidden. */
export interface Redactable {
  redactions?: readonly Refusal[] | null;
}

const lastSegment = (coordinate: string): string => coordinate.slice(coordinate.lastIndexOf('.') + 1);

/** The rule that hides `field` of `object` from this reader, if one does. */
export function refusalOf(object: Redactable, field: string): Refusal | undefined {
  return object.redactions?.find(
    (one) => lastSegment(one.field) === field && (!one.use || one.use.toUpperCase() === 'SELECT'),
  );
}

/** The rule that hides something of a list's rows; a list of the others would look whole. */
export function firstHidden<R>(
  rows: readonly R[],
  fields: (row: R) => [object: Redactable, field: string][],
): Refusal | undefined {
  for (const row of rows)
    for (const [object, field] of fields(row)) {
      const by = refusalOf(object, field);
      if (by) return by;
    }
  return undefined;
}

/** A nullable field as one of the states: null counts as "not recorded" only when no rule hides it. */
export function fieldOf<O extends Redactable, K extends keyof O & string>(
  object: O,
  field: K,
): Known<NonNullable<O[K]>> {
  const hidden = refusalOf(object, field);
  if (hidden) return redacted(hidden);
  const value = object[field];
  if (value === null || value === undefined || value === '') return notRecorded();
  return known(value);
}

export function mapKnown<T, U>(from: Known<T>, change: (value: T) => U): Known<U> {
  return from.state === 'known' ? known(change(from.value)) : from;
}

export function thenKnown<T, U>(from: Known<T>, change: (value: T) => Known<U>): Known<U> {
  return from.state === 'known' ? change(from.value) : from;
}

/** The value, or `otherwise` when there is none to see. Never use the result to count, sort or filter. */
export const valueOr = <T, U>(from: Known<T>, otherwise: U): T | U => (from.state === 'known' ? from.value : otherwise);
