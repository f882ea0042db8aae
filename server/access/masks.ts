import { createHmac } from 'node:crypto';
import { getNamedType, isLeafType, type GraphQLOutputType } from 'graphql';

/** How a rule shows a value in part, from the least that it tells to the most. */
export const maskKinds = ['null', 'redact', 'hash', 'last4', 'bucket'] as const;
export type MaskKind = (typeof maskKinds)[number];

/** Of several masks on one value, the one that tells least. */
export const strictest = (kinds: readonly MaskKind[]): MaskKind =>
  maskKinds.find((kind) => kinds.includes(kind)) ?? 'null';

const texts = new Set(['String', 'ID']);
const numbers = new Set(['Int', 'Float', 'Float64', 'BigInt']);

/**
 * The value as the mask leaves it; null where the mask has no meaning for the field's type: text is redacted, hashed or cut to its last
 * four characters, a number is put into its bucket. Items of a list are masked one by one.
 */
export function maskValue(kind: MaskKind, type: GraphQLOutputType, value: unknown, key: Buffer | undefined): unknown {
  const named = getNamedType(type);
  if (value === null || value === undefined || !isLeafType(named)) return null;
  if (Array.isArray(value)) return value.map((item) => maskValue(kind, named, item, key));
  if (numbers.has(named.name)) return kind === 'bucket' ? bucketOf(value) : null;
  return texts.has(named.name) && typeof value === 'string' ? maskText(kind, value, key) : null;
}

const redacted = '[redacted]';

function maskText(kind: MaskKind, text: string, key: Buffer | undefined): string | null {
  switch (kind) {
    case 'redact':
      return redacted;
    case 'hash': // equal values stay equal within an organisation, and cannot be guessed without its key
      return key === undefined ? null : `hmac:${createHmac('sha256', key).update(text).digest('hex').slice(0, 32)}`;
    case 'last4': // of a short text four characters would be most
      return text.length < 8 ? redacted : `…${text.slice(-4)}`;
    default:
      return null;
  }
}

/** Down to one significant digit: 734 is 700, -0.0213 is -0.02. What is no finite number has no bucket. */
function bucketOf(value: unknown): number | null {
  const number = Number(value);
  if (!Number.isFinite(number)) return null;
  if (number === 0) return 0;
  const [digit, exponent] = number.toExponential(15).split('e') as [string, string];
  return Number(`${Math.trunc(Number(digit))}e${exponent}`);
}
