import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { thin } from './thin.ts';

const curve = (length: number, valueAt: (i: number) => number) =>
  Array.from({ length }, (_, i) => ({ step: i, value: valueAt(i) }));

describe('a thinned curve', () => {
  test('is itself when it is short enough', () => {
    const points = curve(10, (i) => i);
    expect(thin(points, 10)).toEqual(points);
  });

  test.each([1, 2, 3, 7, 100, 999])('has at most %i points, in order', (limit) => {
    const thinned = thin(
      curve(1_000, (i) => Math.sin(i / 20)),
      limit,
    );
    expect(thinned).toHaveLength(limit);
    expect(thinned).toEqual(thinned.toSorted((a, b) => a.step - b.step));
    expect(thinned.at(-1)!.step).toBe(999);
  });

  test('keeps the first, the last and each spike', () => {
    const thinned = thin(
      curve(1_000, (i) => (i === 417 ? 50 : 0)),
      20,
    );
    expect([thinned[0]!.step, thinned.at(-1)!.step]).toEqual([0, 999]);
    expect(thinned.map((point) => point.value)).toContain(50);
  });

  test.each([NaN, Infinity, -Infinity])('keeps %d, which a reader must not miss', (value) => {
    const thinned = thin(
      curve(1_000, (i) => (i === 700 ? value : i)),
      10,
    );
    expect(thinned.some((point) => Object.is(point.value, value))).toBe(true);
  });

  test('is part of the whole, in order, with its ends and its extremes', () => {
    const values = fc.array(fc.oneof({ weight: 9, arbitrary: fc.double({ noDefaultInfinity: true, noNaN: true }) }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) }), { maxLength: 300, size: 'max' }); // prettier-ignore
    fc.assert(
      fc.property(values, fc.integer({ min: 4, max: 60 }), (all, limit) => {
        const points = curve(all.length, (i) => all[i]!);
        const thinned = thin(points, limit);
        expect(thinned).toHaveLength(Math.min(limit, points.length));
        expect(thinned).toEqual(points.filter((point) => thinned.includes(point)));
        expect([thinned[0], thinned.at(-1)]).toEqual([points[0], points.at(-1)]);
        const ends = (of: { value: number }[]) => {
          const finite = of.map(({ value }) => value).filter(Number.isFinite);
          return [Math.min(...finite), Math.max(...finite)];
        };
        expect(ends(thinned)).toEqual(ends(points));
      }),
    );
  });

  test('takes steps beyond 2^53', () => {
    const points = Array.from({ length: 50 }, (_, i) => ({ step: 2n ** 60n + BigInt(i), value: i }));
    expect(thin(points, 5)).toHaveLength(5);
  });
});
