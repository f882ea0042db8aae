import { buildSchema, execute, parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createAccess } from '../server/access/access.ts';
import { classify } from '../server/access/classes.ts';
import { indexCoordinates } from '../server/access/coordinates.ts';
import { compile } from '../server/access/decisions.ts';
import { guardSchema, type GuardContext } from '../server/access/guard.ts';
import { shippedPolicy } from '../server/access/shipped.ts';
import { medians, type Measurement } from './measure.ts';

const objects = 1000;

/** A query of 1,000 objects x 10 fields that the caller may read, with the guard and without it. */
export function run(): Promise<Measurement> {
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
      epochs: Int!
      note: String
    }
  `);
  const labels = classify({
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
  });
  const coordinates = indexCoordinates(labels);
  const guarded = guardSchema(schema, coordinates);
  const actor = {
    principalId: 'p',
    name: 'p',
    roles: ['data_scientist'],
    projects: 'all',
    defaultProjectId: 'd',
  } as const;
  const contextValue: GuardContext = { access: createAccess(actor, compile(shippedPolicy(), coordinates)) };
  const document = parse(`{ runs { ${Object.keys(labels.fields['Run']!).join(' ')} } }`);
  const rootValue = { runs: Array.from({ length: objects }, (_, number) => runNumber(number)) };

  const answer = (which: GraphQLSchema) => execute({ schema: which, document, rootValue, contextValue });
  const [plainAnswer, guardedAnswer] = [answer(schema), answer(guarded)].map((one) =>
    JSON.stringify(one as ExecutionResult),
  );
  if (plainAnswer !== guardedAnswer) throw new Error('The guard changed the answer');

  const [without, withGuard] = medians([() => answer(schema), () => answer(guarded)], { warmUp: 100, rounds: 600 });
  console.log(`without the guard ${without!.toFixed(3)} ms, with it ${withGuard!.toFixed(3)} ms (medians of 600)`);
  return Promise.resolve({ ratio: withGuard! / without!, against: 'the same schema without the guard', unit: 'x' });
}

function runNumber(number: number): Record<string, unknown> {
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
  };
}
