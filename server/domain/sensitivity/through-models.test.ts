import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller } from '../../testing/mlflow.ts';

// From a feature table through a run, a model's version and its deployment to the scores, and to a KPI over them: by real clients' requests only.
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const tag = 'protected-characteristic:sex';
const facet = (type: string, more: object) => ({ _producer: 'p', _schemaURL: `https://openlineage.io/spec/facets/1-0-0/${type}.json`, ...more }); // prettier-ignore
const dataset = (name: string, ...fields: string[]) => ({
  namespace: 'db', name, ...(fields.length > 0 && { facets: { schema: facet('SchemaDatasetFacet', { fields: fields.map((field) => ({ name: field })) }) } }),
}); // prettier-ignore

let runs = 0;
async function job(name: string, inputs: object[], outputs: object[], runId?: string): Promise<void> {
  const response = await fetch(`${app.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('ingest')}` },
    body: JSON.stringify({
      eventType: 'COMPLETE', eventTime: new Date().toISOString(), producer: 'https://example.org/etl', schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json',
      run: { runId: runId ?? `019cb2a5-6a00-7000-8000-${String(++runs).padStart(12, '0')}` }, job: { namespace: 'etl', name }, inputs, outputs,
    }), // prettier-ignore
  });
  expect([response.status, await response.text()]).toEqual([201, '']);
}

async function ask<T>(query: string, variables = {}): Promise<T> {
  const { data, errors } = await app.graphql('governance_lead', query, variables);
  expect(errors).toBeUndefined();
  return data as T;
}

interface Tagged {
  id: string;
  tags: { origin: string; tag: { name: string }; path: { kind: string }[] }[];
}
const tags = 'tags { origin tag { name } path { kind } }';
const datasetNamed = async (name: string): Promise<Tagged> =>
  (await ask<{ datasets: { nodes: Tagged[] } }>(`query($name: String!) { datasets(where: { name: { eq: $name } }) { nodes { id ${tags} } } }`, { name })).datasets.nodes[0]!; // prettier-ignore
const pathTo = ({ tags }: Tagged): string[] | undefined =>
  tags.find((one) => one.tag.name === tag)?.path.map(({ kind }) => kind);
const kpiOver = async (name: string, subjectId: string): Promise<Tagged> =>
  (await ask<{ defineKpi: { kpi: Tagged } }>(
    `mutation($input: DefineKpiInput!) { defineKpi(input: $input) { kpi { id ${tags} } } }`,
    { input: { name, direction: 'HIGHER_IS_BETTER', definition: 'approved / scored', roles: ['governance_lead'], subjectId } },
  )).defineKpi.kpi; // prettier-ignore

/** A run of MLflow's that read the features and logged a model: the model's id. */
async function train(experiment: string, name: string): Promise<string> {
  const mlflow = mlflowCaller(app);
  const run_id = await mlflow.run(experiment);
  const features = { dataset: { name: 'features', digest: 'd1', source_type: 'sql', source: '{}' } };
  expect((await mlflow.post('runs/log-inputs', { run_id, datasets: [features] })).status).toBe(200);
  const made = await mlflow.post('logged-models', { experiment_id: experiment, name, source_run_id: run_id });
  expect(made.status).toBe(200);
  return made.body.model.info.model_id as string;
}

async function register(name: string, modelId: string): Promise<string> {
  const mlflow = mlflowCaller(app);
  await mlflow.post('registered-models/create', { name });
  const made = await mlflow.post('model-versions/create', { name, source: `models:/${modelId}`, model_id: modelId });
  expect(made.status).toBe(200);
  const { models } = await ask<{ models: { nodes: { versions: { nodes: { id: string }[] } }[] } }>(
    'query($name: String!) { models(where: { name: { eq: $name } }) { nodes { versions(first: 1) { nodes { id } } } } }',
    { name },
  );
  return models.nodes[0]!.versions.nodes[0]!.id;
}

describe('a tag on a column reaches', () => {
  let modelId: string;
  test('the features, the model, its version and its deployment', async () => {
    const mlflow = mlflowCaller(app);
    const experiment = await mlflow.experiment('credit');
    modelId = await train(experiment, 'm');
    const features = await datasetNamed('features');
    await ask('mutation($input: TagAssetInput!) { tagAsset(input: $input) { assignment { origin } } }', {
      input: { assetId: features.id, tag },
    });
    const version = await register('credit', modelId);
    const { deployModel } = await ask<{ deployModel: { deployment: Tagged } }>(
      `mutation($input: DeployModelInput!) { deployModel(input: $input) { deployment { id ${tags} } } }`,
      { input: { modelVersionId: version, environment: 'production', purpose: 'research' } },
    );
    expect(pathTo(deployModel.deployment)!.slice(-3)).toEqual(['TRAINED', 'REGISTERED', 'DEPLOYED']);
  });

  test('the scores of a job that names the version as an input, and a KPI over them', async () => {
    await job('score', [dataset('applicants'), { namespace: 'mlflow', name: 'models:/credit/1' }], [dataset('scores', 'score')]); // prettier-ignore
    const scores = await datasetNamed('scores');
    expect(pathTo(scores)!.slice(-2)).toEqual(['REGISTERED', 'DERIVED']);
    expect(pathTo(await kpiOver('approved', scores.id))!.slice(-2)).toEqual(['DERIVED', 'MEASURED']);
    expect(pathTo(await datasetNamed('applicants'))).toBeUndefined();
  });

  test('scores whose columns the job explains without the model', async () => {
    const lineage = facet('ColumnLineageDatasetFacet', { fields: { score: { inputFields: [{ namespace: 'db', name: 'applicants', field: 'income' }] } } }); // prettier-ignore
    const output = dataset('explained', 'score');
    await job('explain', [dataset('applicants', 'income'), { namespace: 'mlflow', name: 'models:/credit/1' }], [{ ...output, facets: { ...output.facets, columnLineage: lineage } }]); // prettier-ignore
    expect(pathTo(await datasetNamed('explained'))!.at(-1)).toBe('DERIVED');
  });

  test('scores that were written before the version was registered', async () => {
    await job('early', [{ namespace: 'mlflow', name: 'models:/later/1' }], [dataset('early scores')]);
    expect(pathTo(await datasetNamed('early scores'))).toBeUndefined();
    await register('later', modelId);
    expect(pathTo(await datasetNamed('early scores'))!.at(-1)).toBe('DERIVED');
  });

  test('what a run wrote that says with MLflow which model it used', async () => {
    const mlflow = mlflowCaller(app);
    const run_id = await mlflow.run();
    expect((await mlflow.post('runs/log-inputs', { run_id, models: [{ model_id: modelId }] })).status).toBe(200);
    const uuid = run_id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    await job('score with MLflow', [dataset('applicants')], [dataset('more scores')], uuid);
    expect(pathTo(await datasetNamed('more scores'))!.slice(-2)).toEqual(['TRAINED', 'DERIVED']);
  });

  test('the scores of a job that names the alias or the deployment that served it', async () => {
    const mlflow = mlflowCaller(app);
    const alias = { name: 'credit', alias: 'champion', version: '1' };
    expect((await mlflow.post('registered-models/alias', alias)).status).toBe(200);
    await job('score by alias', [{ namespace: 'mlflow', name: 'models:/credit@champion' }], [dataset('alias scores')]);
    expect(pathTo(await datasetNamed('alias scores'))!.slice(-2)).toEqual(['REGISTERED', 'DERIVED']);
    await job('score by deployment', [{ namespace: 'serving', name: 'deployments:/credit/production' }], [dataset('served scores')]); // prettier-ignore
    const served = await datasetNamed('served scores');
    expect(pathTo(served)!.slice(-2)).toEqual(['REGISTERED', 'DERIVED']);
    const upstream = await ask<{ node: { upstream: { assets: { nodes: { __typename: string; name: string }[] } } } }>(
      'query($id: ID!) { node(id: $id) { ... on Dataset { upstream(depth: 1) { assets { nodes { __typename name } } } } } }',
      { id: served.id },
    );
    expect(upstream.node.upstream.assets.nodes).toEqual(
      expect.arrayContaining([
        { __typename: 'Deployment', name: 'credit 1 in production' },
        { __typename: 'ModelVersion', name: 'credit 1' },
      ]),
    );
    expect(pathTo(await kpiOver('approved when served', served.id))!.slice(-2)).toEqual(['DERIVED', 'MEASURED']);
    // who meets no deployments meets none on this way either
    const { data, errors } = await app.graphql(
      'data_scientist',
      'query($id: ID!) { node(id: $id) { ... on Dataset { upstream(depth: 1) { assetCount assets { nodes { __typename } } } } } }',
      { id: served.id },
    );
    expect(errors).toBeUndefined();
    expect((data as { node: { upstream: object } }).node.upstream).toMatchObject({ assetCount: 2 }); // and what the name is a dataset of
    expect(JSON.stringify(data)).not.toContain('Deployment');
  });

  test('scores stay tagged by the version that made them, when the alias has moved on', async () => {
    const mlflow = mlflowCaller(app);
    const clean = await mlflow.post('model-versions/create', { name: 'credit', source: 's3://elsewhere/model' });
    const alias = { name: 'credit', alias: 'champion', version: clean.body.model_version.version as string };
    expect((await mlflow.post('registered-models/alias', alias)).status).toBe(200);
    await job('score anew', [{ namespace: 'mlflow', name: 'models:/credit@champion' }], [dataset('new scores')]);
    expect(pathTo(await datasetNamed('new scores'))).toBeUndefined();
    expect(pathTo(await datasetNamed('alias scores'))!.at(-1)).toBe('DERIVED');
  });

  test('each version of a model that the tag is declared on, and its deployments; not the other way', async () => {
    const { models } = await ask<{ models: { nodes: { id: string }[] } }>('{ models(where: { name: { eq: "later" } }) { nodes { id } } }'); // prettier-ignore
    const other = 'special-category:health';
    await ask('mutation($input: TagAssetInput!) { tagAsset(input: $input) { assignment { origin } } }', {
      input: { assetId: models.nodes[0]!.id, tag: other },
    });
    await register('later', modelId); // a second version, after the tag
    const { modelVersions } = await ask<{ modelVersions: { nodes: (Tagged & { name: string; verdict: { outcome: string } })[] } }>(
      `{ modelVersions(first: 100) { nodes { id name ${tags} verdict(purpose: "marketing") { outcome } } } }`,
    ); // prettier-ignore
    const holders = modelVersions.nodes.filter((node) => node.tags.some((one) => one.tag.name === other));
    expect(holders.map(({ name, verdict }) => [name, verdict.outcome])).toEqual([['later 2', 'FORBIDDEN'], ['later 1', 'FORBIDDEN']]); // prettier-ignore
    expect(holders[0]!.tags.find((one) => one.tag.name === other)).toMatchObject({ origin: 'DERIVED', path: [{ kind: 'VERSION_OF' }] }); // prettier-ignore
    expect(pathTo((await ask<{ node: Tagged }>(`query($id: ID!) { node(id: $id) { ... on Model { id ${tags} } } }`, { id: models.nodes[0]!.id })).node)).toBeUndefined(); // prettier-ignore
  });

  test('a run: the tags of what it read', async () => {
    const { runs } = await ask<{ runs: { nodes: { sensitivity: { tag: { name: string }; asset: { name: string } }[] }[] } }>(
      'query { runs(first: 100) { nodes { sensitivity(categories: [PROTECTED_CHARACTERISTIC]) { tag { name } asset { name } path { kind } } } } }',
    ); // prettier-ignore
    const read = runs.nodes.flatMap(({ sensitivity }) => sensitivity.map(({ asset }) => asset.name));
    expect(read).toEqual(expect.arrayContaining([expect.stringMatching(/^features/)]));
    expect(new Set(runs.nodes.flatMap(({ sensitivity }) => sensitivity.map((one) => one.tag.name)))).toEqual(new Set([tag])); // prettier-ignore
  });

  test('nothing that a version of another number or another model made', async () => {
    for (const name of [
      'models:/credit/7',
      'models:/other/1',
      'models:/credit/1/more',
      'models:/credit',
      'models:/credit@nobody',
      'deployments:/credit/test',
    ]) {
      await job(`with ${name}`, [{ namespace: 'mlflow', name }], [dataset(`scores of ${name}`)]);
      expect(pathTo(await datasetNamed(`scores of ${name}`))).toBeUndefined();
    }
  });
});
