import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPlaces } from './places.ts';

const places = createPlaces(randomBytes(32));

test('a place leads back to its index', () => {
  for (const index of [0, 1, 1_000, Number.MAX_SAFE_INTEGER])
    expect(places.indexOf(places.of(index), 'after')).toBe(index);
  expect(places.of(7)).toBe(places.of(7));
});

test('what is no place, or one of another organisation, is refused', () => {
  const place = Buffer.from(places.of(7), 'base64url');
  const turned = Buffer.from(place);
  turned[15]! ^= 1;
  const bad = ['', '7', place.toString('hex'), turned.toString('base64url'), createPlaces(randomBytes(32)).of(7)];
  for (const one of bad) expect(() => places.indexOf(one, 'after')).toThrow('no place in the log');
});
