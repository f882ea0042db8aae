import { isNonNullType, type GraphQLSchema } from 'graphql';
import { dice } from './dice.ts';
import type { Ground } from './ground.ts';
import type { Cell } from './seams.ts';
import { selectionFor, type Selection } from './selections.ts';

export interface Wish {
  readonly cell: Cell;
  readonly seed: number;
}

/** An operation. */
export interface Question {
  readonly query: string;
  readonly isMutation: boolean;
  /** What the role may not use and this asks for. */
  readonly cells: ReadonlySet<string>;
  /** The role is refused the whole of it. */
  readonly refused: boolean;
  /** Its root fields, by their names in the answer. */
  readonly parts: ReadonlyMap<string, Selection>;
}

/** Parts that tell the worlds apart for who sees everything, by whether the role is refused them. */
export type Companions = Readonly<Record<'refused' | 'answered', readonly Wish[]>>;

/** What a companion is called in the answer. */
export const companion = 'known';

/** One wish as a selection of a root field. */
export const wished = (ground: Ground, { cell, seed }: Wish, alias: string): Selection | undefined =>
  selectionFor(ground, cell, dice(seed), alias);

/** One wish as an operation. */
export function questionOf(ground: Ground, wish: Wish): Question | undefined {
  const part = wished(ground, wish, companion);
  return part && operationOf(new Map([[companion, part]]));
}

/**
 * Wishes together: all of those that the first one's fate allows, since a refusal would hide what the others show; and a companion. Of
 * those that may fail the whole operation, one.
 */
export function questionOfAll(ground: Ground, wishes: readonly Wish[], companions: Companions): Question {
  const asked = wishes.flatMap((wish, i) => {
    const part = wished(ground, wish, `w${i}`);
    return part ? [[`w${i}`, part] as const] : [];
  });
  const first = asked[0]?.[1];
  if (!first) throw new Error(`There is no way to ${wishes[0]?.cell.coordinate ?? 'nothing'}`);
  const { refused, isMutation } = first;
  const together = asked.filter(([, one]) => one.refused === refused && one.isMutation === isMutation);
  const failing = together.findIndex(([, { text }]) => canFail(ground.schema, text));
  const parts = new Map<string, Selection>(
    together.filter(([, { text }], i) => i === failing || !canFail(ground.schema, text)),
  );
  const known = companions[refused ? 'refused' : 'answered'];
  if (!isMutation && known.length > 0) {
    parts.set(companion, wished(ground, known[wishes[0]!.seed % known.length]!, companion)!);
  }
  return operationOf(parts);
}

/** Each of its parts as an operation of its own. */
export const apart = ({ parts }: Question): Question[] => [...parts].map((part) => operationOf(new Map([part])));

function operationOf(parts: ReadonlyMap<string, Selection>): Question {
  const all = [...parts.values()];
  const { isMutation, refused } = all[0]!;
  return {
    query: `${isMutation ? 'mutation ' : ''}{ ${all.map(({ text }) => text).join(' ')} }`,
    cells: new Set(all.flatMap(({ cells }) => [...cells])),
    isMutation, refused, parts,
  }; // prettier-ignore
}

/** Whether the root field may fail for what it is given, and the whole operation with it: of two such, chance tells which is reported. */
export function canFail(schema: GraphQLSchema, text: string): boolean {
  const field = schema.getQueryType()!.getFields()[/^\w+: (\w+)/.exec(text)?.[1] ?? ''];
  return field !== undefined && isNonNullType(field.type) && field.args.some(({ name }) => !paging.has(name));
}
const paging = new Set(['first', 'after', 'orderBy']);
