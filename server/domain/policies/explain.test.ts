import { afterAll, beforeAll, expect, test } from 'vitest';
import { shippedPolicy } from '../../access/shipped.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { systemActor } from '../store.ts';

let app: TestApp;
let kpi: string;
beforeAll(async () => {
  app = await startTestApp();
  const { identity, kpis } = app.aval.services;
  const lead = await identity.authenticate(await app.token('governance_lead'));
  const id = await kpis.define(lead, {
    name: 'approval rate', direction: 'HIGHER_IS_BETTER', definition: 'd', failAt: 0.5, roles: ['operator'],
  }); // prettier-ignore
  await kpis.recordValue(lead, id, { value: 0.25, at: new Date('2026-01-01T00:00:00Z'), subjects: 4 });
  kpi = toGlobalId('Kpi', id);
});
afterAll(async () => {
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

const query = `query ($coordinate: String!, $use: AccessUse!, $object: ID, $role: String, $principalId: ID) {
  explainAccess(coordinate: $coordinate, use: $use, object: $object, role: $role, principalId: $principalId) {
    outcome policies reason howToRequest mask } }`;
const explain = async (role: string, variables: object) => {
  const { data, errors } = await app.graphql(role, query, { use: 'SELECT', ...variables });
  return errors ? errors[0]!.extensions : data!['explainAccess'];
};

test('anyone may ask about themselves, in general or of an object', async () => {
  expect(await explain('operator', { coordinate: 'Kpi.value' })).toMatchObject({
    outcome: 'ALLOW',
    policies: ['operator-reads-kpis'],
  });
  expect(await explain('data_scientist', { coordinate: 'Column.profile' })).toMatchObject({ outcome: 'DEPENDS' });
  expect(await explain('operator', { coordinate: 'Kpi.value', object: kpi })).toMatchObject({ outcome: 'ALLOW' });
  expect(await explain('business_viewer', { coordinate: 'Kpi.value', object: kpi })).toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('who governs, reviews or administers may ask about others; nobody else', async () => {
  const about = { coordinate: 'Kpi.value', object: kpi, role: 'business_viewer' };
  for (const role of ['governance_lead', 'compliance_reviewer', 'admin']) {
    expect(await explain(role, about)).toMatchObject({ outcome: 'DENY', policies: ['default-deny'] }); // it is for operators
  }
  expect(await explain('operator', about)).toMatchObject({ code: 'FORBIDDEN' });
  const { identity } = app.aval.services;
  const elsewhere = await identity.ensureProject(systemActor, 'elsewhere');
  const id = await identity.createPrincipal(systemActor, {
    name: 'o',
    kind: 'person',
    roles: ['operator'],
    projects: [elsewhere],
  });
  const principalId = toGlobalId('Principal', id);
  expect(await explain('admin', { coordinate: 'Kpi.value', principalId })).toMatchObject({ outcome: 'ALLOW' });
  expect(await explain('admin', { coordinate: 'Kpi.value', principalId, object: kpi })).toMatchObject({
    outcome: 'DENY',
    policies: ['project-scope'],
  });
});

test.each([
  [{ coordinate: 'Kpi.secret' }, 'coordinate'],
  [{ coordinate: 'Kpi.value', role: 'root' }, 'role'],
  [{ coordinate: 'Kpi.value', role: 'admin', principalId: 'x' }, 'role'],
  [{ coordinate: 'Kpi.value', principalId: 'x' }, 'principalId'],
  [{ coordinate: 'Kpi.value', object: 'x' }, 'object'],
])('%j is refused', async (variables, field) => {
  expect(await explain('admin', variables)).toMatchObject({ code: 'BAD_INPUT', field });
});

test('a figure over fewer than five subjects is shown to nobody, and told as hidden', async () => {
  const value = `query ($kpi: ID!) { node(id: $kpi) { ... on Kpi { value { value status subjects redactions { field policy } } } } }`;
  for (const role of ['operator', 'admin']) {
    const { data } = await app.graphql(role, value, { kpi });
    expect(data).toMatchObject({
      node: {
        value: {
          value: null,
          status: null,
          subjects: null,
          redactions: [{ field: 'KpiValue.value', policy: 'at-least-5-subjects' }, {}, {}],
        },
      },
    });
  }
  await app.aval.integrator.integrate();
  const { details } = await app.database.read
    .selectFrom('event_log').select('details').where('action', '=', 'kpi.value-recorded').executeTakeFirstOrThrow(); // prettier-ignore
  expect(details).not.toHaveProperty('value');
  const record =
    'mutation ($input: RecordKpiValueInput!) { recordKpiValue(input: $input) { kpi { value { value redactions { field } } } } }';
  const enough = await app.graphql('governance_lead', record, { input: { kpiId: kpi, value: 0.5, subjects: 5 } });
  expect(enough.data).toEqual({ recordKpiValue: { kpi: { value: { value: 0.5, redactions: [] } } } });
  const negative = await app.graphql('governance_lead', record, { input: { kpiId: kpi, value: 0.5, subjects: -1 } });
  expect(negative.errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.subjects' });
});

test('a value of what learned from sensitive data is decided by the tags', async () => {
  const { identity, policies, sensitivity } = app.aval.services;
  const people = await Promise.all(
    ['ada', 'ben'].map(async (name) => {
      const principalId = await identity.createPrincipal(systemActor, {
        name,
        kind: 'person',
        roles: ['governance_lead'],
        projects: 'all',
      });
      return identity.authenticate(
        await identity.issueToken(systemActor, { principalId, label: 't', defaultProjectId: app.projectId }),
      );
    }),
  );
  const text = `${shippedPolicy()}
    @id("operator-no-sensitive-figures") @reason("R.") @ask("A.")
    forbid (principal in Aval::Role::"operator", action in Aval::Action::"read", resource)
    when { resource in [Aval::Coordinate::"Kpi.value", Aval::Coordinate::"Kpi.history"] }
    when { context.categories.contains(Aval::Category::"SPECIAL_CATEGORY") };`;
  await policies.approve(people[1]!, await policies.propose(people[0]!, { text, reason: 'A test.' }));
  const read =
    'query ($kpi: ID!) { node(id: $kpi) { ... on Kpi { name value { value } redactions { field policy } } } }';
  expect((await app.graphql('operator', read, { kpi })).data).toMatchObject({
    node: { name: 'approval rate', value: { value: 0.5 } },
  });
  const [tag] = await app.database.read
    .selectFrom('sensitivity_tag')
    .select('name')
    .where('category', '=', 'SPECIAL_CATEGORY')
    .limit(1)
    .execute();
  await sensitivity.tagAsset(people[0]!, {
    assetId: Buffer.from(kpi, 'base64url').toString().split(':')[1]!,
    tag: tag!.name,
  });
  expect((await app.graphql('operator', read, { kpi })).data).toMatchObject({
    node: {
      name: 'approval rate',
      value: null,
      redactions: expect.arrayContaining([{ field: 'Kpi.value', policy: 'operator-no-sensitive-figures' }]) as unknown,
    },
  });
  expect(await explain('operator', { coordinate: 'Kpi.value' })).toMatchObject({ outcome: 'DEPENDS' });
  expect(await explain('operator', { coordinate: 'Kpi.value', object: kpi })).toMatchObject({
    outcome: 'DENY',
    policies: ['operator-no-sensitive-figures'],
  });
});
