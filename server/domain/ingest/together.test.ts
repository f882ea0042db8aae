import { expect, test } from 'vitest';
import { together } from './together.ts';

interface Item {
  readonly who: string;
  readonly text: string;
  readonly size: number;
}
const item = (who: string, text: string, size = 1): Item => ({ who, text, size });

/** What was served in which turn; a turn goes on until `release`, and fails when it holds what is in `broken`. */
function counter() {
  const turns: string[][] = [];
  const broken = new Set<string>();
  let waiting: (() => void)[] = [];
  const serve = together<Item>(
    async (items) => {
      turns.push(items.map(({ who, text }) => `${who}:${text}`));
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (items.some(({ text }) => broken.has(text)))
        throw new Error(`broken: ${items.map(({ text }) => text).join()}`);
    },
    ({ who }) => who,
    { most: 4, sizeOf: ({ size }) => size },
  );
  const release = async (): Promise<void> => {
    while (waiting.length > 0) {
      const before = waiting;
      waiting = [];
      for (const resolve of before) resolve();
      await new Promise(setImmediate);
    }
  };
  return { serve, turns, broken, release };
}

test('what one caller sends while it is served shares the next turn; what others send never does, even the same', async () => {
  const { serve, turns, release } = counter();
  const all = ['a', 'b', 'a', 'b', 'a'].map((who) => serve(item(who, 'same')));
  expect(turns).toEqual([['a:same'], ['b:same']]); // at once, and beside each other
  await release();
  await Promise.all(all);
  expect(turns).toEqual([['a:same'], ['b:same'], ['a:same', 'a:same'], ['b:same']]);
});

test('a turn takes in order what fits, and what is larger alone', async () => {
  const { serve, turns, release } = counter();
  const all = [item('a', '1'), item('a', '2', 3), item('a', '3', 1), item('a', '4', 9), item('a', '5')].map(serve);
  await release();
  await Promise.all(all);
  expect(turns).toEqual([['a:1'], ['a:2', 'a:3'], ['a:4'], ['a:5']]);
});

test('when a turn fails, who alone fails hears of it, the others are served; nothing of it is kept', async () => {
  const { serve, turns, broken, release } = counter();
  broken.add('bad');
  const all = ['first', 'good', 'bad', 'good too'].map((text) => serve(item('a', text)));
  const outcomes = Promise.allSettled(all);
  await release();
  expect((await outcomes).map((one) => (one.status === 'rejected' ? String(one.reason) : one.status))).toEqual([
    'fulfilled',
    'fulfilled',
    'Error: broken: bad',
    'fulfilled',
  ]);
  expect(turns.slice(2)).toEqual([['a:good'], ['a:bad'], ['a:good too']]);
  const again = serve(item('a', 'bad')).catch(String); // a failure alone is told as it is, and not tried twice
  await release();
  expect(await again).toBe('Error: broken: bad');
  broken.clear();
  const mended = serve(item('a', 'bad'));
  await release();
  await mended;
  expect(turns.slice(5)).toEqual([['a:bad'], ['a:bad']]);
});
