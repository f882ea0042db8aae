import { bothAsked } from './compare.ts';
import { dice, type Dice } from './dice.ts';
import type { Ground } from './ground.ts';
import { canFail, companion, questionOf, type Companions, type Wish } from './questions.ts';
import type { Cell } from './seams.ts';
import type { Kinds } from './wishes.ts';
import type { Worlds } from './worlds.ts';

/** How many companions an assignment has for each fate: they take turns. */
const wanted = 4;
/** How many are looked for; those that cost least are preferred. */
const pooled = 8;
const mostTries = 200;

interface Candidate {
  readonly wish: Wish;
  readonly statements: number;
}

/**
 * Looks for parts that tell the worlds apart, by asking who sees everything. Under each assignment, what did so under an earlier one is tried
 * first: a value may be drawn alike.
 */
export function createRehearsal(worlds: Worlds, ground: Ground, kinds: Kinds, seed: number) {
  async function tried(wish: Wish): Promise<Candidate | undefined> {
    const question = questionOf(ground, wish);
    if (!question || question.query.length > 600 || canFail(ground.schema, question.parts.get(companion)!.text)) return undefined;
    const [one, other] = await bothAsked(worlds, 'privileged', question);
    return one.body === other.body ? undefined : { wish, statements: one.statements };
  } // prettier-ignore

  async function search(cells: readonly Cell[], die: Dice): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for (let tries = 0; found.length < pooled && tries < mostTries && cells.length > 0; tries++) {
      const candidate = await tried({ cell: die.of(cells), seed: die.below(0x7fffffff) });
      if (candidate) found.push(candidate);
    }
    return found.sort((a, b) => a.statements - b.statements);
  }

  function finder(cells: readonly Cell[]): () => Promise<Wish[]> {
    const die = dice(seed);
    let pool: readonly Candidate[] = [];
    return async () => {
      const telling: Wish[] = [];
      for (const { wish } of pool) {
        if (telling.length === wanted) break;
        if (await tried(wish)) telling.push(wish);
      }
      if (telling.length > 0) return telling;
      pool = await search(cells, die);
      return pool.slice(0, wanted).map(({ wish }) => wish);
    };
  }

  const refused = finder(kinds.refused);
  const answered = finder(kinds.answered);
  /** Those that tell under the present assignment. */
  return async (): Promise<Companions> => ({ refused: await refused(), answered: await answered() });
}
