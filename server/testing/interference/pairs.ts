import fc from 'fast-check';
import { sql } from 'kysely';
import type { GraphQLSchema } from 'graphql';
import type WebSocket from 'ws';
import type { ShippedRole } from '../../access/actor.ts';
import { uses, type Use } from '../../access/uses.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { missingLike } from '../attacks/plants.ts';
import { outcomesOf } from '../attacks/roles.ts';
import { openSocket, overSocket, surfaces, type Seen } from '../attacks/surfaces.ts';
import {
  canFail,
  dice,
  questionOf,
  wishFor,
  type Companions,
  type Ground,
  type Question,
  type Wish,
} from './questions.ts';
import { leversOf, nameOfCell, objectTypes, stepsOf, type Cell } from './seams.ts';
import type { Caller, Observed, World, Worlds } from './worlds.ts';

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
  /** Pairs that were asked over a socket and as a stream, too. */
  framed: number;
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

/** How often each part of a role that it may not use has to be asked for. */
export const leastHits = 20;

/** What the role may not use and can be asked for: fields, what arguments use, mutations. */
export function hiddenCells(schema: GraphQLSchema, ground: Ground): Cell[] {
  const root = new Set([schema.getSubscriptionType()?.name]);
  const fields = objectTypes(schema)
    .filter((type) => !root.has(type.name))
    .flatMap((type) =>
      Object.keys(type.getFields()).map((field): Cell => {
        const use = type === schema.getMutationType() ? 'mutate' : 'select';
        return { coordinate: `${type.name}.${field}`, use };
      }),
    );
  const pulled = ground.levers.flatMap((lever) => lever.demands);
  const cells = new Map([...fields, ...pulled].map((cell) => [nameOfCell(cell), cell]));
  return [...cells.values()].filter(
    (cell) => ground.hides(cell) && [1, 2, 3].some((seed) => wishFor(ground, cell, seed, 'w') !== undefined),
  );
}

export async function groundFor({ pair }: Worlds, role: ShippedRole): Promise<Ground> {
  const { aval, database } = pair[0];
  const { schema, coordinates } = aval;
  const matrix = Object.fromEntries(uses.map((use) => [use, outcomesOf(role, use)])) as Record<Use, ReadonlyMap<string, string>>;
  const outcome = ({ coordinate, use }: Cell): string | undefined => matrix[use].get(coordinate);
  const { rows } = await sql<{ type: string; id: string }>`
    select * from (
      select initcap(replace(kind, '_', ' ')) as type, id, project_id,
             (select count(*) from edge where key in (src, dst)) + (select count(*) from tag_declaration where asset_key = key) as around from asset
      union all select 'Run', id, project_id, (select count(*) from run_input where run_id = id) + (select count(*) from run_output where run_id = id) from run
      union all select 'Experiment', id, project_id, (select count(*) from experiment_tag where experiment_id = id) from experiment
      union all select 'Job', id, project_id, (select count(*) from run where job_id = job.id) from job
      union all select 'Project', id, id, 0 from project
      union all select 'Principal', id, veil_home(), 0 from principal
      union all select 'Policy Proposal', id, veil_home(), 0 from policy_proposal
      union all select 'Audit Event', ('00000000-0000-8000-8000-' || lpad(to_hex(idx), 12, '0'))::uuid, project_id, 0 from event_log
    ) known order by type, project_id = veil_home() desc nulls last, around desc, id`.execute(database.read);
  const ids: Record<string, string[]> = {};
  for (const { type, id } of rows) (ids[type.replaceAll(' ', '')] ??= []).push(toGlobalId(type.replaceAll(' ', ''), id));
  for (const [type, known] of Object.entries(ids)) known.push(missingLike(type));
  const purposes = await database.read.selectFrom('purpose').select('code').execute();
  const tags = await database.read.selectFrom('sensitivity_tag').select('name').execute();
  return {
    schema, coordinates, ids,
    steps: stepsOf(schema),
    levers: leversOf(schema, coordinates),
    hides: (cell) => outcome(cell) !== 'allow',
    denies: (cell) => outcome(cell) === '',
    purposes: purposes.map(({ code }) => code),
    tags: tags.map(({ name }) => name),
  };
} // prettier-ignore

/** Asks both worlds the same, as the role and as who sees everything; fails on the first answer that tells them apart. */
export async function runPairs(worlds: Worlds, role: ShippedRole, options: PairOptions): Promise<Tally> {
  const { pairs, seed, perDraw = 150 } = options;
  const ground = await groundFor(worlds, role);
  const cells = hiddenCells(ground.schema, ground);
  const tally: Tally = {
    role, pairs: 0, refused: 0, mutations: 0, asked: 0, told: 0, framed: 0, unsteady: 0, statements: 0,
    hits: new Map(cells.map((cell) => [nameOfCell(cell), 0])),
    telling: new Set(),
  }; // prettier-ignore
  const frames = await openFrames(worlds, role);
  const kinds = kindsOf(ground, cells);
  const known = await rehearse(worlds, role, ground, kinds, seed);
  let failed = false;
  let smaller = 0;
  const property = fc.asyncProperty(fc.array(fc.nat(0x7fffffff), { minLength: 1, maxLength: 4 }), async (seeds) => {
    if (failed && (smaller += 1) > mostShrinks) return;
    if (!failed && tally.pairs % perDraw === 0) await drawBoth(worlds, role, `${seed}-${tally.pairs}`);
    const wishes = wishesFor(kinds, seeds, tally.hits);
    const question = questionOf(ground, wishes, known);
    const told = await compare(worlds, role, question, tally).catch((error: unknown) => {
      failed = true; // what follows looks for a smaller question, in the same worlds
      throw error;
    });
    if (failed) return;
    if (tally.pairs % 25 === 0) await frames.compare(question, tally);
    count(tally, question, told);
  });
  try {
    const outcome = await fc.check(property, { numRuns: pairs, seed, interruptAfterTimeLimit: limitFor(pairs), markInterruptAsFailure: true }); // prettier-ignore
    if (outcome.failed) throw new Interference(role, seed, outcome);
  } finally {
    frames.close();
  }
  return tally;
}

/** How many smaller questions are tried once one has failed. */
const mostShrinks = 60;

/** The privileged caller's answers cost most, and say nothing of the role: a share of them shows that the questions are not vain. */
const privilegedEvery = 5;

/** Milliseconds: shrinking included, a run ends. */
const limitFor = (pairs: number): number => 120_000 + pairs * 250;

export class Interference extends Error {
  constructor(role: string, seed: number, outcome: fc.RunDetails<[number[]]>) {
    const cause = outcome.errorInstance;
    super(
      `${role} can tell two worlds apart that differ only in what it may not see (SEED=${seed}, path ${outcome.counterexamplePath ?? 'none'}).\n${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

async function drawBoth({ pair }: Worlds, role: ShippedRole, round: string): Promise<void> {
  const [one, other] = pair;
  await Promise.all([
    one.draw(role, { shown: round, hidden: `${round}-one-` }),
    other.draw(role, { shown: round, hidden: `${round}-other-` }),
  ]);
}

/** Looks for questions that tell the worlds apart for who sees everything, twice: one such goes with each that is asked. */
async function rehearse(worlds: Worlds, role: ShippedRole, ground: Ground, kinds: Kinds, seed: number): Promise<Companions> {
  const tells = async (wish: Wish): Promise<boolean> => {
    const { query } = questionOf(ground, [wish]);
    const [one, other] = await bothAsked(worlds, 'privileged', { query });
    return one.body !== other.body && query.length < 600 && !canFail(ground.schema, query.slice(2));
  };
  const find = async (cells: readonly Cell[]): Promise<Wish[]> => {
    const found: Wish[] = [];
    const die = dice(seed);
    await drawBoth(worlds, role, `${seed}-first`);
    for (let tried = 0; tried < 150 && found.length < 16 && cells.length > 0; tried++) {
      const wish = { cell: die.of(cells), seed: die.below(0x7fffffff) };
      if (await tells(wish)) found.push(wish);
    }
    await drawBoth(worlds, role, `${seed}-second`);
    const kept: Wish[] = [];
    for (const wish of found) if (await tells(wish)) kept.push(wish);
    return kept;
  };
  return { refused: await find(kinds.refused), answered: await find(kinds.answered) };
} // prettier-ignore

/** What can be wished for, by how the role fares: a question is of one kind. */
interface Kinds {
  readonly changed: readonly Cell[];
  readonly refused: readonly Cell[];
  readonly answered: readonly Cell[];
}

/** What is hidden, and what is open to the role: among the rows that it shows, some are hidden. */
function kindsOf(ground: Ground, cells: readonly Cell[]): Kinds {
  const changed = cells.filter(({ use }) => use === 'mutate');
  const reads = cells.filter(({ use }) => use !== 'mutate');
  const isRefused = (cell: Cell): boolean => wishFor(ground, cell, 1, 'w')!.refused;
  const all = ground.coordinates.names.map((coordinate): Cell => ({ coordinate, use: 'select' }));
  const open = all.filter((cell) => !/^(Mutation|Subscription)\./.test(cell.coordinate) && wishFor(ground, cell, 1, 'w'));
  const more = open.filter((cell) => !ground.hides(cell) && !isRefused(cell));
  return { changed, refused: reads.filter(isRefused), answered: [...reads.filter((cell) => !isRefused(cell)), ...more] };
} // prettier-ignore

/** Of the kind that lacks most, cells that have not been asked for often enough; once all have, any. */
function wishesFor(kinds: Kinds, seeds: readonly number[], hits: ReadonlyMap<string, number>): Wish[] {
  const lacks = (cell: Cell): boolean => (hits.get(nameOfCell(cell)) ?? leastHits) < leastHits;
  const lacking = (all: readonly Cell[]) => ({ all, lacking: all.filter(lacks) });
  const answered = lacking(kinds.answered);
  const left = [lacking(kinds.changed), lacking(kinds.refused), answered, answered].filter(({ all }) => all.length > 0);
  const die = dice(seeds[0]!);
  let at = die.below(left.reduce((sum, { lacking }) => sum + 10 + lacking.length, 0));
  const kind = left.find(({ lacking }) => (at -= 10 + lacking.length) < 0)!;
  return seeds.map((seed) => {
    const own = dice(seed);
    return { cell: own.of(kind.lacking.length > 0 && own.chance(0.7) ? kind.lacking : kind.all), seed };
  });
}

const isMutation = ({ query }: Question): boolean => query.startsWith('mutation');

/** Whether the privileged caller was asked, and told the worlds apart. */
async function compare(worlds: Worlds, role: ShippedRole, question: Question, tally: Tally): Promise<boolean> {
  const request = { query: question.query };
  const seen = (await bothAsked(worlds, role, request)).map((one) => settled(one, question)) as unknown as Answers;
  if (!isSame(seen)) await confirm(worlds, role, question, seen, tally);
  tally.statements += seen[0].statements;
  requireWhole(worlds, question);
  if (isMutation(question) || tally.pairs % privilegedEvery > 0) return false;
  tally.asked++;
  const [one, other] = await bothAsked(worlds, 'privileged', request);
  requireWhole(worlds, question);
  const [a, b] = [one, other].map(({ body }) => dataOf(body)) as [Data, Data];
  for (const [alias, { cells }] of question.parts ?? []) {
    if (JSON.stringify(a[alias]) !== JSON.stringify(b[alias])) for (const cell of cells) tally.telling.add(cell);
  }
  return one.body !== other.body;
}

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
 * for again, and their least numbers compared. Throws when they differ.
 */
async function confirm(
  worlds: Worlds,
  role: ShippedRole,
  question: Question,
  first: Answers,
  tally: Tally,
): Promise<void> {
  let least: [number, number] = [Infinity, Infinity];
  for (let again = 0; again < 8; again++) {
    const seen = again === 0 ? first : await bothAsked(worlds, role, { query: question.query });
    const bare = seen.map((one) => ({ ...one, statements: 0 })) as unknown as Answers;
    if (!isSame(bare)) throw new Error(difference(question, bare));
    if (again > 0) least = [Math.min(least[0], seen[0].statements), Math.min(least[1], seen[1].statements)];
    if (again > 0 && least[0] === least[1]) return void tally.unsteady++;
  }
  throw new Error(`${least.join(' and ')} statements at the least, for ${question.query}`);
}

type Data = Record<string, unknown>;
const dataOf = (body: string): Data => (JSON.parse(body) as { data?: Data | null }).data ?? {};

const bothAsked = async ({ pair: [one, other] }: Worlds, caller: Caller, request: { query: string }) =>
  Promise.all([one.ask(caller, request), other.ask(caller, request)]);

type Answers = Awaited<ReturnType<typeof bothAsked>>;

const isSame = ([one, other]: readonly [Seen, Seen]): boolean => JSON.stringify(one) === JSON.stringify(other);

function difference({ query }: Question, [one, other]: Answers | readonly [Seen, Seen]): string {
  let at = 0;
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  while (a[at] === b[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 200), at + 200);
  return `${query}\n  one world:   ...${around(a)}\n  other world: ...${around(b)}`;
}

function count(tally: Tally, question: Question, told: boolean): void {
  tally.pairs++;
  if (question.refused) tally.refused++;
  if (isMutation(question)) tally.mutations++;
  if (told) tally.told++;
  for (const cell of question.cells) tally.hits.set(cell, (tally.hits.get(cell) ?? 0) + 1);
}

/** Some questions go over a socket and as a stream of events, too: all frames are compared. */
async function openFrames({ pair, tokens }: Worlds, role: ShippedRole) {
  const open = (world: World): Promise<WebSocket> => openSocket(world.url, tokens[role]);
  const sockets = [await open(pair[0]), await open(pair[1])] as const;
  return {
    async compare(question: Question, tally: Tally): Promise<void> {
      const request = { query: question.query };
      const framed = await Promise.all([overSocket(sockets[0], request), overSocket(sockets[1], request)]);
      if (!isSame(framed)) throw new Error(`Over a socket: ${difference(question, framed)}`);
      const [one, other] = pair;
      const streamed = await Promise.all([
        surfaces.stream(one.url, tokens[role], request),
        surfaces.stream(other.url, tokens[role], request),
      ]);
      if (!isSame(streamed)) throw new Error(`As a stream: ${difference(question, streamed)}`);
      tally.framed++;
    },
    close: (): void => sockets.forEach((socket) => socket.terminate()),
  };
}
