import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../access/actor.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mlflowId, plant, secrets, type Planted } from '../../testing/attacks/plants.ts';
import { mlflowCaller } from '../../testing/mlflow.ts';
import { putInForce } from '../../testing/policy.ts';

// Masks and tags of instances, as a caller meets them.

const mask = (kind: string, field: string, when = '') =>
  `@id("mask-${field.toLowerCase().replaceAll(/[^a-z]/g, '-')}") @reason("In part.") @ask("Ask.") @mask("${kind}")
  forbid (principal in Aval::Role::"ml_engineer", action, resource == Aval::Coordinate::"${field}") ${when};`;
const tagged = 'when { context.categories.contains(Aval::Category::"SPECIAL_CATEGORY") }';
const rules = [
  mask('hash', 'Run.name'),
  mask('last4', 'ModelVersion.source'),
  mask('bucket', 'Metric.value'),
  mask('null', 'Experiment.name'),
  mask('null', 'Run.tags'), // in which MLflow’s clients repeat the name
  mask('redact', 'Dataset.name', tagged),
].join('\n');

let app: TestApp;
let planted: Planted;
beforeAll(async () => {
  app = await startTestApp();
  planted = await plant(app);
  await putInForce(app, rules);
});
afterAll(async () => {
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

async function ask(role: Role, query: string, use?: string) {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await app.token(role)}`,
      ...(use !== undefined && { 'aval-use': use }),
    },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

const everything = `{ runs { nodes { name metrics { value } } } modelVersions { nodes { source } }
  experiments { nodes { name redactions { field policy } } } datasets { nodes { name } } }`;

test('each value is shown as its mask leaves it, to the role of the rule and to no other', async () => {
  const seen = await ask('ml_engineer', everything);
  expect(seen).toMatch(/"name":"hmac:[0-9a-f]{32}"/);
  expect(seen).toContain('"source":"…lace"');
  expect(seen).toContain('"value":0.7}');
  expect(seen).toContain('"name":null');
  expect(seen).toContain('"policy":"mask-experiment-name"');
  expect(seen).toContain('"name":"[redacted]"'); // of the dataset that is tagged
  expect(seen).not.toMatch(/quagga|serval|0\.739|gerenuk|civet/);
  expect(await ask('data_scientist', everything)).toMatch(/quagga(.|\n)*gerenuk(.|\n)*civet/);
});

test('a tag on the object is what masks it, and takes the mask with it', async () => {
  const names = '{ datasets { nodes { name } } }';
  const input = `{ assetId: "${planted.dataset}", tag: "${secrets.tag}" }`;
  expect(await ask('ml_engineer', names)).toContain('[redacted]');
  await ask('governance_lead', `mutation { untagAsset(input: ${input}) { assignment { origin } } }`);
  expect(await ask('ml_engineer', names)).toContain(secrets.dataset);
  await ask('governance_lead', `mutation { tagAsset(input: ${input}) { assignment { origin } } }`);
  expect(await ask('ml_engineer', names)).toContain('[redacted]');
});

test('what is masked is neither filtered nor sorted by, and is exported as it is shown', async () => {
  for (const query of [
    `{ runs(where: { name: { eq: "${secrets.run}" } }) { nodes { id } } }`,
    '{ runs(orderBy: [{ field: NAME }]) { nodes { id } } }',
  ]) {
    expect(await ask('ml_engineer', query)).toMatch(/FORBIDDEN.*mask-run-name/);
  }
  expect(await ask('ml_engineer', everything, 'export')).toContain('"source":null'); // which is not exported at all
  const name = /hmac:[0-9a-f]{32}/;
  const shown = name.exec(await ask('ml_engineer', everything))?.[0];
  expect(name.exec(await ask('ml_engineer', everything, 'export'))?.[0]).toBe(shown);
});

test('MLflow’s clients are given nothing where a mask stands', async () => {
  const engineer = mlflowCaller(app);
  const run_id = mlflowId(planted.run);
  const seen = [
    await engineer.post('runs/search', { experiment_ids: [planted.experiment] }),
    await engineer.get('runs/get', { run_id }),
    await engineer.get('metrics/get-history', { run_id, metric_key: 'auc' }),
    await engineer.get('model-versions/get', { name: 'lynx', version: '1' }),
  ];
  expect(JSON.stringify(seen)).toContain(secrets.param);
  expect(JSON.stringify(seen)).not.toMatch(/quagga|gerenuk|serval|0\.739/);
});

test('a hash is of one organisation: another’s is another', async () => {
  const other = await startTestApp();
  try {
    const engineer = mlflowCaller(other);
    await engineer.run(await engineer.experiment('e'), { run_name: secrets.run });
    await putInForce(other, rules);
    const { data } = await other.graphql('ml_engineer', '{ runs { nodes { name } } }');
    const [{ name }] = (data as { runs: { nodes: [{ name: string }] } }).runs.nodes;
    expect(name).toMatch(/^hmac:/);
    expect(await ask('ml_engineer', '{ runs { nodes { name } } }')).not.toContain(name);
  } finally {
    await other.close();
  }
});
