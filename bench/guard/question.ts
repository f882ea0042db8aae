import { buildSchema, execute, parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createAccess } from '../../server/access/access.ts';
import type { Role } from '../../server/access/actor.ts';
import { classify, type TagCategory } from '../../server/access/classes.ts';
import { indexCoordinates } from '../../server/access/coordinates.ts';
import { compile } from '../../server/access/decisions.ts';
import { guardSchema, type GuardContext } from '../../server/access/guard.ts';
import { shippedPolicy } from '../../server/access/shipped.ts';

const objects = 1000;

/** Who asks it of which schema. */
export const askers = ['plain', 'guarded', 'refused'] as const;
export type Asker = (typeof askers)[number];

export interface Question extends Record<Asker, () => Promise<unknown>> {
  /** Throws when the guard changes the answer, or when it does not decide. Executes both schemas, which a process that is timed should not. */
  check(): Promise<void>;
}

/**
 * A query of 1,000 objects x 10 fields: of the schema alone; of the schema with its guard, by a caller who may read them; and by one who may
 * not. Tags decide on three of the fields, object by object. The tags are at hand: to load them is a matter of statements (lineage, verdict),
 * not of the guard.
 */
export function prepareQuestion(): Question {
  const schema = buildSchema(`
    type Query { runs: [Run!]! }
    type Run {
      id: ID!
      name: String
      status: String!
      kind: String!
      startedAt: String
      endedAt: String
      accuracy: Float
      loss: Float
      epochs: Int
      note: String
    }
  `);
  // as every server has one: were there none at all, V8 would inline graphql-js's default one, which no served schema lets it do
  schema.getQueryType()!.getFields()['runs']!.resolve = ({ runs: all }: { runs: readonly Run[] }) => all;
  const labels = classify(
    {
      Query: { runs: 'catalogue' },
      Run: {
        id: 'handle',
        name: 'catalogue',
        status: 'handle',
        kind: 'handle',
        startedAt: 'handle',
        endedAt: 'handle',
        accuracy: 'result',
        loss: 'result',
        epochs: 'result',
        note: 'catalogue',
      },
    },
    {},
    ['Run'],
  );
  const coordinates = indexCoordinates(labels);
  const guarded = guardSchema(schema, coordinates);
  const policy = compile(`${shippedPolicy()}\n${resultsOfTaggedData}`, coordinates);
  const document = parse(`{ runs { ${Object.keys(labels.fields['Run']!).join(' ')} } }`);
  const contextOf = (role: Role): GuardContext => ({
    access: createAccess({ principalId: 'p', name: 'p', roles: [role], projects: 'all', defaultProjectId: 'd' }, policy, {
      categoriesOf: (source) => (source as Run).tags,
    }),
  }); // prettier-ignore
  const answer = async (which: GraphQLSchema, runs: readonly Run[], role: Role = 'data_scientist'): Promise<Answer> =>
    (await execute({ schema: which, document, rootValue: { runs }, contextValue: contextOf(role) })) as Answer;

  const runs = Array.from({ length: objects }, (_, number) => runNumber(number));
  return {
    plain: () => answer(schema, runs),
    guarded: () => answer(guarded, runs),
    refused: () => answer(guarded, runs, 'business_viewer'),
    async check() {
      const [plain, shown] = [await answer(schema, runs), await answer(guarded, runs)];
      if (JSON.stringify(plain) !== JSON.stringify(shown)) throw new Error('The guard changed the answer.');
      const special = await answer(guarded, [{ ...runs[0]!, tags: ['SPECIAL_CATEGORY'] }, runs[1]!]);
      if (special.data!.runs.map(({ accuracy }) => accuracy === null).join() !== 'true,false')
        throw new Error('Tags decide nothing.');
      if ((await answer(guarded, runs, 'business_viewer')).data) throw new Error('Who may not read is not refused.');
    },
  };
}

const resultsOfTaggedData = `
  @id("bench-results-of-tagged-data") @reason("A bench.") @ask("Nobody.")
  forbid (principal in Aval::Role::"data_scientist", action, resource in Aval::Class::"result")
  when { context.categories.containsAny([Aval::Category::"SPECIAL_CATEGORY"]) };`;

interface Run extends Record<string, unknown> {
  readonly tags: readonly TagCategory[];
}

type Answer = ExecutionResult<{ runs: Record<string, unknown>[] }>;

function runNumber(number: number): Run {
  return {
    id: `run-${number}`,
    name: `run ${number}`,
    status: 'FINISHED',
    kind: 'TRAINING',
    startedAt: '2026-03-03T09:00:00.000Z',
    endedAt: number % 3 === 0 ? null : '2026-03-03T10:00:00.000Z',
    accuracy: number / objects,
    loss: 1 - number / objects,
    epochs: number % 50,
    note: null,
    tags: tagSets[number % tagSets.length]!,
  };
}

/** None that hides: the two answers are the same. */
const tagSets: readonly (readonly TagCategory[])[] = [[], ['PERSONAL_DATA'], ['PROTECTED_CHARACTERISTIC', 'PERSONAL_DATA'], ['FINANCIAL']]; // prettier-ignore
