/** PostgreSQL type numbers (pg_type.oid) whose JavaScript form we choose, the same on both databases. */
const oid = { int8: 20, int8Array: 1016, date: 1082, timestamp: 1114, timestamptz: 1184 } as const;

/** A safe integer as number, a larger one as BigInt: graph keys stay numbers, metric steps keep all 64 bits. */
export function parseInt8(text: string): number | bigint {
  const n = Number(text);
  return Number.isSafeInteger(n) ? n : BigInt(text);
}

/** `2026-11-22 12:00:00.123+00` as a Date; both databases run in UTC. */
const parseTime = (text: string): Date => new Date(`${text.slice(0, -'+00'.length).replace(' ', 'T')}Z`);

/** `{1,2,NULL}`; pg would leave the elements text. Read digit by digit: cutting the text in pieces first costs twice as much. */
function parseInt8Array(text: string): (number | bigint | null)[] {
  const items: (number | bigint | null)[] = [];
  for (let at = 1, end = 1; at < text.length - 1; at = ++end) {
    const negative = text[at] === '-';
    const first = negative ? at + 1 : at;
    let value = 0;
    end = first;
    for (let digit = digitAt(text, end); digit >= 0 && digit <= 9; digit = digitAt(text, ++end))
      value = value * 10 + digit;
    if (end === first) {
      items.push(null);
      end += 'NULL'.length;
    } else items.push(end - first > 15 ? parseInt8(text.slice(at, end)) : negative ? -value : value);
  }
  return items;
}

const digitAt = (text: string, at: number): number => text.charCodeAt(at) - 48;

/** Parsers by type number, in the form that both PGlite and pg take. */
export const typeParsers: Record<number, (text: string) => unknown> = {
  [oid.int8]: parseInt8,
  [oid.int8Array]: parseInt8Array,
  [oid.timestamptz]: parseTime,
};
