import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cases, type Case } from './cases.ts';
import { leaks } from './leaks.ts';
import { attackSurfaces, matrix, type AttackSurface } from './matrix.ts';
import { matrixTable } from './table.ts';

const folder = new URL('../../transport/attacks/', import.meta.url);
const numbers = Object.keys(cases).map(Number) as Case[];

/** By surface, the numbers that a file of attacks on it attacks; each attack then holds itself to the matrix, `attack.ts`. */
function attacked(): Map<AttackSurface, number[]> {
  const found = new Map<AttackSurface, number[]>();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const surfaces = /\battacks\(([^)]*)\)/
      .exec(text)![1]!
      .split(',')
      .map((one) => one.trim().slice(1, -1));
    const several = [...text.matchAll(/^for \(const \[number, how\] of (\[.*?\]) as const\)/gms)];
    const own = [
      ...[...text.matchAll(/^attack\((\d+),/gm)].map(([, number]) => Number(number)),
      ...several.flatMap(([, list]) => [...list!.matchAll(/\[(\d+),/g)].map(([, number]) => Number(number))),
    ];
    for (const surface of surfaces as AttackSurface[]) found.set(surface, [...(found.get(surface) ?? []), ...own]);
  }
  return found;
}

test('each case says of each surface that it is tried there, or why not', () => {
  for (const number of numbers) {
    const { on, not } = matrix[number];
    for (const surface of attackSurfaces) {
      const why = not[surface];
      expect(on.includes(surface) ? why : why?.length, `${number} on ${surface}`).toEqual(
        on.includes(surface) ? undefined : expect.any(Number),
      );
      if (!on.includes(surface)) expect(why, `${number} on ${surface}`).not.toBe('');
    }
  }
});

test('each case is attacked by one test of its number wherever it is said to be tried', () => {
  const found = attacked();
  for (const surface of attackSurfaces) {
    const own = found.get(surface) ?? [];
    expect(new Set(own).size, `attacks on ${surface}, each once`).toBe(own.length);
    const claimed = numbers.filter((number) => matrix[number].on.includes(surface));
    expect(own, surface).toEqual(expect.arrayContaining(claimed));
  }
  expect([...new Set([...found.values()].flat())].sort((a, b) => a - b)).toEqual(numbers);
});

test('each case has a leak that its attack has to notice, and each surface has some of its own', () => {
  expect([...new Set(leaks.map((leak) => leak.case))].sort((a, b) => a - b)).toEqual(numbers);
  expect(new Set(leaks.map((leak) => leak.on ?? 'http'))).toEqual(new Set(attackSurfaces));
  for (const leak of leaks) {
    if (leak.on) expect(matrix[leak.case].on, `${leak.case}: ${leak.says}`).toContain(leak.on);
  }
});

test('docs/access.md shows the matrix', () => {
  const text = readFileSync(new URL('../../../docs/access.md', import.meta.url), 'utf8');
  const plain = (table: string): string => table.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
  expect(plain(text)).toContain(plain(matrixTable()));
});
