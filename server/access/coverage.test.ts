import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { shippedRoles } from './actor.ts';
import { classify } from './classes.ts';
import { indexCoordinates } from './coordinates.ts';
import { nonNullableDenials, uncovered, unknownLabels, unmappedInputs, unstatedArguments } from './coverage.ts';
import { compile } from './decisions.ts';
import { exampleLabels, examplePolicy, exampleSchema } from './example.fixture.ts';
import { shippedPolicy } from './shipped.ts';

const schema = exampleSchema();

test('each field of each object type needs a label', () => {
  expect(uncovered(schema, exampleLabels)).toEqual([]);
  const more = buildSchema(
    'type Query { runs: [Run!]! } type Run { id: ID! secret: String } interface Unused { id: ID! }',
  );
  expect(uncovered(more, exampleLabels)).toEqual(['Run.secret']);
});

test('each label needs its field, and each stated input its input and its field', () => {
  expect(unknownLabels(schema, exampleLabels)).toEqual([]);
  const wrong = classify(
    { Run: { metric: 'result' } },
    {
      'RunFilter.naem': [],
      'RunFilter.mystery': [{ coordinate: 'Run.gone', use: 'filter' }],
      'Query.models(text:)': [],
    },
  );
  expect(unknownLabels(schema, wrong)).toEqual(['Run.gone', 'Run.metric', 'RunFilter.naem']);
});

test('each filter and order needs a field', () => {
  expect(unmappedInputs(schema, exampleLabels)).toEqual(['RunFilter.mystery']);
  expect(unmappedInputs(schema, classify(exampleLabels.fields)).sort()).toEqual([
    'RunFilter.metricAbove',
    'RunFilter.mystery',
    'RunOrderField.METRIC',
  ]);
});

test('each argument that could ask about values needs a word in a policy file', () => {
  expect(unstatedArguments(schema, exampleLabels)).toEqual([]);
  expect(unstatedArguments(schema, classify(exampleLabels.fields))).toEqual(['Query.models(text:)']);
});

test('a field that a role may meet but not select must be able to be null', () => {
  const found = nonNullableDenials(schema, examplePolicy(), shippedRoles);
  expect(found.filter(({ role }) => role === 'business_viewer').map(({ coordinate }) => coordinate)).toEqual([
    'Run.seed', // and no AuditEvent.action: whoever may not read the id of an event never meets one
  ]);
  // Metric.value is not met: Run.metrics is null to whom it is denied.
  expect(found.map(({ coordinate }) => coordinate)).not.toContain('Metric.value');
  expect(found.filter(({ role }) => role === 'admin')).toEqual([]);
});

test('what depends on tags may be non-null only below a field that depends on the same', () => {
  const labels = classify(
    {
      Query: { columns: 'handle' },
      Column: { profile: 'profile', rows: 'profile' },
      Profile: { rows: 'profile' },
    },
    {},
    ['Column', 'Profile'],
  );
  const shape = buildSchema(
    'type Query { columns: [Column!]! } type Column { profile: Profile rows: Int! } type Profile { rows: Int! }',
  );
  const policy = compile(shippedPolicy(), indexCoordinates(labels));
  expect(nonNullableDenials(shape, policy, ['data_scientist'])).toEqual([
    { coordinate: 'Column.rows', role: 'data_scientist' },
  ]);
});
