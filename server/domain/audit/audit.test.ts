import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { systemActor } from '../store.ts';

let app: TestApp;
let engineer: Actor;
let model: string;
beforeAll(async () => {
  app = await startTestApp();
  const { identity, registry } = app.aval.services;
  engineer = await identity.authenticate(await app.token('ml_engineer'));
  const uuid = await registry.create(engineer, { projectId: app.projectId, name: 'scored', tags: {} });
  model = toGlobalId('Model', uuid);
  await registry.update(engineer, { projectId: app.projectId, name: 'scored' }, 'one');
  await registry.update(engineer, { projectId: app.projectId, name: 'scored' }, 'two');
  const other = await identity.authenticate(await app.token('ml_engineer', 'other'));
  await registry.create(other, { projectId: other.defaultProjectId, name: 'elsewhere', tags: {} });
  await app.aval.integrator.integrate();
});
afterAll(() => app.close());

interface Events {
  nodes: { id: string; index: number; action: string; actor: string; subject: { id: string } | null }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

const fields = 'nodes { id index action actor subjectKind subject { id } leafHash } pageInfo { hasNextPage endCursor }';

describe('the audit log', () => {
  test('is read newest first, page by page, within the caller’s projects', async () => {
    const seen: Events['nodes'] = [];
    let after: string | undefined;
    do {
      const { data, errors } = await app.graphql(
        'compliance_reviewer',
        `query ($after: String) { auditEvents(first: 2, after: $after, where: { action: { contains: "model." } }) { ${fields} } }`,
        { after },
      );
      expect(errors).toBeUndefined();
      const page = data!['auditEvents'] as Events;
      seen.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
    } while (after);
    expect(seen.map(({ action }) => action)).toEqual(['model.updated', 'model.updated', 'model.registered']);
    expect(seen[0]!.index).toBeGreaterThan(seen[1]!.index);
    expect(seen.every((event) => event.actor === 'ml_engineer@test' && event.subject?.id === model)).toBe(true);
  });

  test('is filtered by subject, actor and time', async () => {
    const of = async (where: string) => {
      const { data, errors } = await app.graphql(
        'compliance_reviewer',
        `query ($model: ID!) { auditEvents(where: ${where}) { nodes { action } } all: node(id: $model) { id } }`,
        { model },
      );
      expect(errors).toBeUndefined();
      return (data!['auditEvents'] as Events).nodes.length;
    };
    expect(await of('{ subjectId: $model }')).toBe(3);
    expect(await of('{ subjectId: $model, actor: { eq: "ml_engineer@test" } }')).toBe(3);
    expect(await of('{ subjectId: $model, actor: { eq: "nobody" } }')).toBe(0);
    expect(await of('{ subjectId: $model, before: "2020-01-01T00:00:00Z" }')).toBe(0);
    expect(await of('{ subjectId: $model, after: "2020-01-01T00:00:00Z" }')).toBe(3);
  });

  test('stands with each asset', async () => {
    const { data, errors } = await app.graphql(
      'compliance_reviewer',
      `query ($model: ID!) { node(id: $model) { ... on Asset { name events(first: 2) { nodes { action } pageInfo { hasNextPage } } } } }`,
      { model },
    );
    expect(errors).toBeUndefined();
    const events = {
      nodes: [{ action: 'model.updated' }, { action: 'model.updated' }],
      pageInfo: { hasNextPage: true },
    };
    expect(data).toEqual({ node: { name: 'scored', events } });
  });

  test('shows events of no project to callers of all projects only', async () => {
    const { identity } = app.aval.services;
    const principalId = await identity.createPrincipal(systemActor, {
      name: 'reviewer-of-all', kind: 'person', roles: ['compliance_reviewer'], projects: 'all',
    }); // prettier-ignore
    const token = await identity.issueToken(systemActor, { principalId, label: 't', defaultProjectId: app.projectId });
    await app.aval.integrator.integrate();
    const query = '{ auditEvents(where: { action: { eq: "policy.activated" } }) { nodes { action } } }';
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    expect(await response.json()).toEqual({ data: { auditEvents: { nodes: [{ action: 'policy.activated' }] } } });
    expect((await app.graphql('compliance_reviewer', query)).data).toEqual({ auditEvents: { nodes: [] } });
  });

  test('leaves a trace of who read it', async () => {
    await app.graphql('governance_lead', '{ logHead { size } }');
    await app.aval.integrator.integrate();
    const rows = await app.database.read
      .selectFrom('event_log')
      .select('coordinate')
      .where('action', '=', 'access.read')
      .where('actor_name', '=', 'governance_lead@test')
      .orderBy('idx')
      .execute();
    expect(rows.map((row) => row.coordinate)).toEqual(['LogHead.size', 'Query.logHead']);
  });

  test('is not for data scientists, and no event of it is found by id', async () => {
    const { errors } = await app.graphql('data_scientist', '{ auditEvents { nodes { id } } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', redaction: { field: 'Query.auditEvents' } });
    const reviewed = await app.graphql('compliance_reviewer', '{ auditEvents(first: 1) { nodes { id action } } }');
    const [event] = (reviewed.data!['auditEvents'] as Events).nodes;
    const query = 'query ($id: ID!) { node(id: $id) { id } }';
    expect((await app.graphql('compliance_reviewer', query, { id: event!.id })).data).toEqual({
      node: { id: event!.id },
    });
    expect((await app.graphql('data_scientist', query, { id: event!.id })).data).toEqual({ node: null });
  });

  test('has a head', async () => {
    const { data } = await app.graphql('compliance_reviewer', '{ logHead { size index at leafHash } }');
    expect(data).toMatchObject({ logHead: { leafHash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown } });
    const { size, index } = data!['logHead'] as { size: number; index: number };
    expect(size).toBe(index + 1);
  });
});

describe('the policy', () => {
  test('has a version and a digest, which business viewers are not told', async () => {
    const { data } = await app.graphql('compliance_reviewer', '{ policyVersion { version digest validFrom } }');
    expect(data).toMatchObject({
      policyVersion: { version: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    });
    const { errors } = await app.graphql('business_viewer', '{ policyVersion { version } }');
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('explains to each caller what is decided for them', async () => {
    const query =
      '{ explainAccess(coordinate: "ModelVersion.deployments", use: FILTER) { outcome policies reason howToRequest } }';
    expect((await app.graphql('operator', query)).data).toMatchObject({
      explainAccess: { outcome: 'ALLOW', policies: ['operator-watches'] },
    });
    expect((await app.graphql('business_viewer', query)).data).toMatchObject({
      explainAccess: {
        outcome: 'DENY',
        policies: ['default-deny'],
        howToRequest: expect.stringContaining('operator') as unknown,
      },
    });
    const { errors } = await app.graphql(
      'operator',
      '{ explainAccess(coordinate: "No.such", use: SELECT) { outcome } }',
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'coordinate' });
  });
});
