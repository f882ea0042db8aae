import { badInput } from './errors.ts';
import { isUuid } from './ids.ts';

/** A page asked for by Relay's `first` and `after`. */
export interface PageRequest {
  first: number;
  after?: string | null | undefined;
}

/** One page by keyset: the rows, the cursor of each, and whether more follow. */
export interface Page<Row> {
  rows: Row[];
  hasNextPage: boolean;
  cursorOf(row: Row): string;
}

export const maxPageSize = 100;

/** `first` within 1 to 100, or BAD_INPUT. */
export function pageSize(first: number): number {
  if (!Number.isInteger(first) || first < 1 || first > maxPageSize) {
    throw badInput('first', `first must be a whole number from 1 to ${maxPageSize}.`);
  }
  return first;
}

/** A cursor holds the sort key of a row, tagged with the order it belongs to, so that it cannot be used under another. */
export const encodeCursor = (order: string, key: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify([order, ...key])).toString('base64url');

/** What stands at one place of a sort key. `time?` may be missing; `any` is checked by whoever asked for it. */
export type CursorPart = 'text' | 'whole' | 'uuid' | 'time' | 'time?' | 'any';

interface PartValues {
  text: string;
  whole: number;
  uuid: string;
  time: Date;
  'time?': Date | null;
  any: string | number | null;
}

type Key<Parts extends readonly CursorPart[]> = { -readonly [K in keyof Parts]: PartValues[Parts[K]] };

const isText = (part: unknown): part is string =>
  typeof part === 'string' && !part.includes('\0') && part.isWellFormed();
/** Times that both databases hold: from 1970 to the year 9999. */
const isTime = (part: unknown): boolean =>
  Number.isSafeInteger(part) && (part as number) >= 0 && (part as number) < 253_402_300_800_000;

const sound: Record<CursorPart, (part: unknown) => boolean> = {
  text: isText,
  whole: Number.isSafeInteger,
  uuid: (part) => typeof part === 'string' && isUuid(part),
  time: isTime,
  'time?': (part) => part === null || isTime(part),
  any: (part) => part === null || typeof part === 'number' || isText(part),
};

/**
 * The sort key in a cursor that `encodeCursor` made for the same order, or BAD_INPUT. A cursor is the caller's: what is not of the
 * types that the order has never gets as far as a statement.
 */
export function decodeCursor<const Parts extends readonly CursorPart[]>(
  cursor: string | null | undefined,
  order: string,
  parts: Parts,
): Key<Parts> | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    parsed = undefined;
  }
  const valid =
    Array.isArray(parsed) &&
    parsed.length === parts.length + 1 &&
    parsed[0] === order &&
    parts.every((part, i) => sound[part]((parsed as unknown[])[i + 1]));
  if (!valid) {
    throw badInput('after', 'This cursor does not belong to this list.', 'Start again at the first page.');
  }
  return parts.map((part, i) => {
    const value = (parsed as unknown[])[i + 1];
    return (part === 'time' || part === 'time?') && value !== null ? new Date(value as number) : value;
  }) as Key<Parts>;
}

/** Cuts a result of up to `first + 1` rows to a page. */
export function pageOf<Row>(rows: Row[], first: number, cursorOf: (row: Row) => string): Page<Row> {
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first, cursorOf };
}
