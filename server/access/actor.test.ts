import { expect, test } from 'vitest';
import { narrow } from './actor.ts';
import { actorIn } from './example.fixture.ts';

test('a caller may answer for one of its roles', () => {
  expect(narrow(actorIn('operator', 'data_scientist'), 'data_scientist').roles).toEqual(['data_scientist']);
});

test('an admin may take any role, and is an admin no more', () => {
  expect(narrow(actorIn('admin'), 'business_viewer').roles).toEqual(['business_viewer']);
});

test('nobody else takes a role that is not theirs', () => {
  expect(() => narrow(actorIn('business_viewer'), 'admin')).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN', field: 'aval-role' }),
  );
});
