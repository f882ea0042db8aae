import { buildSchema, getIntrospectionQuery, parse, type GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessIn, examplePolicy, exampleSchema } from './example.fixture.ts';
import { authorizeOperation } from './operation.ts';

const schema = exampleSchema();
const policy = examplePolicy();

/** What is refused to the role, as `use Type.field`. */
function refused(role: string, text: string, variables: Record<string, unknown> = {}, name?: string): string[] {
  return authorizeOperation(accessIn(policy, role), schema, parse(text), name, variables).map((error) => {
    const { use, field } = error.extensions['redaction'] as { use: string; field: string };
    return `${use} ${field}`;
  });
}

describe('root fields', () => {
  test('are refused whole, by query, mutation and subscription', () => {
    expect(refused('business_viewer', '{ auditEvents { id } }')).toEqual(['select Query.auditEvents']);
    expect(refused('operator', 'mutation { defineKpi(name: "x") { id } }')).toEqual(['mutate Mutation.defineKpi']);
    expect(refused('governance_lead', 'mutation { defineKpi(name: "x") { id } }')).toEqual([]);
    expect(refused('business_viewer', 'subscription { tagChanged { id } }')).toEqual([
      'subscribe Subscription.tagChanged',
    ]);
    expect(refused('business_viewer', 'subscription { kpiChanged { id } }')).toEqual([]);
  });

  test('that depend on tags are refused, since no object stands above them', () => {
    const shape = buildSchema('type Column { profile: String } schema { query: Column }');
    const errors = authorizeOperation(accessIn(policy, 'data_scientist'), shape, parse('{ profile }'));
    expect(errors).toHaveLength(1);
  });

  test('are found behind an alias that is another field’s name', () => {
    expect(refused('business_viewer', '{ runs: auditEvents { id } }')).toEqual(['select Query.auditEvents']);
  });

  test('are found in fragments, named and inline', () => {
    const text = 'query { ...A } fragment A on Query { ... { auditEvents { id } } }';
    expect(refused('business_viewer', text)).toEqual(['select Query.auditEvents']);
  });

  test('are those of the operation that runs, not of another in the document', () => {
    const text = 'query Mine { models { id } } query Theirs { auditEvents { id } }';
    expect(refused('business_viewer', text, {}, 'Mine')).toEqual([]);
    expect(refused('business_viewer', text, {}, 'Theirs')).toEqual(['select Query.auditEvents']);
  });
});

describe('selected fields', () => {
  test('that may be null are left to the guard, with all that is below them', () => {
    expect(refused('business_viewer', '{ models { learnedFrom runs { seed } } }')).toEqual([]);
  });

  test('that may not be null refuse the operation', () => {
    expect(refused('business_viewer', '{ runs { nodes { seed } } }')).toEqual(['select Run.seed']);
  });

  test('that depend on tags are left to the guard, although they may not be null', () => {
    expect(refused('data_scientist', '{ columns { profile { rows } } }')).toEqual([]);
  });

  test('of an interface are refused only when no possible type allows them', () => {
    expect(refused('ingest', '{ node(id: "x") { id } }')).toEqual([]);
    expect(refused('ingest', '{ node(id: "x") { ... on AuditEvent { action } } }')).toEqual([
      'select AuditEvent.action',
    ]);
    expect(refused('business_viewer', '{ node(id: "x") { id __typename } }')).toEqual([]);
  });

  test('of a union’s member are found', () => {
    expect(refused('operator', '{ subjects { ... on Column { profile { rows } } __typename } }')).toEqual([]);
    expect(refused('operator', '{ subjects { ... on Model { id } } }')).toEqual([]);
  });

  test('under @include and @skip count when the variable says so', () => {
    const text =
      'query ($deep: Boolean! = false) { runs { nodes { id seed @include(if: $deep) ... @skip(if: $deep) { id } } } }';
    expect(refused('business_viewer', text)).toEqual([]);
    expect(refused('business_viewer', text, { deep: true })).toEqual(['select Run.seed']);
    expect(refused('business_viewer', '{ runs { nodes { seed @skip(if: true) } } }')).toEqual([]);
  });
});

describe('filters', () => {
  const filter = (role: string, where: unknown) =>
    refused(role, 'query ($where: RunFilter) { runs(where: $where) { nodes { id } } }', { where });

  test('use the field of their name, written out or in a variable', () => {
    expect(refused('business_viewer', '{ models(where: { learnedFrom: "health" }) { id } }')).toEqual([
      'filter Model.learnedFrom',
    ]);
    expect(filter('business_viewer', { name: { eq: 'x' } })).toEqual(['filter Run.name']);
    expect(filter('operator', { name: { eq: 'x' } })).toEqual([]);
  });

  test('are found under and, or, not, however deep', () => {
    const deep = { and: [{ or: [{ not: { name: { in: ['x'] } } }] }] };
    expect(filter('business_viewer', deep)).toEqual(['filter Run.name']);
    let bottomless: unknown = { name: null };
    for (let depth = 0; depth < 20_000; depth++) bottomless = { not: bottomless };
    expect(filter('business_viewer', bottomless)).toEqual(['filter Run.name']);
  });

  test('reach through a related type', () => {
    const text = '{ models(where: { runs: { metrics: { value: 1 } } }) { id } }';
    expect(refused('business_viewer', text).sort()).toEqual([
      'filter Metric.value',
      'filter Model.runs',
      'filter Run.metrics',
    ]);
    expect(refused('data_scientist', text)).toEqual([]);
  });

  test('are found when a part of the literal is a variable, or a variable has a default', () => {
    const part = 'query ($v: String) { runs(where: { and: [{ name: { eq: $v } }] }) { nodes { id } } }';
    expect(refused('business_viewer', part, { v: 'x' })).toEqual(['filter Run.name']);
    const whole = 'query ($w: RunFilter = { name: { eq: "x" } }) { runs(where: $w) { nodes { id } } }';
    expect(refused('business_viewer', whole)).toEqual(['filter Run.name']);
    expect(refused('business_viewer', whole, { w: null })).toEqual([]);
  });

  test('on an interface need each possible type to allow it', () => {
    expect(refused('business_viewer', '{ assets(where: { name: { eq: "x" } }) { id } }')).toEqual([
      'filter Column.name',
    ]);
  });

  test('whose meaning a policy file states use what it states', () => {
    expect(filter('business_viewer', { metricAbove: 1 })).toEqual(['filter Metric.value']);
    expect(refused('ingest', '{ models(text: "x") { id } }')).toEqual(['select Query.models']);
  });

  test('that map to no field are refused to everyone', () => {
    expect(filter('admin', { mystery: 1 })).toEqual(['filter RunFilter.mystery']);
  });

  test('ignore keys that the input does not have, such as __proto__', () => {
    const where: unknown = JSON.parse('{ "__proto__": { "name": { "eq": "x" } }, "constructor": 1 }');
    expect(filter('business_viewer', where)).toEqual([]);
  });

  test('do not settle for other variables what they settled for these', () => {
    const document = parse('query ($where: RunFilter) { runs(where: $where) { nodes { id } } }');
    const ask = (variables: Record<string, unknown>) =>
      authorizeOperation(accessIn(policy, 'business_viewer'), schema, document, null, variables).length;
    expect([ask({}), ask({ where: { name: null } }), ask({})]).toEqual([0, 1, 0]);
  });
});

describe('orders', () => {
  const order = (field: string) => `query ($o: [RunOrder!]) { runs(orderBy: $o) { nodes { id } } } # ${field}`;

  test('use the field of their name, and so do the cursors of a paged list', () => {
    expect(refused('business_viewer', order('NAME'), { o: [{ field: 'NAME' }] })).toEqual([
      'order Run.name',
      'cursor Run.name',
    ]);
    expect(refused('business_viewer', order('NAME'), { o: { field: 'NAME' } })).toHaveLength(2);
    expect(refused('operator', order('NAME'), { o: [{ field: 'NAME', direction: 'DESC' }] })).toEqual([]);
  });

  test('whose meaning a policy file states use what it states', () => {
    expect(refused('business_viewer', order('METRIC'), { o: [{ field: 'METRIC' }] })).toContain('order Run.metrics');
  });
});

test('what a tag decides cannot be filtered by, since no row is at hand', () => {
  const tagged = buildSchema(`
    type Query { columns(where: ColumnFilter): [Column!]! }
    type Column { id: ID! profile: String }
    input ColumnFilter { profile: String }
  `);
  const errors = authorizeOperation(
    accessIn(policy, 'data_scientist'),
    tagged,
    parse('{ columns(where: { profile: "x" }) { id } }'),
  );
  expect(errors.map((error) => error.extensions)).toEqual([
    {
      code: 'FORBIDDEN',
      redaction: {
        field: 'Column.profile',
        use: 'filter',
        policy: 'data-scientist-no-profile-of-tagged-data',
        reason: expect.stringContaining('single out') as string,
        howToRequest: expect.stringContaining('waiver') as string,
      },
    },
  ]);
});

test('a default asks as a given value does: of a field of the input, and of the whole argument', () => {
  const asking = (argument: string, input: string) =>
    buildSchema(`
      type Query { columns(where: ColumnFilter${argument}): [Column!]! }
      type Column { id: ID! tags: String }
      input ColumnFilter { tags: String${input} }
    `);
  const access = accessIn(policy, 'business_viewer');
  const count = (shape: GraphQLSchema, text: string) => authorizeOperation(access, shape, parse(text)).length;
  expect(count(asking('', ' = "x"'), '{ columns(where: {}) { id } }')).toBe(1);
  expect(count(asking(' = { tags: "x" }', ''), '{ columns { id } }')).toBe(1);
  expect(count(asking('', ''), '{ columns(where: {}) { id } }')).toBe(0);
});

test('every refusal is in the trail, and says nothing of the values asked for', () => {
  const access = accessIn(policy, 'business_viewer');
  const text = '{ models(where: { learnedFrom: "SECRET" }) { id } auditEvents { id } }';
  const errors = authorizeOperation(access, schema, parse(text));
  expect(JSON.stringify(errors)).not.toContain('SECRET');
  expect(access.trail.take().denials).toMatchObject([
    { field: 'Model.learnedFrom', use: 'filter', policy: 'business-viewer-no-sensitivity' },
    { field: 'Query.auditEvents', use: 'select', policy: 'default-deny' },
  ]);
});

test('introspection is not ours to refuse', () => {
  expect(refused('business_viewer', getIntrospectionQuery())).toEqual([]);
});

test('a fragment spread over and over is looked at once', () => {
  const levels = Array.from({ length: 40 }, (_, n) => `fragment F${n} on Run { ...F${n + 1} ...F${n + 1} }`).join('\n');
  expect(refused('business_viewer', `{ runs { nodes { ...F0 } } } ${levels} fragment F40 on Run { seed }`)).toEqual([
    'select Run.seed',
  ]);
});
