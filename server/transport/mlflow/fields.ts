import { z } from 'zod';
import type { KeyValue } from '../../domain/key-value.ts';
import { AvalError } from '../../shared/errors.ts';
import { fromHex } from '../../shared/ids.ts';

// The field types of MLflow's requests. Its protocol buffers go as JSON, so a 64-bit integer may come as a number or a string,
// and a query string knows strings only.

/** Counted as Python counts: an emoji is one character. */
const isLonger = (text: string, max: number): boolean => text.length > max && [...text].length > max;

const text = (max: number) =>
  z.string().refine((value) => !isLonger(value, max), `exceeds the maximum length of ${max} characters`);

/** At most `max` characters, at least one. */
export const requiredText = (max: number) => text(max).min(1);

/** At most `max` characters; absent and empty are the same, as in protocol buffers. */
export const optionalText = (max: number) => text(max).default('');

/** The first `max` characters: MLflow's server cuts the values of parameters and tags where they are longer. */
export const cutText = (max: number) =>
  z
    .string()
    .default('')
    .transform((value) => (isLonger(value, max) ? [...value].slice(0, max).join('') : value));

/** A 64-bit integer, as bigint. */
export const int64 = z
  .union([z.number().int(), z.bigint(), z.string()], 'must be a whole number')
  .transform((value, context) => {
    const n = typeof value === 'string' && !/^-?\d{1,19}$/.test(value) ? undefined : BigInt(value);
    if (n !== undefined && BigInt.asIntN(64, n) === n) return n;
    context.addIssue('must be a whole number of 64 bits');
    return z.NEVER;
  });

const [earliest, latest] = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'].map((text) => Date.parse(text)) as [number, number]; // prettier-ignore

/** True for milliseconds since 1970 of a time that can be stored. */
export const isMillis = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= earliest && (value as number) <= latest;

/** Milliseconds since 1970, as Date. */
export const millis = int64.transform((value, context) => {
  if (isMillis(Number(value))) return new Date(Number(value));
  context.addIssue('must be a time in milliseconds since 1970, from the year 1 to the year 9999');
  return z.NEVER;
});

/** A double; NaN and the infinities come as strings. */
export const double = z.union([z.number(), z.bigint(), z.string()], 'must be a number').transform((value, context) => {
  const n = value === '' ? undefined : Number(value);
  if (n !== undefined && (!Number.isNaN(n) || value === 'NaN')) return n;
  context.addIssue('must be a number');
  return z.NEVER;
});

/** A page size within 1 to `max`; `fallback` when absent. */
export const pageSize = (fallback: number, max: number) =>
  int64
    .default(BigInt(fallback))
    .transform(Number)
    .refine((n) => n >= 1 && n <= max, `must be a positive whole number of at most ${max}`);

/** A repeated field of a body. */
export const list = <Item extends z.ZodType>(item: Item, max: number, refusal = `may have at most ${max} items`) =>
  z.array(item).max(max, refusal).default([]);

/** A repeated field of a query string, where one value stands alone. */
export const repeated = <Item extends z.ZodType>(item: Item, max: number, refusal?: string) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), list(item, max, refusal));

export const searchText = z.string().max(16_384, 'may have at most 16384 characters').default('');

export const maxKey = 250;

/** The name of a metric, parameter or tag. As a path it must be its own shortest form: clients keep such things in folders. */
export const entityKey = requiredText(maxKey)
  .regex(/^[\p{L}\p{N}_/.\- :]*$/u, 'may contain only letters, digits, _ - . : / and spaces')
  .refine(
    (key) => key !== '.' && !/^(\/|\.\.)|\/$|\/\/|(^|\/)\.\.?(\/|$)/.test(key),
    'may not look like a path that goes elsewhere',
  );

const lastOfEach = (all: KeyValue[]): KeyValue[] => [...new Map(all.map((one) => [one.key, one])).values()];

/** Of several values for one key the last counts. */
export const tags = (max: number, maxValue: number) =>
  list(z.object({ key: entityKey, value: optionalText(maxValue) }), max).transform(lastOfEach);

export const pair = (maxValue: number) => z.object({ key: entityKey, value: cutText(maxValue) });

/** As `tags`, for those of runs: long values are cut. */
export const runTags = (max: number, maxValue: number) => list(pair(maxValue), max).transform(lastOfEach);

/** MLflow's id of a run: a UUID in 32 hex digits. Any other text names no run. */
export const runId = z.string().transform((text) => {
  const uuid = fromHex(text);
  if (uuid === undefined)
    throw new AvalError('NOT_FOUND', `Run with id=${text.slice(0, 64)} not found`, { field: 'run_id' });
  return uuid;
});

/** A run that is mentioned, in MLflow's registry, may be any text of this length. */
export const maxRunId = 256;

/** A request about one run: `run_id`, or `run_uuid` as old clients say. */
export const ofRun = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(
    (raw) => {
      const { run_id, run_uuid } = raw as Record<string, unknown>;
      return { ...(raw as object), run_id: run_id || run_uuid };
    },
    z.object({ run_id: runId, ...shape }),
  );

/** The UUID in MLflow's id of a logged model, `m-` and 32 hex digits; undefined for any other text. */
export const uuidOfLoggedModel = (text: string): string | undefined =>
  text.startsWith('m-') ? fromHex(text.slice(2)) : undefined;

/** A logged model that is mentioned; where it is what is asked for, a wrong id is NOT_FOUND instead. */
export const loggedModelId = z.string().transform((text, context) => {
  const uuid = uuidOfLoggedModel(text);
  if (uuid !== undefined) return uuid;
  context.addIssue('is not the id of a logged model');
  return z.NEVER;
});
