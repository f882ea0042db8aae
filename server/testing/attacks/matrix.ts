import type { Use } from '../../access/uses.ts';
import type { Case } from './cases.ts';

/** Every way in, and the two ways out that are no server: the commands and the built site. */
export const attackSurfaces = ['http', 'stream', 'socket', 'mlflow', 'openlineage', 'cli', 'site'] as const;
export type AttackSurface = (typeof attackSurfaces)[number];

/** Who tries: all roles that may not use a field so, and one that may; all roles; or whoever comes, since no role matters. */
type By = { readonly at: string; readonly use: Use } | 'every role' | 'anybody';

interface Row {
  readonly by: By;
  /** Where it is tried. */
  readonly on: readonly AttackSurface[];
  /** Why it has no meaning on the others. */
  readonly not: Readonly<Partial<Record<AttackSurface, string>>>;
}

const graphql = ['http', 'stream', 'socket'] as const;
const all = attackSurfaces;

const field = (at: string, use: Use = 'select'): By => ({ at, use });
const row = (by: By, on: readonly AttackSurface[], ...why: readonly Row['not'][]): Row => ({
  by,
  on,
  not: Object.fromEntries(
    attackSurfaces
      .filter((one) => !on.includes(one))
      .map((one) => [one, why.findLast((reasons) => reasons[one])?.[one] ?? '']),
  ),
});

const on = (surfaces: readonly AttackSurface[], why: string): Row['not'] =>
  Object.fromEntries(surfaces.map((one) => [one, why]));

const noDocuments = {
  ...on(['mlflow', 'openlineage'], 'takes no documents'),
  ...on(['cli', 'site'], 'its documents are fixed'),
};
const noQuestions = { openlineage: 'answers yes or no', ...on(['cli', 'site'], 'filters and sorts nothing') };
const noReading = { openlineage: 'answers yes or no', cli: 'shows no data' };
const noWriting = { site: 'changes nothing' };
const noStream = {
  ...on(['http', 'mlflow', 'openlineage'], 'one answer for each request'),
  ...on(['cli', 'site'], 'runs once'),
};
const noSocket = on(['http', 'stream', 'mlflow', 'openlineage', 'cli', 'site'], 'is no socket');
const noSuch = on(attackSurfaces, 'there is none, which a test holds');

/** Each case on each surface: where it is tried, or why not. That what is said to be tried is tried, each run holds. */
export const matrix: Readonly<Record<Case, Row>> = {
  1: row(field('Run.name'), graphql, noDocuments),
  2: row(field('Query.datasets'), graphql, noDocuments),
  3: row(field('Run.name'), graphql, noDocuments),
  4: row(field('Run.name'), graphql, noDocuments),
  5: row(field('Run.name'), graphql, noDocuments),
  6: row(field('Dataset.name'), graphql, noDocuments),
  7: row(field('Dataset.name'), graphql, noDocuments),
  8: row(field('AuditEvent.id'), graphql, noDocuments),
  9: row(field('Run.name'), graphql, noDocuments),
  10: row(field('Run.params'), graphql, noDocuments),
  11: row(field('Query.datasets'), graphql, noDocuments),
  12: row(field('Run.name', 'filter'), [...graphql, 'mlflow'], noQuestions),
  13: row(field('Run.metrics', 'filter'), [...graphql, 'mlflow'], noQuestions),
  14: row(field('Run.name', 'filter'), [...graphql, 'mlflow'], noQuestions),
  15: row(field('Run.tags', 'filter'), ['mlflow'], noSuch, noQuestions),
  16: row(field('Run.name', 'filter'), [...graphql, 'mlflow'], noQuestions),
  17: row(field('ModelVersion.learnedFrom', 'filter'), [...graphql, 'mlflow', 'site'], noQuestions),
  18: row(field('Run.name', 'order'), [...graphql, 'mlflow'], noQuestions),
  19: row('anybody', [], noSuch),
  20: row('every role', graphql, noReading, { mlflow: 'counts nothing', site: 'counts what the API counts' }),
  21: row('anybody', [], noSuch),
  22: row('anybody', [], noSuch),
  23: row('every role', [...graphql, 'mlflow', 'site'], noReading),
  24: row('every role', [...graphql, 'mlflow', 'site'], noReading),
  25: row(field('Run.name', 'cursor'), [...graphql, 'mlflow'], noQuestions),
  26: row('every role', [...graphql, 'mlflow', 'site'], noReading),
  27: row(field('Run.params'), [...graphql, 'mlflow', 'site'], noReading),
  28: row('every role', [...graphql, 'site'], noReading, { mlflow: 'has no figures' }),
  29: row('anybody', [...graphql, 'mlflow', 'openlineage', 'cli'], noWriting),
  30: row('every role', [...graphql, 'mlflow', 'openlineage'], noWriting, { cli: 'makes, and changes nothing' }),
  31: row('every role', [...graphql, 'mlflow'], noReading, { site: 'takes no ids' }),
  32: row(field('ModelVersion.source'), [...graphql, 'mlflow', 'site'], noReading),
  33: row(field('RunComparison.params'), [...graphql, 'mlflow', 'site'], noReading),
  34: row('every role', [...graphql, 'openlineage', 'site'], noReading, { mlflow: 'walks nothing' }),
  35: row('anybody', [...graphql, 'mlflow', 'openlineage'], noWriting, { cli: 'prints the token alone' }),
  36: row(field('Dataset.tags'), [...graphql, 'mlflow', 'site'], noReading),
  37: row(field('Run.metrics'), ['mlflow', 'openlineage', 'cli'], {
    ...on(graphql, 'is the first of the endpoints'),
    site: 'asks at GraphQL’s',
  }),
  38: row('every role', ['http', 'cli', 'site'], {
    ...on(['stream', 'socket', 'mlflow'], 'no report asks there'),
    openlineage: 'answers yes or no',
  }),
  39: row('anybody', [...graphql, 'mlflow', 'site'], noReading),
  40: row(field('Dataset.name'), [...graphql, 'site'], noReading, { mlflow: 'names each kind by its own route' }),
  41: row('anybody', graphql, noReading, { mlflow: 'shows nothing that depends on tags', site: 'is built once' }),
  42: row(field('Run.params'), ['http', 'mlflow'], noReading, {
    ...on(['stream', 'socket'], 'nothing stores its answers'),
    site: 'see 39',
  }),
  43: row('anybody', [...graphql, 'mlflow', 'openlineage'], noWriting, { cli: 'asks by GraphQL' }),
  44: row('anybody', ['http'], on(attackSurfaces, 'knows no hashes of documents'), noDocuments),
  45: row('anybody', ['http', 'mlflow', 'openlineage'], {
    ...on(['stream', 'socket'], 'one operation for each message'),
    ...on(['cli', 'site'], 'one role for each run'),
  }),
  46: row('anybody', ['stream', 'socket'], noStream),
  47: row('anybody', all),
  48: row('anybody', ['stream', 'socket'], noStream),
  49: row('anybody', all),
  50: row('anybody', ['stream', 'socket'], noStream),
  51: row('anybody', ['socket'], noSocket),
  52: row('every role', ['stream', 'socket'], on(attackSurfaces, 'is the way with the middleware'), noDocuments),
  53: row('every role', graphql, noDocuments),
  54: row('anybody', [...graphql, 'mlflow', 'openlineage'], on(['cli', 'site'], 'no browser asks')),
  55: row('anybody', all),
  56: row('anybody', all),
  57: row('every role', graphql, noDocuments),
  58: row('anybody', [...graphql, 'mlflow', 'openlineage'], on(['cli', 'site'], 'sends no body of a caller’s')),
  59: row('anybody', all),
  60: row('every role', [...graphql, 'mlflow', 'openlineage', 'cli'], { site: 'neither has a page, see 34' }),
  61: row('every role', graphql, { ...noDocuments, ...on(['mlflow', 'openlineage'], 'a writer has to know the bounds') }),
  62: row('anybody', all),
  63: row('anybody', [...graphql, 'mlflow', 'openlineage'], on(['cli', 'site'], 'takes no objects')),
  64: row('anybody', ['http', 'cli'], {
    ...on(['stream', 'socket', 'mlflow', 'openlineage'], 'among the addresses of HTTP'),
    site: 'has no endpoint',
  }),
}; // prettier-ignore
