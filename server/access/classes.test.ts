import { expect, test } from 'vitest';
import { classify, mergeLabels } from './classes.ts';

test('domains label fields of one type apart, and the labels are merged', () => {
  const merged = mergeLabels(
    classify({ Dataset: { name: 'catalogue' } }),
    classify({ Dataset: { upstream: 'lineage' } }, { 'DatasetFilter.text': [] }),
  );
  expect(merged).toEqual({
    fields: { Dataset: { name: 'catalogue', upstream: 'lineage' } },
    inputs: { 'DatasetFilter.text': [] },
    tagged: [],
  });
});

test('a field that two domains label is an error, even when they agree', () => {
  const one = classify({ Run: { name: 'catalogue' } }, { 'RunFilter.text': [] });
  expect(() => mergeLabels(one, one)).toThrow('Labelled in two places: Run.name, RunFilter.text');
});
