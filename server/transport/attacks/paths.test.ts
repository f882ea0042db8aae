import { expect } from 'vitest';
import { attacks } from '../../testing/attacks/attack.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { missingLike, mlflowId } from '../../testing/attacks/plants.ts';
import { secrets } from '../../testing/attacks/world.ts';

// Other ways that lead to a hidden value, or to a row of another project.
const attack = attacks();

attack(31, async ({ ask, planted }) => {
  for (const [type, id] of Object.entries(planted.foreign)) {
    const query = `query ($id: ID!) { node(id: $id) { id ... on ${type} { name } } }`;
    for (const role of ['governance_lead', 'admin', 'business_viewer'] as const) {
      const found = await ask(role, { query, variables: { id } });
      const missing = await ask(role, { query, variables: { id: missingLike(type) } });
      expect(found, `${type} for ${role}`).toEqual(missing);
      expect(found.body).toBe('{"data":{"node":null}}\n');
    }
  }
});

attack(32, async ({ hides }) => {
  await hides({ at: 'Run.name' }, secrets.run, '{ runs { edges { node { id name } } } }');
  await hides({ at: 'Experiment.name' }, 'gerenuk-experiment', '{ experiments { edges { node { number name } } } }');
});

attack(33, async ({ hides, planted }) => {
  const query = `query ($ids: [ID!]!) { compareRuns(ids: $ids) { params { key values } metrics { key differs } } }`;
  await hides({ at: 'RunComparison.params' }, secrets.param, { query, variables: { ids: [planted.run] } });
  const profile = `query ($id: ID!) { node(id: $id) { ... on Column { id profile { max mean quantiles { value } } } } }`;
  const asked = { query: profile, variables: { id: planted.column } };
  await hides({ at: 'Column.profile' }, secrets.maximum, asked);
  await hides({ at: 'Dataset.facets' }, secrets.owner, '{ models { nodes { id } } datasets { nodes { facets } } }');
});

attack(34, async ({ app, ask, data, planted }) => {
  const walk = 'upstream(depth: 20) { assetCount partial assets { nodes { id name } } edges { edges { node { from { id name } } } } }';
  const query = `query ($id: ID!) { node(id: $id) { ... on Asset { ${walk} tags { declaredOn { name } path { from { name } } } } } }`;
  for (const role of ['governance_lead', 'data_scientist', 'compliance_reviewer'] as const) {
    const { body } = await ask(role, { query, variables: { id: planted.version } });
    expect(body).not.toContain(secrets.foreign);
    expect(body).not.toContain(planted.foreign.Dataset);
    const { upstream } = JSON.parse(body).data.node;
    expect(upstream.partial).toBe('HIDDEN'); // said so, and no more
    expect(upstream.assetCount).toBe(upstream.assets.nodes.length);
  }
  const explained = 'query ($id: ID!) { node(id: $id) { ... on Asset { completeness { explained lastSeen producers { source } } } } }';
  const { node } = await data('governance_lead', explained, { id: planted.dataset });
  expect(node.completeness).toMatchObject({ lastSeen: null, producers: [] });
  expect(app.internalErrors).toEqual([]);
}); // prettier-ignore

attack(35, async ({ ask, mlflow }) => {
  // of which nothing is known, so that no rule forbids any use of it
  await mlflow('ml_engineer', 'registered-models/create', { name: 'oribi' });
  await mlflow('ml_engineer', 'model-versions/create', { name: 'oribi', source: 's3://oribi' });
  const versions = await ask('governance_lead', '{ modelVersions { nodes { id name } } }');
  const [oribi] = JSON.parse(versions.body).data.modelVersions.nodes.filter((one: { name: string }) => one.name.startsWith('oribi'));
  const query = `mutation ($input: DeployModelInput!) { deployModel(input: $input) { deployment { id environment purpose { code } } } }`;
  const input = { modelVersionId: oribi.id, environment: 'payload', purpose: secrets.purpose };
  const told = `"code":"${secrets.purpose}"`;
  expect((await ask('governance_lead', { query, variables: { input } })).body).toContain(told);
  for (const role of ['operator', 'ml_engineer'] as const) {
    const { body } = await ask(role, { query, variables: { input } });
    expect(body, 'who may deploy').toContain('"environment":"payload"');
    expect(body, 'but not read purposes').not.toContain(told);
  }
}); // prettier-ignore

attack(36, async ({ ask, hides, planted }) => {
  const figures = `query ($id: ID!) { node(id: $id) { ... on Kpi { id name value { value } history { value at } events { nodes { details } } } } }`;
  const asked = { query: figures, variables: { id: planted.kpi } };
  expect((await ask('operator', asked)).body).toContain(secrets.kpiValue);
  for (const role of ['business_viewer', 'data_scientist', 'ml_engineer'] as const) {
    expect(await ask(role, asked)).toEqual(await ask(role, { query: figures, variables: { id: missingLike('Kpi') } }));
  }
  const variables = { id: planted.dataset, at: new Date(Date.now() + 1_000).toISOString() };
  const past = `query ($id: ID!, $at: DateTime) { node(id: $id) { ... on Dataset { tags(asOf: $at) { tag { name } } } } }`;
  await hides({ at: 'Dataset.tags' }, secrets.tag, { query: past, variables });
});

attack(37, async ({ mlflow, planted }) => {
  const id = mlflowId(planted.run);
  const { mayNot } = sidesOf('Run.metrics', 'select');
  const reads = [
    [`runs/get?run_id=${id}`, undefined],
    ['runs/search', { experiment_ids: [planted.experiment] }],
    [`metrics/get-history?run_id=${id}&metric_key=auc`, undefined],
    ['registered-models/get?name=lynx', undefined],
    ['model-versions/get?name=lynx&version=1', undefined],
    ['model-versions/search', undefined],
    [`experiments/get?experiment_id=${planted.experiment}`, undefined],
    ['experiments/search', {}],
  ] as const;
  const hidden = [secrets.metric, secrets.param, secrets.run, secrets.source, 'gerenuk-experiment'];
  expect((await mlflow('ml_engineer', reads[0][0])).body).toContain(secrets.metric);
  for (const status of ['RUNNING', 'FINISHED']) {
    // what an ended run holds is kept, and sent, as text
    expect((await mlflow('ml_engineer', 'runs/update', { run_id: id, status })).status).toBe(200);
    for (const role of mayNot.filter((one) => one !== 'ingest')) {
      for (const [path, body] of reads) {
        const seen = JSON.stringify(await mlflow(role, path, body));
        for (const secret of hidden) expect(seen, `${path} for ${role}, ${status}`).not.toContain(secret);
      }
    }
  }
  const foreign = mlflowId(planted.foreign.Run);
  for (const role of ['ml_engineer', 'governance_lead'] as const) {
    expect((await mlflow(role, `runs/get?run_id=${foreign}`)).status).toBe(404);
  }
});

attack(38, async ({ app }) => {
  // what the report asks with: the same door, narrowed to the role that the report is for
  const token = await app.token('admin');
  const asked = async (role: string): Promise<string> => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'aval-role': role },
      body: JSON.stringify({ query: '{ runs { nodes { id name params { value } } } viewer { roles } }' }),
    });
    return response.text();
  };
  expect(await asked('admin')).toContain(secrets.run);
  const forBusiness = await asked('business_viewer');
  expect(forBusiness).toContain('"roles":["business_viewer"]');
  expect(forBusiness).not.toMatch(new RegExp(`${secrets.run}|${secrets.param}`));
});
