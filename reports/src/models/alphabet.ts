import type { AddressBook } from '../addresses.ts';

export interface Letter {
  letter: string;
  entries: { words: string; kind: string; path: string }[];
}

/** Every page by name; digits and other scripts stand under `0`, which no name's first letter is. */
export function alphabet({ versions, datasets }: AddressBook): Letter[] {
  const entries = [
    ...versions.map(({ model, version, path }) => ({ words: `${model} ${version}`, kind: 'model version', path })),
    ...datasets.map(({ name, path }) => ({ words: name, kind: 'dataset', path })),
  ].sort((a, b) => (a.words.toLowerCase() < b.words.toLowerCase() ? -1 : 1));
  const letters = new Map<string, Letter['entries']>();
  for (const entry of entries) {
    const first = entry.words.charAt(0).toUpperCase();
    const letter = /[A-Z]/.test(first) ? first : '0';
    letters.set(letter, [...(letters.get(letter) ?? []), entry]);
  }
  return [...letters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([letter, of]) => ({ letter, entries: of }));
}
