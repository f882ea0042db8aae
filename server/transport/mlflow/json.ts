import { badInput } from '../../shared/errors.ts';
import { checkJson, utf8, type JsonObject } from '../../shared/json.ts';

interface WithRawJson {
  /** ECMAScript's proposal "JSON.parse source text access", in Node since 21; TypeScript has no types for it yet. */
  rawJSON(text: string): unknown;
}
const rawJson = (text: string): unknown => (JSON as unknown as WithRawJson).rawJSON(text);
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/**
 * The value of a body; integers that a double cannot hold come as bigint, and what is null is left out, as in protocol buffers. BAD_INPUT
 * for whatever is not sound JSON.
 */
export function parseBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    const text = utf8.decode(body);
    value = mayNeedReviver.test(text)
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

/** 16 digits that begin a number, or a null. Decimals are not looked at: nearly every measurement has as many digits behind the point. */
const mayNeedReviver = /[\s:,[]-?\d{16}|null/;

const exactIntegers: Reviver = (key, value, { source }) => {
  if (value === null && key !== '') return undefined;
  const isLong = typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined;
  return isLong && /^-?\d+$/.test(source) ? BigInt(source) : value;
};

/** The object in a text that is a field of a body. */
export function parseObject(text: string, field: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badInput(field, `Malformed ${field}: it is not a valid JSON.`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw badInput(field, `Malformed ${field}: it is not a JSON object.`);
  }
  checkJson(value, field);
  return value as JsonObject;
}

/** How a sound body itself writes the value at that path: `9.0`, where the value is 9. */
export function textAt(body: Buffer, path: readonly PropertyKey[]): string {
  const asWritten: Reviver = (_, value, { source }) =>
    typeof value === 'number' && source !== undefined ? rawJson(source) : value;
  let value = JSON.parse(utf8.decode(body), asWritten as (key: string, value: unknown) => unknown) as unknown;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  return JSON.stringify(value) ?? '';
}

/** An answer that is put together from JSON texts. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** An answer's text: every integer as a JSON number, NaN and the infinities as the strings that protocol buffers use. */
export function toBody(answer: object): string {
  if (answer instanceof JsonText) return answer.text;
  return JSON.stringify(answer, (_, value: unknown) => {
    if (typeof value === 'bigint') return rawJson(value.toString());
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return value;
  });
}
