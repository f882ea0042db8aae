import { ensureDatasets } from '../../domain/datasets/names.service.ts';
import { link } from '../../domain/lineage/lineage.service.ts';
import { systemActor } from '../../domain/store.ts';
import { fromHex, toGlobalId, toHex } from '../../shared/ids.ts';
import type { TestApp } from '../app.ts';
import { mlflowCaller } from '../mlflow.ts';

/** Words and numbers that stand for what somebody may not see; no name in the schema and no sentence of ours holds one. */
export const secrets = {
  run: 'quagga-run',
  param: 'okapi-param',
  metric: '0.739173',
  dataset: 'civet-dataset',
  owner: 'bongo-owner',
  maximum: '7391.25',
  tag: 'special-category:health',
  source: 's3://vault/serval-place',
  environment: 'genet-environment',
  purpose: 'credit-scoring',
  kpi: 'dhole-kpi',
  kpiValue: '0.424271',
  foreign: 'numbat',
} as const;

/** Global ids of what is planted. */
export type Planted = Awaited<ReturnType<typeof plant>>;

const facet = { _producer: 'https://example.org/p', _schemaURL: 'https://example.org/s' };

/** One of each thing in the project of the tests' callers, and its like in a project that they are not in. */
export async function plant(app: TestApp) {
  const { services, store, integrator } = app.aval;
  const engineer = mlflowCaller(app);
  const lead = await services.identity.authenticate(await app.token('governance_lead'));
  const foreignLead = await services.identity.authenticate(await app.token('governance_lead', 'other'));

  const experiment = await engineer.experiment('gerenuk-experiment');
  const run = await engineer.run(experiment, { run_name: secrets.run });
  await engineer.run(experiment, { run_name: 'plain' });
  await engineer.post('runs/log-batch', {
    run_id: run,
    metrics: [{ key: 'auc', value: Number(secrets.metric), timestamp: 1, step: 0 }],
    params: [{ key: 'seed', value: secrets.param }],
    tags: [{ key: 'okapi.seed', value: 'x' }],
  });
  await tellOfDataset(app);
  await engineer.post('registered-models/create', { name: 'lynx' });
  await engineer.post('model-versions/create', { name: 'lynx', source: secrets.source, run_id: run });

  const assetId = async (kind: string, project = app.projectId): Promise<string> => {
    const row = await store.read
      .selectFrom('asset')
      .select('id')
      .where('kind', '=', kind as 'KPI')
      .where('project_id', '=', project)
      .orderBy('key')
      .executeTakeFirstOrThrow();
    return row.id;
  };
  const version = await assetId('MODEL_VERSION');
  const deployment = await services.deployments.deploy(lead, {
    modelVersionId: version,
    environment: secrets.environment,
    purpose: secrets.purpose,
  });

  const kpi = (actor: typeof lead, name: string, roles: string[], subjectId: string | null = null): Promise<string> =>
    services.kpis.define(actor, { name, direction: 'HIGHER_IS_BETTER', definition: 'd', roles, subjectId });
  await kpi(lead, 'a figure for business', ['business_viewer', 'operator']);
  const hiddenKpi = await kpi(lead, secrets.kpi, ['operator'], version);
  await services.kpis.recordValue(lead, hiddenKpi, { value: Number(secrets.kpiValue) });
  await kpi(lead, 'zebra figure for business', ['business_viewer', 'operator']);

  const other = foreignLead.defaultProjectId;
  const foreigner = mlflowCaller(app, 'ml_engineer', 'other');
  const foreignExperiment = await foreigner.experiment(`${secrets.foreign}-experiment`);
  const foreignRun = await foreigner.run(foreignExperiment, { run_name: `${secrets.foreign}-run` });
  await foreigner.post('registered-models/create', { name: `${secrets.foreign}-model` });
  const foreignKpi = await kpi(foreignLead, `${secrets.foreign}-kpi`, ['business_viewer', 'operator']);
  await store.write(systemActor, async (tx) => {
    const here = { namespace: 'n', name: secrets.dataset };
    const there = { namespace: 'n', name: `${secrets.foreign}-dataset` };
    const dataset = (await ensureDatasets(tx, app.projectId, [here]))(here);
    const source = (await ensureDatasets(tx, other, [there]))(there);
    const made = await tx.db.selectFrom('asset').select('key').where('id', '=', version).executeTakeFirstOrThrow();
    await link(tx, [
      { src: source, dst: dataset, kind: 'DERIVED', source: 'AVAL' },
      { src: dataset, dst: made.key, kind: 'TRAINED', source: 'AVAL' },
    ]);
  });
  const dataset = await assetId('DATASET');
  await services.sensitivity.tagAsset(lead, { assetId: dataset, tag: secrets.tag });
  await integrator.integrate();

  return {
    experiment,
    run: toGlobalId('Run', fromHex(run)!),
    dataset: toGlobalId('Dataset', dataset),
    column: toGlobalId('Column', await assetId('COLUMN')),
    model: toGlobalId('Model', await assetId('MODEL')),
    version: toGlobalId('ModelVersion', version),
    deployment: toGlobalId('Deployment', deployment),
    kpi: toGlobalId('Kpi', hiddenKpi),
    foreign: {
      Run: toGlobalId('Run', fromHex(foreignRun)!),
      Kpi: toGlobalId('Kpi', foreignKpi),
      Dataset: toGlobalId('Dataset', await assetId('DATASET', other)),
      Model: toGlobalId('Model', await assetId('MODEL', other)),
      Project: toGlobalId('Project', other),
    },
  };
}

/** An id of the same type that nothing has. */
export const missingLike = (type: string): string => toGlobalId(type, '0197a0de-0000-7000-8000-0000000000aa');

export const mlflowId = (globalId: string): string =>
  toHex(Buffer.from(globalId, 'base64url').toString().split(':')[1]!);

async function tellOfDataset(app: TestApp): Promise<void> {
  const columnMetrics = { age: { min: 19, max: Number(secrets.maximum), distinctCount: 53 } };
  await fetch(`${app.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('ingest')}` },
    body: JSON.stringify({
      eventType: 'COMPLETE',
      eventTime: '2026-01-01T00:00:00Z',
      producer: 'https://example.org/p',
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
      run: { runId: '0197a0de-0000-7000-8000-000000000001' },
      job: { namespace: 'n', name: 'profile' },
      inputs: [
        {
          namespace: 'n',
          name: secrets.dataset,
          facets: {
            schema: { ...facet, fields: [{ name: 'age', type: 'int' }] },
            version: { ...facet, datasetVersion: 'v1' },
            ownership: { ...facet, owners: [{ name: secrets.owner }] },
          },
          inputFacets: { dataQualityMetrics: { ...facet, rowCount: 100, columnMetrics } },
        },
      ],
      outputs: [],
    }),
  });
}
