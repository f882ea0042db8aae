import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { forgetLineage, lineageState } from '../../testing/lineage-state.ts';
import { datasetFacets, inputFacets, jobFacets, outputFacets, runFacets, type ReadFacet } from './facets.ts';

const facets = { dataset: datasetFacets, inputDataset: inputFacets, outputDataset: outputFacets, job: jobFacets, run: runFacets } as const; // prettier-ignore
type Bearer = keyof typeof facets;

test('docs/openlineage-mapping.json says where each facet goes, as the code does', () => {
  const published = JSON.parse(readFileSync(new URL('../../../docs/openlineage-mapping.json', import.meta.url), 'utf8')) as unknown; // prettier-ignore
  const table = (known: Readonly<Record<string, ReadFacet>>) =>
    Object.fromEntries(
      Object.entries(known).map(([name, { schema, version, to }]) => [
        name,
        { spec: `${version}/${schema}.json`, to: to.length > 0 ? to : 'known, unmapped, kept verbatim' },
      ]),
    );
  const actual = Object.fromEntries(Object.entries(facets).map(([bearer, known]) => [bearer, table(known)]));
  expect((published as { facets: unknown }).facets).toEqual(actual);
});

/** What a producer may say in each facet that goes somewhere; of several, each goes to some of the places. */
const from = { namespace: 'n', name: 'raw', type: 'DATASET' };
const tags = { tags: [{ key: 'team', value: 'risk' }, { key: 'sensitivity', value: 'personal-data', field: 'x' }, { key: 'sensitivity', value: 'financial' }] }; // prettier-ignore
const metrics = { rowCount: 70, columnMetrics: { x: { nullCount: 1 } } };
const assertions = { assertions: [{ assertion: 'not_null', success: true, column: 'x' }] };
const owners = { owners: [{ name: 'team:data' }] };
const samples: Record<Bearer, Record<string, object[]>> = {
  dataset: {
    schema: [{ fields: [{ name: 'x', type: 'int' }] }],
    columnLineage: [{ fields: { x: { inputFields: [{ ...from, field: 'y' }] } } }],
    lineage: [{ inputs: [] }, { inputs: [{ ...from, name: 'other' }], fields: { x: { inputs: [{ ...from, field: 'y' }] } } }],
    tags: [tags, { _deleted: true }],
    symlinks: [{ identifiers: [{ namespace: 'hive', name: 'default.made', type: 'TABLE' }] }],
    lifecycleStateChange: [{ lifecycleStateChange: 'DROP' }, { lifecycleStateChange: 'RENAME', previousIdentifier: { namespace: 'n', name: 'old' } }],
    version: [{ datasetVersion: '1' }],
    dataQualityMetrics: [metrics],
    dataQualityAssertions: [assertions],
    documentation: [{ description: 'What was made.' }],
    ownership: [owners],
    storage: [{ storageLayer: 'iceberg' }],
    catalog: [{ framework: 'iceberg', type: 'hive', name: 'main' }],
    hierarchy: [{ hierarchy: [{ type: 'DATABASE', name: 'd' }] }],
  },
  inputDataset: { inputStatistics: [{ rowCount: 7 }], dataQualityMetrics: [metrics], dataQualityAssertions: [assertions] },
  outputDataset: { outputStatistics: [{ rowCount: 6 }], dataQualityMetrics: [metrics] },
  job: {
    documentation: [{ description: 'It makes.' }],
    jobType: [{ processingType: 'BATCH', integration: 'SPARK', jobType: 'QUERY' }],
    lineage: [{ entries: [{ ...from, name: 'target', inputs: [from], fields: { x: { inputs: [{ ...from, field: 'y' }] } } }] }],
    ownership: [owners],
    tags: [tags],
  },
  run: {
    errorMessage: [{ message: 'broke', programmingLanguage: 'python' }],
    nominalTime: [{ nominalStartTime: '2026-03-01T00:00:00Z', nominalEndTime: '2026-03-02T00:00:00Z' }],
    parent: [{ run: { runId: 'parent' }, job: { namespace: 'n', name: 'job' }, root: { run: { runId: 'root' }, job: { namespace: 'n', name: 'job' } } }],
    tags: [tags],
  },
}; // prettier-ignore

describe('each facet arrives where the mapping says', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ clock: { now: () => new Date('2026-03-31T00:00:00.000Z') } });
  });
  afterAll(() => app.close());

  const every = Object.entries(facets).flatMap(([bearer, known]) =>
    Object.entries(known as Readonly<Record<string, ReadFacet>>).map(([name, { to }]) => [bearer as Bearer, name, to] as const),
  ); // prettier-ignore
  const mapped = every.filter(([, , to]) => to.length > 0);

  test.each(mapped)('%s %s', async (bearer, name, to) => {
    expect(await reached(bearer, name)).toEqual(expect.arrayContaining([...to]));
  });

  test.each(mapped.filter(([bearer, name]) => (facets[bearer] as Record<string, ReadFacet>)[name]!.read))(
    'but not without its reader: %s %s',
    async (bearer, name, to) => {
      const known = facets[bearer] as Record<string, { read?: ReadFacet['read'] }>;
      const { read } = known[name]!;
      try {
        delete known[name]!.read;
        expect(await reached(bearer, name)).not.toEqual(expect.arrayContaining([...to]));
      } finally {
        known[name]!.read = read!;
      }
    },
  );

  test('what goes nowhere is kept as it was sent', async () => {
    const kept = every.filter(([, , to]) => to.length === 0);
    const odd = { deep: { er: [1, null, 'x'] } };
    for (const [bearer, name] of kept) {
      await send(bearer, name, odd);
      const { fields } = await told();
      expect([...fields].filter(([at, value]) => at.endsWith('.facets') && value.includes(JSON.stringify({ [name]: odd }).slice(1, -1)))).toHaveLength(1); // prettier-ignore
    }
  });

  /** Two runs above, and one that reads, writes and bears the facet. Datasets have a version, for what is told of versions. */
  async function send(bearer?: Bearer, name?: string, facet?: object): Promise<void> {
    await forgetLineage(app.database);
    const of = (one: Bearer): object => (one === bearer ? { [name!]: facet } : {});
    const version = name === 'version' ? {} : { version: { datasetVersion: '0' } };
    const dataset = (own: string, more: object) => ({ namespace: 'n', name: own, ...more });
    const job = { namespace: 'n', name: 'job', facets: of('job') };
    const event = { eventTime: '2026-03-02T00:00:00Z', eventType: 'COMPLETE', job };
    const above = { ...event, eventTime: '2026-03-01T00:00:00Z' };
    const inputs = [dataset('raw', { facets: version, inputFacets: of('inputDataset') })];
    const outputs = [dataset('made', { facets: { ...version, ...of('dataset') }, outputFacets: of('outputDataset') })];
    const events = [{ ...above, run: { runId: 'parent' } }, { ...above, run: { runId: 'root' } }, { ...event, run: { runId: 'run', facets: of('run') }, inputs, outputs }]; // prettier-ignore
    const response = await fetch(`${app.url}/api/v1/lineage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('ingest')}` },
      body: JSON.stringify(events),
    });
    expect(response.status).toBe(201);
  }

  const plain = new Map<boolean, ReturnType<typeof told>>();
  /** The same for all facets but the one of which a dataset is then told none. */
  function toldWithout(name: string): ReturnType<typeof told> {
    const known = plain.get(name === 'version') ?? send(undefined, name).then(told);
    plain.set(name === 'version', known);
    return known;
  }

  /** Every coordinate and table in which an event with the facet leaves something else than one without it. */
  async function reached(bearer: Bearer, name: string): Promise<string[]> {
    const without = await toldWithout(name);
    const found = new Set<string>();
    for (const sample of samples[bearer][name] ?? []) {
      await send(bearer, name, sample);
      const now = await told();
      for (const [at, value] of now.tables) if (value !== without.tables.get(at)) found.add(at);
      for (const [at, value] of now.fields) if (value !== without.fields.get(at)) found.add(at);
    }
    if (found.has('Dataset.tags') && found.has('Column.tags')) found.add('Asset.tags');
    return [...found];
  }

  const stateOf = {
    dataset_alias: 'names', dataset_change: 'changes', derivation: 'derivations', dataset_column: 'columns', dataset_version: 'versions',
    version_column: 'members', edge: 'edges', column_profile: 'profiles', quality_check: 'checks', tag_declaration: 'tags',
  } as const; // prettier-ignore

  /** What stands in each table and under each coordinate, as text. */
  async function told(): Promise<Record<'tables' | 'fields', Map<string, string>>> {
    const state = await lineageState(app.database);
    const tables = new Map(Object.entries(stateOf).map(([table, key]) => [table, JSON.stringify(state[key])]));
    for (const table of ['tag_sighting', 'tag_retraction']) {
      const { rows } = await sql`select count(*)::int as n from ${sql.table(table)}`.execute(app.database.read);
      tables.set(table, JSON.stringify(rows));
    }
    const edges = 'upstream { __typename edges { nodes { __typename kind from { name } to { name } refined stale } } }';
    const { data, errors } = await app.graphql(
      'admin',
      `{ datasets { nodes { __typename name description facets owners { name } storage { storageLayer } catalog { name } hierarchy { name }
           labels { key } names { name } formerNames { name } changes { change } droppedAt checks { assertion } tags { tag { name } }
           completeness { __typename declaredSource } latest { __typename digest rowCount columns { ordinal type } } ${edges}
           columns { __typename name tags { tag { name } } profile { nullCount } ${edges} } } }
         jobs { nodes { __typename name description facets type { jobType } owners { name } tags { key }
           runs { nodes { __typename startedAt facets error { message } nominalTime { start } parent { status } root { status } tags { key }
             inputs { __typename facets statistics { rowCount } } written { __typename facets statistics { rowCount } } } } } } }`,
    );
    expect(errors).toBeUndefined();
    const found = new Map<string, string[]>();
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) return value.forEach(visit);
      if (value === null || typeof value !== 'object') return;
      const { __typename, ...rest } = value as Record<string, unknown>;
      for (const [field, inside] of Object.entries(rest)) {
        if (typeof __typename === 'string') {
          const at = `${__typename}.${field}`;
          found.set(at, [...(found.get(at) ?? []), JSON.stringify(inside)]);
        }
        visit(inside);
      }
    };
    visit(data);
    return { tables, fields: new Map([...found].map(([at, values]) => [at, values.sort().join('\n')])) };
  }
});
