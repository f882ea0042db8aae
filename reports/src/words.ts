/** Values as text: one way to write each, in UTC, without a locale of the machine's. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

/** 22 Nov 2026 */
export function day(iso: string): string {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** 22 Nov 2026 12:00 UTC */
export function moment(iso: string): string {
  const at = new Date(iso);
  return `${day(iso)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

/** 22 Nov 2026 12:00:07, for rows of one table that says UTC in its head. */
export function momentInTable(iso: string): string {
  const at = new Date(iso);
  return `${day(iso)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

export function duration(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** Four significant digits, thin spaces between thousands; NaN and infinities arrive as words and stay words. */
export function number(value: number | string): string {
  const n = Number(value);
  if (!Number.isFinite(n)) return String(value);
  if (n !== 0 && (Math.abs(n) < 1e-4 || Math.abs(n) >= 1e12)) return n.toExponential(3);
  const text = Number.isInteger(n) ? String(n) : String(Number(n.toPrecision(4)));
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.length > 4 ? whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, '\u202f') : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A metric in a table: three decimals, so that columns of shares line up. */
export function figure(value: number | string): string {
  const n = Number(value);
  return Number.isFinite(n) && !Number.isInteger(n) && Math.abs(n) >= 0.001 && Math.abs(n) < 100
    ? n.toFixed(3)
    : number(value);
}

/** `false positive rate` from false_positive_rate. */
export const spaced = (identifier: string): string => identifier.replaceAll('_', ' ');

/** `1 model version`, `3 model versions`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

export function list(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** `special category` from SPECIAL_CATEGORY. */
export const plain = (constant: string): string => constant.toLowerCase().replaceAll('_', ' ');

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The start of a hash, enough to recognise it. */
export const short = (hash: string): string => (hash.length > 16 ? `${hash.slice(0, 8)}…${hash.slice(-4)}` : hash);
