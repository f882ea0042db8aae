import { execute, parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { NewMetric } from './metric-batch.ts';

let app: TestApp;
let actor: Actor;
/** Global ids. */
let runs: string[];

const metric = (key: string, value: number, more: Partial<NewMetric> = {}): NewMetric => ({
  key,
  value,
  step: 0n,
  at: new Date(1_700_000_000_000),
  datasetName: '',
  datasetDigest: '',
  modelId: '',
  ...more,
});

beforeAll(async () => {
  app = await startTestApp();
  const { identity, experiments, runs: service } = app.aval.services;
  actor = await identity.authenticate(await app.token('ml_engineer'));
  const { id: experimentId } = await experiments.create(actor, { name: 'compared', tags: [] });
  runs = [];
  for (let i = 0; i < 21; i++) {
    const id = await service.create(actor, { experimentId, name: `run ${i}`, userName: 'ana', tags: [] });
    runs.push(toGlobalId('Run', id));
    await service.log(actor, id, {
      metrics: [
        metric('a same', 1),
        metric('b', i),
        metric('nan', NaN),
        // the later step counts, whichever series it is of
        metric('series', 5, { step: 2n }),
        metric('series', i, { step: 1n, datasetName: 'other', datasetDigest: '1' }),
      ],
      params: [{ key: 'a same', value: 'x' }, { key: 'lr', value: String(i % 2) }, ...(i === 1 ? [{ key: 'only', value: '' }] : [])], // prettier-ignore
    });
    const dataset = (name: string) => ({ dataset: { name, digest: '1', sourceType: 'local', source: '{}' }, tags: [] });
    await service.logInputs(actor, id, { datasets: [dataset('all'), dataset(`d${i}`)], models: [] });
  }
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

const query = `query ($ids: [ID!]!) { compareRuns(ids: $ids) {
  runs { name }
  params { key differs values }
  metrics { key differs values { value } }
  tags { key differs values }
  inputs { asset { name } context differs readBy }
  redactions { field }
} }`;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test says what it expects
async function compare(ids: string[], role: Parameters<TestApp['graphql']>[0] = 'ml_engineer'): Promise<any> {
  const { data, errors } = await app.graphql(role, query, { ids });
  expect(errors).toBeUndefined();
  return data!['compareRuns'];
}

describe('compareRuns', () => {
  test('puts differences first, then goes by key', async () => {
    const { runs: compared, params, metrics, tags, inputs, redactions } = await compare([runs[2]!, runs[1]!]);
    expect(compared).toEqual([{ name: 'run 2' }, { name: 'run 1' }]);
    expect(params).toEqual([
      { key: 'lr', differs: true, values: ['0', '1'] },
      { key: 'only', differs: true, values: [null, ''] },
      { key: 'a same', differs: false, values: ['x', 'x'] },
    ]);
    const pair = (a: unknown, b: unknown) => [{ value: a }, { value: b }];
    expect(metrics).toEqual([
      { key: 'b', differs: true, values: pair(2, 1) },
      { key: 'a same', differs: false, values: pair(1, 1) },
      { key: 'nan', differs: false, values: pair('NaN', 'NaN') },
      { key: 'series', differs: false, values: pair(5, 5) },
    ]);
    expect(tags).toEqual([{ key: 'mlflow.runName', differs: true, values: ['run 2', 'run 1'] }]);
    expect(inputs.map((one: { differs: boolean; readBy: boolean[] }) => [one.differs, one.readBy])).toEqual([
      [true, [false, true]],
      [true, [true, false]],
      [false, [true, true]],
    ]);
    expect(redactions).toEqual([]);
  });

  test('takes as many statements for twenty runs as for two', async () => {
    const cost = async (ids: string[]) => {
      const contextValue = app.aval.contextFor(actor);
      const { result, statements } = await countStatements(async () =>
        execute({ schema: app.aval.schema, document: parse(query), contextValue, variableValues: { ids } }),
      );
      expect(result.errors).toBeUndefined();
      return statements;
    };
    const two = await cost(runs.slice(0, 2));
    expect(two).toBeLessThanOrEqual(7);
    expect(await cost(runs.slice(0, 20))).toBe(two);
  });

  test('hides from a business viewer what each run hides, with its keys and whether they differ', async () => {
    const { runs: compared, redactions, ...lists } = await compare(runs.slice(0, 2), 'business_viewer');
    expect(compared).toEqual([{ name: null }, { name: null }]);
    expect(lists).toEqual({ params: null, metrics: null, tags: null, inputs: null });
    expect(redactions.map((one: { field: string }) => one.field)).toEqual(
      expect.arrayContaining(['RunComparison.params', 'RunComparison.metrics', 'Run.params']),
    );
  });

  test.each<[string, () => string[], string, string]>([
    ['none', () => [], 'BAD_INPUT', 'ids'],
    ['too many', () => runs, 'BAD_INPUT', 'ids'],
    ['one twice', () => [runs[0]!, runs[1]!, runs[0]!], 'BAD_INPUT', 'ids[2]'],
    ['one that is no run', () => [toGlobalId('Job', '00000000-0000-7000-8000-000000000000')], 'BAD_INPUT', 'ids[0]'],
    ['one that is not there', () => [runs[0]!, toGlobalId('Run', '00000000-0000-7000-8000-000000000000')], 'NOT_FOUND', 'ids[1]'],
  ])('refuses %s', async (_, ids, code, field) => {
    const { errors } = await app.graphql('ml_engineer', query, { ids: ids() });
    expect(errors?.[0]?.extensions).toMatchObject({ code, field });
  }); // prettier-ignore
});

test('run finds one by its id, and null where there is none', async () => {
  const one = (id: string) => app.graphql('ml_engineer', 'query ($id: ID!) { run(id: $id) { name } }', { id });
  expect((await one(runs[3]!)).data).toEqual({ run: { name: 'run 3' } });
  expect((await one(toGlobalId('Run', '00000000-0000-7000-8000-000000000000'))).data).toEqual({ run: null });
  expect((await one('nonsense')).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
});
