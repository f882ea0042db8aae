import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { edgeKinds } from '../../domain/lineage/edge.entity.ts';
import { tagsReaching, type ReachingTag } from '../../domain/sensitivity/reach.read-model.ts';
import { recompute } from '../../domain/sensitivity/recompute.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { generatedEvents, ordersOf } from '../../testing/lineage-orders.ts';
import { forgetLineage, lineageState } from '../../testing/lineage-state.ts';
import { mlflowCaller, type MlflowCaller } from '../../testing/mlflow.ts';
import { readEvents } from './translate.ts';

// A table that a catalogue calls default.features lies in s3://lake/features. One job writes it under its first name, others read it under the
// second, a model is trained on the second, and a person tags a column of it. That both are one comes first, in between, or last.
const now = new Date('2026-03-03T10:00:00.000Z');
let app: TestApp;
let actor: Actor;
let mlflow: MlflowCaller;
beforeAll(async () => {
  app = await startTestApp({ clock: { now: () => now } });
  actor = await app.aval.services.identity.authenticate(await app.token('ingest'));
  mlflow = mlflowCaller(app);
});
afterAll(() => app.close());
beforeEach(() => forgetLineage(app.database));

const table = { namespace: 'hive', name: 'default.features' };
const path = { namespace: 's3://lake', name: 'features' };
const patients = { namespace: 'hive', name: 'default.patients' };

const send = (event: object): Promise<void> => app.aval.services.ingest.record(actor, readEvents(event));
const run = (second: number, name: string, inputs: object[], outputs: object[]): Promise<void> =>
  send({
    eventTime: `2026-03-03T09:30:0${second}.000Z`, eventType: 'COMPLETE', run: { runId: name }, job: { namespace: 'etl', name }, inputs, outputs,
  }); // prettier-ignore
const schema = (...names: string[]): object => ({ fields: names.map((name) => ({ name, type: 'text' })) });

const steps = {
  prepare: () => {
    const tags = { tags: [{ key: 'sensitivity', value: 'special-category:health', field: 'diagnosis' }] };
    const columnLineage = { fields: { group: { inputFields: [{ ...patients, field: 'diagnosis' }] }, age: { inputFields: [] } } };
    return run(
      1, 'prepare', [{ ...patients, facets: { schema: schema('diagnosis'), tags } }], [{ ...table, facets: { schema: schema('group', 'age'), columnLineage } }],
    );
  },
  publish: () => {
    const columnLineage = { fields: { band: { inputFields: [{ ...path, field: 'age' }] } } };
    return run(2, 'publish', [{ ...path, facets: { schema: schema('group', 'age') } }], [{ namespace: 's3://lake', name: 'bands', facets: { columnLineage } }]);
  },
  train: async () => {
    const dataset = { name: 'features', digest: 'd1', source_type: 's3', source: JSON.stringify({ uri: 's3://lake/features' }) };
    const run = await mlflow.run('0', { run_name: 'train', start_time: now.getTime() });
    const logged = await mlflow.post('runs/log-inputs', { run_id: run, datasets: [{ dataset, tags: [{ key: 'mlflow.data.context', value: 'training' }] }] });
    expect(logged.status).toBe(200);
    await mlflow.post('registered-models/create', { name: 'scores' });
    const made = await mlflow.post('model-versions/create', { name: 'scores', source: 's3://models/scores', run_id: run });
    expect(made.status).toBe(200);
  },
  tag: async () => {
    const { id } = await app.database.read.selectFrom('asset').select('asset.id')
      .innerJoin('dataset_column as c', 'c.asset_key', 'asset.key').innerJoin('dataset_alias as n', 'n.dataset_key', 'c.dataset_key')
      .where('n.name', '=', path.name).where('c.name', '=', 'age').executeTakeFirstOrThrow();
    const lead = await app.aval.services.identity.authenticate(await app.token('governance_lead'));
    await app.aval.services.sensitivity.tagAsset(lead, { assetId: id, tag: 'protected-characteristic:age' });
  },
  same: () => send({ eventTime: '2026-03-03T09:30:03.000Z', dataset: { ...path, facets: { symlinks: { identifiers: [{ ...table, type: 'TABLE' }] } } } }),
} as const; // prettier-ignore
type Step = keyof typeof steps;

/** Which tags reach every asset that there is, once nothing waits any more: read along witnesses, and recomputed from nothing. */
async function reaching(): Promise<Record<'read' | 'recomputed', Map<number, ReachingTag[]>>> {
  await app.aval.propagator.drain();
  const { read } = app.database;
  expect(await read.selectFrom('tag_change').selectAll().execute()).toEqual([]);
  const assets = await read.selectFrom('asset').select('key').where('merged_into', 'is', null).execute();
  const keys = assets.map(({ key }) => key);
  const known = new Set(keys);
  const rows = await read.selectFrom('effective_tag').select('state').execute();
  expect(rows.filter(({ state }) => !known.has(Math.abs(state)))).toEqual([]); // nothing stays with what has merged
  const moment = { asOf: null, now };
  return { read: await tagsReaching(read, keys, moment), recomputed: await recompute(read, keys, moment, true) };
}

/** All that these steps leave, in words. */
async function after(...order: Step[]): Promise<{ lineage: object; tags: unknown[]; verdict: object }> {
  await forgetLineage(app.database);
  for (const step of order) await steps[step]();
  const { read, recomputed } = await reaching();
  expect(read).toEqual(recomputed);
  const { edges, derivations, names, columns, versions, tags: declarations } = await lineageState(app.database);
  const { rows } = await sql<{ key: number; name: string; kind: string }>`
    select a.key, coalesce(d.name || '.', '') || a.name as name, a.kind from asset a
      left join dataset_column c on c.asset_key = a.key left join dataset d on d.asset_key = c.dataset_key`.execute(
    app.database.read,
  );
  const nameOf = new Map(rows.map(({ key, name, kind }) => [key, `${kind} ${name}`]));
  const open = await app.database.read.selectFrom('edge').selectAll().where('valid_to', 'is', null).execute();
  const edgeOf = new Map(open.map(({ id, src, dst, kind }) => [id, `${nameOf.get(src)} ${edgeKinds[kind]} ${nameOf.get(dst)}`])); // prettier-ignore
  const tags = [...read].flatMap(([key, list]) =>
    list.map(({ tag, declaredOn, path }) => ({ asset: nameOf.get(key), tag, from: nameOf.get(declaredOn), path: path.map((id) => edgeOf.get(id)) })),
  ); // prettier-ignore
  const { data, errors } = await app.graphql(
    'compliance_reviewer',
    `{ modelVersions { nodes { verdict(purpose: "credit-scoring") { outcome deployable
       because { rule { code } assignment { tag { name } path { kind from { name } to { name } } } } } } } }`,
  );
  expect(errors).toBeUndefined();
  const verdict = (data as { modelVersions: { nodes: { verdict: object }[] } }).modelVersions.nodes[0]!.verdict;
  return {
    lineage: { edges, derivations, names, columns, versions, declarations },
    tags: tags.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    verdict,
  };
}

test('until two names prove to be one dataset, nothing passes from one to the other', async () => {
  const { verdict, tags } = await after('prepare', 'publish', 'train', 'tag');
  expect(JSON.stringify(verdict)).not.toContain('health');
  expect(tags).not.toContainEqual(expect.objectContaining({ asset: 'MODEL_VERSION scores 1', tag: 'special-category:health' })); // prettier-ignore
});

test.each<[string, Step[]]>([
  ['after the first job', ['prepare', 'same', 'publish', 'train', 'tag']],
  ['after all jobs', ['prepare', 'publish', 'same', 'train', 'tag']],
  ['after the training', ['prepare', 'publish', 'train', 'same', 'tag']],
  ['last of all', ['prepare', 'publish', 'train', 'tag', 'same']],
  ['before the lineage upstream', ['publish', 'train', 'tag', 'same', 'prepare']],
])('a symlink that comes %s leaves edges, tags and verdicts as if it had come first', async (_, order) => {
  const first = await after('same', 'prepare', 'publish', 'train', 'tag');
  expect(first.verdict).toMatchObject({ deployable: false });
  expect(JSON.stringify(first.verdict)).toContain('special-category:health');
  expect(first.tags).toContainEqual({
    asset: 'MODEL_VERSION scores 1',
    tag: 'special-category:health',
    from: 'COLUMN default.patients.diagnosis',
    path: expect.arrayContaining(['COLUMN default.patients.diagnosis COLUMN_DERIVED COLUMN features.group']) as unknown,
  });
  expect(await after(...order)).toEqual(first);
});

test('whatever producers say is one, in any order, tags are those that recomputing from nothing gives', { timeout: 120_000 }, async () => {
  const same = { eventTime: '2026-03-03T09:30:03.000Z', dataset: { namespace: 'n', name: 'b', facets: { symlinks: { identifiers: [{ namespace: 'n', name: 'a', type: 'TABLE' }] } } } };
  const inAnyOrder = generatedEvents.chain(ordersOf).map((requests) => [...requests, [same]]);
  let merged = 0;
  await fc.assert(
    fc.asyncProperty(inAnyOrder, async (requests) => {
      await forgetLineage(app.database);
      for (const request of requests) await send(request);
      const { read, recomputed } = await reaching();
      // of two shortest ways either will do
      const told = (tags: Map<number, ReachingTag[]>) => [...tags].map(([key, list]) => [key, list.map(({ tag, path }) => [tag, path.length])]);
      expect(told(read)).toEqual(told(recomputed));
      const gone = await app.database.read.selectFrom('asset').select('key').where('merged_into', 'is not', null).execute();
      merged += gone.length;
    }),
    { numRuns: 12, seed: 11, endOnFailure: true },
  );
  expect(merged).toBeGreaterThan(10);
}); // prettier-ignore
