import type { Seen } from '../attacks/surfaces.ts';
import type { ShippedRole } from '../../access/actor.ts';
import { apart, type Question } from './questions.ts';
import type { Caller, Observed, Worlds } from './worlds.ts';

/** What two worlds answered. */
export type Both<T extends Seen = Observed> = readonly [T, T];

export async function bothAsked({ pair: [one, other] }: Worlds, caller: Caller, { query }: { query: string }): Promise<Both> {
  return Promise.all([one.ask(caller, { query }), other.ask(caller, { query })]);
} // prettier-ignore

/** How a question was answered alike. */
export interface Alike {
  readonly statements: number;
  /** The numbers of statements differed once, and were the same at their least. */
  readonly unsteady: boolean;
}

/** Asks both worlds as the role; throws when they can be told apart. */
export async function requireAlike(worlds: Worlds, role: ShippedRole, question: Question): Promise<Alike> {
  const [one, other] = await bothAsked(worlds, role, question);
  const seen = [settled(one, question), settled(other, question)] as const;
  const unsteady = !isSame(seen);
  if (unsteady) await confirm(worlds, role, question, seen);
  requireWhole(worlds, question);
  return { statements: seen[0].statements, unsteady };
}

/** The parts of the answer by which who sees everything is told the worlds apart, and whether it is by any. */
export async function askedApart(worlds: Worlds, question: Question): Promise<{ told: boolean; by: string[] }> {
  const [one, other] = await bothAsked(worlds, 'privileged', question);
  requireWhole(worlds, question);
  if (one.body === other.body) return { told: false, by: [] };
  const [a, b] = [dataOf(one.body), dataOf(other.body)];
  const by = [...question.parts.keys()].filter((alias) => JSON.stringify(a[alias]) !== JSON.stringify(b[alias]));
  return { told: true, by };
}

type Data = Record<string, unknown>;
const dataOf = (body: string): Data => (JSON.parse(body) as { data?: Data | null }).data ?? {};

/** An error that callers are not told the cause of is a fault, whether both worlds have it or one. */
function requireWhole({ internalErrors }: Worlds, { query }: Question): void {
  const [cause] = internalErrors.splice(0);
  if (cause === undefined) return;
  throw new Error(`The server broke with "${cause instanceof Error ? cause.message : typeof cause}" on ${query}`, {
    cause,
  });
}

/** An operation that fails as a whole is answered while its other fields still load: how far they get is chance. */
const settled = (seen: Observed, { refused }: Question): Observed =>
  !refused && seen.body.includes('"data":null') ? { ...seen, statements: 0 } : seen;

/**
 * Two fields that load at the same moment may share a statement or not: answers that differ in the number of statements alone are asked
 * for again, and their least numbers compared. Where these differ, too, each part has to cost the same by itself: which loads of several parts
 * meet is a matter of when the database answers each. Throws when one does not.
 */
async function confirm(worlds: Worlds, role: ShippedRole, question: Question, first: Both): Promise<void> {
  let least: [number, number] = [Infinity, Infinity];
  for (let again = 0; again < mostAgain; again++) {
    const seen = again === 0 ? first : await bothAsked(worlds, role, question);
    const bare = [withoutCount(seen[0]), withoutCount(seen[1])] as const;
    if (!isSame(bare)) throw new Error(difference(question, bare));
    if (again > 0) least = [Math.min(least[0], seen[0].statements), Math.min(least[1], seen[1].statements)];
    if (again > 0 && least[0] === least[1]) return;
  }
  if (question.parts.size === 1)
    throw new Error(`${least.join(' and ')} statements at the least, for ${question.query}`);
  for (const part of apart(question)) await requireAlike(worlds, role, part);
}

const mostAgain = 24;

const withoutCount = (seen: Observed): Observed => ({ ...seen, statements: 0 });

export const isSame = ([one, other]: Both<Seen>): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The question, and the place where the answers part. */
export function difference({ query }: Question, [one, other]: Both<Seen>): string {
  let at = 0;
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  while (a[at] === b[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 200), at + 200);
  return `${query}\n  one world:   ...${around(a)}\n  other world: ...${around(b)}`;
}
