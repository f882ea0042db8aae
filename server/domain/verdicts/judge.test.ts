import { describe, expect, test } from 'vitest';
import { judge, type Facts, type RuleView } from './judge.ts';

const at = new Date('2026-03-03T09:00:00.000Z');
const end = new Date('2026-06-03T09:00:00.000Z');

const rule = (code: string, effect: RuleView['effect'], tagName: string, more: Partial<RuleView> = {}): RuleView => ({
  id: code,
  code,
  version: 1,
  purposeCode: null,
  tagName,
  effect,
  approvalRole: effect === 'NEED_APPROVAL' ? 'governance_lead' : null,
  waiverRole: 'governance_lead',
  waiverDays: 90,
  reason: '',
  source: '',
  byId: null,
  validFrom: at,
  validTo: null,
  ...more,
});

const said = { versionKey: 1, purposeCode: 'credit-scoring', byId: 'lead', until: end, validFrom: at, validTo: null };
const waiver = (ruleCode: string, more = {}) => ({ ...said, id: 'w', ruleCode, deploymentKey: null, role: 'governance_lead', reason: '', ...more }); // prettier-ignore
const approval = { ...said, id: 'a', role: 'governance_lead', note: null };
const basis = { ...said, id: 'b', projectId: 'p', tagName: 'special-category', article: '', statement: '', link: null };

const facts = (more: Partial<Facts>): Facts => ({
  tags: [],
  heldBack: [],
  lineageKnown: true,
  rules: [],
  approvals: [],
  legalBases: [],
  waivers: [],
  isA: (tag, wider) => tag === wider || tag.startsWith(`${wider}:`),
  ...more,
});

const noSex = rule('no-sex', 'FORBID', 'protected:sex');
const basisRule = rule('basis', 'NEED_LEGAL_BASIS', 'special-category');
const approvalRule = rule('age', 'NEED_APPROVAL', 'protected:age');
const barrierRule = rule('masked', 'NEED_BARRIER', 'personal');

/** Each line is a sentence: with this on record, that is the outcome, and it may be deployed or not. */
const cases: [string, Partial<Facts>, string, boolean][] = [
  ['no rule and no tag', {}, 'ALLOWED', true],
  ['a tag that no rule is about', { rules: [noSex], tags: ['protected:age'] }, 'ALLOWED', true],
  ['no lineage on record', { lineageKnown: false, rules: [noSex] }, 'UNDETERMINABLE', true],
  ['a forbidden tag', { rules: [noSex], tags: ['protected:sex'] }, 'FORBIDDEN', false],
  ['a tag below a forbidden one', { rules: [rule('r', 'FORBID', 'protected')], tags: ['protected:sex'] }, 'FORBIDDEN', false],
  ['a forbidden tag of its own and no lineage', { lineageKnown: false, rules: [noSex], tags: ['protected:sex'] }, 'FORBIDDEN', false],
  ['a waived rule', { rules: [noSex], tags: ['protected:sex'], waivers: [waiver('no-sex')] }, 'ALLOWED', true],
  ['a waiver of another rule', { rules: [noSex], tags: ['protected:sex'], waivers: [waiver('other')] }, 'FORBIDDEN', false],
  ['a waiver by a role that the rule does not name any more', { rules: [noSex], tags: ['protected:sex'], waivers: [waiver('no-sex', { role: 'operator' })] }, 'FORBIDDEN', false],
  ['a waiver for this deployment', { rules: [noSex], tags: ['protected:sex'], waivers: [waiver('no-sex', { deploymentKey: 7 })] }, 'ALLOWED', true],
  ['a waiver for another deployment', { rules: [noSex], tags: ['protected:sex'], waivers: [waiver('no-sex', { deploymentKey: 8 })] }, 'FORBIDDEN', false],
  ['one of two rules waived', { rules: [noSex, rule('two', 'FORBID', 'protected')], tags: ['protected:sex'], waivers: [waiver('no-sex')] }, 'FORBIDDEN', false],
  ['a barrier on the way', { rules: [noSex], heldBack: [{ tag: 'protected:sex', until: end, barriers: ['b'] }] }, 'CONDITIONAL', true],
  ['a barrier on one way and none on another', { rules: [noSex], tags: ['protected:sex'], heldBack: [{ tag: 'protected:sex', until: end, barriers: ['b'] }] }, 'FORBIDDEN', false],
  ['an approval that is missing', { rules: [approvalRule], tags: ['protected:age'] }, 'CONDITIONAL', false],
  ['an approval', { rules: [approvalRule], tags: ['protected:age'], approvals: [approval] }, 'CONDITIONAL', true],
  ['an approval by another role', { rules: [approvalRule], tags: ['protected:age'], approvals: [{ ...approval, role: 'operator' }] }, 'CONDITIONAL', false],
  ['a legal basis that is missing', { rules: [basisRule], tags: ['special-category:health'] }, 'CONDITIONAL', false],
  ['a legal basis for the wider tag', { rules: [basisRule], tags: ['special-category:health'], legalBases: [basis] }, 'CONDITIONAL', true],
  ['a legal basis for another tag', { rules: [basisRule], tags: ['special-category:health'], legalBases: [{ ...basis, tagName: 'special-category:genetic' }] }, 'CONDITIONAL', false],
  ['a barrier that is missing', { rules: [barrierRule], tags: ['personal:name'] }, 'CONDITIONAL', false],
  ['what is needed, and what is forbidden', { rules: [approvalRule, noSex], tags: ['protected:age', 'protected:sex'], approvals: [approval] }, 'FORBIDDEN', false],
  ['a condition that is met, and no lineage', { lineageKnown: false, rules: [approvalRule], tags: ['protected:age'], approvals: [approval] }, 'UNDETERMINABLE', true],
]; // prettier-ignore

describe('a verdict', () => {
  test.each(cases)('on %s: %#', (_, given, outcome, deployable) => {
    expect(judge(facts(given), 7)).toMatchObject({ outcome, deployable });
  });

  test('names each rule and tag, what meets the conditions and until when, and the waiver', () => {
    const judged = judge(
      facts({
        rules: [approvalRule, noSex],
        tags: ['protected:age', 'protected:sex'],
        approvals: [approval],
        waivers: [waiver('no-sex')],
      }),
      null,
    );
    expect(judged.bearings).toEqual([
      { rule: approvalRule, tag: 'protected:age', waiver: null },
      { rule: noSex, tag: 'protected:sex', waiver: waiver('no-sex') },
    ]);
    expect(judged.conditions).toEqual([
      { kind: 'APPROVAL', rule: approvalRule, tag: 'protected:age', met: true, until: end, role: 'governance_lead', approval, legalBasis: null },
    ]); // prettier-ignore
    expect(judged.waivers).toEqual([waiver('no-sex')]);
  });
});
