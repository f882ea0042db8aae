import { badInput } from '../../shared/errors.ts';
import { checkJson } from '../../shared/json.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

interface WithRawJson {
  /** ECMAScript's proposal "JSON.parse source text access", in Node since 21; TypeScript has no types for it yet. */
  rawJSON(text: string): unknown;
}
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** The value of a body; integers that a double cannot hold come as bigint. BAD_INPUT for whatever is not sound JSON. */
export function parseBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    const text = utf8.decode(body);
    value = /\d{16}/.test(text)
      ? JSON.parse(text, exactIntegers as (key: string, value: unknown) => unknown)
      : JSON.parse(text);
  } catch {
    throw badInput('body', 'The body is not well-formed JSON.');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw badInput('body', 'The body must be a JSON object.');
  }
  checkJson(value, 'body');
  return value as Record<string, unknown>;
}

const exactIntegers: Reviver = (_, value, { source }) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;

/** An answer's text: every integer as a JSON number, NaN and the infinities as the strings that protocol buffers use. */
export const toBody = (answer: object): string =>
  JSON.stringify(answer, (_, value: unknown) => {
    if (typeof value === 'bigint') return (JSON as unknown as WithRawJson).rawJSON(value.toString());
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return value;
  });
