import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { coalesce } from './coalesce.ts';

let rounds = 0;
let underWay = 0;
let fails: string | undefined;
const errors: unknown[] = [];
const onError = (error: unknown) => void errors.push(error);

/** Takes 20 ms, and never runs twice at a time. */
async function round(): Promise<void> {
  rounds++;
  expect(++underWay).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  underWay--;
  if (fails !== undefined) throw new Error(fails);
}

beforeEach(() => {
  vi.useFakeTimers();
  [rounds, underWay, fails] = [0, 0, undefined];
  errors.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  expect(underWay).toBe(0);
});

test('calls made while a round runs share the next one', async () => {
  const { run } = coalesce(round, { onError });
  const first = run();
  const later = [run(), run(), run()];
  await vi.advanceTimersByTimeAsync(20);
  await first;
  expect(rounds).toBe(2); // the second one has begun
  await vi.advanceTimersByTimeAsync(20);
  await Promise.all(later);
  expect(rounds).toBe(2);
});

test('whoever calls between two rounds gets one that begins after the call', async () => {
  const { run } = coalesce(round, { onError });
  const first = run();
  const between = first.then(() => run()); // before the one below begins
  const second = run();
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all([second, between]);
  expect(rounds).toBe(2);
});

test('a round that fails fails for those who waited for it, and for nobody else', async () => {
  const { run } = coalesce(round, { onError });
  fails = 'first';
  const outcomes = Promise.allSettled([run(), run(), run()]);
  await vi.advanceTimersByTimeAsync(20);
  fails = undefined;
  await vi.advanceTimersByTimeAsync(20);
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(errors).toEqual([]);
});

test('soon begins at once, and leaves a gap after each round', async () => {
  const { soon, stop } = coalesce(round, { gapMs: 100, onError });
  soon();
  expect(rounds).toBe(1);
  for (let i = 0; i < 50; i++) {
    soon();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(rounds).toBe(5); // each 20 ms long and 100 ms after the one before
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rounds).toBe(6); // what was asked for last
  await stop();
});

test('a failure that nobody waits for is told of, and the next round runs', async () => {
  const { soon, every, stop } = coalesce(round, { onError });
  fails = 'soon';
  soon();
  await vi.advanceTimersByTimeAsync(20);
  fails = 'every';
  every(50);
  await vi.advanceTimersByTimeAsync(70);
  fails = undefined;
  soon();
  await vi.advanceTimersByTimeAsync(20);
  await stop();
  expect(errors).toEqual([new Error('soon'), new Error('every')]);
  expect(rounds).toBe(3);
});

test('the clock may have more to do, and waits for itself', async () => {
  let asked = 0;
  const { every, run, stop } = coalesce(round, { onError });
  every(8, async () => {
    if (++asked % 2 === 0) await run();
  });
  await vi.advanceTimersByTimeAsync(102); // at 8, from 16 to 36, at 40, from 48 to 68, at 72, from 80 to 100
  expect(asked).toBe(6);
  await stop();
  expect(rounds).toBe(3);
});

test('after the stop nothing begins by itself, and what runs has ended', async () => {
  const { soon, every, run, stop } = coalesce(round, { gapMs: 10, onError });
  every(5);
  soon();
  void run();
  const stopped = stop();
  await vi.advanceTimersByTimeAsync(40);
  await stopped;
  soon();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rounds).toBe(2);
});
