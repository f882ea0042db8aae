import { badInput } from './errors.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What one stored JSON value may be: PGlite loses rows silently past a depth of about 7,000. */
export const jsonLimits = { depth: 64, bytes: 256 * 1024 };

/** Throws at bytes that are no UTF-8, which would become other texts silently; leaves out a byte order mark. */
export const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Throws BAD_INPUT when the value is nested too deep, or holds a character or a number that cannot be stored. */
export function checkJson(value: unknown, field: string, depth = 0): void {
  if (depth > jsonLimits.depth) throw badInput(field, `JSON may be nested at most ${jsonLimits.depth} deep.`);
  if (typeof value === 'string') {
    checkText(value, field);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw badInput(field, 'A number may be at most 1.8e308.'); // JSON's 1e400 is Infinity
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => checkJson(item, `${field}[${i}]`, depth + 1));
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      checkText(key, field);
      checkJson(item, key.length > 100 ? field : `${field}.${key}`, depth + 1); // no error is as long as its cause
    }
  }
}

/** A text of `min` to `max` characters that can be stored; with a least length, one that is not blank. */
export function checkLength(text: string, field: string, min: number, max: number): void {
  checkText(text, field);
  if (text.length > max || (min > 0 && text.trim().length < min)) {
    throw badInput(field, `A text of ${min} to ${max} characters is wanted here.`);
  }
}

/** NUL is an error in PostgreSQL's text, and a lone surrogate silently becomes U+FFFD. */
export function checkText(text: string, field: string): void {
  if (text.includes('\0')) throw badInput(field, 'Text may not contain a NUL character.');
  if (!text.isWellFormed()) throw badInput(field, 'Text may not contain a lone surrogate.');
}
