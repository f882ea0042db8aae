import { expect, it } from 'vitest';
import { aboutReading, hiddenRules } from './redactions.ts';

const hidden = (field: string, reason: string, use = 'SELECT') => ({ field, use, policy: 'default-deny', reason });

it('tells the reasons of one rule apart', () => {
  const rules = hiddenRules([
    hidden('Column.profile', 'No rule allows profiles.'),
    hidden('Column.tags', 'No rule allows tags.'),
    hidden('Column.profile', 'No rule allows profiles.', 'FILTER'),
  ]);
  expect(rules).toEqual([
    {
      policy: 'default-deny',
      anchor: 'rule-default-deny',
      fieldCount: 2,
      reasons: [
        {
          reason: 'No rule allows profiles.',
          howToRequest: null,
          types: [{ type: 'Column', fields: [{ name: 'profile', uses: ['filter', 'select'] }] }],
        },
        {
          reason: 'No rule allows tags.',
          howToRequest: null,
          types: [{ type: 'Column', fields: [{ name: 'tags', uses: ['select'] }] }],
        },
      ],
    },
  ]);
});

it('leaves out what is about changing', () => {
  const all = [hidden('Mutation.tagAsset', ''), hidden('Run.params', '', 'MUTATE'), hidden('Run.params', '')];
  expect(aboutReading(all)).toEqual([hidden('Run.params', '')]);
});
