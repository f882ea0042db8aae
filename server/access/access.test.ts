import { describe, expect, test } from 'vitest';
import { createAccess } from './access.ts';
import { accessIn, actorIn, examplePolicy } from './example.fixture.ts';

const policy = examplePolicy();

describe('a door', () => {
  test('asks by coordinate and use', () => {
    const access = accessIn(policy, 'ingest');
    expect([access.can('Run.metrics', 'mutate'), access.can('Run.metrics', 'select')]).toEqual([true, false]);
    expect(access.outcome('Run.metrics', 'select')).toBe('DENY');
  });

  test('is closed with a typed error, and the denial is in the trail', () => {
    const access = accessIn(policy, 'business_viewer');
    expect(() => access.require('Run.metrics', 'mutate')).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message: 'You may not change Run.metrics. No rule lets business_viewer change results.',
        remedy: 'Ask a governance lead for a role that may: data_engineer, ml_engineer, ingest.',
        extensions: {
          redaction: {
            field: 'Run.metrics',
            use: 'mutate',
            policy: 'default-deny',
            reason: 'No rule lets business_viewer change results.',
            howToRequest: 'Ask a governance lead for a role that may: data_engineer, ml_engineer, ingest.',
          },
        },
      }),
    );
    expect(access.trail.take().denials).toMatchObject([{ field: 'Run.metrics', use: 'mutate', rowIds: [] }]);
  });

  test('with a misspelt coordinate is a mistake of ours', () => {
    expect(() => accessIn(policy, 'admin').can('Run.metric', 'select')).toThrow('No field Run.metric is labelled');
  });

  test('that depends on tags opens for an object, not in general', async () => {
    const access = accessIn(policy, 'data_scientist');
    expect(access.outcome('Column.profile', 'select')).toBe('DEPENDS');
    expect(access.can('Column.profile', 'select')).toBe(false);
    expect(await access.canFor('Column.profile', 'select', { tagged: [] })).toBe(true);
    expect(await access.canFor('Column.profile', 'select', { tagged: ['SPECIAL_CATEGORY'] })).toBe(false);
    await access.requireFor('Column.profile', 'select', { tagged: [] });
    await expect(
      access.requireFor('Column.profile', 'select', { id: 'c1', tagged: ['SPECIAL_CATEGORY'] }),
    ).rejects.toThrow('single out');
    expect(access.trail.take().denials).toMatchObject([{ field: 'Column.profile', rowIds: ['c1'] }]);
  });

  test('stays closed when the tags cannot be told', async () => {
    expect(await createAccess(actorIn('data_scientist'), policy).canFor('Column.profile', 'select', {})).toBe(false);
  });
});
