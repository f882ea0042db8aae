import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cases } from './cases.ts';
import { leaks } from './leaks.ts';

const folder = new URL('../../transport/attacks/', import.meta.url);
const numbers = Object.keys(cases).map(Number);

test('each case is attacked by one test of its number', () => {
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const attacked = texts.flatMap((text) => [...text.matchAll(/^attack\((\d+),/gm)].map(([, number]) => Number(number)));
  expect(attacked.sort((a, b) => a - b)).toEqual(numbers);
});

test('each case has a leak that its attack has to notice', () => {
  expect([...new Set(leaks.map((leak) => leak.case))].sort((a, b) => a - b)).toEqual(numbers);
});
