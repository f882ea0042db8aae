import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars';
import { AvalError } from '../../shared/errors.ts';

const dateTime = GraphQLDateTimeISO.toConfig();

/** PostgreSQL knows no year 0. */
function storable(moment: Date): Date {
  if (moment.getUTCFullYear() < 1) throw notThat('DateTime', 'a moment of the year 1 or later');
  return moment;
}

export const DateTime = new GraphQLScalarType<Date, string>({
  ...dateTime,
  parseValue: (value) => storable(dateTime.parseValue(value)),
  parseLiteral: (node, variables) => storable(dateTime.parseLiteral(node, variables)),
  name: 'DateTime',
  description: 'A moment in ISO 8601, UTC, to the millisecond: `2026-03-03T09:30:00.000Z`.',
});

export const JsonScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value, as it was recorded.',
});

const notThat = (scalar: string, form: string): AvalError =>
  new AvalError('BAD_INPUT', `This is not a ${scalar}.`, { remedy: `Write ${form}.` });

/** 64 bits: a JSON number while it is a safe integer, a string of digits beyond. */
export const BigIntScalar = new GraphQLScalarType<bigint, number | string>({
  name: 'BigInt',
  description: 'A whole number of 64 bits. It goes as a JSON number up to 2^53 - 1, and as a string of digits beyond.',
  serialize(value) {
    const n = BigInt(value as bigint | number | string);
    return n >= Number.MIN_SAFE_INTEGER && n <= Number.MAX_SAFE_INTEGER ? Number(n) : n.toString();
  },
  parseValue: (value) => toBigInt(value),
  parseLiteral(node) {
    if (node.kind !== Kind.INT && node.kind !== Kind.STRING)
      throw notThat('BigInt', 'a whole number or a string of digits');
    return toBigInt(node.value);
  },
});

function toBigInt(value: unknown): bigint {
  const whole =
    typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && /^-?\d{1,19}$/.test(value);
  if (!whole) throw notThat('BigInt', 'a whole number or a string of digits');
  const n = BigInt(value as number | string);
  if (BigInt.asIntN(64, n) !== n) throw notThat('BigInt', 'a number of at most 64 bits');
  return n;
}

const specials: Record<string, number> = { NaN, Infinity, '-Infinity': -Infinity };

/** JSON has no NaN and no infinities; measurements do. */
export const Float64 = new GraphQLScalarType<number, number | string>({
  name: 'Float64',
  description:
    'A double. NaN and the infinities, which JSON lacks, go as the strings `NaN`, `Infinity` and `-Infinity`.',
  serialize: (value) => (Number.isFinite(value) ? (value as number) : String(value)),
  parseValue: (value) => toDouble(value),
  parseLiteral(node) {
    if (node.kind === Kind.STRING) return toDouble(node.value);
    if (node.kind !== Kind.INT && node.kind !== Kind.FLOAT)
      throw notThat('Float64', 'a number, or "NaN", "Infinity", "-Infinity"');
    return toDouble(Number(node.value));
  },
});

function toDouble(value: unknown): number {
  if (typeof value === 'number') return value;
  const special = typeof value === 'string' ? specials[value] : undefined;
  if (special === undefined) throw notThat('Float64', 'a number, or "NaN", "Infinity", "-Infinity"');
  return special;
}
