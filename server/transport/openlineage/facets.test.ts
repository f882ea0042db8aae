import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../access/actor.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { forgetLineage } from '../../testing/lineage-state.ts';

let now = new Date('2026-03-31T00:00:00.000Z');
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ clock: { now: () => now } });
});
afterAll(() => app.close());
beforeEach(() => forgetLineage(app.database));

async function send(...events: object[]): Promise<void> {
  const response = await fetch(`${app.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('ingest')}` },
    body: JSON.stringify(events),
  });
  expect([response.status, await response.text()]).toEqual([201, '']);
}

async function ask(query: string, role: Role = 'data_scientist'): Promise<Record<string, unknown>> {
  const { data, errors } = await app.graphql(role, query);
  expect(errors).toBeUndefined();
  return data!;
}

const on = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T00:00:00.000Z`;
const dataset = (name: string, facets: object = {}, more: object = {}) => ({ namespace: 'n', name, facets, ...more });
const event = (day: number, sides: object, run: object = {}) => ({
  eventTime: on(day),
  eventType: 'COMPLETE',
  run: { runId: `run of ${day}`, ...run },
  job: { namespace: 'n', name: 'job' },
  ...sides,
});
const schema = (...names: string[]) => ({ fields: names.map((name) => ({ name, type: 'long' })) });
const columns = (fields: Record<string, [table: string, column: string]>) => ({
  fields: Object.fromEntries(
    Object.entries(fields).map(([to, [name, field]]) => [to, { inputFields: [{ namespace: 'n', name, field }] }]),
  ),
});

/** The one dataset of that name, by any of its names. */
async function datasetNamed(name: string, fields: string): Promise<Record<string, unknown>> {
  const { datasets } = await ask(
    `{ datasets(where: { name: { eq: ${JSON.stringify(name)} } }) { nodes { ${fields} } } }`,
  );
  const { nodes } = datasets as { nodes: Record<string, unknown>[] };
  expect(nodes).toHaveLength(1);
  return nodes[0]!;
}

test('what facets say of datasets, jobs and runs has fields of its own; the rest is kept as it was sent', async () => {
  await send({
    ...event(1, {
      inputs: [
        dataset('raw', { lineage: { inputs: [] } }, {
          inputFacets: {
            inputStatistics: { rowCount: 7, size: 70, fileCount: 1 },
            dataQualityAssertions: { assertions: [{ assertion: 'not_null', success: false, column: 'id', actual: '3' }] },
            novel: { a: 1 },
          },
        }),
      ],
      outputs: [
        dataset('made', {
          schema: { fields: [{ name: 'address', type: 'struct', fields: [{ name: 'city', type: 'text' }] }] },
          documentation: { description: 'What was made.' },
          ownership: { owners: [{ name: 'team:data', type: 'OWNER' }] },
          storage: { storageLayer: 'iceberg', fileFormat: 'parquet' },
          catalog: { framework: 'iceberg', type: 'hive', name: 'main' },
          hierarchy: { hierarchy: [{ type: 'DATABASE', name: 'd' }] },
          tags: { tags: [{ key: 'layer', value: 'gold', source: 'USER' }, { key: 'special-category:health', value: 'true', field: 'address.city' }] },
          unheard_of: { deep: { er: [1] } },
        }, { outputFacets: { outputStatistics: { rowCount: 6 } } }),
      ],
    }, {
      facets: {
        errorMessage: { message: 'broke', programmingLanguage: 'python' },
        nominalTime: { nominalStartTime: on(1), nominalEndTime: on(2) },
        parent: { run: { runId: 'p' }, job: { namespace: 'n', name: 'p' }, root: { run: { runId: 'r' }, job: { namespace: 'n', name: 'r' } } },
        tags: { tags: [{ key: 'team', value: 'risk' }] },
        unheard_of: { x: 1 },
      },
    }),
    job: {
      namespace: 'n', name: 'job',
      facets: { jobType: { processingType: 'BATCH', integration: 'SPARK', jobType: 'QUERY' }, ownership: { owners: [{ name: 'me' }] }, documentation: { description: 'It makes.' }, tags: { tags: [{ key: 'k', value: 'v' }] }, odd: { y: 2 } },
    },
  }, event(1, {}, { runId: 'r' })); // prettier-ignore
  expect(
    await datasetNamed(
      'made',
      `description owners { name type } storage { storageLayer fileFormat } catalog { framework type name source }
      hierarchy { type name } labels { key value field } facets(names: ["unheard_of", "tags"]) columns { name tags { tag { name } } }`,
    ),
  ).toEqual({
    description: 'What was made.',
    owners: [{ name: 'team:data', type: 'OWNER' }],
    storage: { storageLayer: 'iceberg', fileFormat: 'parquet' },
    catalog: { framework: 'iceberg', type: 'hive', name: 'main', source: null },
    hierarchy: [{ type: 'DATABASE', name: 'd' }],
    labels: [{ key: 'layer', value: 'gold', field: null }],
    facets: { unheard_of: { deep: { er: [1] } } },
    columns: [
      { name: 'address', tags: [] },
      { name: 'address.city', tags: [{ tag: { name: 'special-category:health' } }] },
    ],
  });
  const checks =
    'checks { assertion success actual column { name } run { name } } completeness { share declaredSource }';
  expect(await datasetNamed('raw', checks)).toEqual({
    checks: [{ assertion: 'not_null', success: false, actual: '3', column: { name: 'id' }, run: { name: 'job' } }],
    completeness: { share: 1, declaredSource: true },
  });
  const { jobs } =
    await ask(`{ jobs { nodes { name description type { processingType integration jobType } owners { name } tags { key value }
    facets(names: ["odd"]) runs { nodes { error { message } nominalTime { start end } root { id } tags { key value } facets(names: ["unheard_of"])
    inputs { asset { name } statistics { rowCount bytes fileCount } facets } written { asset { name } statistics { rowCount } } } } } } }`);
  const [job] = (jobs as { nodes: { runs: { nodes: { nominalTime: unknown }[] } }[] }).nodes;
  expect(job).toMatchObject({
    description: 'It makes.',
    type: { processingType: 'BATCH', integration: 'SPARK', jobType: 'QUERY' },
    owners: [{ name: 'me' }],
    tags: [{ key: 'k', value: 'v' }],
    facets: { odd: { y: 2 } },
  });
  expect(job!.runs.nodes.find(({ nominalTime }) => nominalTime !== null)).toEqual({
    error: { message: 'broke' },
    nominalTime: { start: on(1), end: on(2) },
    root: { id: expect.any(String) as string },
    tags: [{ key: 'team', value: 'risk' }],
    facets: { unheard_of: { x: 1 } },
    inputs: [
      {
        asset: { name: 'raw' },
        statistics: { rowCount: 7, bytes: 70, fileCount: 1 },
        facets: { inputStatistics: { rowCount: 7, size: 70, fileCount: 1 }, novel: { a: 1 } },
      },
    ],
    written: [{ asset: { name: 'made' }, statistics: { rowCount: 6 } }],
  });
});

describe('names', () => {
  const path = dataset('/warehouse/t', {
    schema: schema('a'),
    symlinks: { identifiers: [{ namespace: 'hive', name: 'default.t', type: 'TABLE' }] },
  });
  const table = { namespace: 'hive', name: 'default.t', facets: { schema: schema('a', 'b') } };

  test.each(['first', 'last'] as const)('a symlink that comes %s makes one dataset of two names', async (when) => {
    const events = [
      event(1, { inputs: [dataset('raw')], outputs: [path] }),
      event(2, { inputs: [table], outputs: [dataset('report')] }),
    ];
    for (const one of when === 'first' ? events : events.toReversed()) await send(one);
    const fields =
      'id name namespace names { namespace name } columns { name } upstream { assetCount } downstream { assetCount }';
    const found = await datasetNamed('default.t', fields);
    expect(found).toMatchObject({
      name: '/warehouse/t',
      namespace: 'n',
      names: [{ namespace: 'n', name: '/warehouse/t' }, { namespace: 'hive', name: 'default.t' }],
      columns: [{ name: 'a' }, { name: 'b' }],
      downstream: { assetCount: 1 },
    }); // prettier-ignore
    expect(await datasetNamed('/warehouse/t', fields)).toEqual(found);
    await send(event(3, { outputs: [dataset('/warehouse/t', { symlinks: { _deleted: true } })] })); // that stays
    expect(await datasetNamed('default.t', 'names { name }')).toEqual({ names: [{ name: '/warehouse/t' }, { name: 'default.t' }] }); // prettier-ignore
    expect(await datasetNamed('report', 'upstream { assetCount }')).toEqual({ upstream: { assetCount: 4 } });
  });

  test('an id that was given out before two datasets proved to be one goes on leading there', async () => {
    await send(event(1, { inputs: [dataset('/warehouse/t')] }));
    await send(event(2, { inputs: [table], outputs: [dataset('report')] }));
    const { id } = await datasetNamed('default.t', 'id');
    await send(event(3, { outputs: [path] }));
    const { node } = await ask(`{ node(id: ${JSON.stringify(id)}) { ... on Dataset { name } } }`);
    expect(node).toEqual({ name: '/warehouse/t' });
  });

  test('a rename leads lineage on, and both names find the dataset; a drop is on record', async () => {
    await send(
      event(5, { outputs: [dataset('new', { schema: schema('a'), lifecycleStateChange: { lifecycleStateChange: 'RENAME', previousIdentifier: { namespace: 'n', name: 'old' } } })] }),
      event(6, { inputs: [dataset('new')], outputs: [dataset('report')] }),
      event(1, { inputs: [dataset('raw')], outputs: [dataset('old', { schema: schema('a') })] }),
      event(9, { outputs: [dataset('report', { lifecycleStateChange: { lifecycleStateChange: 'DROP' } })] }),
    ); // prettier-ignore
    const { datasets } =
      await ask(`{ datasets(where: { name: { eq: "old" } }) { nodes { name droppedAt formerNames { name until }
      changes { at change next { name } previous { name } } downstream { assetCount edges { nodes { kind from { name } to { name } transformations { description } } } } } } }`);
    const { nodes } = datasets as { nodes: { name: string; downstream: unknown }[] };
    expect(nodes.map(({ downstream: _, ...node }) => node)).toEqual([
      { name: 'new', droppedAt: null, formerNames: [{ name: 'old', until: on(5) }], changes: [{ at: on(5), change: 'RENAME', next: null, previous: { name: 'old' } }] },
      { name: 'old', droppedAt: on(5), formerNames: [], changes: [{ at: on(5), change: 'RENAME', next: { name: 'new' }, previous: null }] },
    ]); // prettier-ignore
    expect(nodes[1]!.downstream).toMatchObject({ assetCount: 2 });
    const column = await datasetNamed(
      'new',
      'columns { upstream { edges { nodes { from { name } transformations { description } } } } }',
    );
    expect(JSON.stringify(column)).toContain('renamed');
    expect(await datasetNamed('report', 'droppedAt')).toEqual({ droppedAt: on(9) });
  });
});

test('what was before a rename and a drop can still be asked', async () => {
  const change = (lifecycleStateChange: string, more: object = {}) => ({
    lifecycleStateChange: { lifecycleStateChange, ...more },
  });
  const renamed = change('RENAME', { previousIdentifier: { namespace: 'n', name: 'old' } });
  await send(
    { eventTime: on(9), dataset: dataset('new', change('DROP')) },
    event(5, { outputs: [dataset('new', renamed)] }),
    event(3, { outputs: [dataset('old', change('TRUNCATE'))] }),
    event(1, { inputs: [dataset('raw')], outputs: [dataset('old')] }),
  );
  const upstream = (alias: string, day: number) =>
    `${alias}: upstream(asOf: "${on(day)}") { edges { nodes { from { name } to { name } } } }`;
  const { datasets } = await ask(
    `{ datasets { nodes { name droppedAt changes { at change } ${upstream('before', 4)} ${upstream('after', 6)} } } }`,
  );
  const [made, derived] = [
    { from: { name: 'raw' }, to: { name: 'old' } },
    { from: { name: 'old' }, to: { name: 'new' } },
  ];
  const edges = (...nodes: object[]) => ({ edges: { nodes } });
  expect((datasets as { nodes: object[] }).nodes.slice(0, 2)).toEqual([
    { name: 'new', droppedAt: on(9), changes: [{ at: on(5), change: 'RENAME' }, { at: on(9), change: 'DROP' }], before: edges(), after: edges(derived, made) },
    { name: 'old', droppedAt: on(5), changes: [{ at: on(3), change: 'TRUNCATE' }, { at: on(5), change: 'RENAME' }], before: edges(made), after: edges(made) },
  ]); // prettier-ignore
});

test('an edge that its job’s rhythm should have shown again is stale, and stays', async () => {
  const daily = Array.from({ length: 6 }, (_, i) =>
    event(i + 1, { inputs: [dataset('raw')], outputs: [dataset('made')] }),
  );
  await send(...daily);
  const edges = async () => {
    const { upstream } = await datasetNamed('made', 'upstream { edges { nodes { firstSeen lastSeen stale } } }');
    return (upstream as { edges: { nodes: unknown[] } }).edges.nodes;
  };
  now = new Date(on(7));
  expect(await edges()).toEqual([{ firstSeen: on(1), lastSeen: on(6), stale: false }]);
  now = new Date(on(9));
  expect(await edges()).toEqual([{ firstSeen: on(1), lastSeen: on(6), stale: true }]);
  const { completeness } = await datasetNamed(
    'made',
    'completeness { parts explained share stale lastSeen producers { source stale job { name } } }',
  );
  expect(completeness).toEqual({
    parts: 1, explained: 1, share: 1, stale: true, lastSeen: on(6), producers: [{ source: 'OPENLINEAGE', stale: true, job: { name: 'job' } }],
  }); // prettier-ignore
  now = new Date('2026-03-31T00:00:00.000Z');
});

test('completeness counts the columns behind which something is known', async () => {
  await send(
    event(1, {
      inputs: [dataset('raw', { schema: schema('a') })],
      outputs: [
        dataset('made', { schema: schema('x', 'y'), columnLineage: columns({ x: ['raw', 'a'] }) }),
        dataset('full', { schema: schema('x'), columnLineage: columns({ x: ['raw', 'a'] }) }),
      ],
    }),
  );
  const share = 'completeness { parts explained share declaredSource } columns { name completeness { share } }';
  expect(await datasetNamed('full', share)).toEqual({
    completeness: { parts: 1, explained: 1, share: 1, declaredSource: false },
    columns: [{ name: 'x', completeness: { share: 1 } }],
  });
  expect(await datasetNamed('made', share)).toMatchObject({ completeness: { parts: 2, explained: 1, share: 0.5 } });
  expect(await datasetNamed('raw', share)).toMatchObject({ completeness: { parts: 1, explained: 0, share: 0 } });
});

test('a facet may be called what every JavaScript object has', async () => {
  const facets = { constructor: { a: 1 }, toString: { b: 2 }, valueOf: { c: 3 } };
  await send({ eventTime: on(1), dataset: dataset('raw', facets) });
  await send({ eventTime: on(2), dataset: dataset('raw', { toString: { b: 3 }, valueOf: { _deleted: true } }) });
  expect(await datasetNamed('raw', 'facets')).toEqual({ facets: { constructor: { a: 1 }, toString: { b: 3 } } });
});

test('a nominal time that is none tells no rhythm, and breaks no question about it', async () => {
  const sides = { inputs: [dataset('raw')], outputs: [dataset('made')] };
  for (const [day, nominalEndTime] of ['soon', 'infinity', on(3)].entries()) {
    const nominalTime = { nominalStartTime: 'now and then', nominalEndTime };
    await send(event(day + 1, sides, { facets: { nominalTime } }));
  }
  expect(await datasetNamed('made', 'completeness { stale } upstream { edges { nodes { stale } } }')).toEqual({
    completeness: { stale: false },
    upstream: { edges: { nodes: [{ stale: false }] } },
  });
});

test('what a facet leaves out or gets wrong is left unread, and the rest of it read', async () => {
  const input = { namespace: 'n', name: 'raw', field: 'y' };
  await send({
    ...event(1, {
      outputs: [
        dataset('made', {
          version: { datasetVersion: 17 },
          columnLineage: { fields: { x: { inputFields: [{ ...input, field: undefined }, null, input] }, '': { inputFields: [input] } } },
          lineage: { inputs: [{ type: 'DATASET', name: 'nowhere' }, { type: 'DATASET', namespace: 'n', name: 'other' }] },
          lifecycleStateChange: { lifecycleStateChange: 'RENAME', previousIdentifier: { name: 'old' } },
        }),
      ],
    }),
    job: { namespace: 'n', name: 'job', facets: { lineage: { entries: [{ type: 'DATASET', name: 'nowhere' }, { type: 'JOB', inputs: [{ type: 'DATASET' }] }] } } },
  }); // prettier-ignore
  const fields =
    'latest { digest } changes { change previous { name } } columns { name } upstream(kinds: [DERIVED]) { edges { nodes { from { name } kind } } }';
  expect(await datasetNamed('made', fields)).toEqual({
    latest: { digest: '17' },
    changes: [{ change: 'RENAME', previous: null }],
    columns: [{ name: 'x' }],
    upstream: { edges: { nodes: [{ from: { name: 'other' }, kind: 'DERIVED' }] } },
  });
});

test('a dataset’s own event keeps its profile', async () => {
  const metrics = { rowCount: 9, columnMetrics: { a: { nullCount: 2 } } };
  await send({ eventTime: on(1), dataset: dataset('raw', { dataQualityMetrics: metrics }) });
  expect(await datasetNamed('raw', 'columns { name profile { nullCount rowCount measuredAt } }')).toEqual({
    columns: [{ name: 'a', profile: { nullCount: 2, rowCount: 9, measuredAt: on(1) } }],
  });
});

test('a profile tells nothing of fewer than five values, whatever the number of rows', async () => {
  const figures = (nullCount: number) => ({ nullCount, distinctCount: 2, min: 1, max: 9, quantiles: { 0.5: 4 } });
  const metrics = { rowCount: 900, columnMetrics: { few: figures(896), five: figures(895) } };
  await send({ eventTime: on(1), dataset: dataset('raw', { dataQualityMetrics: metrics }) });
  const fields = 'rowCount nullCount distinctCount min max mean quantiles { q value } redactions { field policy }';
  const { columns: profiled } = await datasetNamed('raw', `columns { name profile { ${fields} } }`);
  const hidden = ['nullCount', 'distinctCount', 'min', 'max', 'mean', 'quantiles'];
  expect(profiled).toEqual([
    {
      name: 'few',
      profile: {
        rowCount: 900, nullCount: null, distinctCount: null, min: null, max: null, mean: null, quantiles: [],
        redactions: hidden.map((field) => ({ field: `ColumnProfile.${field}`, policy: 'at-least-5-subjects' })),
      },
    },
    {
      name: 'five',
      profile: { rowCount: 900, ...figures(895), mean: null, quantiles: [{ q: 0.5, value: 4 }], redactions: [] },
    },
  ]); // prettier-ignore
});

test('stated lineage: datasets and columns outright, from a dataset’s facet and from a job’s', async () => {
  const from = (name: string, field?: string) => ({ namespace: 'n', name, type: 'DATASET', ...(field && { field }) });
  await send(
    event(1, {
      inputs: [dataset('a'), dataset('b')],
      outputs: [dataset('made', { lineage: { inputs: [from('a')], fields: { x: { inputs: [from('c', 'y')] } } } })],
    }),
    {
      eventTime: on(2),
      job: { namespace: 'n', name: 'static', facets: { lineage: { entries: [{ ...from('target'), inputs: [from('made')] }] } } },
      inputs: [],
      outputs: [],
    },
  ); // prettier-ignore
  const { upstream } = await datasetNamed(
    'made',
    'upstream(depth: 1) { edges { nodes { from { name } to { name } kind refined } } }',
  );
  expect((upstream as { edges: { nodes: unknown[] } }).edges.nodes).toEqual(
    expect.arrayContaining([
      { from: { name: 'a' }, to: { name: 'made' }, kind: 'DERIVED', refined: false },
      { from: { name: 'b' }, to: { name: 'made' }, kind: 'DERIVED', refined: true },
    ]),
  );
  expect(await datasetNamed('target', 'upstream { assetCount }')).toMatchObject({ upstream: { assetCount: 5 } });
});

test('nothing went wrong inside', () => expect(app.internalErrors).toEqual([]));
