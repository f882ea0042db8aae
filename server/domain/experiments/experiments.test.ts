import { execute, parse, type ExecutionResult } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { newId } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { findExperiment } from './experiment.read-model.ts';
import type { NewMetric } from './metric-batch.ts';

let app: TestApp;
let actor: Actor;
let experimentId: string;
let runs: string[];

const metric = (key: string, value: number, step = 0): NewMetric => ({
  key,
  value,
  step: BigInt(step),
  at: new Date(1_700_000_000_000 + step),
  datasetName: '',
  datasetDigest: '',
  modelId: '',
});
const many = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));

beforeAll(async () => {
  app = await startTestApp();
  const { identity, experiments, runs: service } = app.aval.services;
  actor = await identity.authenticate(await app.token('ml_engineer'));
  experimentId = (await experiments.create(actor, { name: 'page', tags: [{ key: 'a', value: 'b' }] })).id;
  runs = [];
  for (let i = 0; i < 105; i++) {
    const startedAt = new Date(1_700_000_000_000 + Math.floor(i / 3));
    const id = await service.create(actor, { experimentId, name: `run ${i}`, userName: 'ana', startedAt, tags: [] });
    runs.push(id);
    await service.log(actor, id, {
      metrics: many(5, (m) => metric(`m${m}`, i * m)),
      params: many(5, (p) => ({ key: `p${p}`, value: String(i) })),
    });
  }
  // the first run reads twenty datasets; each other one reads one of them
  const datasets = many(20, (i) => ({
    dataset: { name: `d${i}`, digest: `${i}`, sourceType: 'local', source: '{}' },
    tags: [{ key: 'mlflow.data.context', value: 'training' }],
  }));
  await service.logInputs(actor, runs[0]!, { datasets, models: [] });
  await app.database.write(async (db) => {
    const read = await db.selectFrom('run_input').selectAll().where('run_id', '=', runs[0]!).execute();
    const rows = runs.slice(1).map((run_id, i) => ({ ...read[i % 20]!, run_id, tags: '{}' as never }));
    await db.insertInto('run_input').values(rows).execute();
  });
});
afterEach(() => expect(app.internalErrors).toEqual([]));
afterAll(() => app.close());

async function ask(query: string, variableValues = {}): Promise<{ result: ExecutionResult; statements: number }> {
  const contextValue = app.aval.contextFor(actor);
  return countStatements(async () =>
    execute({ schema: app.aval.schema, document: parse(query), contextValue, variableValues }),
  );
}

/** What `ask` answers, which must be without errors. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test says what it expects
async function data(query: string, variables = {}): Promise<any> {
  const { result } = await ask(query, variables);
  expect(result.errors).toBeUndefined();
  return JSON.parse(JSON.stringify(result.data));
}

describe('a page of 100 runs', () => {
  test('with metrics, params and inputs takes at most 8 statements', async () => {
    const { result, statements } = await ask(`{
      runs(first: 100) {
        nodes {
          id name status experiment { name }
          params { key value }
          metrics { key value step at }
          inputs { context asset { id name kind } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }`);
    expect(result.errors).toBeUndefined();
    const { nodes } = (
      result.data as { runs: { nodes: { params: unknown[]; metrics: unknown[]; inputs: unknown[] }[] } }
    ).runs;
    expect(nodes).toHaveLength(100);
    for (const node of nodes) {
      expect([node.params.length, node.metrics.length]).toEqual([5, 5]);
      expect(node.inputs).toEqual([
        { context: 'training', asset: expect.objectContaining({ kind: 'DATASET_VERSION' }) },
      ]);
    }
    expect(statements).toBeLessThanOrEqual(8);
  });

  test('of each of many experiments takes one statement for all of them', async () => {
    const { experiments } = app.aval.services;
    for (let i = 0; i < 5; i++) await experiments.create(actor, { name: `other ${i}`, tags: [] });
    const { result, statements } = await ask(
      '{ experiments { nodes { name tags { key } runs(first: 3) { nodes { name } } } } }',
    );
    expect(result.errors).toBeUndefined();
    expect(statements).toBe(3);
  });
});

describe('runs', () => {
  test.each(['DESC', 'ASC'])('come page by page, each once, by start %s', async (direction) => {
    // one that has not started, as OpenLineage's may
    const waiting = newId();
    const row = await app.database.read
      .selectFrom('run')
      .selectAll()
      .where('id', '=', runs[0]!)
      .executeTakeFirstOrThrow();
    await app.database.write(
      (db) =>
      db.insertInto('run').values({ ...row, id: waiting, started_at: null, facets: '{}' as never }).execute(), // prettier-ignore
    );
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await data(
        `query ($after: String, $orderBy: [RunOrder!]!) {
          runs(first: 10, after: $after, orderBy: $orderBy) { nodes { mlflowId } pageInfo { hasNextPage endCursor } }
        }`,
        { after, orderBy: [{ field: 'STARTED_AT', direction }] },
      );
      seen.push(...page.runs.nodes.map((node: { mlflowId: string }) => node.mlflowId));
      if (!page.runs.pageInfo.hasNextPage) break;
      after = page.runs.pageInfo.endCursor as string;
    }
    expect(new Set(seen).size).toBe(106);
    expect(seen).toHaveLength(106);
    expect(seen[direction === 'DESC' ? 0 : 105]).toBe(waiting.replaceAll('-', ''));
    await app.database.write((db) => db.deleteFrom('run').where('id', '=', waiting).execute());
  });

  test('are found by what the filter says', async () => {
    const [experiment] = (await data(`{ experiments(where: { name: { eq: "page" } }) { nodes { id number } } }`))
      .experiments.nodes;
    const found = await data(
      `query ($id: ID!) { runs(where: { experimentId: $id, status: [RUNNING], kind: [TRAINING], name: { eq: "run 7" } }) { nodes { name parent { id } job { id } outputs { id } } } }`,
      { id: experiment.id },
    );
    expect(found.runs.nodes).toEqual([{ name: 'run 7', parent: null, job: null, outputs: [] }]);
    expect((await data(`{ runs(where: { status: [] }) { nodes { id } } }`)).runs.nodes).toEqual([]);
    expect(
      (await data(`{ runs(where: { startedAt: { gt: "2030-01-01T00:00:00Z" } }) { nodes { id } } }`)).runs.nodes,
    ).toEqual([]);
  });

  test.each([
    '{ runs(first: 0) { nodes { id } } }',
    '{ runs(first: 101) { nodes { id } } }',
    '{ runs(after: "nonsense") { nodes { id } } }',
    '{ runs(where: { experimentId: "nonsense" }) { nodes { id } } }',
    '{ experiments(after: "nonsense") { nodes { id } } }',
  ])('%s is a BAD_INPUT', async (query) => {
    const answer = await app.graphql('ml_engineer', query);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
  });

  test('of another project are not there', async () => {
    const { experiments, runs: service, identity } = app.aval.services;
    const stranger = await identity.authenticate(await app.token('ml_engineer', 'elsewhere'));
    const theirs = await experiments.create(stranger, { name: 'theirs', tags: [] });
    const run = await service.create(stranger, { experimentId: theirs.id, name: '', userName: '', tags: [] });
    const notThere = expect.objectContaining({ code: 'NOT_FOUND' });
    await expect(service.log(actor, run, { metrics: [metric('m', 1)] })).rejects.toEqual(notThere);
    await expect(service.create(actor, { experimentId: theirs.id, name: '', userName: '', tags: [] })).rejects.toEqual(
      notThere,
    );
    await expect(experiments.rename(actor, theirs.id, 'mine')).rejects.toEqual(notThere);
    expect(await findExperiment(app.aval.contextFor(actor), { name: 'theirs' })).toBeNull();
    const found = await data(`query ($id: ID!) { node(id: $id) { id } }`, {
      id: Buffer.from(`Run:${run}`).toString('base64url'),
    });
    expect(found.node).toBeNull();
  });

  test('hide from a business viewer what the policy says, by name', async () => {
    const { data: answer, errors } = await app.graphql(
      'business_viewer',
      '{ runs(first: 1) { nodes { status name params { key } metrics { key } redactions { field } } } }',
    );
    expect(errors).toBeUndefined();
    const [run] = (answer as { runs: { nodes: { redactions: { field: string }[] }[] } }).runs.nodes;
    expect(run).toMatchObject({ status: 'RUNNING', name: null, params: null, metrics: null });
    expect(run!.redactions.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['Run.metrics', 'Run.name', 'Run.params']),
    );
  });
});

describe('logging', () => {
  test('takes as many statements for 1,000 metrics, 100 params and tags as for one of each', async () => {
    const { runs: service } = app.aval.services;
    const run = runs[0]!;
    const cost = async (n: number) =>
      (
        await countStatements(() =>
          service.log(actor, run, {
            metrics: many(n * 10, (i) => metric(`c${i % 50}`, i, i)),
            params: many(n, (i) => ({ key: `c${i}`, value: 'x' })),
            tags: many(n, (i) => ({ key: `c${i}`, value: 'x' })),
          }),
        )
      ).statements;
    const one = await cost(1);
    expect(one).toBeLessThanOrEqual(5);
    expect(await cost(100)).toBe(one);
  });

  test('writes all of a batch or nothing', async () => {
    const { runs: service } = app.aval.services;
    const run = runs[1]!;
    const before = await data(
      `{ runs(where: { name: { eq: "run 1" } }) { nodes { params { key value } metrics { key } tags { key } } } }`,
    );
    const batch = { metrics: [metric('new', 1)], params: [{ key: 'new', value: '1' }, { key: 'p0', value: 'changed' }], tags: [{ key: 'new', value: '1' }] }; // prettier-ignore
    await expect(service.log(actor, run, batch)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(service.log(actor, run, { params: [{ key: 'q', value: '1' }, { key: 'q', value: '2' }] })).rejects.toMatchObject({ code: 'BAD_INPUT' }); // prettier-ignore
    expect(
      await data(
        `{ runs(where: { name: { eq: "run 1" } }) { nodes { params { key value } metrics { key } tags { key } } } }`,
      ),
    ).toEqual(before);
    await service.log(actor, run, { params: [{ key: 'p0', value: '1' }] }); // the same value again is fine
  });
});

describe('a history', () => {
  test('is thinned on the server, and keeps first, last and extremes', async () => {
    const { runs: service } = app.aval.services;
    const spike = (i: number): number => (i === 1_234 ? 100 : i === 2_345 ? NaN : Math.sin(i / 50));
    for (let from = 0; from < 3_000; from += 1_000) {
      await service.log(actor, runs[2]!, { metrics: many(1_000, (i) => metric('long', spike(from + i), from + i)) });
    }
    const answer = await data(`{ runs(where: { name: { eq: "run 2" } }) { nodes { metrics(keys: ["long"]) {
      value step few: history(points: 20) { recorded points { step value } } all: history(points: 2000) { points { step } }
    } } } }`);
    const [long] = answer.runs.nodes[0].metrics;
    expect(long.step).toBe(2_999);
    expect(long.few.recorded).toBe(3_000);
    expect(long.few.points).toHaveLength(20);
    const steps = long.few.points.map((point: { step: number }) => point.step);
    expect(steps).toEqual(steps.toSorted((a: number, b: number) => a - b));
    expect([steps[0], steps.at(-1)]).toEqual([0, 2_999]);
    expect(long.few.points).toContainEqual({ step: 1_234, value: 100 });
    expect(long.few.points).toContainEqual({ step: 2_345, value: 'NaN' });
    expect(long.all.points).toHaveLength(2_000);
  });

  test('is of a stretch of steps when one is asked for, both ends included', async () => {
    const stretch = (name: string, bounds: string) => `${name}: history(${bounds}) { recorded notFinite points { step } }`;
    const answer = await data(`{ runs(where: { name: { eq: "run 2" } }) { nodes { metrics(keys: ["long"]) {
      ${stretch('across', 'from: 999, to: 1001')} ${stretch('start', 'to: 1')} ${stretch('end', 'from: 2998')}
      ${stretch('nan', 'from: 2345, to: 2345')} ${stretch('none', 'from: 3000')} ${stretch('turned', 'from: 5, to: 4')}
    } } } }`);
    const of = (...steps: number[]) => ({ recorded: steps.length, notFinite: 0, points: steps.map((step) => ({ step })) });
    expect(answer.runs.nodes[0].metrics).toEqual([
      { across: of(999, 1_000, 1_001), start: of(0, 1), end: of(2_998, 2_999), nan: { ...of(2_345), notFinite: 1 }, none: of(), turned: of() },
    ]);
  }); // prettier-ignore

  test('of many series is one statement', async () => {
    const { result, statements } = await ask(
      '{ runs(first: 100) { nodes { metrics { history(points: 10) { points { value } } } } } }',
    );
    expect(result.errors).toBeUndefined();
    expect(statements).toBe(3);
  });

  test.each([0, -1, 2_001])('of %i points is a BAD_INPUT', async (points) => {
    const answer = await app.graphql(
      'ml_engineer',
      `{ runs { nodes { metrics { history(points: ${points}) { recorded } } } } }`,
    );
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
  });
});
