import { sql, type RawBuilder } from 'kysely';

// Whole columns as one parameter each, for `unnest`: a statement takes 65,535 parameters at most, and planning thousands costs.
// Numbers and times travel as one text, joined here: the drivers would look at each element for what to escape. NaN, infinities and
// 64-bit integers keep their value that way.

export const texts = (values: readonly (string | null)[]): RawBuilder<(string | null)[]> =>
  sql`${sql.val([...values])}::text[]`;

export const uuids = (values: readonly string[]): RawBuilder<string[]> => sql`${sql.val([...values])}::uuid[]`;

const literal = (values: readonly (string | number | bigint)[]): RawBuilder<string> =>
  sql`${`{${values.join()}}`}::text`;

export const int4s = (values: readonly number[]): RawBuilder<number[]> => sql`${literal(values)}::int4[]`;

export const int8s = (values: readonly (number | bigint)[]): RawBuilder<number[]> => sql`${literal(values)}::int8[]`;

// The same in PostgreSQL's binary form, for thousands of numbers: nobody writes digits, and nobody reads them.

/** An array's binary form: one dimension from 1, no nulls, and each element behind its length. A DataView writes ten times as fast as a Buffer. */
function pack<N>(
  oid: number,
  size: number,
  values: readonly N[],
  write: (bytes: DataView, value: N, at: number) => void,
): Buffer {
  const head = 20;
  const buffer = Buffer.allocUnsafe(head + values.length * (4 + size));
  const bytes = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  [values.length > 0 ? 1 : 0, 0, oid, values.length, 1].forEach((word, i) => bytes.setInt32(4 * i, word));
  let at = head;
  for (const value of values) {
    bytes.setInt32(at, size);
    write(bytes, value, at + 4);
    at += 4 + size;
  }
  return values.length > 0 ? buffer : buffer.subarray(0, 12); // none has no dimension either
}

/** A number is written as two halves: making a bigint of each costs ten times as much. */
function writeInt8(bytes: DataView, value: number | bigint, at: number): void {
  if (typeof value === 'bigint') return bytes.setBigInt64(at, value);
  const high = Math.floor(value / 2 ** 32);
  bytes.setInt32(at, high);
  bytes.setUint32(at + 4, value - high * 2 ** 32);
}

const oid = { int4: 23, int8: 20, float8: 701 } as const;

export const packed = {
  int4s: (values: readonly number[]): RawBuilder<number[]> =>
    sql`${pack(oid.int4, 4, values, (bytes, value, at) => bytes.setInt32(at, value))}::int4[]`,
  int8s: (values: readonly (number | bigint)[]): RawBuilder<number[]> =>
    sql`${pack(oid.int8, 8, values, writeInt8)}::int8[]`,
  float8s: (values: readonly number[]): RawBuilder<number[]> =>
    sql`${pack(oid.float8, 8, values, (bytes, value, at) => bytes.setFloat64(at, value))}::float8[]`,
};
