import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const createPrincipal = `mutation ($input: CreatePrincipalInput!) { createPrincipal(input: $input) { principal { id name kind } } }`;
const issueToken = `mutation ($input: IssueTokenInput!) { issueToken(input: $input) { token } }`;

async function viewerOf(token: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { name roles } }' }),
  });
  return { status: response.status, body: await response.json() };
}

describe('an administrator', () => {
  test('makes a project, a service account and a token that works until it is revoked', async () => {
    const project = await app.graphql(
      'admin',
      `mutation { createProject(input: { slug: "risk", name: "Risk" }) { project { id } } }`,
    );
    const projectId = (project.data as { createProject: { project: { id: string } } }).createProject.project.id;
    const input = { name: 'nightly-training', kind: 'SERVICE', roles: ['ingest'], projectIds: [projectId] };
    const made = await app.graphql('admin', createPrincipal, { input });
    expect(made.errors).toBeUndefined();
    const principalId = (made.data as { createPrincipal: { principal: { id: string } } }).createPrincipal.principal.id;
    const issued = await app.graphql('admin', issueToken, { input: { principalId, projectId, label: 'nightly' } });
    const { token } = (issued.data as { issueToken: { token: string } }).issueToken;
    expect(await viewerOf(token)).toMatchObject({ body: { data: { viewer: { name: 'nightly-training' } } } });
    const again = await app.graphql('admin', createPrincipal, { input });
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
    expect(await viewerOf(token)).toMatchObject({ status: 200, body: { data: { viewer: { roles: ['admin'] } } } });
    await app.graphql(
      'admin',
      `mutation { revokeTokens(input: { principalId: "${viewer.id}" }) { principal { name } } }`,
    );
    expect((await viewerOf(token)).status).toBe(401);
  });
});

test('nobody else manages accounts', async () => {
  const { errors } = await app.graphql(
    'ml_engineer',
    `mutation { createProject(input: { slug: "mine", name: "Mine" }) { project { id } } }`,
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', redaction: { field: 'Mutation.createProject' } });
});
