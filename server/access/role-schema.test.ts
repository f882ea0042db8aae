import { execute, parse, printSchema, validateSchema, type GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { shippedRoles } from './actor.ts';
import { accessIn, exampleCoordinates, examplePolicy, exampleSchema } from './example.fixture.ts';
import { guardSchema } from './guard.ts';
import { roleSchema } from './role-schema.ts';

const schema = exampleSchema();
const policy = examplePolicy();
const shownTo = (...roles: string[]): GraphQLSchema => roleSchema(schema, exampleCoordinates, policy.tableFor(roles));
const fieldsOf = (shown: GraphQLSchema, type: string): string[] | undefined => {
  const found = shown.getType(type);
  return found && 'getFields' in found ? Object.keys(found.getFields()).sort() : undefined;
};

describe('what a role can see', () => {
  test('is a valid schema for every role that ships', () => {
    for (const role of shippedRoles) {
      expect([role, validateSchema(shownTo(role))]).toEqual([role, []]);
    }
  });

  test('holds what some object may show, and not what none may', () => {
    const shown = shownTo('data_scientist');
    expect(fieldsOf(shown, 'Query')).not.toContain('auditEvents');
    expect(fieldsOf(shown, 'Column')).toContain('profile'); // of columns without tags
    expect(fieldsOf(shownTo('ml_engineer'), 'Column')).not.toContain('profile');
    expect(fieldsOf(shownTo('ml_engineer'), 'Profile')).toBeUndefined();
  });

  test('holds the filters, orders and arguments that may be used', () => {
    expect(fieldsOf(shownTo('business_viewer'), 'RunFilter')).toEqual(['and', 'not', 'or']);
    expect(fieldsOf(shownTo('operator'), 'RunFilter')).toEqual(['and', 'metricAbove', 'metrics', 'name', 'not', 'or']);
    expect(printSchema(shownTo('operator'))).toContain('models(where: ModelFilter, text: String)');
    expect(printSchema(shownTo('ingest'))).not.toContain('text: String');
    expect(shownTo('business_viewer').getType('RunOrder')).toBeUndefined(); // there is no field left to order by
  });

  test('is nothing without a role', () => {
    expect(Object.keys(shownTo().getTypeMap()).filter((name) => /^(Query|Run|Model)$/.test(name))).toEqual([]);
  });

  test('lets an interface promise what each type behind it shows', () => {
    expect(fieldsOf(shownTo('business_viewer'), 'Asset')).toEqual(['id', 'redactions']); // no name of a column
    expect(fieldsOf(shownTo('admin'), 'Asset')).toEqual(['id', 'name', 'redactions']);
  });
});

describe('introspection of a guarded schema', () => {
  const guarded = guardSchema(schema, exampleCoordinates);
  const document = parse(`{
    __schema { types { name } queryType { name } }
    run: __type(name: "Run") { fields { name } }
    profile: __type(name: "Profile") { name }
    node: __type(name: "Node") { possibleTypes { name } }
  }`);
  const ask = (which: GraphQLSchema, contextValue?: object) =>
    execute({ schema: which, document, contextValue }) as {
      data: {
        __schema: { types: { name: string }[] };
        run: { fields: { name: string }[] };
        profile: object | null;
        node: { possibleTypes: { name: string }[] };
      };
      errors?: readonly Error[];
    };

  test('shows what the caller can see', () => {
    const { data } = ask(guarded, { access: accessIn(policy, 'business_viewer') });
    expect(data.run.fields.map(({ name }) => name)).toEqual(['id', 'redactions']);
    expect(data.profile).toBeNull();
    expect(data.__schema.types.map(({ name }) => name)).not.toContain('Metric');
    expect(ask(guarded, { access: accessIn(policy, 'admin') }).data.profile).toEqual({ name: 'Profile' });
  });

  test('shows nothing to nobody', () => {
    expect(ask(guarded).errors?.map(({ message }) => message)).toContain('Nobody is signed in.');
  });

  test('leaves other schemas of the process alone', () => {
    expect(ask(schema).data.run.fields.map(({ name }) => name)).toContain('metrics');
  });
});
