import type { GraphQLSchema } from 'graphql';
import { dice } from './dice.ts';
import type { Ground } from './ground.ts';
import { wished, type Wish } from './questions.ts';
import { nameOfCell, objectTypes, type Cell } from './seams.ts';

/** How often each part of a role that it may not use has to be asked for. */
export const leastHits = 20;

/** Wishes for one question: what is refused as a whole costs the same however much it asks for, and small questions are quick. */
const most = { refused: 6, answered: 3, lackingNothing: 2 };
/** Of that many seeds. */
export const mostWishes = Math.max(...Object.values(most));

/** What can be wished for, by how the role fares: a question is of one kind. */
export interface Kinds {
  readonly changed: readonly Cell[];
  readonly refused: readonly Cell[];
  readonly answered: readonly Cell[];
}

/** What the role may not use and can be asked for: fields, what arguments use, mutations. */
export function hiddenCells(schema: GraphQLSchema, ground: Ground): Cell[] {
  const fields = objectTypes(schema)
    .filter((type) => type !== schema.getSubscriptionType())
    .flatMap((type) =>
      Object.keys(type.getFields()).map((field): Cell => {
        const use = type === schema.getMutationType() ? 'mutate' : 'select';
        return { coordinate: `${type.name}.${field}`, use };
      }),
    );
  const pulled = ground.levers.flatMap((lever) => lever.demands);
  const cells = new Map([...fields, ...pulled].map((cell) => [nameOfCell(cell), cell]));
  return [...cells.values()].filter(
    (cell) => ground.hides(cell) && [1, 2, 3].some((seed) => wished(ground, { cell, seed }, 'w') !== undefined),
  );
}

/** What is hidden, and what is open to the role: among the rows that it shows, some are hidden. */
export function kindsOf(ground: Ground, cells: readonly Cell[]): Kinds {
  const changed = cells.filter(({ use }) => use === 'mutate');
  const reads = cells.filter(({ use }) => use !== 'mutate');
  const isRefused = (cell: Cell): boolean => wished(ground, { cell, seed: 1 }, 'w')!.refused;
  const open = ground.coordinates.names
    .map((coordinate): Cell => ({ coordinate, use: 'select' }))
    .filter((cell) => !/^(Mutation|Subscription)\./.test(cell.coordinate) && !ground.hides(cell))
    .filter((cell) => wished(ground, { cell, seed: 1 }, 'w')?.refused === false);
  return {
    changed,
    refused: reads.filter(isRefused),
    answered: [...reads.filter((cell) => !isRefused(cell)), ...open],
  };
}

/** Of the kind that lacks most, cells that have not been asked for often enough; once all have, any. */
export function wishesFor(kinds: Kinds, seeds: readonly number[], hits: ReadonlyMap<string, number>): Wish[] {
  const lacks = (cell: Cell): boolean => (hits.get(nameOfCell(cell)) ?? leastHits) < leastHits;
  const lacking = (all: readonly Cell[]) => ({ all, lacking: all.filter(lacks) });
  const answered = lacking(kinds.answered);
  const left = [lacking(kinds.changed), lacking(kinds.refused), answered, answered].filter(({ all }) => all.length > 0);
  const die = dice(seeds[0]!);
  let at = die.below(left.reduce((sum, { lacking }) => sum + 10 + lacking.length, 0));
  const kind = left.find(({ lacking }) => (at -= 10 + lacking.length) < 0)!;
  const isLacking = kind.lacking.length > 0;
  const taken = isLacking ? (kind.all === kinds.answered ? most.answered : most.refused) : most.lackingNothing;
  return seeds.slice(0, taken).map((seed) => {
    const own = dice(seed);
    return { cell: own.of(isLacking && own.chance(0.85) ? kind.lacking : kind.all), seed };
  });
}
