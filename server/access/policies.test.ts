import { describe, expect, test } from 'vitest';
import { shippedRoles } from './actor.ts';
import { classify, classNames, type Class } from './classes.ts';
import { indexCoordinates } from './coordinates.ts';
import { compile, DENY, type Outcome } from './decisions.ts';
import { shippedPolicy } from './shipped.ts';
import { uses, type Use } from './uses.ts';

const oneOfEach = indexCoordinates(
  classify({ One: Object.fromEntries(classNames.map((name) => [name, name])) }, {}, ['One']),
);
const policy = compile(shippedPolicy(), oneOfEach);

const decide = (role: string, name: Class, use: Use) =>
  policy.explain([role], oneOfEach.index.get(`One.${name}`)!, use);

/** Each line is a sentence: this role, this use, these classes, this outcome. Other read uses are as select, unless a line says otherwise; what a line leaves out is denied. */
const may: Record<string, Partial<Record<Use, Class[]>>> = {
  data_scientist: {
    select: [
      'structural',
      'handle',
      'catalogue',
      'result',
      'artifact',
      'lineage',
      'sensitivity',
      'verdict',
      'modelName',
    ],
    order: [
      'structural',
      'handle',
      'catalogue',
      'result',
      'artifact',
      'lineage',
      'sensitivity',
      'verdict',
      'modelName',
    ],
    export: ['structural', 'handle', 'catalogue', 'result', 'lineage', 'modelName'],
  },
  data_engineer: {
    select: [
      'structural',
      'handle',
      'catalogue',
      'result',
      'artifact',
      'lineage',
      'sensitivity',
      'verdict',
      'modelName',
    ],
    export: ['structural', 'handle', 'catalogue', 'result', 'lineage', 'modelName'],
    mutate: ['handle', 'catalogue', 'result', 'artifact', 'lineage', 'modelName'],
  },
  ml_engineer: {
    select: [
      'structural',
      'handle',
      'catalogue',
      'result',
      'artifact',
      'lineage',
      'sensitivity',
      'verdict',
      'operations',
      'modelName',
    ],
    export: ['structural', 'handle', 'catalogue', 'result', 'lineage', 'modelName'],
    mutate: ['handle', 'catalogue', 'result', 'artifact', 'lineage', 'operations', 'modelName'],
  },
  operator: {
    select: ['structural', 'handle', 'catalogue', 'result', 'verdict', 'operations', 'kpi', 'modelName'],
    subscribe: ['structural', 'handle', 'catalogue', 'result', 'verdict', 'operations', 'kpi', 'modelName'],
    export: ['structural', 'handle', 'operations', 'kpi', 'modelName'],
    mutate: ['operations'],
  },
  governance_lead: {
    select: classNames.filter((name) => name !== 'identity'),
    export: classNames.filter((name) => name !== 'identity'),
    mutate: ['sensitivity', 'governance', 'operations', 'kpi'],
  },
  compliance_reviewer: {
    select: classNames.filter((name) => name !== 'identity' && name !== 'artifact'),
    export: classNames.filter((name) => name !== 'identity' && name !== 'artifact'),
  },
  business_viewer: {
    select: ['structural', 'handle', 'kpi', 'modelName'],
    export: ['structural', 'handle', 'kpi', 'modelName'],
    subscribe: ['structural', 'handle', 'kpi', 'modelName'],
  },
  admin: { select: classNames, export: classNames, mutate: ['identity'] },
  ingest: {
    select: ['structural', 'handle'],
    export: ['structural', 'handle'],
    mutate: ['handle', 'catalogue', 'result', 'artifact', 'lineage', 'modelName'],
  },
};

describe('the policy that ships', () => {
  for (const role of shippedRoles) {
    for (const use of uses) {
      const apart = use === 'mutate' || use === 'export' || role === 'ingest';
      const expected = may[role]![use] ?? (apart ? [] : may[role]!.select!);
      test(`${role} may ${use} ${expected.join(', ') || 'nothing'}`, () => {
        expect(classNames.filter((name) => decide(role, name, use).outcome === 'ALLOW')).toEqual(expected);
      });
    }
  }
});

const because: [role: string, use: Use, name: Class, outcome: Outcome, rule: string][] = [
  ['business_viewer', 'select', 'sensitivity', 'DENY', 'business-viewer-no-sensitivity'],
  ['business_viewer', 'filter', 'sensitivity', 'DENY', 'business-viewer-no-sensitivity'],
  ['business_viewer', 'select', 'result', 'DENY', 'default-deny'],
  ['data_scientist', 'select', 'profile', 'DEPENDS', 'data-scientist-no-profile-of-tagged-data'],
  ['data_scientist', 'order', 'profile', 'DEPENDS', 'data-scientist-no-profile-of-tagged-data'],
  ['data_scientist', 'export', 'profile', 'DENY', 'default-deny'],
  ['compliance_reviewer', 'select', 'artifact', 'DENY', 'default-deny'],
  ['compliance_reviewer', 'mutate', 'governance', 'DENY', 'compliance-reviewer-changes-nothing'],
  ['ingest', 'select', 'result', 'DENY', 'ingest-reads-nothing-else'],
  ['ingest', 'mutate', 'sensitivity', 'DENY', 'default-deny'],
  ['ml_engineer', 'select', 'audit', 'DENY', 'default-deny'],
];

test.each(because)('%s may not simply %s %s: %s by %s', (role, use, name, outcome, rule) => {
  expect(decide(role, name, use)).toMatchObject({ outcome, policyIds: [rule] });
});

test('an engineer reads back each class that it writes', () => {
  for (const role of ['ml_engineer', 'data_engineer']) {
    for (const name of may[role]!.mutate!) expect(decide(role, name, 'select').outcome).toBe('ALLOW');
  }
});

test('a denial by default says which roles may', () => {
  expect(decide('business_viewer', 'result', 'select')).toEqual({
    outcome: 'DENY',
    use: 'select',
    policyIds: ['default-deny'],
    reason: 'No rule lets business_viewer read results.',
    howToRequest:
      'Ask a governance lead for a role that may: data_scientist, data_engineer, ml_engineer, operator, governance_lead, compliance_reviewer, admin.',
  });
});

test('a forbid binds whoever holds its role, whatever else they hold', () => {
  const two = policy.explain(['governance_lead', 'business_viewer'], oneOfEach.index.get('One.sensitivity')!, 'select');
  expect(two.outcome).toBe('DENY');
});

test('nobody without a role, and no role of which no rule speaks, may do anything', () => {
  for (const roles of [[], ['guest']])
    expect([...policy.tableFor(roles)].some((outcome) => outcome !== DENY)).toBe(false);
});
