import { expect, test } from 'vitest';
import { createLevels } from './levels.ts';

test('levels are taken nearest first, whatever order they came in', () => {
  const levels = createLevels<string>();
  levels.add(7, 'far');
  levels.add(2, 'near');
  levels.add(2, 'near too');
  expect(levels.nearest()).toBe(2);
  expect(levels.take(2)).toEqual(['near', 'near too']);
  levels.add(3, 'next');
  expect([levels.nearest(), levels.take(3), levels.nearest(), levels.take(7)]).toEqual([3, ['next'], 7, ['far']]);
  expect(levels.nearest()).toBeUndefined();
  levels.add(9, 'again');
  expect(levels.nearest()).toBe(9);
});

test('a level for each of half a million rows is no trouble', () => {
  const levels = createLevels<number>();
  for (let dist = 500_000; dist > 0; dist--) levels.add(dist, dist);
  let taken = 0;
  for (let dist = levels.nearest(); dist !== undefined; dist = levels.nearest()) taken += levels.take(dist).length;
  expect(taken).toBe(500_000);
});
