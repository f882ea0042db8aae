import { describe, expect, test } from 'vitest';
import { parseFilter, parseOrder } from './filter.ts';

const read = (filter: string) =>
  parseFilter(filter).map(({ entity, key, operator, value }) => [entity, key, operator, value]);

describe('a filter', () => {
  test.each<[string, unknown[][]]>([
    ['', []],
    ['   ', []],
    ['metrics.loss < 0.5', [['metric', 'loss', '<', 0.5]]],
    ['metric.loss>=-1.5e-3', [['metric', 'loss', '>=', -0.0015]]],
    [`params.lr = '0.1'`, [['param', 'lr', '=', '0.1']]],
    [`parameters.lr != "a"`, [['param', 'lr', '!=', 'a']]],
    [`tags.mlflow.source.name = 'x'`, [['tag', 'mlflow.source.name', '=', 'x']]],
    [`tags."mlflow.user" like '%a'`, [['tag', 'mlflow.user', 'LIKE', '%a']]],
    ["tag.`a key` ILIKE 'B%'", [['tag', 'a key', 'ILIKE', 'B%']]],
    ["metrics.`eval/auc (test)` > 1", [['metric', 'eval/auc (test)', '>', 1]]],
    [`metrics.eval/auc > 1`, [['metric', 'eval/auc', '>', 1]]],
    [`status = 'FINISHED'`, [['attribute', 'status', '=', 'FINISHED']]],
    [`attributes.run_name = "it's"`, [['attribute', 'run_name', '=', "it's"]]],
    [`run_name = 'it''s'`, [['attribute', 'run_name', '=', "it's"]]],
    ["`run name` = 'a'", [['attribute', 'run name', '=', 'a']]],
    [`run.run_id IN ('a', 'b')`, [['attribute', 'run_id', 'IN', ['a', 'b']]]],
    [`run_id not  in ('a')`, [['attribute', 'run_id', 'NOT IN', ['a']]]],
    [`params.x IS NULL`, [['param', 'x', 'IS NULL', null]]],
    [`tags.x is not null`, [['tag', 'x', 'IS NOT NULL', null]]],
    [`dataset.name = 'a' AND datasets.digest = 'b'`, [['dataset', 'name', '=', 'a'], ['dataset', 'digest', '=', 'b']]],
    [`metrics.a > 1 and params.b = 'x and y'`, [['metric', 'a', '>', 1], ['param', 'b', '=', 'x and y']]],
    [`metrics.a <> 1`, [['metric', 'a', '!=', 1]]],
  ])('%s', (filter, expected) => expect(read(filter)).toEqual(expected)); // prettier-ignore

  test.each([
    `metrics.a`,
    `metrics.a >`,
    `metrics.a > > 1`,
    `> 1`,
    `metrics.a > 1 OR metrics.b > 1`,
    `metrics.a > 1 metrics.b > 1`,
    `metrics.a > 1 AND`,
    `(metrics.a > 1)`,
    `params.a = b`,
    `params.a = 'unclosed`,
    `tags.a = 'x'; drop table run`,
    `nonsense.a = 'x'`,
    `metrics. > 1`,
    `run_id IN 'a'`,
    `run_id IN ('a'`,
    `run_id IN (1)`,
    `run_id IN ()`,
    `tags.a IS 'x'`,
    `tags.a NOT 'x'`,
    'tags.`a = 1',
    `constructor.a = 1`,
    'x'.repeat(20_000),
    Array.from({ length: 101 }, () => 'metrics.a > 1').join(' and '),
  ])('is refused: %s', (filter) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', field: 'filter' }));
  });

  test('takes no long time over hostile text', () => {
    const start = performance.now();
    for (const part of ['`', '"', "'", 'a`', '."', ' ', '=', "''"]) {
      expect(() => parseFilter(`a ${part.repeat(16_000 / part.length)}`)).toThrow();
    }
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('an order', () => {
  test('is ascending unless it says otherwise', () => {
    expect(parseOrder(['metrics.loss', 'params.`a b` DESC', 'start_time asc', 'tags."x.y" desc'])).toEqual([
      { entity: 'metric', key: 'loss', descending: false },
      { entity: 'param', key: 'a b', descending: true },
      { entity: 'attribute', key: 'start_time', descending: false },
      { entity: 'tag', key: 'x.y', descending: true },
    ]);
  });

  test.each([[['']], [['desc', 'metrics.']], [['bad.x']], [['metrics.a', 'metric.a desc']]])(
    'is refused: %j',
    (terms) => {
      expect(() => parseOrder(terms)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', field: 'order_by' }));
    },
  );
});
