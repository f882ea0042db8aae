import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
let actor: Actor;

beforeAll(async () => {
  app = await startTestApp();
  const { identity, experiments, runs } = app.aval.services;
  actor = await identity.authenticate(await app.token('ml_engineer'));
  const { id: experimentId } = await experiments.create(actor, { name: 'filtered', tags: [] });
  const values = [3, 1, NaN, undefined, 2, Infinity];
  for (const [i, value] of values.entries()) {
    const startedAt = new Date(1_700_000_000_000 - i * 1_000);
    const id = await runs.create(actor, { experimentId, name: `r${i}`, userName: i % 2 ? 'ana' : 'Ben', startedAt, tags: [] }); // prettier-ignore
    const of = { step: 0n, at: startedAt, datasetName: '', datasetDigest: '', modelId: '' };
    await runs.log(actor, id, {
      metrics: value === undefined ? [] : [{ key: 'm', value, ...of }],
      params: [{ key: 'p', value: `v${i % 3}` }],
      tags: i % 2 ? [{ key: 't x', value: `T_${i}` }] : [],
    });
    const dataset = (name: string, digest: string) => ({
      dataset: { name, digest, sourceType: 'local', source: '{}' },
      tags: [{ key: 'mlflow.data.context', value: i % 2 ? 'training' : 'eval' }],
    });
    await runs.logInputs(actor, id, { datasets: [dataset('a', `${i}`), dataset('b', `${i + 1}`)], models: [] });
    if (i === 4) await runs.update(actor, id, { status: 'FINISHED', endedAt: new Date(1_700_000_900_000) });
  }
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const query =
  'query ($where: RunFilter, $orderBy: [RunOrder!]) { runs(where: $where, orderBy: $orderBy) { nodes { name } } }';
const ask = (variables: object, role: Parameters<TestApp['graphql']>[0] = 'ml_engineer') =>
  app.graphql(role, query, variables as Record<string, unknown>);

async function names(variables: object): Promise<string> {
  const { data, errors } = await ask(variables);
  expect(errors).toBeUndefined();
  return (data as { runs: { nodes: { name: string }[] } }).runs.nodes.map(({ name }) => name).join(' ');
}

describe('runs where', () => {
  const m = (value: object) => ({ metrics: [{ key: 'm', value }] });
  test.each<[object, string]>([
    [m({ gt: 1 }), 'r0 r4 r5'],
    [m({ gte: 1, lt: 3 }), 'r1 r4'],
    [m({ lte: 2 }), 'r1 r4'],
    [m({ eq: 'Infinity' }), 'r5'],
    [m({ eq: 'NaN' }), ''],
    [m({ ne: 2 }), 'r0 r1 r5'],
    [m({ isNull: true }), 'r3'],
    [m({ isNull: false }), 'r0 r1 r2 r4 r5'],
    [{ params: [{ key: 'p', value: { eq: 'v0' } }] }, 'r0 r3'],
    [{ params: [{ key: 'p', value: { ne: 'v0' } }] }, 'r1 r2 r4 r5'],
    [{ params: [{ key: 'p', value: { in: ['v1', 'v2', 'x'] } }] }, 'r1 r2 r4 r5'],
    [{ params: [{ key: 'p', value: { notIn: ['v1'] } }] }, 'r0 r2 r3 r5'],
    [{ params: [{ key: 'q', value: { isNull: true } }], name: { like: 'r%' } }, 'r0 r1 r2 r3 r4 r5'],
    [{ tags: [{ key: 't x', value: { like: 'T\\_%' } }] }, 'r1 r3 r5'],
    [{ tags: [{ key: 't x', value: { ilike: 't_3' } }] }, 'r3'],
    [{ tags: [{ key: 't x', value: { contains: '_3' } }] }, 'r3'],
    [{ tags: [{ key: 't x', value: { isNull: true } }] }, 'r0 r2 r4'],
    [{ tags: [{ key: 't x', value: { isNull: false, notIn: ['T_1'] } }], ...m({ gt: 4 }) }, 'r5'],
    [{ inputs: [{ name: { eq: 'a' }, digest: { eq: '3' } }] }, 'r3'],
    [{ inputs: [{ name: { eq: 'a' } }, { digest: { eq: '3' } }] }, 'r2 r3'],
    [{ inputs: [{ context: { in: ['training'] }, digest: { notIn: ['1', '2'] } }] }, 'r3 r5'],
    [{ userName: { ilike: 'b%' }, endedAt: { isNull: true } }, 'r0 r2'],
    [{ endedAt: { gt: '2023-01-01T00:00:00Z' } }, 'r4'],
    [{ startedAt: { lt: '2023-11-14T22:13:18Z', gte: '2023-11-14T22:13:16Z' } }, 'r3 r4'],
    [{ status: ['FINISHED', 'FAILED'] }, 'r4'],
    [{ kind: ['OTHER'] }, ''],
    [{ artifactUri: { like: '%/artifacts' }, name: { ne: 'r1', in: ['r1', 'r2'] } }, 'r2'],
  ])('%j', async (where, expected) => expect(await names({ where })).toBe(expected));
});

describe('runs ordered by', () => {
  test.each<[object[], string]>([
    [[{ metric: 'm' }], 'r1 r4 r0 r5 r2 r3'],
    [[{ metric: 'm', direction: 'DESC' }], 'r5 r0 r4 r1 r2 r3'],
    [[{ param: 'p', direction: 'DESC' }, { field: 'NAME' }], 'r2 r5 r1 r4 r0 r3'],
    [[{ tag: 't x', direction: 'DESC' }], 'r5 r3 r1 r0 r2 r4'],
    [[{ field: 'ENDED_AT' }, { field: 'NAME', direction: 'DESC' }], 'r4 r5 r3 r2 r1 r0'],
    [[{ field: 'STARTED_AT' }], 'r5 r4 r3 r2 r1 r0'],
    [[], 'r0 r1 r2 r3 r4 r5'],
  ])('%j', async (orderBy, expected) => expect(await names({ orderBy })).toBe(expected));
});

test.each<[object, string]>([
  [{ where: { metrics: [{ key: 'm', value: {} }] } }, 'where.metrics[0].value'],
  [{ where: { params: [{ key: '', value: { eq: 'x' } }] } }, 'where.params[0].key'],
  [{ where: { tags: [{ key: 'x', value: { eq: 'a\0' } }] } }, 'variables.where.tags[0].value.eq'],
  [{ where: { inputs: [{}] } }, 'where.inputs[0]'],
  [{ where: { name: { like: 'x\\' } } }, 'where.name'],
  [{ where: { name: { in: Array.from({ length: 101 }, String) } } }, 'where.name.in'],
  [{ where: { metrics: Array.from({ length: 101 }, () => ({ key: 'm', value: { gt: 1 } })) } }, 'where'],
  [{ orderBy: [{ direction: 'DESC' }] }, 'orderBy[0]'],
  [{ orderBy: [{ metric: 'm', param: 'p' }] }, 'orderBy[0]'],
  [{ orderBy: [{ metric: 'm' }, { metric: 'm', direction: 'DESC' }] }, 'orderBy[1]'],
])('%j is a BAD_INPUT', async (variables, field) => {
  const { errors } = await ask(variables);
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field });
});

test.each([
  [{ where: { metrics: [{ key: 'm', value: { gt: 1 } }] } }, 'Run.metrics'],
  [{ where: { inputs: [{ name: { eq: 'a' } }] } }, 'Run.inputs'],
  [{ where: { name: { eq: 'a' } } }, 'Run.name'],
  [{ orderBy: [{ metric: 'm' }] }, 'Run.metrics'],
  [{ orderBy: [{ tag: 't' }] }, 'Run.tags'],
  [{ orderBy: [{ field: 'NAME' }] }, 'Run.name'],
])('a role that may not read it may not search by it either: %j', async (variables, field) => {
  const { errors } = await ask(variables, 'business_viewer');
  expect(errors?.map(({ extensions }) => extensions)).toContainEqual(
    expect.objectContaining({ code: 'FORBIDDEN', redaction: expect.objectContaining({ field }) }),
  );
});

test.each<[object, string]>([
  [{ where: { name: { like: 'exp%' } }, orderBy: [{ field: 'NAME' }] }, 'exp0 exp1 exp2'],
  [{ where: { tags: [{ key: 't', value: { in: ['0', '2'] } }] } }, 'exp2 exp0'],
  [
    {
      where: { tags: [{ key: 't', value: { ne: '1' } }], createdAt: { gt: '2020-01-01T00:00:00Z' } },
      orderBy: [{ field: 'NUMBER' }],
    },
    'exp0 exp2',
  ],
  [{ where: { createdAt: { lt: '2020-01-01T00:00:00Z' } } }, ''],
])('experiments %j', async (variables, expected) => {
  const { experiments } = app.aval.services;
  for (const i of [0, 1, 2]) await experiments.create(actor, { name: `exp${i}`, tags: [{ key: 't', value: `${i}` }] }).catch(() => {}); // prettier-ignore
  const { data, errors } = await app.graphql(
    'ml_engineer',
    'query ($where: ExperimentFilter, $orderBy: [ExperimentOrder!]) { experiments(where: $where, orderBy: $orderBy) { nodes { name } } }',
    variables as Record<string, unknown>,
  );
  expect(errors).toBeUndefined();
  const { nodes } = (data as { experiments: { nodes: { name: string }[] } }).experiments;
  expect(nodes.map(({ name }) => name).join(' ')).toBe(expected);
});
