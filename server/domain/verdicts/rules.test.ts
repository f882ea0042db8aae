import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedRoles } from '../../access/actor.ts';
import { shippedPolicy } from '../../access/shipped.ts';
import { systemActor } from '../store.ts';
import { purposes } from '../purposes/purposes.ts';
import { taxonomy } from '../sensitivity/taxonomy.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { shippedRules } from './rules.ts';
import { seedRules } from './rule.service.ts';
import { lineOf } from './ground.read-model.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const define = `mutation($input: DefineRuleInput!) { defineRule(input: $input) {
  rule { code version effect waiverRole waiverDays validFrom validTo purpose { code } tag { name } by { name } } } }`;
const close = `mutation($input: CloseRuleInput!) { closeRule(input: $input) { rule { code version validTo } } }`;
const versions = `query($code: ID!) { ruleVersions(code: $code) { version validFrom validTo by { name } } }`;

const house = {
  code: 'house-no-language',
  purpose: 'customer-care',
  tag: 'protected-characteristic:language',
  effect: 'FORBID',
  reason: 'Help is given in every language alike.',
  source: 'House rule 7',
};

interface RuleRow {
  version: number;
  validFrom: string;
  validTo: string | null;
  by: { name: string } | null;
}

async function versionsOf(code: string): Promise<RuleRow[]> {
  const { data, errors } = await app.graphql('compliance_reviewer', versions, { code });
  expect(errors).toBeUndefined();
  return (data as { ruleVersions: RuleRow[] }).ruleVersions;
}

describe('the rules that ship', () => {
  test('speak of purposes, tags and roles that there are, and name their source', () => {
    for (const { code, purpose, tag, effect, approvalRole, waiverRole, waiverDays, source } of shippedRules) {
      expect(purpose === null || purposes.some((one) => one.code === purpose), code).toBe(true);
      expect(taxonomy.some((one) => one.name === tag), code).toBe(true);
      expect([effect === 'NEED_APPROVAL', waiverRole === null], code).toEqual([approvalRole !== null, waiverDays === null]);
      expect(source, code).toMatch(/Directive|Regulation|GDPR|Charter/);
    }
  }); // prettier-ignore

  test('are in force from the first start, and no second start makes them anew', async () => {
    await seedRules(app.aval.store);
    const { data } = await app.graphql('compliance_reviewer', '{ rules { code version by { name } } }');
    expect(data).toEqual({ rules: shippedRules.map(({ code }) => ({ code, version: 1, by: null })).sort((a, b) => (a.code < b.code ? -1 : 1)) }); // prettier-ignore
  });

  test('stay closed when an organisation has closed them, and stay replaced when it has replaced them', async () => {
    const gone = await app.graphql('governance_lead', close, { input: { code: 'work-no-trade-union' } });
    expect(gone.errors).toBeUndefined();
    const shipped = shippedRules.find(({ code }) => code === 'work-no-parenthood')!;
    const input = { ...shipped, reason: 'As our works council puts it.' };
    expect((await app.graphql('governance_lead', define, { input })).errors).toBeUndefined();
    await seedRules(app.aval.store);
    expect((await versionsOf('work-no-trade-union')).map(({ validTo }) => validTo === null)).toEqual([false]);
    expect((await versionsOf('work-no-parenthood')).map(({ by, validTo }) => [by?.name, validTo === null])).toEqual([
      ['governance_lead@test', true],
      [undefined, false],
    ]);
  });
});

describe('a rule of an organisation', () => {
  test('is never edited: its next version closes the one before at the same moment', async () => {
    const first = await app.graphql('governance_lead', define, { input: house });
    expect(first).toMatchObject({
      data: { defineRule: { rule: { code: house.code, version: 1, effect: 'FORBID', waiverRole: null, waiverDays: null, validTo: null, purpose: { code: house.purpose }, tag: { name: house.tag }, by: { name: 'governance_lead@test' } } } },
    }); // prettier-ignore
    expect((await app.graphql('governance_lead', define, { input: house })).data).toEqual(first.data);
    const input = { ...house, waiverRole: 'governance_lead', waiverDays: 14 };
    expect(await app.graphql('governance_lead', define, { input })).toMatchObject({ data: { defineRule: { rule: { version: 2, waiverDays: 14 } } } }); // prettier-ignore
    const [second, before] = await versionsOf(house.code);
    expect(before!.validTo).toBe(second!.validFrom);
    await app.graphql('governance_lead', close, { input: { code: house.code } });
    const again = await app.graphql('governance_lead', close, { input: { code: house.code } });
    expect(again.errors![0]!.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.code' });
    expect(await app.graphql('governance_lead', define, { input })).toMatchObject({ data: { defineRule: { rule: { version: 3 } } } }); // prettier-ignore
  });

  test.each([
    ['an unknown purpose', { purpose: 'conquest' }, 'BAD_INPUT', 'input.purpose'],
    ['an unknown tag', { tag: 'protected-characteristic:taste' }, 'BAD_INPUT', 'input.tag'],
    ['an unknown waiver role', { waiverRole: 'emperor', waiverDays: 3 }, 'BAD_INPUT', 'input.waiverRole'],
    ['an unknown approval role', { effect: 'NEED_APPROVAL', approvalRole: 'emperor' }, 'BAD_INPUT', 'input.approvalRole'],
    ['an approval that nobody gives', { effect: 'NEED_APPROVAL' }, 'BAD_INPUT', 'input.approvalRole'],
    ['both forbidden and approved', { approvalRole: 'governance_lead' }, 'BAD_INPUT', 'input.approvalRole'],
    ['a waiver without end', { waiverRole: 'governance_lead' }, 'BAD_INPUT', 'input.waiverDays'],
    ['a waiver by nobody', { waiverDays: 3 }, 'BAD_INPUT', 'input.waiverRole'],
    ['a waiver of no days', { waiverRole: 'governance_lead', waiverDays: 0 }, 'BAD_INPUT', 'input.waiverDays'],
    ['a waiver of three years', { waiverRole: 'governance_lead', waiverDays: 1_095 }, 'BAD_INPUT', 'input.waiverDays'],
    ['a code with spaces', { code: 'no sex' }, 'BAD_INPUT', 'input.code'],
    ['no source', { source: ' ' }, 'BAD_INPUT', 'input.source'],
    ['a reason without end', { reason: 'x'.repeat(501) }, 'BAD_INPUT', 'input.reason'],
    ['what another rule says', { purpose: 'human-resources', tag: 'protected-characteristic:sex' }, 'CONFLICT', 'input.effect'],
    ['the contrary of another rule', { purpose: 'human-resources', tag: 'protected-characteristic:sex', effect: 'NEED_BARRIER' }, 'CONFLICT', 'input.effect'],
  ])('with %s is refused', async (_, wrong, code, field) => {
    const { errors } = await app.graphql('governance_lead', define, { input: { ...house, code: 'house-wrong', ...wrong } });
    expect(errors![0]!.extensions).toMatchObject({ code, field });
    expect(await versionsOf('house-wrong')).toEqual([]);
  }); // prettier-ignore

  test.each(['data_scientist', 'ml_engineer', 'operator', 'compliance_reviewer', 'admin', 'ingest'] as const)(
    'is not made by a %s',
    async (role) => {
      const { errors } = await app.graphql(role, define, { input: house });
      expect(errors![0]!.extensions['code']).toBe('FORBIDDEN');
    },
  );
});

describe('a role of the organisation’s own', () => {
  const officer = { ...house, code: 'house-officer', tag: 'protected-characteristic:age', effect: 'NEED_APPROVAL', approvalRole: 'credit_officer', waiverRole: 'credit_officer', waiverDays: 5 }; // prettier-ignore

  test('is known to rules once the access policy brings it in, and the refusal before lists those that are known', async () => {
    const before = await app.graphql('governance_lead', define, { input: officer });
    expect(before.errors![0]!.extensions).toMatchObject({
      field: 'input.approvalRole',
      remedy: `Take one of ${shippedRoles.join(', ')}.`,
    });
    const { identity, policies } = app.aval.services;
    const lead = async (name: string) => {
      const principalId = await identity.createPrincipal(systemActor, { name, kind: 'person', roles: ['governance_lead'], projects: [app.projectId] });
      return identity.authenticate(await identity.issueToken(systemActor, { principalId, label: 'test', defaultProjectId: app.projectId }));
    };
    const rule = `@id("officer-reads") @reason("Credit officers read verdicts.") @defines("credit_officer")
      permit (principal in Aval::Role::"credit_officer", action in Aval::Action::"read", resource in Aval::Class::"verdict");`;
    const wrong = policies.propose(await lead('cleo'), { text: shippedPolicy() + rule.replace('"credit_officer")', '"Credit Officer")'), reason: 'Misspelt.' });
    await expect(wrong).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'input.text' });
    const id = await policies.propose(await lead('ada'), { text: shippedPolicy() + rule, reason: 'Credit officers approve.' });
    await policies.approve(await lead('ben'), id);
    const made = await app.graphql('governance_lead', define, { input: officer });
    expect(made).toMatchObject({ data: { defineRule: { rule: { waiverRole: 'credit_officer' } } } });
    const unknown = await app.graphql('governance_lead', define, { input: { ...officer, waiverRole: 'emperor' } });
    expect(unknown.errors![0]!.extensions).toMatchObject({
      field: 'input.waiverRole',
      remedy: `Take one of ${shippedRoles.join(', ')}, credit_officer.`,
    });
  }); // prettier-ignore
});

describe('purposes', () => {
  const add = 'mutation($input: DefinePurposeInput!) { definePurpose(input: $input) { purpose { code highRisk parent { code } } } }'; // prettier-ignore
  const housing = { code: 'housing', parent: 'goods-and-services', label: 'Housing', description: 'Lets flats.' };

  test('are added below others, whose rules they take over', async () => {
    const made = await app.graphql('governance_lead', add, { input: housing });
    expect(made.data).toEqual({
      definePurpose: { purpose: { code: 'housing', highRisk: false, parent: { code: 'goods-and-services' } } },
    });
    await app.aval.integrator.integrate();
    const again = await app.graphql('governance_lead', add, { input: housing });
    expect(again.errors![0]!.extensions).toMatchObject({ code: 'ALREADY_EXISTS', field: 'input.code' });
  });

  test.each([
    ['itself above itself', { code: 'round', parent: 'round' }, 'input.parent'],
    ['an unknown parent', { code: 'lost', parent: 'nowhere' }, 'input.parent'],
    ['a code in capitals', { code: 'Housing' }, 'input.code'],
    ['an IRI that is none', { code: 'lost', iri: 'dpv:Marketing' }, 'input.iri'],
    ['no label', { code: 'lost', label: '' }, 'input.label'],
  ])('with %s are refused', async (_, wrong, field) => {
    const { errors } = await app.graphql('governance_lead', add, { input: { ...housing, ...wrong } });
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field });
  });

  test('that ran in a circle would still have an end', () => {
    const circle = new Map([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ]);
    expect([...lineOf(circle, 'a')]).toEqual(['a', 'b', 'c']);
    for (const { code } of purposes)
      expect(lineOf(new Map(purposes.map((one) => [one.code, one.parent])), code).size).toBeLessThan(4);
  });
});
