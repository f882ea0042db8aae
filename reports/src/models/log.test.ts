import { describe, expect, it } from 'vitest';
import type { EventRowFragment } from '../gql/graphql.ts';
import { actionWords, logPages, perPage } from './log.ts';

const event = (index: number): EventRowFragment => ({
  id: `e${index}`,
  index,
  at: '2026-11-22T12:00:00.000Z',
  actor: 'ada',
  action: 'access.denied',
  subjectKind: 'ModelVersion',
  subject: null,
  coordinate: 'ModelVersion.learnedFrom',
  policy: 'p',
  details: { operation: 'X', rows: [1] },
  leafHash: 'ab',
});

describe('logPages', () => {
  const events = Array.from({ length: 450 }, (_, i) => event(449 - i));

  it('cuts at the same indexes however long the log is', () => {
    const older = logPages(events, 449).at(-1)!;
    const later = logPages([event(451), event(450), ...events], 451);
    expect(older).toMatchObject({ path: 'log/0/', first: 0, last: perPage - 1 });
    expect(later.at(-1)).toEqual(older);
    expect(later[0]).toMatchObject({ path: 'log/', first: 400, last: 451 });
  });

  it('ends at the head that the stamp names', () => {
    expect(logPages(events, 3)).toMatchObject([{ path: 'log/', first: 0, last: 3 }]);
  });

  it('writes an entry as a person would say it', () => {
    expect(logPages([event(7)], 7)[0]!.rows[0]).toMatchObject({
      action: 'Was refused',
      tone: 'denied',
      subject: 'model version',
      details: 'operation X; rows 1',
    });
  });
});

it.each([
  ['access.read', 'read'],
  ['dataset.created', 'created dataset'],
  ['kpi_target.moved_up', 'moved up kpi target'],
])('%s is said as %s', (action, words) => {
  expect(actionWords(action)).toBe(words);
});
