import { expect, test } from 'vitest';
import { mergeAll, saidAt, type Facets } from './facets.ts';

const at = (second: number): Date => new Date(`2026-03-03T09:30:0${second}.000Z`);
const said = (second: number, facets: Facets) => ({ key: 'raw', facets, at: at(second) });
const stored = new Map([['raw', { facets: { a: { x: 1 } }, times: { a: at(2).toISOString() } }]]);

test('what is said again moves its time, and is not written', () => {
  const { now, updates } = mergeAll(stored, [said(3, { a: { x: 1 } })]);
  expect(updates).toEqual([{ key: 'raw', times: { a: at(3).toISOString() }, facets: null }]);
  expect(now.get('raw')).toMatchObject({ facets: { a: { x: 1 } } });
});

test('what is older, or as old and lesser, changes nothing', () => {
  expect(mergeAll(stored, [said(1, { a: { x: 2 } }), said(2, { a: { x: 0 } })]).updates).toEqual([]);
});

test('one thing that differs has all of its facets written, though another is only said again', () => {
  const { updates } = mergeAll(stored, [said(3, { b: { y: 1 } }), said(4, { a: { x: 1 } })]);
  expect(updates).toMatchObject([{ facets: { a: { x: 1 }, b: { y: 1 } } }]);
  const taken = mergeAll(stored, [said(3, { a: null })]);
  expect(taken.updates).toEqual([{ key: 'raw', times: { a: at(3).toISOString() }, facets: {} }]);
});

test('a facet may be called what every object has', () => {
  const { updates } = mergeAll(new Map(), [said(1, { constructor: { a: 1 } })]);
  expect(updates).toMatchObject([{ facets: { constructor: { a: 1 } } }]);
});

test('of what is taken back the time is kept, and no null', () => {
  expect(saidAt({ a: null, b: { y: 1 } }, at(1))).toEqual({
    facets: { b: { y: 1 } },
    times: { a: at(1).toISOString(), b: at(1).toISOString() },
  });
});
