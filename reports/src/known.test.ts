import { describe, expect, it } from 'vitest';
import { fieldOf, firstHidden, mapKnown, notRecorded, refusalOf } from './known.ts';

const rule = { field: 'Run.userName', use: 'SELECT', policy: 'no-names', reason: 'Personal data.', howToRequest: null };

describe('fieldOf', () => {
  it('tells hidden from absent', () => {
    expect(fieldOf({ userName: null, redactions: [rule] }, 'userName')).toEqual({ state: 'redacted', by: rule });
    expect(fieldOf({ userName: null, redactions: [] }, 'userName')).toEqual({ state: 'notRecorded' });
    expect(fieldOf({ userName: '', redactions: [] }, 'userName')).toEqual({ state: 'notRecorded' });
    expect(fieldOf({ userName: 'ada', redactions: [] }, 'userName')).toEqual({ state: 'known', value: 'ada' });
  });

  it('takes a rule about another use for no hindrance to reading', () => {
    expect(refusalOf({ redactions: [{ ...rule, use: 'FILTER' }] }, 'userName')).toBeUndefined();
  });

  it('does not confuse fields whose names end alike', () => {
    expect(refusalOf({ redactions: [rule] }, 'Name')).toBeUndefined();
  });
});

it('mapKnown leaves what is not known as it is', () => {
  expect(mapKnown(notRecorded('owner'), () => 1)).toEqual({ state: 'notRecorded', owner: 'owner' });
});

it('firstHidden finds the rule that hides part of a list', () => {
  const rows = [{ redactions: [] }, { redactions: [rule] }];
  expect(firstHidden(rows, (row) => [[row, 'userName']])).toBe(rule);
  expect(firstHidden(rows, (row) => [[row, 'status']])).toBeUndefined();
});
