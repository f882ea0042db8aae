import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type GraphqlAnswer, type TestApp } from '../../testing/app.ts';
import { systemActor } from '../store.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const createPrincipal = `mutation ($input: CreatePrincipalInput!) { createPrincipal(input: $input) { principal { id name kind } } }`;
const issueToken = `mutation ($input: IssueTokenInput!) { issueToken(input: $input) { token } }`;

async function graphqlAs(token: string, query: string, variables = {}): Promise<GraphqlAnswer> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}
const viewerOf = (token: string) => graphqlAs(token, '{ viewer { name roles } }');

describe('an administrator', () => {
  test('makes a project, a service account and a token that works until it is revoked', async () => {
    const { identity } = app.aval.services;
    const everywhere = { name: 'head-of-it', kind: 'person', roles: ['admin'], projects: 'all' } as const;
    const head = await identity.createPrincipal(systemActor, everywhere);
    const token = await identity.issueToken(systemActor, { principalId: head, label: 't', defaultProjectId: app.projectId }); // prettier-ignore
    const as = (query: string, variables = {}) => graphqlAs(token, query, variables);
    const project = await as(`mutation { createProject(input: { slug: "risk", name: "Risk" }) { project { id } } }`);
    const projectId = (project.data as { createProject: { project: { id: string } } }).createProject.project.id;
    const input = { name: 'nightly-training', kind: 'SERVICE', roles: ['ingest'], projectIds: [projectId] };
    const made = await as(createPrincipal, { input });
    expect(made.errors).toBeUndefined();
    const principalId = (made.data as { createPrincipal: { principal: { id: string } } }).createPrincipal.principal.id;
    const issued = await as(issueToken, { input: { principalId, projectId, label: 'nightly' } });
    const { token: nightly } = (issued.data as { issueToken: { token: string } }).issueToken;
    expect(await viewerOf(nightly)).toMatchObject({ data: { viewer: { name: 'nightly-training' } } });
    const again = await as(createPrincipal, { input });
    expect(again.errors?.[0]?.extensions).toMatchObject({ code: 'ALREADY_EXISTS', field: 'input.name' });
  });

  test('cannot issue a token that is expired from the start, or for nobody', async () => {
    const { data } = await app.graphql('admin', '{ viewer { id projects { id } } }');
    const viewer = (data as { viewer: { id: string; projects: { id: string }[] } }).viewer;
    const input = { principalId: viewer.id, projectId: viewer.projects[0]!.id, label: 'x' };
    const expired = await app.graphql('admin', issueToken, { input: { ...input, expiresAt: '2020-01-01T00:00:00Z' } });
    expect(expired.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.expiresAt' });
    const nobody = await app.graphql('admin', issueToken, { input: { ...input, principalId: viewer.projects[0]!.id } });
    expect(nobody.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.principalId' });
    const issued = await app.graphql('admin', issueToken, { input });
    const { token } = (issued.data as { issueToken: { token: string } }).issueToken;
    expect(await viewerOf(token)).toMatchObject({ status: 200, data: { viewer: { roles: ['admin'] } } });
    await app.graphql(
      'admin',
      `mutation { revokeTokens(input: { principalId: "${viewer.id}" }) { principal { name } } }`,
    );
    expect((await viewerOf(token)).status).toBe(401);
  });
});

test('an administrator of some projects makes no other, whether its slug is taken or not', async () => {
  const { identity } = app.aval.services;
  await identity.ensureProject(systemActor, 'secret-merger');
  const token = await app.token('admin', 'elsewhere');
  const make = (slug: string) =>
    graphqlAs(token, `mutation { createProject(input: { slug: "${slug}", name: "N" }) { project { id } } }`);
  const [taken, free] = [await make('secret-merger'), await make('free')];
  expect(taken.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'input.slug' });
  expect(taken).toEqual(free);
});

test('nobody else manages accounts', async () => {
  const { errors } = await app.graphql(
    'ml_engineer',
    `mutation { createProject(input: { slug: "mine", name: "Mine" }) { project { id } } }`,
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', redaction: { field: 'Mutation.createProject' } });
});
