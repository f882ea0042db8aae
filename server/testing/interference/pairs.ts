import fc from 'fast-check';
import type { ShippedRole } from '../../access/actor.ts';
import { askedApart, requireAlike } from './compare.ts';
import { openFrames } from './frames.ts';
import { groundFor } from './ground.ts';
import { companion, questionOfAll, type Companions, type Question } from './questions.ts';
import { nameOfCell } from './seams.ts';
import { createRehearsal } from './rehearsal.ts';
import { requireAlikeSites, sitesApart } from './sites.ts';
import { hiddenCells, kindsOf, mostWishes, wishesFor } from './wishes.ts';
import { drawBoth, type Worlds } from './worlds.ts';

/** What a run of pairs came to. */
export interface Tally {
  readonly role: ShippedRole;
  pairs: number;
  /** Pairs whose operation the role is refused as a whole. */
  refused: number;
  /** Pairs with a mutation, which only the role asks for: it is refused, where the privileged would change the worlds. */
  mutations: number;
  /** Of the others, those that the privileged caller was asked, too, and those of these in which the two worlds answered it differently. */
  asked: number;
  told: number;
  /** And those in which they did so in what the operation is made for, not in its companion alone. */
  toldByThemselves: number;
  /** Pairs that were asked over a socket and as a stream, too. */
  framed: number;
  /** How often the audit site was built from both worlds, how many files it had, and how often that of who sees everything told them apart. */
  sites: number;
  files: number;
  sitesTold: number;
  /** Answers that took different numbers of statements once, and the same at their least. */
  unsteady: number;
  statements: number;
  /** How often each part that is hidden from the role was asked for. */
  readonly hits: Map<string, number>;
  /** Those parts by which the privileged caller was told the worlds apart. */
  readonly telling: Set<string>;
}

export interface PairOptions {
  readonly pairs: number;
  readonly seed: number;
  /** Operations for one assignment of the hidden values. */
  readonly perDraw?: number;
}

/** The privileged caller's answers cost most, and say nothing of the role: a share of them shows that the questions are not vain. */
const privilegedEvery = 5;
const framedEvery = 25;
/** Assignments from one audit site to the next: building it takes as long as a hundred questions. */
const builtEvery = 100;

/** How many smaller questions are tried once one has failed. */
const mostShrinks = 60;

/** Milliseconds: shrinking included, a run ends. */
const limitFor = (pairs: number): number => 120_000 + pairs * 250;

/** Asks both worlds the same, as the role and as who sees everything; fails on the first answer that tells them apart. */
export async function runPairs(worlds: Worlds, role: ShippedRole, options: PairOptions): Promise<Tally> {
  const { pairs, seed, perDraw = 150 } = options;
  const ground = await groundFor(worlds.pair[0], role);
  const cells = hiddenCells(ground.schema, ground);
  const kinds = kindsOf(ground, cells);
  const tally: Tally = {
    role, pairs: 0, refused: 0, mutations: 0, asked: 0, told: 0, toldByThemselves: 0, framed: 0, sites: 0, files: 0, sitesTold: 0, unsteady: 0, statements: 0,
    hits: new Map(cells.map((cell) => [nameOfCell(cell), 0])),
    telling: new Set(),
  }; // prettier-ignore
  const frames = await openFrames(worlds, role);
  const rehearse = createRehearsal(worlds, ground, kinds, seed);
  let companions: Companions = { refused: [], answered: [] };
  let failed = false;
  let smaller = 0;

  async function ask(question: Question): Promise<void> {
    const { statements, unsteady } = await requireAlike(worlds, role, question);
    if (failed) return;
    if (tally.pairs % framedEvery === 0) {
      await frames.requireAlike(question);
      tally.framed++;
    }
    tally.statements += statements;
    if (unsteady) tally.unsteady++;
    if (!question.isMutation && tally.pairs % privilegedEvery === 0) await askPrivileged(question);
    count(question);
  }

  async function askPrivileged(question: Question): Promise<void> {
    const { told, by } = await askedApart(worlds, question);
    tally.asked++;
    if (told) tally.told++;
    if (by.some((alias) => alias !== companion)) tally.toldByThemselves++;
    for (const alias of by) for (const cell of question.parts.get(alias)!.cells) tally.telling.add(cell);
  }

  function count(question: Question): void {
    tally.pairs++;
    if (question.refused) tally.refused++;
    if (question.isMutation) tally.mutations++;
    for (const cell of question.cells) tally.hits.set(cell, (tally.hits.get(cell) ?? 0) + 1);
  }

  async function assign(): Promise<void> {
    await drawBoth(worlds, role, `${seed}-${tally.pairs}`);
    companions = await rehearse();
    if ((tally.pairs / perDraw) % builtEvery > 0) return;
    tally.files = await requireAlikeSites(worlds, role);
    if (await sitesApart(worlds)) tally.sitesTold++;
    tally.sites++;
  }

  const property = fc.asyncProperty(
    fc.array(fc.nat(0x7fffffff), { minLength: 1, maxLength: mostWishes }),
    async (seeds) => {
      if (failed && (smaller += 1) > mostShrinks) return;
      try {
        if (!failed && tally.pairs % perDraw === 0) await assign();
        await ask(questionOfAll(ground, wishesFor(kinds, seeds, tally.hits), companions));
      } catch (error) {
        failed = true; // what follows looks for a smaller question, in the same worlds
        throw error;
      }
    },
  );
  try {
    const outcome = await fc.check(property, { numRuns: pairs, seed, interruptAfterTimeLimit: limitFor(pairs), markInterruptAsFailure: true }); // prettier-ignore
    if (outcome.failed) throw new Interference(role, seed, outcome);
  } finally {
    frames.close();
  }
  return tally;
}

export class Interference extends Error {
  constructor(role: string, seed: number, outcome: fc.RunDetails<[number[]]>) {
    const cause = outcome.errorInstance;
    super(
      `${role} can tell two worlds apart that differ only in what it may not see (SEED=${seed}, path ${outcome.counterexamplePath ?? 'none'}).\n${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}
