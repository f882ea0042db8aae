import type { Role } from '../../access/actor.ts';
import { systemActor } from '../../domain/store.ts';
import type { TestApp } from '../app.ts';
import { plant, secrets } from '../attacks/plants.ts';
import { mlflowCaller } from '../mlflow.ts';

const day = 86_400_000;
const facet = { _producer: 'https://example.org/p', _schemaURL: 'https://example.org/s' };
const facets = (said: Record<string, object>): Record<string, object> =>
  Object.fromEntries(Object.entries(said).map(([name, one]) => [name, { ...facet, ...one }]));

/** A dataset of which no model learned: its tags and edges bear on no verdict. */
export const island = 'wombat-table';

/**
 * Beside what the attacks plant, something behind each field of the schema; and in the other project things that nothing refers to, so
 * that they can come and go.
 */
export async function furnish(app: TestApp): Promise<void> {
  const planted = await plant(app);
  const { integrator, propagator } = app.aval;
  await tellLineage(app);
  await recordModels(app);
  const lead = mutator(app, 'governance_lead');
  await govern(app, lead, planted);
  await nameBarriers(app, lead);
  await proposePolicies(app);
  await foreignThings(app);
  await propagator.drain();
  await integrator.integrate();
}

type Mutate = (name: string, input: object, answer?: string) => Promise<Record<string, unknown>>;

function mutator(app: TestApp, role: Role): Mutate {
  return async (name, input, answer = '__typename') => {
    const type = app.aval.schema.getMutationType()!.getFields()[name]!.args[0]!.type.toString();
    const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${answer} } }`;
    const { data, errors } = await app.graphql(role, query, { input });
    if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
    return data![name] as Record<string, unknown>;
  };
}

async function tellLineage(app: TestApp): Promise<void> {
  const send = async (events: object[]): Promise<void> => {
    const response = await fetch(`${app.url}/api/v1/lineage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('ingest')}` },
      body: JSON.stringify(events),
    });
    if (response.status !== 201) throw new Error(await response.text());
  };
  const schema = {
    fields: [
      { name: 'pay', type: 'int', description: 'What is paid.' },
      { name: 'town', type: 'text', description: 'Where.' },
    ],
  };
  const from = (field: string) => ({
    inputFields: [
      {
        namespace: 'n',
        name: island,
        field,
        transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION', description: 'hashed', masking: true }],
      },
    ],
  });
  const source = {
    namespace: 'n',
    name: island,
    facets: facets({
      schema,
      version: { datasetVersion: 'w1' },
      documentation: { description: 'A table by itself.' },
      ownership: { owners: [{ name: 'team:wombat', type: 'OWNER' }] },
      storage: { storageLayer: 'iceberg', fileFormat: 'parquet' },
      catalog: { framework: 'iceberg', type: 'hive', name: 'main', metadataUri: 's3://m', warehouseUri: 's3://w', source: 'spark' },
      hierarchy: { hierarchy: [{ type: 'DATABASE', name: 'd' }] },
      symlinks: { identifiers: [{ namespace: 'hive', name: `default.${island}`, type: 'TABLE' }] },
      tags: { tags: [{ key: 'layer', value: 'gold', source: 'DBT', field: 'pay' }] },
      unheard_of: { deep: ['wombat'] },
    }), // prettier-ignore
    inputFacets: facets({
      inputStatistics: { rowCount: 7, size: 70, fileCount: 1 },
      dataQualityMetrics: {
        rowCount: 100,
        columnMetrics: {
          pay: { min: 1, max: 9, nullCount: 2, distinctCount: 5, sum: 500, count: 98, quantiles: { '0.5': 4, '0.9': 8 } },
        },
      },
      dataQualityAssertions: {
        assertions: [
          { assertion: 'not_null', name: 'pay is there', success: false, column: 'pay', severity: 'warn', expected: '0', actual: '2' },
          { assertion: 'unique', success: true, column: 'town' },
        ],
      },
      novel: { a: 'wombat' },
    }), // prettier-ignore
  };
  const run = (n: number, more: Record<string, object> = {}) => ({
    runId: `0197a0de-0000-7000-8000-00000000010${n}`,
    facets: facets({
      nominalTime: { nominalStartTime: '2026-01-01T00:00:00Z', nominalEndTime: '2026-01-02T00:00:00Z' },
      parent: {
        run: { runId: '0197a0de-0000-7000-8000-000000000100' },
        job: { namespace: 'n', name: 'whole' },
        root: { run: { runId: '0197a0de-0000-7000-8000-000000000100' }, job: { namespace: 'n', name: 'whole' } },
      },
      tags: { tags: [{ key: 'team', value: 'risk' }] },
      ...more,
    }),
  });
  const job = {
    namespace: 'n',
    name: 'wombats',
    facets: facets({
      jobType: { processingType: 'BATCH', integration: 'SPARK', jobType: 'QUERY' },
      ownership: { owners: [{ name: 'team:jobs', type: 'OWNER' }] },
      documentation: { description: 'Makes tables.' },
      tags: { tags: [{ key: 'k', value: 'v' }] },
      odd: { y: 'wombat' },
    }),
  };
  const event = (n: number, more: object) => ({
    eventType: 'COMPLETE',
    eventTime: `2026-01-0${n}T00:00:00Z`,
    producer: 'https://example.org/p',
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    job,
    ...more,
  });
  const made = (name: string, more: Record<string, object> = {}) => ({
    namespace: 'n',
    name,
    facets: facets({
      schema,
      columnLineage: { fields: { pay: from('pay'), town: from('town') } },
      ...more,
    }),
    outputFacets: facets({ outputStatistics: { rowCount: 6, size: 60, fileCount: 1 }, novel: { b: 'wombat' } }),
  });
  const failed = { errorMessage: { message: 'It broke.', programmingLanguage: 'python', stackTrace: 'at line 1' } };
  await send([
    event(1, { run: { runId: '0197a0de-0000-7000-8000-000000000100' }, job: { namespace: 'n', name: 'whole' } }),
    event(2, { run: run(1, { unheard_of: { x: 'wombat' } }), inputs: [source], outputs: [made('wombat-old'), made('wombat-mart')] }),
    event(3, { run: run(2, failed), eventType: 'FAIL', inputs: [source], outputs: [made('wombat-mart')] }),
    event(4, {
      run: run(3),
      inputs: [source],
      outputs: [
        made('wombat-new', {
          lifecycleStateChange: {
            lifecycleStateChange: 'RENAME',
            previousIdentifier: { namespace: 'n', name: 'wombat-old' },
          },
        }),
      ],
    }),
    event(5, {
      run: run(4),
      inputs: [{ namespace: 'n', name: 'wombat-mart' }],
      outputs: [{ namespace: 'n', name: 'wombat-gone', facets: facets({ lifecycleStateChange: { lifecycleStateChange: 'DROP' } }) }],
    }),
  ]); // prettier-ignore
}

async function recordModels(app: TestApp): Promise<void> {
  const engineer = mlflowCaller(app);
  const experiment = await engineer.experiment('quokka-experiment');
  await engineer.post('experiments/set-experiment-tag', { experiment_id: experiment, key: 'team', value: 'quokka' });
  for (const name of ['first', 'second', 'third']) {
    const run = await engineer.run(experiment, { run_name: `quokka-${name}`, tags: [{ key: 'mlflow.user', value: 'q' }] });
    const metrics = [0, 1, 2, 3, 4, 5].map((step) => ({ key: 'loss', value: 1 / (step + 1), timestamp: step, step }));
    await engineer.post('runs/log-batch', {
      run_id: run,
      metrics: [...metrics, { key: 'auc', value: 0.7, timestamp: 1, step: 0, dataset_name: 'sheet', dataset_digest: 'd1' }],
      params: [{ key: 'seed', value: name }, { key: 'depth', value: '3' }],
      tags: [{ key: 'okapi.seed', value: name }, { key: 'team', value: 'quokka' }],
    });
    await engineer.post('runs/log-inputs', {
      run_id: run,
      datasets: [
        {
          dataset: { name: 'sheet', digest: 'd1', source_type: 's3', source: 's3://sheet', schema: '{"mlflow_colspec":[{"type":"long","name":"age","required":true}]}', profile: '{"num_rows":12}' },
          tags: [{ key: 'mlflow.data.context', value: name === 'first' ? 'training' : 'evaluation' }],
        },
      ],
    });
    if (name !== 'first') continue;
    const logged = await engineer.post('logged-models', {
      experiment_id: experiment, name: 'quokka-logged', source_run_id: run, model_type: 'sklearn',
      params: [{ key: 'c', value: '1' }], tags: [{ key: 'team', value: 'quokka' }],
    });
    const { model_id: modelId } = (logged.body as { model: { info: { model_id: string } } }).model.info;
    await engineer.raw('PUT', `/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/note.txt`, 'note');
    await engineer.post('registered-models/create', {
      name: 'quokka', description: 'A model.', tags: [{ key: 'team', value: 'quokka' }],
    });
    await engineer.post('model-versions/create', {
      name: 'quokka', source: `models:/${modelId}`, run_id: run, model_id: modelId, description: 'The first.', tags: [{ key: 'team', value: 'quokka' }],
    });
    await engineer.post('model-versions/create', { name: 'quokka', source: 's3://quokka/2', run_id: run });
    await engineer.post('registered-models/alias', { name: 'quokka', alias: 'champion', version: '2' });
    await engineer.post('registered-models/alias', { name: 'quokka', alias: 'champion', version: '1' });
  }
} // prettier-ignore

async function govern(app: TestApp, mutate: Mutate, planted: Awaited<ReturnType<typeof plant>>): Promise<void> {
  const until = new Date(Date.now() + 60 * day).toISOString();
  const use = { modelVersionId: planted.version, purpose: secrets.purpose };
  const versions = await app.graphql('governance_lead', '{ modelVersions { nodes { id name } } }');
  const { nodes } = (versions.data as { modelVersions: { nodes: { id: string; name: string }[] } }).modelVersions;
  const quokka = nodes.find(({ name }) => name === 'quokka 1')!.id;
  await mutate('tagAsset', { assetId: planted.dataset, tag: 'protected-characteristic:sex', note: 'As the column says.' });
  await mutate('defineRule', {
    code: 'house-health', tag: secrets.tag, purpose: 'credit-scoring', effect: 'NEED_APPROVAL', approvalRole: 'governance_lead',
    reason: 'House rule.', source: 'Handbook.', waiverRole: 'governance_lead', waiverDays: 90,
  });
  await mutate('approveModelVersion', { ...use, role: 'governance_lead', note: 'Looked at.', until });
  await mutate('recordLegalBasis', {
    purpose: secrets.purpose, tag: secrets.tag, article: 'GDPR, Article 9(2)(a)', statement: 'Consent.', link: 'https://example.org/consent', until,
  });
  for (const [i, environment] of ['staging', 'shadow', 'trial', 'canary'].entries()) {
    await mutator(app, 'operator')('deployModel', { modelVersionId: quokka, environment, purpose: i % 2 ? 'credit-scoring' : 'care-planning' });
  }
  await mutate('grantWaiver', {
    modelVersionId: quokka, purpose: secrets.purpose, rule: 'services-no-sex', reason: 'Until version 2 is judged.', until,
  });
  for (const [i, roles] of [['operator'], ['business_viewer'], ['data_scientist'], ['operator', 'business_viewer'], ['ml_engineer'], ['business_viewer']].entries()) {
    const { kpi } = await mutate('defineKpi', {
      name: `figure ${i}`, direction: 'LOWER_IS_BETTER', definition: 'd', roles, unit: 'ms', warnAt: 0.5, failAt: 1,
      ...(i < 3 && { subjectId: quokka, metricKey: 'auc' }),
    }, 'kpi { id }');
    const { id } = kpi as { id: string };
    for (const [k, subjects] of [3, 12, null].entries()) {
      const at = new Date(Date.now() - (4 - k) * day).toISOString();
      await mutate('recordKpiValue', { kpiId: id, value: i + k / 10, at, ...(subjects !== null && { subjects }) });
    }
  }
} // prettier-ignore

async function nameBarriers(app: TestApp, mutate: Mutate): Promise<void> {
  const query = `{ datasets(where: { name: { eq: "${island}" } }) { nodes { id downstream(kinds: [COLUMN_DERIVED]) { edges { nodes { id kind } } } columns { id name downstream { edges { nodes { id kind } } } } } } }`;
  const { data } = await app.graphql('governance_lead', query);
  const [node] = (
    data as { datasets: { nodes: { id: string; columns: { id: string; downstream: { edges: { nodes: { id: string; kind: string }[] } } }[] }[] } }
  ).datasets.nodes;
  await mutate('tagAsset', { assetId: node!.columns[0]!.id, tag: 'protected-characteristic:age', note: 'Of the island.' });
  const evidence = { url: 'https://example.org/evidence', sha256: 'a'.repeat(64) };
  const edges = node!.columns.flatMap((column) => column.downstream.edges.nodes).filter(({ kind }) => kind === 'COLUMN_DERIVED');
  const made: string[] = [];
  for (const { id: edgeId } of edges) {
    const input = { edgeId, kind: 'MASKING', statement: 'Hashed.', tags: ['protected-characteristic:age'], evidence };
    const { barrier } = await mutator(app, 'data_engineer')('proposeBarrier', input, 'barrier { id }');
    made.push((barrier as { id: string }).id);
  }
  const expiresAt = new Date(Date.now() + 90 * day).toISOString();
  await mutate('signBarrier', { barrierId: made[0]!, expiresAt });
  await mutate('signBarrier', { barrierId: made[1]!, expiresAt });
  await mutate('revokeBarrier', { barrierId: made[1]!, reason: 'Not so.' });
} // prettier-ignore

async function proposePolicies(app: TestApp): Promise<void> {
  const { data } = await app.graphql('governance_lead', '{ policy { text } }');
  const { text } = (data as { policy: { text: string } }).policy;
  const lead = mutator(app, 'governance_lead');
  const propose = (n: number) => lead('proposePolicy', { text: `${text}\n// ${n}\n`, reason: `Reason ${n}.` }, 'proposal { id }');
  for (let n = 0; n < 4; n++) {
    const { proposal } = await propose(n);
    if (n === 1) await lead('withdrawPolicy', { proposalId: (proposal as { id: string }).id });
  }
} // prettier-ignore

async function foreignThings(app: TestApp): Promise<void> {
  const foreigner = mlflowCaller(app, 'ml_engineer', 'other');
  const lead = await app.aval.services.identity.authenticate(await app.token('governance_lead', 'other'));
  for (let n = 0; n < 6; n++) {
    const experiment = await foreigner.experiment(`numbat-experiment-${n}`);
    const run = await foreigner.run(experiment, { run_name: `numbat-run-${n}` });
    await foreigner.post('runs/log-batch', { run_id: run, params: [{ key: 'seed', value: 'x' }], metrics: [{ key: 'auc', value: n, timestamp: 1, step: 0 }] });
    await foreigner.run('0', { run_name: `bare-${n}` });
    await foreigner.post('registered-models/create', { name: `bare-model-${n}` });
    const input = { name: `bare-kpi-${n}`, direction: 'LOWER_IS_BETTER' as const, definition: 'd', roles: ['operator', 'business_viewer'], subjectId: null };
    await app.aval.services.kpis.define(lead, input);
  }
  await fetch(`${app.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('ingest', 'other')}` },
    body: JSON.stringify([0, 1, 2, 3, 4, 5].map((n) => ({
      eventType: 'COMPLETE', eventTime: `2026-01-0${n + 1}T00:00:00Z`, producer: 'p', schemaURL: 's',
      run: { runId: `0197a0de-0000-7000-8000-00000000020${n}` }, job: { namespace: 'o', name: `bare-job-${n}` },
      outputs: [{ namespace: 'o', name: `bare-dataset-${n}`, facets: facets({ schema: { fields: [{ name: 'a', type: 'int' }] } }) }],
    }))),
  });
} // prettier-ignore

/** Makes tokens of every role, so that both copies of the world know them; the last sees all there is. */
export async function tokensFor(app: TestApp, roles: readonly Role[]): Promise<Record<string, string>> {
  const { identity } = app.aval.services;
  const everything = await identity.createPrincipal(systemActor, {
    name: 'sees everything', kind: 'service', roles: ['admin'], projects: 'all',
  }); // prettier-ignore
  const own = await Promise.all(roles.map(async (role) => [role, await app.token(role)] as const));
  const privileged = await identity.issueToken(systemActor, {
    principalId: everything, label: 'test', defaultProjectId: app.projectId,
  }); // prettier-ignore
  return { ...Object.fromEntries(own), privileged };
}
