import { graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedPolicy } from '../../access/shipped.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { systemActor } from '../store.ts';

const clock = { ahead: 0, now: () => new Date(Date.now() + clock.ahead) };
let app: TestApp;
let model: string;
const people = new Map<string, string>();
beforeAll(async () => {
  app = await startTestApp({ clock });
  const { identity, registry } = app.aval.services;
  for (const [name, roles] of [['ada', ['governance_lead']], ['cleo', ['operator']], ['root', ['admin']]] as const) {
    const projects = name === 'root' ? 'all' : [app.projectId];
    people.set(name, await identity.createPrincipal(systemActor, { name, kind: 'person', roles, projects }));
  } // prettier-ignore
  const engineer = await identity.authenticate(await app.token('ml_engineer'));
  model = toGlobalId('Model', await registry.create(engineer, { projectId: app.projectId, name: 'churn', tags: {} }));
});
afterAll(async () => {
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

async function ask<T>(role: string, query: string, variables = {}): Promise<T> {
  const { data, errors } = await app.graphql(role, query, variables);
  expect(errors).toBeUndefined();
  return data as T;
}

const principalId = (name: string): string => toGlobalId('Principal', people.get(name)!);
type Change = 'grantRole' | 'revokeRole' | 'addMember' | 'removeMember';
const changing = (mutation: Change): string =>
  `mutation ($input: ${mutation.endsWith('Role') ? 'RoleInput' : 'MemberInput'}!) { ${mutation}(input: $input) { principal { name } } }`;

/** As an administrator of one project. */
const change = (mutation: Change, input: object) => app.graphql('admin', changing(mutation), { input });

/** As an administrator of every project. */
const asRoot = (mutation: Change, input: object) => askRoot(changing(mutation), { input });
async function askRoot(query: string, variables = {}) {
  const { identity } = app.aval.services;
  const token = await identity.issueToken(systemActor, { principalId: people.get('root')!, label: 't', defaultProjectId: app.projectId }); // prettier-ignore
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Awaited<ReturnType<typeof app.graphql>>;
}

/** Puts the clock forward, and gives the moment in between. */
function later(): string {
  clock.ahead += 60_000;
  const moment = clock.now().toISOString();
  clock.ahead += 60_000;
  return moment;
}

const whoSees = `query ($object: ID!, $asOf: DateTime) {
  principals(first: 100, asOf: $asOf) { nodes {
    name grants(asOf: $asOf) { role } memberships(asOf: $asOf) { project { slug } }
    access(coordinate: "Model.upstream", use: SELECT, object: $object, asOf: $asOf) { outcome policies } } } }`;
interface Seen {
  name: string;
  grants: { role: string }[];
  memberships: { project: { slug: string } | null }[];
  access: { outcome: string; policies: string[] };
}
async function seers(asOf?: string): Promise<Map<string, Seen>> {
  const { principals } = await ask<{ principals: { nodes: Seen[] } }>('compliance_reviewer', whoSees, { object: model, asOf }); // prettier-ignore
  return new Map(principals.nodes.map((one) => [one.name, one]));
}

describe('who could see it at a moment', () => {
  let before: string;
  let between: string;

  test('is one query: roles, projects, policy and outcome as they were then', async () => {
    before = later();
    expect((await asRoot('grantRole', { principalId: principalId('cleo'), role: 'data_scientist' })).errors).toBeUndefined(); // prettier-ignore
    between = later();
    expect((await asRoot('revokeRole', { principalId: principalId('cleo'), role: 'data_scientist' })).errors).toBeUndefined(); // prettier-ignore
    const roles = async (asOf?: string) => (await seers(asOf)).get('cleo')!.grants.map(({ role }) => role);
    expect(await roles(before)).toEqual(['operator']);
    expect(await roles(between)).toEqual(['data_scientist', 'operator']);
    expect(await roles()).toEqual(['operator']);
    const then = (await seers(between)).get('cleo')!.access;
    const now = (await seers()).get('cleo')!.access;
    expect(then.outcome).toBe('ALLOW');
    expect(now.outcome).not.toBe(then.outcome);
    expect((await seers(between)).get('root')!.memberships).toEqual([{ project: null }]);
  });

  test('a membership that has ended is seen at its time only', async () => {
    const input = { principalId: principalId('cleo'), projectId: toGlobalId('Project', app.projectId) };
    expect((await asRoot('removeMember', input)).errors).toBeUndefined();
    expect((await seers()).has('cleo')).toBe(false);
    expect((await seers(between)).get('cleo')).toMatchObject({ memberships: [{ project: { slug: 'test' } }], access: { outcome: 'ALLOW' } }); // prettier-ignore
    expect((await asRoot('addMember', input)).errors).toBeUndefined();
    expect((await seers()).has('cleo')).toBe(true);
  });

  test('the policy that decides is the one in force then, and another now', async () => {
    const { identity, policies } = app.aval.services;
    const text = `${shippedPolicy()}
@id("no-origins") @reason("Where a model comes from is not for them.") @ask("Ask a governance lead.")
forbid (principal in Aval::Role::"governance_lead", action, resource == Aval::Coordinate::"Model.upstream");`;
    const before = later();
    const lead = await identity.authenticate(await app.token('governance_lead'));
    const id = await policies.propose(lead, { text, reason: 'Less is enough.' });
    const token = await identity.issueToken(systemActor, { principalId: people.get('ada')!, label: 't', defaultProjectId: app.projectId }); // prettier-ignore
    await policies.approve(await identity.authenticate(token), id);
    expect((await seers()).get('ada')!.access).toEqual({ outcome: 'DENY', policies: ['no-origins'] });
    expect((await seers(before)).get('ada')!.access.outcome).toBe('ALLOW');
    const matrix = `query ($asOf: DateTime) { accessMatrix(asOf: $asOf, where: { coordinate: ["Model.upstream"], role: ["governance_lead"] }) {
      nodes { decisions { use outcome } } } explainAccess(coordinate: "Model.upstream", use: SELECT, role: "governance_lead", asOf: $asOf) { outcome } }`;
    const at = async (asOf?: string) => {
      const answer = await ask<{
        accessMatrix: { nodes: { decisions: { use: string; outcome: string }[] }[] };
        explainAccess: { outcome: string };
      }>('compliance_reviewer', matrix, { asOf });
      const select = answer.accessMatrix.nodes[0]!.decisions.find(({ use }) => use === 'SELECT')!;
      expect(answer.explainAccess.outcome).toBe(select.outcome);
      return select.outcome;
    };
    expect([await at(before), await at()]).toEqual(['ALLOW', 'DENY']);
  });

  test('before there was a policy nothing can be told', async () => {
    const { errors } = await app.graphql('compliance_reviewer', whoSees, {
      object: model,
      asOf: '2001-01-01T00:00:00Z',
    });
    expect(errors).toBeUndefined(); // nobody was a member of anything
    const asked = await app.graphql('compliance_reviewer', '{ accessMatrix(asOf: "2001-01-01T00:00:00Z") { nodes { role } } }'); // prettier-ignore
    expect(asked.errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'asOf' });
  });

  test('costs the same statements for one principal and for many', async () => {
    const { identity } = app.aval.services;
    const actor = await identity.authenticate(await app.token('compliance_reviewer'));
    const statementsOf = async (): Promise<number> => {
      const { result, statements } = await countStatements(() =>
        graphql({ schema: app.aval.schema, source: whoSees, contextValue: app.aval.contextFor(actor), variableValues: { object: model, asOf: between } }),
      ); // prettier-ignore
      expect(result.errors).toBeUndefined();
      return statements;
    };
    const few = await statementsOf();
    for (let i = 0; i < 20; i++) {
      await identity.createPrincipal(systemActor, { name: `p${i}`, kind: 'person', roles: ['operator'], projects: [app.projectId] }); // prettier-ignore
    }
    between = later();
    expect(await statementsOf()).toBe(few);
  });
});

describe('grants', () => {
  test.each(['operator', 'ml_engineer', 'business_viewer'])('are not for %s to read', async (role) => {
    const { errors } = await app.graphql(role, '{ principals { nodes { name } } }');
    expect(errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' });
    // nor what they themselves could do at a moment, which would tell of grants and policies that they do not see
    const then = '{ explainAccess(coordinate: "Run.metrics", use: SELECT, asOf: "2026-03-03T00:00:00Z") { outcome } }';
    expect((await app.graphql(role, then)).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('of principals of other projects only are nobody’s but theirs', async () => {
    await app.token('operator', 'elsewhere');
    const { principals } = await ask<{ principals: { nodes: { name: string }[] } }>('compliance_reviewer', '{ principals(first: 100) { nodes { name } } }'); // prettier-ignore
    expect(principals.nodes.map(({ name }) => name)).not.toContain('operator@elsewhere');
    expect(principals.nodes.map(({ name }) => name)).toContain('root'); // who is of every project
  });

  test('name the tokens to who manages them, never what makes them work', async () => {
    const query = `{ principals(where: { role: ["compliance_reviewer"] }) { nodes { name tokens { label project { slug } issuedAt expiresAt revokedAt } } } }`;
    const { principals } = await ask<{ principals: { nodes: object[] } }>('admin', query);
    expect(principals.nodes).toEqual([
      { name: 'compliance_reviewer@test', tokens: [{ label: 'test', project: { slug: 'test' }, issuedAt: expect.any(String), expiresAt: null, revokedAt: null }] },
    ]); // prettier-ignore
    const hidden = await app.graphql('compliance_reviewer', query);
    expect(hidden.data).toMatchObject({ principals: { nodes: [{ tokens: null }] } });
  });

  test('are logged, and change nothing the second time', async () => {
    const input = { principalId: principalId('cleo'), role: 'ml_engineer' };
    await asRoot('grantRole', input);
    await asRoot('grantRole', input);
    await app.aval.integrator.integrate();
    const query = `{ auditEvents(first: 100, where: { action: { in: ["role.granted", "role.revoked", "member.removed", "member.added"] } }) { nodes { action details } } }`;
    const { auditEvents } = (await askRoot(query)).data as { auditEvents: { nodes: { action: string; details: { role?: string } }[] } }; // prettier-ignore
    expect(auditEvents.nodes.filter(({ details }) => details.role === 'ml_engineer')).toHaveLength(1);
    expect(new Set(auditEvents.nodes.map(({ action }) => action))).toEqual(new Set(['role.granted', 'role.revoked', 'member.removed', 'member.added'])); // prettier-ignore
  });

  test.each([
    ['a role that nobody knows', 'grantRole', { role: 'king' }, 'BAD_INPUT', 'input.role'],
    ['a role that it does not have', 'revokeRole', { role: 'ingest' }, 'NOT_FOUND', 'input.role'],
    ['a membership that it does not have', 'removeMember', {}, 'NOT_FOUND', 'input.projectId'],
    ['a project that is none', 'addMember', { projectId: toGlobalId('Project', crypto.randomUUID()) }, 'NOT_FOUND', 'input.projectId'],
  ] as const)('of %s are refused', async (_what, mutation, more, code, field) => {
    const { errors } = await asRoot(mutation, { principalId: principalId('ada'), ...more });
    expect(errors![0]!.extensions).toMatchObject({ code, field });
  }); // prettier-ignore

  test('may not be taken from the last who manages accounts', async () => {
    const root = { principalId: principalId('root') };
    const role = await asRoot('revokeRole', { ...root, role: 'admin' });
    expect(role.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', field: 'input.role' });
    const member = await asRoot('removeMember', root);
    expect(member.errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', field: 'input.projectId' });
    expect((await seers()).get('root')).toMatchObject({
      grants: [{ role: 'admin' }],
      memberships: [{ project: null }],
    });
  });

  test('are not given of what the giver does not have', async () => {
    const { errors } = await change('addMember', { principalId: principalId('cleo') });
    expect(errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'input.projectId' });
    const others = await change('grantRole', { principalId: principalId('root'), role: 'ingest' });
    expect(others.errors![0]!.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.principalId' });
  });

  test('a token that writes into a project ends with the membership', async () => {
    const { identity, grants } = app.aval.services;
    const id = await identity.createPrincipal(systemActor, { name: 'dan', kind: 'service', roles: ['ingest'], projects: [app.projectId] }); // prettier-ignore
    const token = await identity.issueToken(systemActor, { principalId: id, label: 't', defaultProjectId: app.projectId }); // prettier-ignore
    await identity.authenticate(token);
    await grants.removeMember(systemActor, { principalId: id, project: app.projectId });
    await expect(identity.authenticate(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('of a role that the organisation’s policy brings in can be given', async () => {
    const { identity } = app.aval.services;
    expect((await asRoot('grantRole', { principalId: principalId('ada'), role: 'compliance_reviewer' })).errors).toBeUndefined(); // prettier-ignore
    await expect(
      identity.createPrincipal(systemActor, {
        name: 'eve',
        kind: 'person',
        roles: ['credit_officer'],
        projects: 'all',
      }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'input.roles[0]' });
  });
});
