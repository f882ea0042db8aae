import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shippedRoles } from '../../access/actor.ts';
import { ALLOW, cell } from '../../access/decisions.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// Every text that any field of the API takes, each with what databases and parsers choke on: a refusal that names it, and never a 500.
let app: TestApp;
const ids = new Map<string, string>();
beforeAll(async () => {
  app = await startTestApp();
  const { identity, kpis, registry, versions } = app.aval.services;
  const engineer = await identity.authenticate(await app.token('ml_engineer'));
  const lead = await identity.authenticate(await app.token('governance_lead'));
  const model = await registry.create(engineer, { projectId: app.projectId, name: 'm', tags: {} });
  await versions.create(engineer, { model: { projectId: app.projectId, name: 'm' }, source: 's3://m', tags: {} }); // prettier-ignore
  const kpi = await kpis.define(lead, { name: 'k', direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['operator'] }); // prettier-ignore
  const { data } = await app.graphql('ml_engineer', '{ modelVersions { nodes { id } } }');
  const [version] = (data as { modelVersions: { nodes: { id: string }[] } }).modelVersions.nodes;
  ids.set('modelVersionId', version!.id).set('modelVersionIds', version!.id);
  for (const name of ['assetId', 'subjectId']) ids.set(name, toGlobalId('Model', model));
  ids.set('kpiId', toGlobalId('Kpi', kpi));
  ids.set('principalId', toGlobalId('Principal', lead.principalId));
  ids.set('projectId', toGlobalId('Project', app.projectId)).set('projectIds', toGlobalId('Project', app.projectId));
  ids.set('purpose', 'research').set('tag', 'special-category:health').set('tags', 'special-category:health');
  ids.set('role', 'governance_lead').set('roles', 'operator').set('approvalRole', 'governance_lead');
});
afterAll(() => app.close());

const hostile: readonly [what: string, text: string, refused: boolean][] = [
  ['NUL', 'a\0b', true],
  ['a lone surrogate', 'a\ud800b', true],
  ['70,000 characters', 'x'.repeat(70_000), true],
  ['nothing', '', false],
  ['blanks', ' \t\n', false],
  ['a quote and a comment', `'; drop table asset; --`, false],
  ['a name of JavaScript’s', '__proto__', false],
  ['what only looks like an id', toGlobalId('Nothing', crypto.randomUUID()), false],
  ['text from right to left', '\u202eabc\u0000'.replaceAll('\0', ''), false],
];
const moments = ['-271821-04-20T00:00:00Z', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-02-30T00:00:00Z', 'now']; // prettier-ignore

/** A plain value of a type; at `path`, the text. Optional parts are left out unless the path leads through them. */
function valueOf(type: GraphQLInputType, name: string, path: readonly string[], text: string): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, name, path, text);
  if (isListType(type)) return [valueOf(type.ofType, name, path, text)];
  if (isInputObjectType(type)) {
    const [next, ...rest] = path;
    const fields = Object.values(type.getFields()).filter((field) => field.name === next || isNonNullType(field.type));
    return Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type, field.name, field.name === next ? rest : ['-'], text)])); // prettier-ignore
  }
  if (path.length === 0) return text;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  const plain: Record<string, unknown> = { Int: 1, Float: 1, Float64: 1, Boolean: true, BigInt: 1, DateTime: new Date(Date.now() + 86_400_000).toISOString(), JSON: {} }; // prettier-ignore
  return plain[type.name] ?? ids.get(name) ?? 'plain';
}

/** The paths of all texts, or of all moments, in what a field takes: each once, and no filter inside a filter. */
function pathsIn(type: GraphQLInputType, scalars: readonly string[], seen: readonly string[] = []): string[][] {
  const named = getNamedType(type);
  if (isScalarType(named)) return scalars.includes(named.name) ? [[]] : [];
  if (!isInputObjectType(named) || seen.includes(named.name)) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    pathsIn(field.type, scalars, [...seen, named.name]).map((path) => [field.name, ...path]),
  );
}

function roleFor(coordinate: string): string | undefined {
  const { compiled } = app.aval.services.policies.inForce;
  const [use, at] = [coordinate.startsWith('Mutation') ? 'mutate' : 'select', compiled.coordinates.index.get(coordinate)!] as const; // prettier-ignore
  return shippedRoles.find((role) => compiled.tableFor([role])[cell(at, use)] === ALLOW);
}

async function tried(kind: 'Mutation' | 'Query', field: GraphQLField<unknown, unknown>, path: string[], text: string) {
  const [arg, ...rest] = path;
  const args = field.args.filter((one) => one.name === arg || (isNonNullType(one.type) && one.defaultValue === undefined)); // prettier-ignore
  const declared = args.map((one) => `$${one.name}: ${String(one.type)}`).join(', ');
  const passed = args.map((one) => `${one.name}: $${one.name}`).join(', ');
  const selection = isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '';
  const variables = Object.fromEntries(args.map((one) => [one.name, valueOf(one.type, one.name, one.name === arg ? rest : ['-'], text)])); // prettier-ignore
  return app.graphql(roleFor(`${kind}.${field.name}`)!, `${kind.toLowerCase()} (${declared}) { ${field.name}(${passed}) ${selection} }`, variables); // prettier-ignore
}

const fieldsOf = (kind: 'Mutation' | 'Query') =>
  Object.values(
    (kind === 'Mutation' ? app.aval.schema.getMutationType()! : app.aval.schema.getQueryType()!).getFields(),
  );

/** What is wrong with an answer, or nothing. */
function complaint(
  { status, errors }: Awaited<ReturnType<TestApp['graphql']>>,
  mustRefuse: boolean,
): string | undefined {
  if (app.internalErrors.length > 0) return `500: ${String(app.internalErrors.splice(0)[0])}`;
  if (status >= 500) return `status ${status}`;
  if (errors?.some(({ extensions }) => extensions['code'] === 'INTERNAL')) return 'INTERNAL';
  if (mustRefuse && !errors) return 'taken as it is';
  if (errors?.some(({ extensions }) => extensions['code'] === 'BAD_INPUT' && !extensions['field'])) return 'names no field'; // prettier-ignore
  if (/select .+ from |insert into |update .+ set |relation "|syntax error at|\$1/i.test(JSON.stringify(errors ?? '')))
    return 'tells SQL';
  return undefined;
}

test.each(['Mutation', 'Query'] as const)('no text breaks a %s, and what cannot be stored is refused', async (kind) => {
  const complaints: string[] = [];
  let asked = 0;
  for (const field of fieldsOf(kind)) {
    for (const arg of field.args) {
      for (const path of pathsIn(arg.type, ['String', 'ID']).map((rest) => [arg.name, ...rest])) {
        for (const [what, text, refused] of hostile) {
          asked++;
          const wrong = complaint(await tried(kind, field, path, text), refused && kind === 'Mutation');
          if (wrong) complaints.push(`${field.name}(${path.join('.')}) of ${what}: ${wrong}`);
        }
      }
    }
  }
  expect(complaints).toEqual([]);
  expect(asked).toBeGreaterThan(300);
}, 240_000); // prettier-ignore

test.each(['Mutation', 'Query'] as const)(
  'no moment breaks a %s',
  async (kind) => {
    const complaints: string[] = [];
    for (const field of fieldsOf(kind)) {
      for (const arg of field.args) {
        for (const path of pathsIn(arg.type, ['DateTime']).map((rest) => [arg.name, ...rest])) {
          for (const moment of moments) {
            const wrong = complaint(await tried(kind, field, path, moment), false);
            if (wrong && wrong !== 'names no field') complaints.push(`${field.name}(${path.join('.')}) at ${moment}: ${wrong}`); // prettier-ignore
          }
        }
      }
    }
    expect(complaints).toEqual([]);
  },
  240_000,
);
