import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBatcher } from './batcher.ts';

/** A batcher whose batches end when they are told to; `batches` has what each was given. */
function held(options: { lanes: number; most: number; keyOf?: (item: string) => string }) {
  const batches: { items: readonly string[]; end(): void }[] = [];
  const ask = createBatcher(
    (items: readonly string[]) =>
      new Promise<string[]>((resolve) => batches.push({ items, end: () => resolve(items.map((item) => `${item}!`)) })),
    { sizeOf: (item) => item.length, ...options },
  );
  const given = async (): Promise<string[]> => {
    await turn();
    await turn();
    return batches.map(({ items }) => items.join(' '));
  };
  return { ask, batches, given };
}

test('what comes while a batch runs is the next one', async () => {
  const { ask, batches, given } = held({ lanes: 1, most: 10 });
  const first = ask('a');
  expect(await given()).toEqual(['a']);
  const others = ['b', 'c'].map(ask);
  expect(await given()).toEqual(['a']);
  batches[0]!.end();
  expect(await first).toBe('a!');
  expect(await given()).toEqual(['a', 'b c']);
  batches[1]!.end();
  expect(await Promise.all(others)).toEqual(['b!', 'c!']);
});

test('a batch holds as much as fits, and as many run as there are lanes', async () => {
  const { ask, batches, given } = held({ lanes: 2, most: 4 });
  const answers = ['aaa', 'bb', 'c', 'dddddd', 'e'].map(ask);
  expect(await given()).toEqual(['aaa c', 'bb e']);
  batches[0]!.end();
  expect(await given()).toEqual(['aaa c', 'bb e', 'dddddd']); // alone it may be larger
  for (const { end } of batches) end();
  expect(await Promise.all(answers)).toEqual(['aaa!', 'bb!', 'c!', 'dddddd!', 'e!']);
});

test('what has one key never runs at the same time', async () => {
  const { ask, batches, given } = held({ lanes: 2, most: 10, keyOf: (item) => item[0]! });
  const answers = ['a1', 'a2', 'b1'].map(ask);
  expect(await given()).toEqual(['a1 b1']);
  batches[0]!.end();
  expect(await given()).toEqual(['a1 b1', 'a2']);
  batches[1]!.end();
  expect(await Promise.all(answers)).toEqual(['a1!', 'a2!', 'b1!']);
});

test('what has one key keeps its order, also where the next would fit and the one before does not', async () => {
  const { ask, batches, given } = held({ lanes: 1, most: 5, keyOf: (item) => item[0]! });
  const answers = ['b11', 'a111', 'a2'].map(ask);
  expect(await given()).toEqual(['b11']);
  batches[0]!.end();
  expect(await given()).toEqual(['b11', 'a111']);
  batches[1]!.end();
  expect(await given()).toEqual(['b11', 'a111', 'a2']);
  batches[2]!.end();
  expect(await Promise.all(answers)).toEqual(['b11!', 'a111!', 'a2!']);
});

test('nobody hears of another’s failure', async () => {
  const tried: string[] = [];
  const ask = createBatcher(
    (items: readonly string[]) => {
      tried.push(items.join(' '));
      return items.includes('bad') ? Promise.reject(new Error('bad')) : Promise.resolve(items);
    },
    { lanes: 1, most: 10, keyOf: (item) => item },
  );
  const answers = ['a', 'bad', 'c'].map(ask);
  expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(tried).toEqual(['a bad c', 'a', 'bad', 'c']);
  expect(await ask('bad').catch(() => 'again')).toBe('again');
  expect(await ask('a')).toBe('a');
});
