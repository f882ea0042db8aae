import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { Context } from '../context.ts';
import type { Condition, Ordering } from '../search/condition.ts';
import type { Lifecycle } from './experiment.entity.ts';
import { sheetOfRun } from './run.read-model.ts';
import { searchRuns, type Effort, type RunSearch } from './runs.page.ts';
import { settleRuns } from './settle.ts';

// Every way to find runs gives what a look at each run in memory gives, page by page.

interface Model {
  id: string;
  experiment: number;
  lifecycle: Lifecycle;
  startedAt: number;
  metrics: Map<string, number>;
  params: Map<string, string>;
  tags: Map<string, string>;
}

const efforts: Record<string, Effort> = {
  'as the application chooses': { rare: 200, few: 20_000, inVain: 5_000 },
  'filter first': { rare: 0, few: Number.MAX_SAFE_INTEGER, inVain: 0 },
  'by what few match': { rare: 0, few: 20, inVain: 0 },
  'along the order': { rare: 0, few: 0, inVain: Number.MAX_SAFE_INTEGER },
  'along the order, then by all conditions': { rare: 0, few: 0, inVain: 1 },
  'by what is rare, else along the order': { rare: 10, few: 0, inVain: Number.MAX_SAFE_INTEGER },
};

let app: TestApp;
let context: Context;
let experiments: string[];
let models: Model[];

beforeAll(async () => {
  app = await startTestApp();
  const { identity, experiments: service } = app.aval.services;
  const actor = await identity.authenticate(await app.token('ml_engineer'));
  context = app.aval.contextFor({ ...actor, projects: [app.projectId] });
  experiments = [];
  for (const name of ['x', 'y', 'z']) experiments.push((await service.create(actor, { name, tags: [] })).id);
  models = fc.sample(population, { numRuns: 1, seed: 7 })[0]!;
  await app.database.write(async (db) => {
    const project = app.projectId;
    const at = new Date(0);
    for (const { id, experiment, lifecycle, startedAt, metrics, params, tags } of models) {
      await sql`insert into run (id, project_id, experiment_id, kind, status, user_name, started_at, lifecycle, facets, created_at, open_since)
        values (${id}, ${project}, ${experiments[experiment]!}, 'TRAINING', 'RUNNING', '', ${new Date(startedAt)}, ${lifecycle}, '{}', ${at}, ${at})`.execute(db); // prettier-ignore
      let n = 0;
      for (const [key, value] of metrics) {
        // a series of an earlier step beside it: the later one counts
        for (const [step, one] of [
          [1, 99],
          [2, value],
        ] as const) {
          // prettier-ignore
          await sql`insert into metric_series (run_id, n, key, dataset_name, dataset_digest, model_id, latest_step, latest_at, latest_value)
            values (${id}, ${++n}, ${key}, ${`d${step}`}, '', '', ${step}, ${at}, ${String(one)}::float8)`.execute(db); // prettier-ignore
        }
      }
      for (const [table, texts] of [
        ['run_param', params],
        ['run_tag', tags],
      ] as const) {
        // prettier-ignore
        for (const [key, value] of texts) {
          await sql`insert into ${sql.table(table)} (run_id, key, value) values (${id}, ${key}, ${value})`.execute(db);
        }
      }
    }
    await settleRuns(db, models.filter((_, i) => i % 5 > 0).map(({ id }) => id)); // prettier-ignore
  });
});
afterAll(() => app.close());

const numbers = fc.constantFrom(-Infinity, -1, 0, 0.5, 1, 2, Infinity, NaN);
const metricKeys = fc.constantFrom('a', 'b');
const textKeys = fc.constantFrom('p', 'q');
const words = fc.constantFrom('u', 'v', 'w', 'vw');
const population = fc.array(
  fc.record({
    id: fc.constant('').map(newId),
    experiment: fc.nat(2),
    lifecycle: fc.constantFrom<Lifecycle>('active', 'active', 'active', 'deleted'),
    startedAt: fc.nat(9).map((n) => 1_700_000_000_000 + n),
    metrics: fc.array(fc.tuple(metricKeys, numbers), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    params: fc.array(fc.tuple(textKeys, words), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    tags: fc.array(fc.tuple(textKeys, words), { maxLength: 2 }).map((pairs) => new Map(pairs)),
  }),
  { minLength: 80, maxLength: 80, size: 'max' },
);

const onNumber = fc.record({
  entity: fc.constant('metric' as const),
  key: metricKeys,
  operator: fc.constantFrom('=' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
  value: fc.constantFrom(-1, 0, 0.5, 1, 2),
});
const keyed = { entity: fc.constantFrom('param' as const, 'tag' as const), key: textKeys };
const onText = fc.oneof(
  fc.record({ ...keyed, operator: fc.constantFrom('=' as const, '!=' as const, 'LIKE' as const, 'ILIKE' as const), value: fc.constantFrom('u', 'v', 'v%', 'V_') }),
  fc.record({ ...keyed, operator: fc.constantFrom('IN' as const, 'NOT IN' as const), value: fc.subarray(['u', 'v', 'w']) }),
); // prettier-ignore
const missing = fc.record({
  entity: fc.constantFrom('metric' as const, 'param' as const, 'tag' as const),
  key: fc.constantFrom('a', 'p'),
  operator: fc.constantFrom('IS NULL' as const, 'IS NOT NULL' as const),
  value: fc.constant(null),
});
const onStart = fc.record({
  entity: fc.constant('attribute' as const),
  key: fc.constant('start_time'),
  operator: fc.constantFrom('>' as const, '<=' as const),
  value: fc.nat(9).map((n) => 1_700_000_000_000 + n),
});
const ordering = fc.record({
  entity: fc.constantFrom('metric' as const, 'metric' as const, 'param' as const, 'tag' as const, 'attribute' as const),
  key: fc.constantFrom('a', 'b'),
  descending: fc.boolean(),
});
const search = fc.record({
  experiments: fc.subarray([0, 1, 2], { minLength: 1 }),
  lifecycles: fc.constantFrom<Lifecycle[]>(['active'], ['active'], ['deleted'], ['active', 'deleted']),
  conditions: fc.array<Condition>(fc.oneof(onNumber, onNumber, onText, missing, onStart), { maxLength: 3 }),
  order: fc
    .uniqueArray(ordering, { maxLength: 2, selector: ({ entity }) => entity })
    .map((terms) => terms.map((term): Ordering => {
      if (term.entity === 'attribute') return { ...term, key: 'start_time' };
      return term.entity === 'metric' ? term : { ...term, key: term.key === 'a' ? 'p' : 'q' };
    })),
  limit: fc.constantFrom(1, 3, 10, 100),
}); // prettier-ignore

describe('a search of runs', () => {
  test('gives the same in every way that it can go, and as a look at each run', async () => {
    await fc.assert(
      fc.asyncProperty(search, async ({ experiments: chosen, ...asked }) => {
        const expected = naive(chosen, asked);
        for (const [name, effort] of Object.entries(efforts)) {
          const found: string[] = [];
          for (let token: string | undefined = ''; token !== undefined;) {
            const request: RunSearch = { ...asked, experimentIds: chosen.map((i) => experiments[i]!), token };
            const { rows, hasNextPage, cursorOf } = await searchRuns(context, request, effort);
            found.push(...rows.map(({ uuid }) => uuid));
            token = hasNextPage ? cursorOf(rows.at(-1)!) : undefined;
          }
          expect(found, name).toEqual(expected);
        }
      }),
      { numRuns: 60, seed: 11 },
    );
  }, 120_000);

  test.each<[string, Condition[], number]>([
    ['of all runs, newest first, comes with what settled ones hold, in one statement', [], 1],
    [
      'with a condition loads that in one more',
      [{ entity: 'metric', key: 'a', operator: 'IS NOT NULL', value: null }],
      2,
    ],
  ])('%s', async (_, conditions, expected) => {
    const fresh = () => app.aval.contextFor(context.actor);
    const sheets = (of: Context, ids: readonly string[]) =>
      Promise.all(ids.map((id) => of.loader(sheetOfRun).load(id)));
    const { result, statements } = await countStatements(async () => {
      const asking = fresh();
      const asked: RunSearch = { lifecycles: ['active'], conditions, order: [], limit: 100, token: '', sheets: true };
      const ids = (await searchRuns(asking, asked)).rows.map(({ uuid }) => uuid);
      return { ids, found: await sheets(asking, ids) };
    });
    expect(statements).toBe(expected);
    expect(result.found).toMatchObject(await sheets(fresh(), result.ids));
    expect(new Set(result.found.map((sheet) => sheet === null)).size).toBe(2); // open ones and settled ones
  });
});

function naive(
  chosen: readonly number[],
  { lifecycles, conditions, order }: Pick<RunSearch, 'lifecycles' | 'conditions' | 'order'>,
): string[] {
  return models
    .filter((run) => chosen.includes(run.experiment) && lifecycles.includes(run.lifecycle))
    .filter((run) => conditions.every((one) => holds(run, one)))
    .sort((a, b) => {
      for (const { entity, key, descending } of order) {
        const [x, y] = [valueOf(a, entity, key), valueOf(b, entity, key)];
        const [ranked, other] = [rank(x), rank(y)];
        if (ranked !== other) return ranked - other;
        if (ranked === 0 && x !== y) return (x! < y! ? -1 : 1) * (descending ? -1 : 1);
      }
      return b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1);
    })
    .map(({ id }) => id);
}

const rank = (value: unknown): number => (value === undefined ? 2 : Number.isNaN(value) ? 1 : 0);

function valueOf(run: Model, entity: Condition['entity'], key: string): number | string | undefined {
  if (entity === 'attribute') return run.startedAt;
  return entity === 'metric' ? run.metrics.get(key) : (entity === 'param' ? run.params : run.tags).get(key);
}

function holds(run: Model, { entity, key, operator, value }: Condition): boolean {
  const own = valueOf(run, entity, key);
  if (operator === 'IS NULL') return own === undefined;
  if (operator === 'IS NOT NULL') return own !== undefined;
  if (own === undefined || Number.isNaN(own)) return false;
  const like = (flags: string) => new RegExp(`^${String(value).replaceAll('%', '.*').replaceAll('_', '.')}$`, flags).test(String(own)); // prettier-ignore
  switch (operator) {
    case '=': return own === value;
    case '!=': return own !== value;
    case '<': return own < value!;
    case '<=': return own <= value!;
    case '>': return own > value!;
    case '>=': return own >= value!;
    case 'LIKE': return like('s');
    case 'ILIKE': return like('is');
    case 'IN': return (value as string[]).includes(own as string);
    case 'NOT IN': return !(value as string[]).includes(own as string);
  }
} // prettier-ignore
