import { execute, parse, subscribe, type ExecutionResult } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createAccess, type Access, type AccessOptions } from './access.ts';
import { actorIn, accessIn, exampleCoordinates, examplePolicy, exampleSchema } from './example.fixture.ts';
import { indexCoordinates } from './coordinates.ts';
import { classify } from './classes.ts';
import { compile } from './decisions.ts';
import { guardSchema, type GuardContext } from './guard.ts';
import { shippedPolicy } from './shipped.ts';

const schema = exampleSchema();
const policy = examplePolicy();
const guarded = guardSchema(schema, exampleCoordinates);

const sex = {
  __typename: 'Column',
  id: 'c1',
  assetKey: 7,
  name: 'sex',
  tagged: ['PROTECTED_CHARACTERISTIC'],
  tags: ['sex'],
};
const amount = { __typename: 'Column', id: 'c2', assetKey: 8, name: 'amount', tagged: [], tags: [] };
const rootValue = {
  node: { __typename: 'AuditEvent', id: 'e1', action: 'x' },
  columns: [
    { ...sex, profile: { rows: 10, nulls: 1, tagged: sex.tagged } },
    { ...amount, profile: { rows: 10, nulls: 0, tagged: [] } },
    { ...amount, id: 'c3', tagged: undefined, profile: { rows: 1 } },
  ],
  models: [{ __typename: 'Model', id: 'm1', name: 'score', learnedFrom: ['sex'], runs: [{ id: 'r1', seed: 1 }] }],
  runs: { nodes: [{ id: 'r1', name: () => 'by a method', seed: 3, metrics: [{ key: 'auc', value: 0.9 }] }] },
  auditEvents: [
    { id: 'e1', action: 'run.create' },
    { id: 'e2', action: 'access.read' },
  ],
};

async function ask(access: Access | undefined, text: string, variableValues = {}): Promise<ExecutionResult> {
  const contextValue = { access } as GuardContext;
  const result = await execute({ schema: guarded, document: parse(text), rootValue, contextValue, variableValues });
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}

describe('a list on whose objects tags decide', () => {
  const column = (id: string, tagged?: string[]) => ({ id, __typename: 'Column', name: id, ...(tagged && { tagged }) });
  const hiding = examplePolicy(`
    @id("no-names-of-tagged") @reason("A test.") @ask("Nobody.")
    forbid (principal in Aval::Role::"data_scientist", action, resource == Aval::Coordinate::"Column.name")
    when { context.categories.containsAny([Aval::Category::"SPECIAL_CATEGORY"]) };`);
  const namesFor = async (columns: unknown, categoriesOf: AccessOptions['categoriesOf'], text = '{ columns { name } }') => {
    const contextValue = { access: createAccess(actorIn('data_scientist'), hiding, { categoriesOf }) };
    const { data } = await execute({ schema: guarded, document: parse(text), rootValue: { columns }, contextValue });
    return (data!['columns'] as { name: string | null }[]).map(({ name }) => name);
  };
  const tagsOf = (source: object) => (source as { tagged?: never }).tagged;
  const open = [column('a', []), column('b', ['FINANCIAL']), column('c', ['OTHER', 'PERSONAL_DATA'])];
  const special = column('s', ['FINANCIAL', 'SPECIAL_CATEGORY']);

  test.each([
    ['at hand', tagsOf],
    ['loaded', (source: object) => Promise.resolve(tagsOf(source))],
  ])('is looked at once, object by object, where tags are %s', async (_, categoriesOf) => {
    const asked: unknown[] = [];
    const count = (source: object) => (asked.push(source), categoriesOf(source));
    expect(await namesFor(open, count)).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual(open);
    expect(await namesFor([...open, special, ...open], categoriesOf)).toEqual(['a', 'b', 'c', null, 'a', 'b', 'c']);
  });

  test('shows nothing of an object whose tags cannot be told, or are unheard of, or fail to load', async () => {
    const strange = [column('untold'), column('unheard', ['NEW_CATEGORY']), column('failing', ['OTHER'])];
    const categoriesOf = (source: object) =>
      (source as { id: string }).id === 'failing' ? Promise.reject(new Error('A test.')) : tagsOf(source);
    expect(await namesFor([...strange, ...open], categoriesOf)).toEqual([null, null, null, 'a', 'b', 'c']);
  });

  test('says nothing of what is no list of its own', async () => {
    const contextValue = { access: createAccess(actorIn('data_scientist'), hiding, { categoriesOf: tagsOf }) };
    const rootValue = { columns: open, subjects: [special, open[0]], node: special };
    const text = '{ columns { name } ...Rest subjects { ... on Column { name } } } fragment Rest on Query { node(id: "s") { ... on Column { name } } }';
    const { data } = await execute({ schema: guarded, document: parse(text), rootValue, contextValue });
    expect(data).toEqual({ columns: open.map(({ name }) => ({ name })), subjects: [{ name: null }, { name: 'a' }], node: { name: null } });
  });

  test('leaves a trace of each sensitive field that is shown, and of each that is not', async () => {
    const access = createAccess(actorIn('data_scientist'), policy, { categoriesOf: tagsOf });
    const columns = [...open, special].map((one) => ({ ...one, profile: { rows: 1, tagged: one.tagged } }));
    const document = parse('{ columns { profile { rows } } }');
    const { data } = await execute({ schema: guarded, document, rootValue: { columns }, contextValue: { access } });
    expect((data!['columns'] as { profile: unknown }[]).map(({ profile }) => profile !== null)).toEqual([true, true, true, false]);
    const { reads, denials } = access.trail.take();
    expect(reads.find(({ coordinate }) => coordinate === 'Column.profile')!.rowIds).toEqual(['a', 'b', 'c']);
    expect(denials.map(({ field, rowIds }) => [field, rowIds])).toEqual([['Column.profile', ['s']]]);
  });

  test('is not looked at for what does not depend on tags', async () => {
    const contextValue = { access: createAccess(actorIn('data_scientist'), hiding, { categoriesOf: () => { throw new Error('Asked.'); } }) };
    const { errors } = await execute({ schema: guarded, document: parse('{ columns { id tags } }'), rootValue: { columns: open }, contextValue });
    expect(errors).toBeUndefined();
  });
}); // prettier-ignore

describe('a field that is denied', () => {
  test('is null, and named among the redactions of its object', async () => {
    const access = accessIn(policy, 'business_viewer');
    const text = '{ models { name secret: learnedFrom runs { seed } redactions { field policy howToRequest } } }';
    expect(await ask(access, text)).toEqual({
      data: {
        models: [
          {
            name: 'score',
            secret: null,
            runs: null,
            redactions: [
              {
                field: 'Model.learnedFrom',
                policy: 'business-viewer-no-sensitivity',
                howToRequest: 'Ask a governance lead for the reviewed report, or for the role compliance_reviewer.',
              },
              {
                field: 'Model.runs',
                policy: 'default-deny',
                howToRequest: expect.stringContaining(
                  'Ask a governance lead for a role that may: data_scientist',
                ) as string,
              },
            ],
          },
        ],
      },
    });
    expect(access.trail.take().denials.map(({ field, rowIds }) => [field, rowIds])).toEqual([
      ['Model.learnedFrom', ['m1']],
      ['Model.runs', ['m1']],
    ]);
  });

  test('is an error where null is not allowed, which the early pass cannot always see', async () => {
    const access = accessIn(policy, 'ingest');
    expect(await ask(access, '{ node(id: "x") { id } }')).toEqual({
      data: { node: null },
      errors: [
        expect.objectContaining({
          path: ['node', 'id'],
          extensions: expect.objectContaining({
            code: 'FORBIDDEN',
            redaction: expect.objectContaining({
              field: 'AuditEvent.id',
              use: 'select',
              policy: 'ingest-reads-nothing-else',
            }) as object,
          }) as object,
        }),
      ],
    });
  });

  test('is named by the type’s own resolver, where it has one', async () => {
    const models = [{ id: 'm', redactions: [{ field: 'Model.other', policy: 'x', reason: 'y' }] }];
    const contextValue = { access: accessIn(policy, 'business_viewer') };
    const document = parse('{ models { redactions { field } } }');
    const { data } = await execute({ schema: guarded, document, rootValue: { models }, contextValue });
    expect(data!['models']).toEqual([{ redactions: [{ field: 'Model.other' }] }]);
  });

  test('is not resolved', async () => {
    let calls = 0;
    const counted = { ...rootValue, models: [{ id: 'm', learnedFrom: () => calls++ }] };
    const contextValue = { access: accessIn(policy, 'business_viewer') };
    await execute({ schema: guarded, document: parse('{ models { learnedFrom } }'), rootValue: counted, contextValue });
    expect(calls).toBe(0);
  });
});

test('an allowed field is resolved as before, by property or by method', async () => {
  expect(await ask(accessIn(policy, 'operator'), '{ runs { nodes { id name seed metrics { value } } } }')).toEqual({
    data: { runs: { nodes: [{ id: 'r1', name: 'by a method', seed: 3, metrics: [{ value: 0.9 }] }] } },
  });
});

describe('a field that depends on tags', () => {
  const text = '{ columns { id profile { rows nulls } redactions { field policy } } }';
  const rule = { field: 'Column.profile', policy: 'data-scientist-no-profile-of-tagged-data' };

  test('is decided for each object; without known tags it is denied', async () => {
    const access = accessIn(policy, 'data_scientist');
    const { data, errors } = await ask(access, text);
    expect(errors).toBeUndefined();
    expect(data!['columns']).toEqual([
      { id: 'c1', profile: null, redactions: [rule] },
      { id: 'c2', profile: { rows: 10, nulls: 0 }, redactions: [] },
      { id: 'c3', profile: null, redactions: [rule] },
    ]);
    const { denials, reads } = access.trail.take();
    expect(denials).toMatchObject([{ field: 'Column.profile', rowIds: ['c1', 'c3'] }]);
    expect(reads).toContainEqual({ coordinate: 'Column.profile', rowIds: ['c2'] });
  });

  test('is denied when nobody can tell the tags', async () => {
    const { data } = await ask(createAccess(actorIn('data_scientist'), policy), '{ columns { profile { rows } } }');
    expect(data!['columns']).toEqual([{ profile: null }, { profile: null }, { profile: null }]);
  });

  test('is read by a reviewer, and leaves a trail', async () => {
    const access = accessIn(policy, 'compliance_reviewer');
    const { data } = await ask(access, '{ columns { profile { rows } } }');
    expect(data!['columns']).toMatchObject([
      { profile: { rows: 10 } },
      { profile: { rows: 10 } },
      { profile: { rows: 1 } },
    ]);
    expect(access.trail.take().reads[0]).toEqual({ coordinate: 'Column.profile', rowIds: ['c1', 'c2', 'c3'] });
  });
});

test('a read of an audited class is in the trail with its rows, once', async () => {
  const access = accessIn(policy, 'admin');
  await ask(access, '{ auditEvents { action again: action } }');
  expect(access.trail.take()).toEqual({
    reads: [
      { coordinate: 'AuditEvent.action', rowIds: ['e1', 'e2'] },
      { coordinate: 'Query.auditEvents', rowIds: [] },
    ],
    denials: [],
  });
  expect(access.trail.take()).toEqual({ reads: [], denials: [] });
});

describe('an operation that no transport has looked at', () => {
  test('is refused before its first field resolves', async () => {
    const text = 'query ($w: ModelFilter) { models(where: $w) { id } }';
    const { data, errors } = await ask(accessIn(policy, 'business_viewer'), text, { w: { learnedFrom: 'x' } });
    expect(data).toBeNull();
    expect(errors![0]!.extensions).toMatchObject({
      code: 'FORBIDDEN',
      redaction: { field: 'Model.learnedFrom', use: 'filter' },
    });
  });

  test('is looked at again when it runs again with other variables', async () => {
    const access = accessIn(policy, 'business_viewer');
    const document = parse('query ($w: ModelFilter) { models(where: $w) { id } }');
    const run = async (w: unknown) =>
      (await execute({ schema: guarded, document, rootValue, contextValue: { access }, variableValues: { w } })).errors;
    expect(await run(null)).toBeUndefined();
    expect(await run({ learnedFrom: 'x' })).toHaveLength(1);
  });

  test('is refused to a context without access', async () => {
    const { data, errors } = await ask(undefined, '{ models { id } }');
    expect(data).toBeNull();
    expect(errors![0]!.message).toBe('Nobody is signed in.');
  });
});

test('a policy for another schema is not taken', async () => {
  const other = compile(shippedPolicy(), indexCoordinates(classify({ Query: { models: 'modelName' } })));
  const { errors } = await ask(createAccess(actorIn('admin'), other), '{ models { id } }');
  expect(errors![0]!.message).toContain('another schema');
});

test('a schema with a field that no file labels is not guarded at all', () => {
  const few = indexCoordinates(classify({ Query: { node: 'handle' } }));
  expect(() => guardSchema(schema, few)).toThrow(/No policy file labels .*Run\.metrics/);
});

describe('a subscription', () => {
  async function* kpis() {
    yield { kpiChanged: { __typename: 'Kpi', id: 'k1', value: 1 } };
    yield { kpiChanged: { __typename: 'Kpi', id: 'k1', value: 2 } };
  }
  const withKpis = exampleSchema();
  withKpis.getSubscriptionType()!.getFields()['kpiChanged']!.subscribe = kpis;
  const live = guardSchema(withKpis, exampleCoordinates);
  const document = parse('subscription { kpiChanged { value } }');

  test('is refused at its start', async () => {
    const result = (await subscribe({
      schema: live,
      document,
      contextValue: { access: accessIn(policy, 'ingest') },
    })) as ExecutionResult;
    expect(result.errors![0]!.extensions['code']).toBe('FORBIDDEN');
  });
});
