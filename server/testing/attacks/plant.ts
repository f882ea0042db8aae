import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';
import { leaks, type Edit } from './leaks.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Place {
  readonly start: number;
  readonly from: string;
  /** By the leak's number. */
  readonly plants: { id: number; to: string }[];
}

/** Each edit at its place in the source, sorted; throws when an anchor is not there exactly once, or two overlap. */
function placesIn(file: string, code: string): Place[] {
  const places = new Map<string, Place>();
  leaks.forEach((leak, id) => {
    for (const { from, to } of leak.edits.filter((edit) => edit.file === file)) {
      const start = code.indexOf(from);
      if (start < 0 || code.indexOf(from, start + 1) >= 0) {
        throw new Error(`${file} has not exactly once the anchor of case ${leak.case}, "${leak.says}": ${from}`);
      }
      const key = `${start} ${from}`;
      const place = places.get(key) ?? { start, from, plants: [] };
      place.plants.push({ id, to });
      places.set(key, place);
    }
  });
  const sorted = [...places.values()].sort((a, b) => a.start - b.start);
  sorted.forEach((place, i) => {
    const next = sorted[i + 1];
    if (next && next.start < place.start + place.from.length) {
      throw new Error(`In ${file}, two anchors overlap: ${place.from} | ${next.from}`);
    }
  });
  return sorted;
}

/** The database's own wall is down while a leak is open: what it would stop, the attack has to notice all the same. */
const secondWall: Edit = {
  file: 'server/compose.ts',
  from: 'storeFor?.(access) ?? store',
  to: '(globalThis.plantedLeak === undefined ? (storeFor?.(access) ?? store) : store)',
};

const isOpen = (id: number): string => `globalThis.plantedLeak === ${id}`;

/** The source as it is, and beside it each leak, closed until `globalThis.plantedLeak` has its number. */
function withLeaks(file: string, source: string): string {
  const { file: wallFile, from: wall, to: noWall } = secondWall;
  if (file === wallFile && source.split(wall).length !== 2) throw new Error(`${file} has not exactly once ${wall}`);
  const code = file === wallFile ? source.replace(wall, noWall) : source;
  return placesIn(file, code).reduceRight((text, { start, from, plants }) => {
    const [first] = plants;
    const planted = first!.to.includes('PLANTED')
      ? first!.to.replaceAll('PLANTED', isOpen(first!.id))
      : from.endsWith(';')
        ? plants.reduce((rest, { id, to }) => `if (${isOpen(id)}) { ${to} } else { ${rest} }`, from)
        : plants.reduce((rest, { id, to }) => `(${isOpen(id)} ? (${to}) : (${rest}))`, from);
    return text.slice(0, start) + planted + text.slice(start + from.length);
  }, code);
}

/** Plants every leak in the sources as they are loaded; nothing on disk changes. */
export function plantLeaks(): Plugin {
  const files = new Set([secondWall.file, ...leaks.flatMap((leak) => leak.edits.map((edit: Edit) => edit.file))]);
  // before anything runs: an anchor that is gone must not pass for a leak that nobody opened
  for (const file of files) withLeaks(file, readFileSync(root + file, 'utf8'));
  return {
    name: 'plant-leaks',
    enforce: 'pre',
    transform(code, id) {
      const file = id.startsWith(root) ? id.slice(root.length).split('?')[0]! : '';
      return files.has(file) ? { code: withLeaks(file, code), map: null } : undefined;
    },
  };
}
