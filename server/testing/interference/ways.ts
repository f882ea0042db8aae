import { mixed } from './dice.ts';
import type { Step } from './seams.ts';

/** How many ways to one type are told apart, at most. */
const variants = 256;

/**
 * The cheapest way from `Query` to each type, weighed by what the role may see, and by chance: each variant has weights of its own.
 * What a way is required to give costs most where it is hidden, for it refuses the operation.
 */
export function waysFrom(
  steps: ReadonlyMap<string, readonly Step[]>,
  hidden: (coordinate: string) => boolean,
): (type: string, variant: number) => readonly Step[] | undefined {
  const weighed = [...steps].map(([type, from]) => [
    type,
    from.map((step) => {
      const coordinate = `${step.from}.${step.field}`;
      return { step, coordinate, cost: 1 + (hidden(coordinate) ? (step.required ? 400 : 40) : 0) };
    }),
  ] as const); // prettier-ignore
  const stepsAt = new Map(weighed);

  function treeOf(variant: number): ReadonlyMap<string, Step> {
    const best = new Map<string, { cost: number; by?: Step }>([['Query', { cost: 0 }]]);
    const left = new Set(['Query']);
    while (left.size > 0) {
      let at = '';
      for (const one of left) if (at === '' || best.get(one)!.cost < best.get(at)!.cost) at = one;
      left.delete(at);
      for (const { step, coordinate, cost: own } of stepsAt.get(at) ?? []) {
        const cost = best.get(at)!.cost + own + mixed(variant * 4_194_301, coordinate);
        const known = best.get(step.to);
        if (known && known.cost <= cost) continue;
        best.set(step.to, { cost, by: step });
        left.add(step.to);
      }
    }
    return new Map([...best].flatMap(([type, { by }]) => (by ? [[type, by] as const] : [])));
  }

  const trees = new Map<number, ReadonlyMap<string, Step>>();
  return (type, variant) => {
    const number = variant % variants;
    let tree = trees.get(number);
    if (!tree) trees.set(number, (tree = treeOf(number)));
    const way: Step[] = [];
    for (let at = type; at !== 'Query';) {
      const step = tree.get(at);
      if (!step) return undefined;
      way.unshift(step);
      at = step.from;
    }
    return way;
  };
}
