import { describe, expect, test } from 'vitest';
import { createAccess } from './access.ts';
import type { Role } from './actor.ts';
import type { TagCategory } from './classes.ts';
import { cell, outcomes } from './decisions.ts';
import { actorIn, exampleCoordinates, examplePolicy } from './example.fixture.ts';

const number = (name: string): number => exampleCoordinates.index.get(name)!;
const named = (id: string, text: string) => `@id("${id}") @reason("Because.") @ask("Ask.") ${text}\n`;

/** A request of this role that takes its answer away. */
const exporting = (role: Role, more = '') =>
  createAccess({ ...actorIn(role), exporting: true }, examplePolicy(more), {
    categoriesOf: (source) => ('tagged' in source ? (source.tagged as TagCategory[]) : undefined),
  });

describe('a request that exports', () => {
  test('is shown what may be both read and exported, and told which of the two is refused', async () => {
    const access = exporting('data_scientist');
    expect(access.outcome('Run.metrics', 'select')).toBe('ALLOW');
    expect(access.outcome('Model.learnedFrom', 'select')).toBe('DENY');
    expect(await access.hides(number('Model.learnedFrom'), 'select', {})).toMatchObject({
      field: 'Model.learnedFrom',
      use: 'export',
      reason: 'No rule lets data_scientist export sensitivity facts.',
      howToRequest: 'Ask a governance lead for a role that may: governance_lead, compliance_reviewer, admin.',
    });
    // what may not even be read is said to be so
    expect(await access.hides(number('Kpi.value'), 'select', {})).toMatchObject({ use: 'select' });
  });

  test('is the same to whoever may export all that they read', () => {
    for (const role of ['compliance_reviewer', 'governance_lead', 'admin']) {
      const reading = examplePolicy().tableFor([role]);
      const taking = examplePolicy().under({ exporting: true }).tableFor([role]);
      expect([...taking], role).toEqual([...reading]);
    }
  });

  test('neither filters nor sorts by what it may not export: a list by it would tell', () => {
    const access = exporting('data_scientist');
    for (const use of ['filter', 'order', 'search', 'subscribe'] as const) {
      expect(access.outcome('Model.learnedFrom', use)).toBe('DENY');
      expect(access.outcome('Model.name', use)).toBe('ALLOW');
    }
    expect(exporting('ml_engineer').outcome('Run.metrics', 'mutate')).toBe('ALLOW');
  });

  test('takes masked values along as they are masked, by the stricter mask', async () => {
    const forbid = (id: string, mask: string, action: string) =>
      `@mask("${mask}") ${named(id, `forbid (principal in Aval::Role::"ml_engineer", ${action}, resource == Aval::Coordinate::"Run.name");`)}`;
    const hashed = forbid('names-hashed', 'hash', 'action in Aval::Action::"read"');
    const redacted = forbid('names-stay', 'redact', 'action == Aval::Action::"export"');
    expect(await exporting('ml_engineer', hashed + redacted).hides(number('Run.name'), 'select', {})).toMatchObject({
      mask: 'redact',
    });
    const access = exporting('ml_engineer', hashed);
    expect(access.outcome('Run.name', 'select')).toBe('MASK');
    const whole = examplePolicy(forbid('all-uses', 'last4', 'action'));
    expect(outcomes[whole.tableFor(['ml_engineer'])[cell(number('Run.name'), 'export')]!]).toBe('MASK');
  });

  test('looks at the tags of an object where the export alone depends on them', async () => {
    const more = named(
      'profiles-of-people-stay',
      'forbid (principal, action == Aval::Action::"export", resource in Aval::Class::"profile") when { context.categories.contains(Aval::Category::"SPECIAL_CATEGORY") };',
    );
    const access = exporting('compliance_reviewer', more);
    expect(access.outcome('Column.profile', 'select')).toBe('DEPENDS');
    expect(await access.canFor('Column.profile', 'select', { tagged: [] })).toBe(true);
    const hidden = await access.hides(number('Column.profile'), 'select', { tagged: ['SPECIAL_CATEGORY'] });
    expect(hidden).toMatchObject({ use: 'export', policy: 'profiles-of-people-stay' });
    const reading = createAccess(actorIn('compliance_reviewer'), examplePolicy(more));
    expect(reading.outcome('Column.profile', 'select')).toBe('ALLOW');
  });
});
