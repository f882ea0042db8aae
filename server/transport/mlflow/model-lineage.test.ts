import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';

// What clients log becomes lineage by itself, whether they know logged models or leave models among a run's files.

let app: TestApp;
let mlflow: MlflowCaller;
beforeAll(async () => {
  app = await startTestApp();
  mlflow = mlflowCaller(app);
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const dataset = (name: string, context: string) => ({
  dataset: { name, digest: `digest-${name}`, source_type: 'local', source: `{"uri": "/data/${name}"}` },
  tags: [{ key: 'mlflow.data.context', value: context }],
});

/** A run that trained on one dataset and was judged on another. */
async function trained(name: string): Promise<string> {
  const run_id = await mlflow.run();
  const datasets = [dataset(`${name}-train`, 'training'), dataset(`${name}-judge`, 'evaluation')];
  expect((await mlflow.post('runs/log-inputs', { run_id, datasets })).status).toBe(200);
  return run_id;
}

const modelFile = (run_id: string) => ({
  run_id,
  artifact_path: 'model',
  utc_time_created: '2026-01-01 00:00:00',
  model_uuid: 'f'.repeat(32),
  flavors: { sklearn: { pickled_model: 'model.pkl' } },
  signature: { inputs: 'left out' },
});

interface Version {
  name: string;
  run: { mlflowId: string } | null;
  trainedOn: { digest: string }[];
  upstream: { edges: { nodes: { kind: string; from: { name: string } }[] } };
}

async function newestVersion(): Promise<Version> {
  const { data, errors } = await app.graphql(
    'compliance_reviewer',
    `{ modelVersions(first: 1) { nodes { name run { mlflowId } trainedOn { digest }
       upstream { edges(first: 50) { nodes { kind from { name } } } } } } }`,
  );
  expect(errors).toBeUndefined();
  return (data as unknown as { modelVersions: { nodes: Version[] } }).modelVersions.nodes[0]!;
}

describe('a version of a model among a run’s files', () => {
  test.each<[string, (run: string) => object]>([
    ['runs', (run) => ({ source: `runs:/${run}/model` })],
    ['mlflow-artifacts', (run) => ({ source: `mlflow-artifacts:/0/${run}/artifacts/model` })],
    ['s3', (run) => ({ source: `s3://bucket/${run}/artifacts/model`, run_id: run })],
  ])('from %s:/... learned from what its run trained on', async (name, from) => {
    const run = await trained(name);
    expect(
      (await mlflow.post('runs/log-model', { run_id: run, model_json: JSON.stringify(modelFile(run)) })).status,
    ).toBe(200);
    await mlflow.post('registered-models/create', { name });
    const made = await mlflow.post('model-versions/create', { name, ...from(run) });
    expect(made).toMatchObject({ status: 200, body: { model_version: { run_id: run } } });

    const version = await newestVersion();
    expect(version.run).toEqual({ mlflowId: run });
    expect(version.trainedOn).toEqual([{ digest: `digest-${name}-train` }]);
    const drawn = version.upstream.edges.nodes.filter(({ kind }) => ['TRAINED', 'EVALUATED'].includes(kind));
    expect(drawn.map(({ kind, from: source }) => `${kind} ${source.name}`).sort()).toEqual([
      `EVALUATED ${name}-judge@digest-${name}-judge`,
      `TRAINED ${name}-train@digest-${name}-train`,
    ]);
  });

  test('inputs that are logged after it count too', async () => {
    const run = await mlflow.run();
    await mlflow.post('registered-models/create', { name: 'early' });
    await mlflow.post('model-versions/create', { name: 'early', source: `runs:/${run}/model`, run_id: run });
    await mlflow.post('runs/log-inputs', { run_id: run, datasets: [dataset('late', 'training')] });
    expect((await newestVersion()).trainedOn).toEqual([{ digest: 'digest-late' }]);
  });

  test('may name a run that nobody knows, and then has none', async () => {
    await mlflow.post('registered-models/create', { name: 'said' });
    const made = await mlflow.post('model-versions/create', { name: 'said', source: 'runs:/x/model', run_id: 'run 1' });
    expect(made.body.model_version).toMatchObject({ run_id: 'run 1', version: '1' });
    const copy = await mlflow.post('model-versions/create', { name: 'said', source: 'models:/said/1' });
    expect(copy.body.model_version).toMatchObject({ run_id: 'run 1', source: 'models:/said/1' });
    const uri = await mlflow.get('model-versions/get-download-uri', { name: 'said', version: '2' });
    expect(uri.body).toEqual({ artifact_uri: 'runs:/x/model' });
    const found = await mlflow.get('model-versions/search', { filter: "run_id = 'run 1'" });
    expect(found.body.model_versions).toHaveLength(2);
    expect((await newestVersion()).run).toBeNull();
  });

  test('a run of another project is one that nobody knows', async () => {
    const theirs = await mlflowCaller(app, 'ml_engineer', 'other').run();
    await mlflow.post('registered-models/create', { name: 'stranger' });
    await mlflow.post('model-versions/create', { name: 'stranger', source: `runs:/${theirs}/model`, run_id: theirs });
    expect(await newestVersion()).toMatchObject({ name: 'stranger 1', run: null, trainedOn: [] });
  });
});

describe('runs/log-model', () => {
  test('adds to the list that MLflow 2 keeps in a tag', async () => {
    const run_id = await mlflow.run();
    for (const artifact_path of ['one', 'two']) {
      const model_json = JSON.stringify({ ...modelFile(run_id), artifact_path });
      await mlflow.post('runs/log-model', { run_id, model_json });
    }
    const { body } = await mlflow.get('runs/get', { run_id });
    const tag = (body.run.data.tags as { key: string; value: string }[]).find(
      ({ key }) => key === 'mlflow.log-model.history',
    )!;
    const { signature: _, ...kept } = modelFile(run_id);
    expect(JSON.parse(tag.value)).toEqual([
      { ...kept, artifact_path: 'one' },
      { ...kept, artifact_path: 'two' },
    ]);
  });

  test.each([
    '',
    'no JSON',
    '[]',
    '"text"',
    '{"artifact_path": "model"}',
    `{"a":${'['.repeat(100)}${']'.repeat(100)}}`,
  ])('refuses %j', async (model_json) => {
    const answer = await mlflow.post('runs/log-model', { run_id: await mlflow.run(), model_json });
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
  });

  test('replaces what a client put in the tag that is no list', async () => {
    const run_id = await mlflow.run();
    await mlflow.post('runs/set-tag', { run_id, key: 'mlflow.log-model.history', value: '{{' });
    const answer = await mlflow.post('runs/log-model', { run_id, model_json: JSON.stringify(modelFile(run_id)) });
    expect(answer.status).toBe(200);
  });
});

describe('a logged model', () => {
  test('that evaluation named per metric was judged, and did not learn', async () => {
    const run = await trained('autolog');
    const model = await mlflow.post('logged-models', { experiment_id: '0', name: 'autologged', source_run_id: run });
    const model_id = model.body.model.info.model_id as string;
    const metrics = [
      {
        key: 'r2',
        value: 0.5,
        timestamp: 1,
        model_id,
        dataset_name: 'autolog-judge',
        dataset_digest: 'digest-autolog-judge',
      },
    ];
    expect((await mlflow.post('runs/log-batch', { run_id: run, metrics })).status).toBe(200);
    await mlflow.post('registered-models/create', { name: 'autologged' });
    await mlflow.post('model-versions/create', { name: 'autologged', source: `models:/${model_id}`, model_id });
    expect((await newestVersion()).trainedOn).toEqual([{ digest: 'digest-autolog-train' }]);
    const { data } = await app.graphql(
      'ml_engineer',
      '{ modelVersions(first: 1) { nodes { loggedModel { metrics { key value datasetName datasetDigest history { recorded } } } } } }',
    );
    expect(data).toMatchObject({ modelVersions: { nodes: [{ loggedModel: { metrics: [
      { key: 'r2', value: 0.5, datasetName: 'autolog-judge', datasetDigest: 'digest-autolog-judge', history: { recorded: 1 } },
    ] } }] } }); // prettier-ignore

    const search = (datasets: object[]) => mlflow.post('logged-models/search', { experiment_ids: ['0'], datasets });
    expect((await search([{ dataset_name: 'autolog-judge' }])).body.models).toMatchObject([{ info: { model_id } }]);
    expect((await search([{ dataset_name: 'autolog-judge', dataset_digest: 'other' }])).body.models).toEqual([]);
    expect((await search([{ dataset_digest: 'x' }])).status).toBe(400);
  });

  test('keeps any words for its run', async () => {
    const { body } = await mlflow.post('logged-models', { experiment_id: '0', source_run_id: '123' });
    expect(body.model.info).toMatchObject({ source_run_id: '123', name: expect.stringMatching(/^model-[0-9a-f]{8}$/) });
  });
});

test('datasets of experiments are found by search-datasets', async () => {
  const experiment = await mlflow.experiment();
  const run_id = await mlflow.run(experiment);
  await mlflow.post('runs/log-inputs', {
    run_id,
    datasets: [dataset('a', 'training'), { ...dataset('b', ''), tags: [] }],
  });
  const { body } = await mlflow.post('experiments/search-datasets', { experiment_ids: [experiment] });
  expect(body.dataset_summaries).toEqual([
    { experiment_id: experiment, name: 'a', digest: 'digest-a', context: 'training' },
    { experiment_id: experiment, name: 'b', digest: 'digest-b' },
  ]);
  for (const ids of [[], Array.from({ length: 21 }, (_, i) => String(i)), ['x']]) {
    expect((await mlflow.post('experiments/search-datasets', { experiment_ids: ids })).status).toBe(400);
  }
  const stranger = mlflowCaller(app, 'ml_engineer', 'other');
  expect((await stranger.post('experiments/search-datasets', { experiment_ids: [experiment] })).body).toEqual({
    dataset_summaries: [],
  });
});
