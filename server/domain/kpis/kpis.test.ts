import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor, Role } from '../../access/actor.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { execute, parse } from 'graphql';

let app: TestApp;
let version: string;
let deployment: string;
beforeAll(async () => {
  app = await startTestApp();
  const { identity, registry, versions, deployments } = app.aval.services;
  const engineer = await identity.authenticate(await app.token('ml_engineer'));
  const ref = { projectId: app.projectId, name: 'scoring' };
  await registry.create(engineer, { ...ref, tags: {} });
  version = (await versions.create(engineer, { model: ref, source: 's3://b/m', tags: {} })).id;
  deployment = await deployments.deploy(engineer, {
    modelVersionId: version,
    environment: 'production',
    purpose: 'credit-scoring',
  });
});
afterAll(() => app.close());

const define = `mutation ($input: DefineKpiInput!) { defineKpi(input: $input) { kpi {
  id name unit direction warnAt failAt roles value { value } subject { id name } owner { name } } } }`;

const input = (more: object) => ({
  name: 'approval rate',
  direction: 'HIGHER_IS_BETTER',
  definition: 'approved / decided, weekly',
  roles: ['operator', 'business_viewer'],
  ...more,
});

let kpi: string;
describe('a KPI', () => {
  test('is defined by a governance lead, for roles, about a deployment', async () => {
    const subjectId = toGlobalId('Deployment', deployment);
    const { data, errors } = await app.graphql('governance_lead', define, {
      input: input({ unit: '%', warnAt: 60, failAt: 50, subjectId }),
    });
    expect(errors).toBeUndefined();
    const made = (data!['defineKpi'] as { kpi: { id: string } }).kpi;
    kpi = made.id;
    expect(made).toMatchObject({
      name: 'approval rate',
      unit: '%',
      roles: ['business_viewer', 'operator'],
      value: null,
      subject: { id: subjectId, name: 'scoring 1 in production' },
      owner: { name: 'governance_lead@test' },
    });
    const edges = await app.database.read
      .selectFrom('edge')
      .innerJoin('asset', 'asset.key', 'edge.dst')
      .select('asset.kind')
      .where('asset.kind', 'in', ['KPI', 'DEPLOYMENT'])
      .execute();
    expect(edges.map((edge) => edge.kind).sort()).toEqual(['DEPLOYMENT', 'KPI']);
  });

  test.each([
    ['a name that is taken', {}, 'ALREADY_EXISTS', 'input.name'],
    ['no name', { name: ' ' }, 'BAD_INPUT', 'input.name'],
    ['a NUL', { name: 'a\0b' }, 'BAD_INPUT', 'variables.input.name'],
    ['no role', { name: 'x', roles: [] }, 'BAD_INPUT', 'input.roles'],
    ['an unknown role', { name: 'x', roles: ['king'] }, 'BAD_INPUT', 'input.roles'],
    ['thresholds the wrong way round', { name: 'x', warnAt: 1, failAt: 2 }, 'BAD_INPUT', 'input.failAt'],
    ['a metric of nothing', { name: 'x', metricKey: 'auc' }, 'BAD_INPUT', 'input.metricKey'],
    [
      'a subject of another type',
      { name: 'x', subjectId: toGlobalId('LoggedModel', crypto.randomUUID()) },
      'BAD_INPUT',
      'input.subjectId',
    ],
    [
      'an unknown subject',
      { name: 'x', subjectId: toGlobalId('Model', crypto.randomUUID()) },
      'NOT_FOUND',
      'input.subjectId',
    ],
  ])('is refused with %s, and leaves nothing', async (_what, more, code, field) => {
    const count = async () =>
      (await app.database.read
        .selectFrom('asset')
        .select((q) => q.fn.countAll().as('n'))
        .executeTakeFirst())!.n;
    const before = await count();
    const { errors } = await app.graphql('governance_lead', define, { input: input(more) });
    expect(errors?.[0]?.extensions).toMatchObject({ code, field });
    expect(await count()).toEqual(before);
  });

  test('has values with a status by its thresholds', async () => {
    const record = `mutation ($input: RecordKpiValueInput!) { recordKpiValue(input: $input) { kpi {
      value { value status } history { value status } } } }`;
    for (const [value, at] of [
      [70, '2026-03-01T00:00:00Z'],
      [55, '2026-03-02T00:00:00Z'],
      ['NaN', '2026-03-03T00:00:00Z'],
      [40, '2026-03-04T00:00:00Z'],
    ]) {
      // prettier-ignore
      expect((await app.graphql('governance_lead', record, { input: { kpiId: kpi, value, at } })).errors).toBeUndefined();
    }
    const { data, errors } = await app.graphql('operator', 'query ($kpi: ID!) { node(id: $kpi) { ... on Kpi { value { value status } history { value status } newest: history(points: 1) { value } } } }', { kpi }); // prettier-ignore
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      node: {
        value: { value: 40, status: 'FAIL' },
        history: [{ value: 70, status: 'OK' }, { value: 55, status: 'WARN' }, { value: 'NaN', status: 'FAIL' }, { value: 40, status: 'FAIL' }], // prettier-ignore
        newest: [{ value: 40 }],
      },
    });
    const again = await app.graphql('governance_lead', record, {
      input: { kpiId: kpi, value: 1, at: '2026-03-01T00:00:00Z' },
    });
    expect(again.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', field: 'input.at' });
    const ahead = await app.graphql('governance_lead', record, {
      input: { kpiId: kpi, value: 1, at: '2999-03-01T00:00:00Z' },
    });
    expect(ahead.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.at' });
    const refused = await app.graphql('operator', record, { input: { kpiId: kpi, value: 1 } });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a KPI that is not for the caller', () => {
  const onlyFor = async (roles: Role[], name: string): Promise<string> => {
    const lead: Actor = await app.aval.services.identity.authenticate(await app.token('governance_lead'));
    const id = await app.aval.services.kpis.define(lead, {
      name, direction: 'LOWER_IS_BETTER', definition: 'd', roles, subjectId: version,
    }); // prettier-ignore
    return toGlobalId('Kpi', id);
  };

  test('is not there: in lists, by id, as an event', async () => {
    const id = await onlyFor(['operator'], 'secret latency');
    const query =
      'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } kpis(where: { name: { contains: "secret" } }) { nodes { name } } }';
    const hidden = { node: null, nodes: [null], kpis: { nodes: [] } };
    expect((await app.graphql('business_viewer', query, { id })).data).toEqual(hidden);
    for (const role of ['operator', 'governance_lead', 'compliance_reviewer'] as const) {
      expect((await app.graphql(role, query, { id })).data).toEqual({
        node: { id },
        nodes: [{ id }],
        kpis: { nodes: [{ name: 'secret latency' }] },
      });
    }
  });

  test('is neither reached nor counted by a walk', async () => {
    const walk = async (role: Role) => {
      const { data, errors } = await app.graphql(
        role,
        'query ($id: ID!) { node(id: $id) { ... on Asset { downstream { assetCount partial assets { nodes { kind } } edges { nodes { kind } } } } } }',
        { id: toGlobalId('ModelVersion', version) },
      );
      expect(errors).toBeUndefined();
      return (data!['node'] as { downstream: { assetCount: number } }).downstream;
    };
    const before = await walk('data_scientist');
    const led = await walk('governance_lead');
    await onlyFor(['operator'], 'hidden from science');
    expect(await walk('data_scientist')).toEqual(before);
    expect((await walk('governance_lead')).assetCount).toBe(led.assetCount + 1);
  });
});

describe('deployments', () => {
  const deploy = `mutation ($input: DeployModelInput!) { deployModel(input: $input) { deployment {
    id name environment validTo modelVersion { name } purpose { code highRisk } replaces { id validTo } by { name } } } }`;

  test('take the place of one another, and the past keeps what was in use', async () => {
    const first = toGlobalId('Deployment', deployment);
    const then = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const modelVersionId = toGlobalId('ModelVersion', version);
    const { data, errors } = await app.graphql('governance_lead', deploy, {
      input: { modelVersionId, environment: 'production', purpose: 'credit-scoring', replaces: first },
    });
    expect(errors).toBeUndefined();
    const made = (data!['deployModel'] as { deployment: { id: string; replaces: { validTo: string } } }).deployment;
    expect(made).toMatchObject({
      name: 'scoring 1 in production',
      validTo: null,
      purpose: { code: 'credit-scoring', highRisk: true },
      replaces: { id: first, validTo: expect.any(String) as unknown },
      by: { name: 'governance_lead@test' },
    });
    const asked = await app.graphql(
      'compliance_reviewer',
      `query ($id: ID!, $then: DateTime) { node(id: $id) { ... on ModelVersion { now: deployments { id } then: deployments(asOf: $then) { id } } }
        active: deployments(where: { active: true, purpose: ["credit-scoring"], modelVersionId: $id }) { nodes { id } }
        ended: deployments(where: { active: false, environment: { eq: "production" } }) { nodes { id } }
        modelVersions(where: { deployed: true }) { nodes { id } } }`,
      { id: modelVersionId, then },
    );
    expect(asked.errors).toBeUndefined();
    expect(asked.data).toEqual({
      node: { now: [{ id: made.id }], then: [{ id: first }] },
      active: { nodes: [{ id: made.id }] },
      ended: { nodes: [{ id: first }] },
      modelVersions: { nodes: [{ id: modelVersionId }] },
    });
    const again = await app.graphql('governance_lead', deploy, {
      input: { modelVersionId, environment: 'production', purpose: 'credit-scoring', replaces: first },
    });
    expect(again.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', field: 'input.replaces' });
  });

  test('show an operator where and what, and say that the purpose is hidden', async () => {
    const { data, errors } = await app.graphql(
      'operator',
      '{ deployments(first: 1) { nodes { environment purpose { code } redactions { field policy } } } }',
    );
    expect(errors).toBeUndefined();
    const [node] = (data!['deployments'] as { nodes: { purpose: null; redactions: { field: string }[] }[] }).nodes;
    expect(node!.purpose).toBeNull();
    expect(node!.redactions).toContainEqual({ field: 'Deployment.purpose', policy: 'default-deny' });
    const filtered = await app.graphql(
      'operator',
      '{ deployments(where: { purpose: ["credit-scoring"] }) { nodes { id } } }',
    );
    expect(filtered.errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      redaction: { field: 'Deployment.purpose', use: 'filter' },
    });
  });

  test.each([
    ['an unknown purpose', { purpose: 'mischief' }, 'BAD_INPUT', 'input.purpose'],
    ['no environment', { environment: '' }, 'BAD_INPUT', 'input.environment'],
    [
      'an unknown version',
      { modelVersionId: toGlobalId('ModelVersion', crypto.randomUUID()) },
      'NOT_FOUND',
      'input.modelVersionId',
    ],
    [
      'a model for a version',
      { modelVersionId: toGlobalId('Model', crypto.randomUUID()) },
      'BAD_INPUT',
      'input.modelVersionId',
    ],
  ])('are refused with %s', async (_what, more, code, field) => {
    const { errors } = await app.graphql('governance_lead', deploy, {
      input: { modelVersionId: toGlobalId('ModelVersion', version), environment: 'x', purpose: 'research', ...more },
    });
    expect(errors?.[0]?.extensions).toMatchObject({ code, field });
  });

  test('end, once', async () => {
    const open = await app.graphql('operator', '{ deployments(where: { active: true }) { nodes { id } } }');
    const [{ id }] = (open.data!['deployments'] as { nodes: [{ id: string }] }).nodes;
    const end = 'mutation ($input: EndDeploymentInput!) { endDeployment(input: $input) { deployment { validTo } } }';
    const { data } = await app.graphql('operator', end, { input: { deploymentId: id } });
    expect(data).toMatchObject({ endDeployment: { deployment: { validTo: expect.any(String) as unknown } } });
    const again = await app.graphql('operator', end, { input: { deploymentId: id } });
    expect(again.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT' });
  });
});

// one list at a time: what two of them ask at the same moment may or may not share a statement
test.each([
  'kpis(first: 100) { nodes { name value { value } history { value } subject { name } owner { name } } }',
  'deployments(first: 100) { nodes { environment purpose { label } modelVersion { name model { name } } replaces { id } by { name } } }',
])('%s takes a fixed number of statements', async (list) => {
  const lead = await app.aval.services.identity.authenticate(await app.token('governance_lead'));
  const document = parse(`{ ${list} }`);
  const count = async () => {
    const contextValue = app.aval.contextFor(lead);
    const { result, statements } = await countStatements(async () =>
      execute({ schema: app.aval.schema, document, contextValue }),
    );
    expect(result.errors).toBeUndefined();
    return statements;
  };
  const before = await count();
  for (const n of [1, 2, 3]) {
    const subject = { subjectId: version, roles: ['operator'] };
    const name = `${list.slice(0, 4)} ${n}`;
    await app.aval.services.kpis.define(lead, { name, direction: 'LOWER_IS_BETTER', definition: 'd', ...subject });
    await app.aval.services.deployments.deploy(lead, {
      modelVersionId: version,
      environment: name,
      purpose: 'research',
    });
  }
  expect(await count()).toBe(before);
  expect(before).toBeLessThanOrEqual(7);
});

test('a KPI for others costs its finder no more statements than none at all', async () => {
  const { identity, kpis } = app.aval.services;
  const lead = await identity.authenticate(await app.token('governance_lead'));
  const hidden = {
    name: 'for engineers',
    direction: 'LOWER_IS_BETTER',
    definition: 'd',
    roles: ['ml_engineer'],
  } as const;
  const ids = [await kpis.define(lead, { ...hidden, subjectId: null }), crypto.randomUUID()];
  const viewer = await identity.authenticate(await app.token('business_viewer'));
  const costs = ids.map(async (id) => {
    const document = parse(`{ node(id: "${toGlobalId('Kpi', id)}") { id } }`);
    const contextValue = app.aval.contextFor(viewer);
    return countStatements(async () => execute({ schema: app.aval.schema, document, contextValue }));
  });
  const [found, missing] = await Promise.all(costs);
  expect(found).toEqual(missing);
  expect(found!.result).toEqual({ data: { node: null } });
});
