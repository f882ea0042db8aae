import { z } from 'zod';

// The field types of MLflow's requests. Its protocol buffers go as JSON, so a 64-bit integer may come as a number or a string,
// and a query string knows strings only.

/** At most `max` characters, at least one. */
export const requiredText = (max: number) =>
  z.string().min(1, 'may not be empty').max(max, `may have at most ${max} characters`);

/** At most `max` characters; absent and empty are the same, as in protocol buffers. */
export const optionalText = (max: number) => z.string().max(max, `may have at most ${max} characters`).default('');

/** A 64-bit integer, as bigint. */
export const int64 = z
  .union([z.number().int(), z.bigint(), z.string()], 'must be a whole number')
  .transform((value, context) => {
    const n = typeof value === 'string' && !/^-?\d{1,19}$/.test(value) ? undefined : BigInt(value);
    if (n !== undefined && BigInt.asIntN(64, n) === n) return n;
    context.addIssue('must be a whole number of 64 bits');
    return z.NEVER;
  });

/** Milliseconds since 1970, as Date. */
export const millis = int64.transform((value, context) => {
  const at = new Date(Number(value));
  if (!Number.isNaN(at.getTime())) return at;
  context.addIssue('must be a time in milliseconds');
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

/** A repeated field: in a query string one value stands alone. */
export const list = <Item extends z.ZodType>(item: Item, max: number) =>
  z.preprocess(
    (value): unknown[] => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]),
    z.array(item).max(max, `may have at most ${max} items`),
  );

export interface KeyValue {
  key: string;
  value: string;
}

export const maxKey = 250;

export const tag = (maxValue: number) => z.object({ key: requiredText(maxKey), value: optionalText(maxValue) });

/** Of several values for one key the last counts. */
export const tags = (max: number, maxValue: number) =>
  list(tag(maxValue), max).transform((all): KeyValue[] => [...new Map(all.map((one) => [one.key, one])).values()]);
