import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureDatasets } from '../../domain/datasets/names.service.ts';
import { link } from '../../domain/lineage/lineage.service.ts';
import { systemActor } from '../../domain/store.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { startTestApp, type GraphqlAnswer, type TestApp } from '../../testing/app.ts';
import { mlflowCaller } from '../../testing/mlflow.ts';

// Ways round the decisions on fields: each asks for something hidden by another name, or by another way in.

let app: TestApp;
let experiment: string;
let run: string;
let model: string;
beforeAll(async () => {
  app = await startTestApp();
  const engineer = mlflowCaller(app);
  experiment = await engineer.experiment('merger-with-acme');
  run = await engineer.run(experiment);
  const { body } = await engineer.post('logged-models', {
    experiment_id: experiment,
    name: 'scoring',
    source_run_id: run,
  });
  model = body.model.info.model_id as string;
});
afterAll(() => app.close());

/** As a token of any principal, narrowed to a role if one is named. */
async function ask(token: string, query: string, variables = {}, role?: string): Promise<GraphqlAnswer> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(role !== undefined && { 'aval-role': role }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

async function tell(events: object[]): Promise<void> {
  const response = await fetch(`${app.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('ingest')}` },
    body: JSON.stringify(events[0]),
  });
  expect(response.status).toBeLessThan(300);
}

async function assetId(type: string, name: string): Promise<string> {
  const kind = type === 'DatasetVersion' ? 'DATASET_VERSION' : type.toUpperCase();
  const { id } = await app.database.read
    .selectFrom('asset')
    .select('id')
    .where('kind', '=', kind as 'COLUMN')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return toGlobalId(type, id);
}

describe('through MLflow’s door', () => {
  test('a hidden name of an experiment cannot be guessed', async () => {
    const viewer = mlflowCaller(app, 'business_viewer');
    const right = await viewer.get('experiments/get-by-name', { experiment_name: 'merger-with-acme' });
    const wrong = await viewer.get('experiments/get-by-name', { experiment_name: 'merger-with-bolt' });
    expect(right.status).toBe(403);
    expect([right.status, right.body]).toEqual([wrong.status, wrong.body]);
    const service = mlflowCaller(app, 'ingest'); // which writes names, and must find what it wrote
    expect((await service.get('experiments/get-by-name', { experiment_name: 'merger-with-acme' })).status).toBe(200);
  });

  test.each(['business_viewer', 'operator'])('a %s is not told which run made a model', async (role) => {
    const caller = mlflowCaller(app, role);
    const one = await caller.get(`logged-models/${model}`);
    const many = await caller.post('logged-models/search', { experiment_ids: [experiment] });
    expect([one.status, many.status]).toEqual([200, 200]);
    expect(JSON.stringify([one.body, many.body])).not.toContain(run);
  });

  test('nor is a business viewer told where files are; who writes them is', async () => {
    const answerTo = async (role: string) =>
      (await mlflowCaller(app, role).get('experiments/get', { experiment_id: experiment })).body.experiment as object;
    expect(await answerTo('business_viewer')).not.toHaveProperty('artifact_location');
    expect(await answerTo('ingest')).toHaveProperty('artifact_location');
  });

  test('metrics that another project logged for a model do not match a search', async () => {
    const elsewhere = mlflowCaller(app, 'ml_engineer', 'other');
    const foreign = await elsewhere.run();
    await elsewhere.post('runs/log-metric', {
      run_id: foreign,
      key: 'auc',
      value: 0.77,
      timestamp: 1,
      model_id: model,
    });
    const { body } = await mlflowCaller(app).post('logged-models/search', {
      experiment_ids: [experiment],
      filter: 'metrics.auc > 0.7',
    });
    expect(body.models).toEqual([]);
  });
});

describe('through another field', () => {
  const columnMetrics = { age: { min: 19, max: 75, distinctCount: 53 } };
  const facet = { _producer: 'https://example.org/p', _schemaURL: 'https://example.org/s' };
  beforeAll(async () => {
    await tell([
      {
        eventType: 'COMPLETE',
        eventTime: '2026-01-01T00:00:00Z',
        producer: 'https://example.org/p',
        schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
        run: { runId: '0197a0de-0000-7000-8000-000000000001' },
        job: { namespace: 'n', name: 'profile' },
        inputs: [
          {
            namespace: 'n',
            name: 'patients',
            facets: {
              schema: { ...facet, fields: [{ name: 'age', type: 'int' }] },
              version: { ...facet, datasetVersion: 'v1' },
              dataQuality: { ...facet, rowCount: 100, columnMetrics },
              ownership: { ...facet, owners: [{ name: 'ward' }] },
            },
            inputFacets: { dataQualityMetrics: { ...facet, rowCount: 100, columnMetrics } },
          },
        ],
        outputs: [],
      },
    ]);
  });

  test('statistics of columns do not come along with a dataset’s other facets, whatever they are called', async () => {
    const { data } = await app.graphql('data_scientist', '{ datasets { nodes { facets } } }');
    expect(JSON.stringify(data)).toContain('ward');
    expect(JSON.stringify(data)).not.toContain('distinctCount');
  });

  test('a column is as sensitive as the version that it is in', async () => {
    const profile = `query($id: ID!) { a: node(id: $id) { ... on Column { b: profile { max } redactions { field } } }
      versions: datasets { nodes { latest { columns { column { profile { max } } } } } } }`;
    const id = await assetId('Column', 'age');
    const before = await app.graphql('data_scientist', profile, { id });
    expect(before.data).toMatchObject({ a: { b: { max: 75 } } });
    const version = (await app.graphql('data_scientist', '{ datasets { nodes { latest { id } } } }')).data as {
      datasets: { nodes: { latest: { id: string } }[] };
    };
    const tagged = await app.graphql(
      'governance_lead',
      'mutation($input: TagAssetInput!) { tagAsset(input: $input) { assignment { origin } } }',
      { input: { assetId: version.datasets.nodes[0]!.latest.id, tag: 'special-category:health' } },
    );
    expect(tagged.errors).toBeUndefined();
    const after = await app.graphql('data_scientist', profile, { id });
    expect(after.data).toMatchObject({ a: { b: null } });
    expect(JSON.stringify(after.data)).toContain('"field":"Column.profile"');
    expect(JSON.stringify(after)).not.toContain('75');
  });

  test('what another project noted when it tagged its data stays there', async () => {
    const other = await app.aval.services.identity.ensureProject(systemActor, 'other');
    const keys = await app.aval.store.write(systemActor, async (tx) => {
      const source = (await ensureDatasets(tx, other, [{ namespace: 'n', name: 'source' }]))({ namespace: 'n', name: 'source' }); // prettier-ignore
      const copy = (await ensureDatasets(tx, app.projectId, [{ namespace: 'n', name: 'copy' }]))({ namespace: 'n', name: 'copy' }); // prettier-ignore
      await link(tx, [{ src: source, dst: copy, kind: 'DERIVED', source: 'AVAL' }]);
      return { source, copy };
    });
    expect(keys.source).not.toBe(keys.copy);
    const tag = await ask(
      await app.token('governance_lead', 'other'),
      'mutation($input: TagAssetInput!) { tagAsset(input: $input) { assignment { note by { name } } } }',
      {
        input: { assetId: await assetId('Dataset', 'source'), tag: 'special-category:health', note: 'from ward nine' },
      },
    );
    expect(tag.data).toMatchObject({ tagAsset: { assignment: { note: 'from ward nine' } } }); // its own people see it
    const { data, errors } = await app.graphql(
      'data_scientist',
      'query($id: ID!) { node(id: $id) { ... on Dataset { tags { tag { name } declaredOn { id } note by { name } } } } }',
      { id: await assetId('Dataset', 'copy') },
    );
    expect(errors).toBeUndefined();
    expect((data as { node: { tags: object[] } }).node.tags).toEqual([
      { tag: { name: 'special-category:health' }, declaredOn: null, note: null, by: null },
    ]);
  });
});

describe('through the log', () => {
  const events = `query($action: String!) { auditEvents(where: { action: { eq: $action } }) { nodes { action details } } }`;

  test('a reviewer, who may not read artifacts, is not told where one came from', async () => {
    const engineer = mlflowCaller(app);
    await engineer.post('registered-models/create', { name: 'scoring' });
    await engineer.post('model-versions/create', { name: 'scoring', source: 's3://vault/secret-place' });
    await app.aval.integrator.integrate();
    const asked = { action: 'model-version.registered' };
    const told = await app.graphql('compliance_reviewer', events, asked);
    expect(told.errors).toBeUndefined();
    expect(told.data).toMatchObject({ auditEvents: { nodes: [{ details: { model: 'scoring', version: 1 } }] } });
    expect(JSON.stringify(told)).not.toContain('secret-place');
    expect(JSON.stringify(await app.graphql('governance_lead', events, asked))).toContain('secret-place');
  });

  test('accounts are for administrators, in the log too', async () => {
    const { identity } = app.aval.services;
    const token = async (role: string): Promise<string> => {
      const principalId = await identity.createPrincipal(systemActor, {
        name: `${role}@everywhere`,
        kind: 'person',
        roles: [role],
        projects: 'all',
      });
      return identity.issueToken(systemActor, { principalId, label: 'for-the-board', defaultProjectId: app.projectId });
    };
    const [lead, admin] = [await token('governance_lead'), await token('admin')];
    await app.aval.integrator.integrate();
    for (const action of ['principal.created', 'token.issued']) {
      expect(JSON.stringify(await ask(lead, events, { action }))).not.toMatch(/for-the-board|@everywhere/);
      expect(JSON.stringify(await ask(admin, events, { action }))).toMatch(/for-the-board|@everywhere/);
    }
  });
});

describe('through an account', () => {
  test('an administrator of one project gets no further than that project', async () => {
    const { identity } = app.aval.services;
    const other = await identity.ensureProject(systemActor, 'other');
    const own = toGlobalId('Project', app.projectId);
    const make = (name: string, projectIds: string[] | null) =>
      app.graphql(
        'admin',
        'mutation($input: CreatePrincipalInput!) { createPrincipal(input: $input) { principal { id } } }',
        { input: { name, kind: 'SERVICE', roles: ['admin'], projectIds } },
      );
    expect((await make('a', null)).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    const outside = await make('b', [own, toGlobalId('Project', other)]);
    const missing = await make('b', [own, toGlobalId('Project', '0197a0de-0000-7000-8000-000000000009')]);
    expect(outside.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.projectIds[1]' });
    expect(outside.errors).toEqual(missing.errors);
    expect((await make('b', [own])).errors).toBeUndefined();
  });

  test('nor takes the place of someone who does', async () => {
    const { identity } = app.aval.services;
    const other = await identity.authenticate(await app.token('admin', 'other'));
    const nobody = '0197a0de-0000-7000-8000-000000000009';
    for (const mutation of [
      'mutation($p: ID!, $q: ID!) { issueToken(input: { principalId: $p, projectId: $q, label: "x" }) { token } }',
      'mutation($p: ID!) { revokeTokens(input: { principalId: $p }) { principal { name } } }',
    ]) {
      const on = (id: string) =>
        app.graphql('admin', mutation, {
          p: toGlobalId('Principal', id),
          ...(mutation.includes('$q') && { q: toGlobalId('Project', app.projectId) }),
        });
      const refused = await on(other.principalId);
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.principalId' });
      expect(refused.errors).toEqual((await on(nobody)).errors);
    }
    expect((await ask(await app.token('admin', 'other'), '{ viewer { name } }')).status).toBe(200);
  });
});

test('nothing went wrong inside', () => expect(app.internalErrors).toEqual([]));
