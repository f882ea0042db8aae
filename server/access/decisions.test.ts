import { describe, expect, test } from 'vitest';
import { shippedRoles } from './actor.ts';
import type { TagCategory } from './classes.ts';
import { ALLOW, cell, compile, DENY, DEPENDS } from './decisions.ts';
import { exampleCoordinates as coordinates, examplePolicy } from './example.fixture.ts';
import { uses, type Use } from './uses.ts';

const number = (name: string): number => coordinates.index.get(name)!;
const rule = (id: string, text: string) => `@id("${id}") @reason("Because.") @ask("Ask.") ${text}\n`;

describe('a table', () => {
  const policy = examplePolicy();

  test('is one array for the same roles, in any order', () => {
    expect(policy.tableFor(['admin', 'operator'])).toBe(policy.tableFor(['operator', 'admin', 'operator']));
    expect(policy.tableFor(['admin,operator'])).not.toBe(policy.tableFor(['admin', 'operator']));
  });

  test('answers as each decision of Cedar does, asked one by one', () => {
    const categories: TagCategory[][] = [[], ['SPECIAL_CATEGORY'], ['OTHER', 'PROTECTED_CHARACTERISTIC']];
    for (const role of shippedRoles) {
      const table = policy.tableFor([role]);
      for (const name of ['Run.metrics', 'Model.learnedFrom', 'Column.profile']) {
        for (const use of uses) {
          const answers = categories.map((tags) => policy.allows([role], number(name), use, tags));
          const expected = answers.every(Boolean) ? ALLOW : answers.some(Boolean) ? DEPENDS : DENY;
          expect([role, name, use, table[cell(number(name), use)]]).toEqual([role, name, use, expected]);
        }
      }
    }
  });
});

describe('what depends on tags', () => {
  const policy = examplePolicy();
  const profile = (tags?: TagCategory[]) =>
    policy.explain(['data_scientist'], number('Column.profile'), 'select', tags);

  test('is open until the tags are known', () => {
    expect(profile().outcome).toBe('DEPENDS');
    expect(profile([]).outcome).toBe('ALLOW');
    expect(profile(['PERSONAL_DATA']).outcome).toBe('ALLOW');
    expect(profile(['PERSONAL_DATA', 'SPECIAL_CATEGORY'])).toMatchObject({
      outcome: 'DENY',
      policyIds: ['data-scientist-no-profile-of-tagged-data'],
    });
  });

  test('is denied for a tag of which no rule can speak', () => {
    expect(profile(['NEW_KIND' as TagCategory])).toMatchObject({
      outcome: 'DENY',
      policyIds: ['data-scientist-no-profile-of-tagged-data'],
    });
  });

  test('may be a permit, which is a denial by default when the tags do not match', () => {
    const lenient = examplePolicy(
      rule(
        'operator-untagged',
        'permit(principal in Aval::Role::"operator", action == Aval::Action::"select", resource in Aval::Class::"profile") when { context.categories.isEmpty() };',
      ),
    );
    const at = number('Column.profile');
    expect(lenient.explain(['operator'], at, 'select').outcome).toBe('DEPENDS');
    expect(lenient.explain(['operator'], at, 'select', []).policyIds).toEqual(['operator-untagged']);
    expect(lenient.explain(['operator'], at, 'select', ['OTHER']).policyIds).toEqual(['default-deny']);
    expect(lenient.explain(['operator'], at, 'filter').outcome).toBe('DENY');
  });

  test('is forbidden where objects carry no tags to look at', () => {
    const strict = examplePolicy(
      rule(
        'no-tagged-results',
        'forbid(principal in Aval::Role::"operator", action, resource in Aval::Class::"result") when { context.categories.contains(Aval::Category::"FINANCIAL") };',
      ),
    );
    expect(strict.explain(['operator'], number('Run.metrics'), 'select')).toMatchObject({
      outcome: 'DENY',
      policyIds: ['no-tagged-results'],
    });
  });
});

test('a rule may name one field, and leaves the others of its class alone', () => {
  const policy = examplePolicy(
    rule('no-seeds', 'forbid(principal, action, resource == Aval::Coordinate::"Run.seed");'),
  );
  const table = policy.tableFor(['operator']);
  expect(table[cell(number('Run.seed'), 'select')]).toBe(DENY);
  expect(table[cell(number('Run.metrics'), 'select')]).toBe(ALLOW);
});

test('a rule may name one use, and leaves the others alone', () => {
  const policy = examplePolicy(
    rule('no-sorting', 'forbid(principal, action == Aval::Action::"order", resource in Aval::Class::"result");'),
  );
  const table = policy.tableFor(['operator']);
  const of = (use: Use) => table[cell(number('Run.seed'), use)];
  expect([of('order'), of('filter'), of('cursor')]).toEqual([DENY, ALLOW, ALLOW]);
});

test('an organisation’s own role is known when it is named', () => {
  const text = rule(
    'auditors',
    'permit(principal in Aval::Role::"auditor", action in Aval::Action::"read", resource);',
  );
  expect(() => compile(text, coordinates)).toThrow('auditor');
  expect(compile(text, coordinates, { roles: [...shippedRoles, 'auditor'] }).tableFor(['auditor'])[0]).toBe(ALLOW);
});
