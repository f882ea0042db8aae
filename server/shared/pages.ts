import { badInput } from './errors.ts';

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

/** The sort key in a cursor that `encodeCursor` made for the same order and length, or BAD_INPUT. */
export function decodeCursor(
  cursor: string | null | undefined,
  order: string,
  length: number,
): (string | number | null)[] | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    parsed = undefined;
  }
  const valid =
    Array.isArray(parsed) &&
    parsed.length === length + 1 &&
    parsed[0] === order &&
    parsed.slice(1).every((part) => part === null || typeof part === 'string' || typeof part === 'number');
  if (!valid) {
    throw badInput('after', 'This cursor does not belong to this list.', 'Start again without `after`.');
  }
  return (parsed as unknown[]).slice(1) as (string | number | null)[];
}

/** Cuts a result of up to `first + 1` rows to a page. */
export function pageOf<Row>(rows: Row[], first: number, cursorOf: (row: Row) => string): Page<Row> {
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first, cursorOf };
}
