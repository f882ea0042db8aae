import { describe, expect, it } from 'vitest';
import { gaps, groupMetrics, plainMetrics, wilson } from './evaluation.ts';

const metrics = [
  { key: 'training_accuracy', value: 0.9 },
  { key: 'eval/selection_rate', value: 0.6 },
  { key: 'eval/sex/female/n', value: 95 },
  { key: 'eval/sex/female/selection_rate', value: 0.5 },
  { key: 'eval/sex/male/n', value: 205 },
  { key: 'eval/sex/male/selection_rate', value: 0.65 },
  { key: 'eval/sex/unknown/n', value: 4 },
  { key: 'eval/sex/unknown/selection_rate', value: 0.25 },
  { key: 'eval/sex/male/auc', value: 0.8 },
];

describe('groupMetrics', () => {
  const found = groupMetrics(metrics);
  const all = found.state === 'known' ? found.value : [];

  it('reads groups, sizes and the overall figure from the keys', () => {
    expect(all.map((one) => one.metric)).toEqual(['selection_rate', 'auc']);
    expect(all[0]).toMatchObject({
      overall: 0.6,
      groups: [{ group: 'female', n: 95, value: 0.5 }, { n: 205 }, { n: 4 }],
    });
  });

  it('does not show a group of fewer than five', () => {
    expect(all[0]!.groups[2]).toEqual({ attribute: 'sex', group: 'unknown', n: 4 });
  });

  it('draws intervals only for shares of the whole group', () => {
    expect(all[0]!.groups[0]!.interval).toBeDefined();
    expect(all[1]!.groups[0]!.interval).toBeUndefined();
  });

  it('leaves small groups out of the gap', () => {
    expect(gaps(all, 'selection_rate')).toMatchObject([
      { attribute: 'sex', lowest: { group: 'female' }, highest: { group: 'male' } },
    ]);
    expect(gaps(all, 'selection_rate')[0]!.gap).toBeCloseTo(0.15);
  });

  it('says so when no metric is by group', () => {
    expect(groupMetrics([{ key: 'accuracy', value: 1 }])).toEqual({ state: 'notRecorded' });
  });
});

it('wilson gives the published interval', () => {
  // 81 of 263, a textbook example: 0.255 to 0.366
  const [low, high] = wilson(81 / 263, 263);
  expect(low).toBeCloseTo(0.2553, 3);
  expect(high).toBeCloseTo(0.3662, 3);
});

it('plainMetrics keeps groups out of the plain table', () => {
  expect(plainMetrics(metrics).map((one) => one.key)).toEqual(['eval/selection_rate', 'training_accuracy']);
});
