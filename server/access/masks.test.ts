import { buildSchema, execute, parse, type GraphQLOutputType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessIn, exampleCoordinates, examplePolicy, exampleSchema } from './example.fixture.ts';
import { guardSchema } from './guard.ts';
import { maskValue, strictest, type MaskKind } from './masks.ts';
import { createAccess } from './access.ts';
import { cell, outcomes } from './decisions.ts';

const rule = (id: string, mask: string, rest: string) =>
  `@id("${id}") @reason("Because.") @ask("Ask.") @mask("${mask}") forbid (principal in Aval::Role::"ml_engineer", ${rest};\n`;
const types = buildSchema(
  'scalar Float64 type Query { text: String ids: [ID!] number: Float64 whole: Int flag: Boolean self: Query }',
);
const typeOf = (field: string): GraphQLOutputType => types.getQueryType()!.getFields()[field]!.type;
const mask = (kind: MaskKind, field: string, value: unknown, key: Buffer | undefined = Buffer.from('k')) =>
  maskValue(kind, typeOf(field), value, key);

describe('a mask', () => {
  test.each<[MaskKind, string, unknown, unknown]>([
    ['redact', 'text', 'DE89370400440532013000', '[redacted]'],
    ['last4', 'text', 'DE89370400440532013000', '…3000'],
    ['last4', 'text', 'short', '[redacted]'],
    ['null', 'text', 'anything', null],
    ['bucket', 'text', 'anything', null],
    ['bucket', 'number', 734.2, 700],
    ['bucket', 'number', -0.0213, -0.02],
    ['bucket', 'number', 0.3, 0.3],
    ['bucket', 'number', 0, 0],
    ['bucket', 'number', NaN, null],
    ['bucket', 'whole', 99_999, 90_000],
    ['hash', 'number', 734.2, null],
    ['redact', 'flag', true, null],
    ['redact', 'self', {}, null],
    ['last4', 'ids', ['abcdefgh', 'x'], ['…efgh', '[redacted]']],
  ])('%s of %s %j is %j', (kind, field, value, expected) => {
    expect(mask(kind, field, value)).toEqual(expected);
  });

  test('that hashes keeps equal values equal, under a key only', () => {
    expect(mask('hash', 'text', 'ada')).toMatch(/^hmac:[0-9a-f]{32}$/);
    expect(mask('hash', 'text', 'ada')).toBe(mask('hash', 'text', 'ada'));
    expect(mask('hash', 'text', 'ada')).not.toBe(mask('hash', 'text', 'ada', Buffer.from('another')));
    expect(maskValue('hash', typeOf('text'), 'ada', undefined)).toBeNull();
  });

  test('gives way to the one that tells least', () => {
    expect(strictest(['bucket', 'hash', 'last4'])).toBe('hash');
    expect(strictest(['hash', 'null'])).toBe('null');
  });
});

describe('a masked field', () => {
  const policy = examplePolicy(
    rule('run-names-hashed', 'hash', 'action, resource == Aval::Coordinate::"Run.name")') +
      rule(
        'tagged-columns-redacted',
        'redact',
        'action, resource == Aval::Coordinate::"Column.name") when { context.categories.contains(Aval::Category::"SPECIAL_CATEGORY") }',
      ),
  );
  const schema = guardSchema(exampleSchema(), exampleCoordinates);
  const access = () =>
    createAccess(accessIn(policy, 'ml_engineer').actor, policy, {
      maskKey: Buffer.from('k'),
      categoriesOf: (source) => ('tagged' in source ? (source.tagged as never) : undefined),
    });
  const ask = async (query: string, rootValue: object) =>
    JSON.parse(
      JSON.stringify(await execute({ schema, document: parse(query), rootValue, contextValue: { access: access() } })),
    ) as {
      data: Record<string, unknown> | null;
      errors?: { message: string }[];
    };

  test('is shown in part, and named among the redactions as masked', async () => {
    const { data } = await ask('{ runs { nodes { name redactions { field policy reason } } } }', {
      runs: {
        nodes: [
          { id: 'r1', name: 'payroll' },
          { id: 'r2', name: null },
        ],
      },
    });
    const [first, second] = (data!['runs'] as { nodes: { name: string; redactions: unknown[] }[] }).nodes;
    expect(first!.name).toMatch(/^hmac:/);
    expect(second!.name).toBeNull();
    expect(first!.redactions).toContainEqual({ field: 'Run.name', policy: 'run-names-hashed', reason: 'Because.' });
  });

  test('is used for nothing but to be shown', async () => {
    const number = exampleCoordinates.index.get('Run.name')!;
    const table = policy.tableFor(['ml_engineer']);
    expect(outcomes[table[cell(number, 'select')]!]).toBe('MASK');
    for (const use of ['filter', 'order', 'group', 'aggregate', 'cursor', 'search'] as const) {
      expect([use, outcomes[table[cell(number, use)]!]]).toEqual([use, 'DENY']);
    }
    const { errors } = await ask('{ runs(where: { name: { eq: "payroll" } }) { nodes { id } } }', {
      runs: { nodes: [] },
    });
    expect(errors![0]!.message).toBe('You may not filter by Run.name. Because.');
  });

  test('may depend on the tags of the object', async () => {
    const { data } = await ask('{ columns { name redactions { field } } }', {
      columns: [
        { id: 'c1', name: 'age', tagged: [] },
        { id: 'c2', name: 'diagnosis', tagged: ['SPECIAL_CATEGORY'] },
        { id: 'c3', name: 'untold' },
      ],
    });
    const columns = data!['columns'] as { name: string; redactions: { field: string }[] }[];
    expect(columns.map(({ name }) => name)).toEqual(['age', '[redacted]', null]);
    expect(columns.map(({ redactions }) => redactions.some(({ field }) => field === 'Column.name'))).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('stays hidden where another rule hides it', () => {
    const both = examplePolicy(rule('a', 'hash', 'action, resource == Aval::Coordinate::"Kpi.name")'));
    expect(both.explain(['ml_engineer'], exampleCoordinates.index.get('Kpi.name')!, 'select')).toMatchObject({
      outcome: 'DENY',
      policyIds: ['default-deny'],
    });
  });
});
