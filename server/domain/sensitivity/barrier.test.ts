import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// A bank masks what patients have before it scores them, and says so with OpenLineage.
let app: TestApp;
let now = new Date('2026-03-03T09:00:00.000Z');
const clock = { now: () => now };
const later = (days: number): Date => new Date(now.getTime() + days * 24 * 3_600_000);

beforeAll(async () => {
  app = await startTestApp({ clock });
  const schema = (...names: string[]) => ({ schema: { _producer: 'p', _schemaURL: 'https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json', fields: names.map((name) => ({ name, type: 'string' })) } }); // prettier-ignore
  const event = {
    eventType: 'COMPLETE', eventTime: '2026-03-03T08:00:00.000Z', producer: 'https://example.org/etl', schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json',
    run: { runId: '019cb2a5-6a00-7000-8000-000000000001' }, job: { namespace: 'etl', name: 'mask' },
    inputs: [{ namespace: 'db', name: 'patients', facets: { ...schema('diagnosis'), tags: { _producer: 'p', _schemaURL: 'https://openlineage.io/spec/facets/1-0-0/TagsDatasetFacet.json', tags: [{ key: 'sensitivity', value: 'special-category:health', field: 'diagnosis' }] } } }],
    outputs: [{ namespace: 'db', name: 'features', facets: { ...schema('group'), columnLineage: { _producer: 'p', _schemaURL: 'https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json', fields: { group: { inputFields: [{ namespace: 'db', name: 'patients', field: 'diagnosis', transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION', description: 'hashed', masking: true }] }] } } } } }],
  }; // prettier-ignore
  await send(event);
});
afterAll(() => app.close());

async function send(event: object): Promise<void> {
  const response = await fetch(`${app.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token('ingest')}` },
    body: JSON.stringify(event),
  });
  expect(response.status).toBe(201);
}

type Role = Parameters<TestApp['graphql']>[0];
async function ask<T>(role: Role, query: string, variables = {}): Promise<T> {
  const { data, errors } = await app.graphql(role, query, variables);
  expect(errors).toBeUndefined();
  return data as T;
}
const codeOf = async (role: Role, query: string, variables = {}) =>
  (await app.graphql(role, query, variables)).errors?.[0]?.extensions;

interface Found {
  id: string;
  tags: { tag: { name: string } }[];
  barriers: { id: string; state: string; kind: string; statement: string; proposedBy: object | null; edge: { id: string; kind: string } }[]; // prettier-ignore
}
async function group(asOf: Date | null = null): Promise<Found> {
  const { datasets } = await ask<{ datasets: { nodes: { columns: Found[] }[] } }>(
    'governance_lead',
    `query($asOf: DateTime) { datasets(where: { name: { eq: "features" } }) { nodes { columns { id tags(asOf: $asOf) { tag { name } }
      barriers(asOf: $asOf) { id state kind statement proposedBy { name } edge { id kind } } } } } }`,
    { asOf },
  );
  return datasets.nodes[0]!.columns[0]!;
}
const tagsOf = async (asOf: Date | null = null): Promise<string[]> =>
  (await group(asOf)).tags.map(({ tag }) => tag.name);

const propose = `mutation($input: ProposeBarrierInput!) { proposeBarrier(input: $input) { barrier { id state tags { name } proposedBy { name } } } }`;
const sign = `mutation($input: SignBarrierInput!) { signBarrier(input: $input) { barrier { state signedBy { name } tags { name } evidenceSha256 expiresAt } } }`;
const revoke = `mutation($input: RevokeBarrierInput!) { revokeBarrier(input: $input) { barrier { state endReason endedBy { name } } } }`;
const evidence = { url: 'https://example.org/masking.pdf', sha256: 'AB'.repeat(32) };
const health = 'special-category:health';

describe('a barrier', () => {
  test('that a producer’s masking proposes stops nothing', async () => {
    const { tags, barriers } = await group();
    expect(tags).toEqual([{ tag: { name: health } }]);
    expect(barriers).toEqual([
      { id: expect.any(String), state: 'PROPOSED', kind: 'MASKING', statement: 'hashed', proposedBy: null, edge: { id: expect.any(String), kind: 'COLUMN_DERIVED' } },
    ]); // prettier-ignore
  });

  test.each([
    ['without evidence', {}, 'BAD_INPUT', 'input.evidence'],
    ['without tags', { evidence, tags: [] }, 'BAD_INPUT', 'input.tags'],
    ['of an unknown tag', { evidence, tags: [health, 'nonsense'] }, 'BAD_INPUT', 'input.tags[1]'],
    ['that ended yesterday', { evidence, expiresAt: '2026-03-02T00:00:00.000Z' }, 'BAD_INPUT', 'input.expiresAt'],
    ['for ten years', { evidence, expiresAt: '2036-03-02T00:00:00.000Z' }, 'BAD_INPUT', 'input.expiresAt'],
    ['with a script as evidence', { evidence: { ...evidence, url: 'javascript:alert(1)' } }, 'BAD_INPUT', 'input.evidence.url'], // prettier-ignore
    ['with half a hash', { evidence: { ...evidence, sha256: 'ab' } }, 'BAD_INPUT', 'input.evidence.sha256'],
    ['that is not there', { evidence, barrierId: Buffer.from('Barrier:019127de-fd25-7707-bfa4-3ec02693a531').toString('base64url') }, 'NOT_FOUND', 'input.barrierId'], // prettier-ignore
  ])('%s is not signed', async (_, wrong, code, field) => {
    const [barrier] = (await group()).barriers;
    const input = { barrierId: barrier!.id, tags: [health], expiresAt: later(30), ...wrong };
    expect(await codeOf('governance_lead', sign, { input })).toMatchObject({ code, field });
  });

  test.each(['data_engineer', 'ml_engineer', 'data_scientist', 'compliance_reviewer', 'ingest'] as const)(
    'is not signed by a %s',
    async (role) => {
      const input = { barrierId: (await group()).barriers[0]!.id, tags: [health], expiresAt: later(30), evidence };
      expect(await codeOf(role, sign, { input })).toMatchObject({ code: 'FORBIDDEN' });
    },
  );

  test('that is signed stops its tags until it expires, and the log tells when they passed again', async () => {
    const input = { barrierId: (await group()).barriers[0]!.id, tags: [health], expiresAt: later(30), evidence };
    const before = now;
    now = later(1);
    expect(await ask('governance_lead', sign, { input })).toEqual({
      signBarrier: { barrier: { state: 'IN_FORCE', signedBy: { name: 'governance_lead@test' }, tags: [{ name: health }], evidenceSha256: 'ab'.repeat(32), expiresAt: input.expiresAt.toISOString() } },
    }); // prettier-ignore
    expect(await tagsOf()).toEqual([]);
    expect(await codeOf('governance_lead', sign, { input })).toMatchObject({ code: 'CONFLICT' });
    const during = now;
    now = later(40); // no clock has ticked yet: readers see it all the same
    expect((await group()).barriers[0]!.state).toBe('EXPIRED');
    expect(await tagsOf()).toEqual([health]);
    await app.aval.propagator.tick();
    expect(await tagsOf()).toEqual([health]);
    expect(await tagsOf(during)).toEqual([]);
    expect(await tagsOf(before)).toEqual([health]);
    expect((await group(during)).barriers[0]!.state).toBe('IN_FORCE');
    expect((await group(before)).barriers[0]!.state).toBe('PROPOSED');
    await app.aval.integrator.integrate();
    const { rows } = { rows: await app.database.read.selectFrom('event_log').select(['action', 'actor_name']).where('action', 'like', 'barrier.%').orderBy('idx').execute() }; // prettier-ignore
    expect(rows).toEqual([
      { action: 'barrier.proposed', actor_name: 'ingest@test' },
      { action: 'barrier.signed', actor_name: 'governance_lead@test' },
      { action: 'barrier.expired', actor_name: 'aval' },
    ]);
    await app.aval.propagator.tick(); // once is enough
    await app.aval.integrator.integrate();
    const again = await app.database.read.selectFrom('event_log').select('idx').where('action', '=', 'barrier.expired').execute(); // prettier-ignore
    expect(again).toHaveLength(1);
  });

  test('is proposed by an engineer, signed by a governance lead, and revoked', async () => {
    const edgeId = (await group()).barriers[0]!.edge.id;
    const input = { edgeId, kind: 'ANONYMISATION', tags: [health], statement: 'k-anonymous, k = 20', evidence };
    const { proposeBarrier } = await ask<{ proposeBarrier: { barrier: { id: string } } }>('data_engineer', propose, { input }); // prettier-ignore
    expect(proposeBarrier.barrier).toMatchObject({ state: 'PROPOSED', proposedBy: { name: 'data_engineer@test' } });
    const barrierId = proposeBarrier.barrier.id;
    await ask('governance_lead', sign, { input: { barrierId, expiresAt: later(10) } });
    expect(await tagsOf()).toEqual([]);
    expect(await ask('governance_lead', revoke, { input: { barrierId, reason: 'k was 2' } })).toEqual({
      revokeBarrier: { barrier: { state: 'REVOKED', endReason: 'k was 2', endedBy: { name: 'governance_lead@test' } } },
    });
    expect(await tagsOf()).toEqual([health]);
    expect(await codeOf('governance_lead', revoke, { input: { barrierId, reason: 'again' } })).toMatchObject({ code: 'CONFLICT' }); // prettier-ignore
  });

  test.each([
    ['on no edge', { edgeId: 'nothing' }, 'BAD_INPUT'],
    ['on an edge that is not there', { edgeId: Buffer.from('LineageEdge:999999').toString('base64url') }, 'NOT_FOUND'],
    ['that says nothing', { statement: ' ' }, 'BAD_INPUT'],
    ['of no tag', { tags: [] }, 'BAD_INPUT'],
    ['of an unknown tag', { tags: ['nonsense'] }, 'BAD_INPUT'],
  ])('%s is not proposed', async (_, wrong, code) => {
    const edgeId = (await group()).barriers[0]!.edge.id;
    const input = { edgeId, kind: 'MASKING', tags: [health], statement: 'hashed', ...wrong };
    expect(await codeOf('data_engineer', propose, { input })).toMatchObject({ code });
  });

  test('is not proposed where a part is in its whole', async () => {
    const { datasets } = await ask<{ datasets: { nodes: { upstream: { edges: { nodes: { id: string; kind: string }[] } } }[] } }>(
      'governance_lead',
      `{ datasets(where: { name: { eq: "features" } }) { nodes { upstream(kinds: [COLUMN_OF]) { edges { nodes { id kind } } } } } }`,
    ); // prettier-ignore
    const input = { edgeId: datasets.nodes[0]!.upstream.edges.nodes[0]!.id, kind: 'MASKING', tags: [health], statement: 'x' }; // prettier-ignore
    expect(await codeOf('data_engineer', propose, { input })).toMatchObject({
      code: 'BAD_INPUT',
      field: 'input.edgeId',
    });
  });
});

test('a signature ends when its edge and another prove to be the same: nobody signed for that one', async () => {
  const edgeId = (await group()).barriers[0]!.edge.id;
  const input = { edgeId, kind: 'MASKING', tags: [health], statement: 'salted', evidence };
  const { proposeBarrier } = await ask<{ proposeBarrier: { barrier: { id: string } } }>('data_engineer', propose, { input }); // prettier-ignore
  await ask('governance_lead', sign, { input: { barrierId: proposeBarrier.barrier.id, expiresAt: later(10) } });
  expect(await tagsOf()).toEqual([]);
  const plain = { fields: { group: { inputFields: [{ namespace: 'lake', name: 'patients', field: 'diagnosis' }] } } };
  const job = { namespace: 'etl', name: 'copy' };
  const outputs = [{ namespace: 'db', name: 'features', facets: { columnLineage: plain } }];
  await send({ eventTime: '2026-03-03T08:00:00.000Z', run: { runId: 'copy' }, job, outputs });
  expect(await tagsOf()).toEqual([]);
  const symlinks = { identifiers: [{ namespace: 'lake', name: 'patients', type: 'TABLE' }] };
  await send({ eventTime: '2026-03-03T08:00:01.000Z', dataset: { namespace: 'db', name: 'patients', facets: { symlinks } } }); // prettier-ignore
  expect(await tagsOf()).toEqual([health]);
  const signed = (await group()).barriers.find(({ statement }) => statement === 'salted')!;
  expect(signed.state).toBe('REVOKED');
  await app.aval.integrator.integrate();
  const ended = await app.database.read.selectFrom('event_log').select(['actor_name', 'details']).where('action', '=', 'barrier.revoked').orderBy('idx', 'desc').executeTakeFirst(); // prettier-ignore
  expect(ended).toMatchObject({ actor_name: 'ingest@test', details: { reason: 'Its edge and another proved to be the same.' } }); // prettier-ignore
});

test('nothing went wrong inside', () => expect(app.internalErrors).toEqual([]));
