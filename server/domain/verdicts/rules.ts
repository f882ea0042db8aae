import type { RuleEffect } from './verdict.entity.ts';

export interface RuleDefinition {
  code: string;
  /** Null for every purpose. */
  purpose: string | null;
  tag: string;
  effect: RuleEffect;
  approvalRole: string | null;
  waiverRole: string | null;
  waiverDays: number | null;
  reason: string;
  source: string;
}

type Terms = Partial<Pick<RuleDefinition, 'approvalRole' | 'waiverRole' | 'waiverDays'>>;

const rule = (
  code: string,
  purpose: string | null,
  effect: RuleEffect,
  tag: string,
  reason: string,
  source: string,
  terms: Terms = {},
): RuleDefinition => ({ code, purpose, effect, tag, reason, source, approvalRole: null, waiverRole: null, waiverDays: null, ...terms }); // prettier-ignore

/** A lead may set it aside for a time, in writing. */
const byLead = (waiverDays: number): Terms => ({ waiverRole: 'governance_lead', waiverDays });

/**
 * The rules that ship: what EU law says most plainly. They are a start and no legal advice; an organisation closes or replaces them.
 * A rule on a parent holds for its children, so that one on human resources speaks of recruitment, promotion and pay alike.
 */
export const shippedRules: readonly RuleDefinition[] = [
  rule('services-no-sex', 'goods-and-services', 'FORBID', 'protected-characteristic:sex', 'Sex may not decide who gets goods or services, or on which terms.', 'Directive 2004/113/EC, Articles 4(1) and 5(1); Court of Justice, C-236/09 (Test-Achats)', byLead(90)),
  rule('services-no-ethnic-origin', 'goods-and-services', 'FORBID', 'special-category:racial-ethnic-origin', 'Racial or ethnic origin may not decide who gets goods or services.', 'Directive 2000/43/EC, Articles 2 and 3(1)(h)'),
  rule('credit-no-discrimination', 'credit-scoring', 'FORBID', 'protected-characteristic:nationality', 'Credit may not be refused or priced by nationality.', 'Directive (EU) 2023/2225, Article 6', byLead(90)),
  rule('credit-age-approval', 'credit-scoring', 'NEED_APPROVAL', 'protected-characteristic:age', 'Age may bear on credit only where someone has found the difference justified.', 'Directive (EU) 2023/2225, Article 6, with Article 21 of the Charter', { approvalRole: 'governance_lead', ...byLead(90) }),
  rule('credit-no-special-category', 'credit-scoring', 'FORBID', 'special-category', 'Creditworthiness may not be assessed on special categories of personal data.', 'Directive (EU) 2023/2225, Article 18(3)'),
  rule('work-no-sex', 'human-resources', 'FORBID', 'protected-characteristic:sex', 'Sex may not decide on access to work, promotion, pay or dismissal.', 'Directive 2006/54/EC, Articles 4 and 14(1)', byLead(30)),
  rule('work-no-parenthood', 'human-resources', 'FORBID', 'protected-characteristic:parenthood', 'Pregnancy or parenthood may not decide on access to work, promotion, pay or dismissal.', 'Directive 2006/54/EC, Articles 2(2)(c) and 14(1); Directive (EU) 2019/1158, Article 11'),
  rule('work-no-age', 'human-resources', 'FORBID', 'protected-characteristic:age', 'Age may decide at work only for a legitimate aim, by proportionate means.', 'Directive 2000/78/EC, Articles 2, 3 and 6', byLead(90)),
  rule('work-no-disability', 'human-resources', 'FORBID', 'protected-characteristic:disability', 'Disability may not decide at work; accommodation is another matter.', 'Directive 2000/78/EC, Articles 2, 3 and 5', byLead(30)),
  rule('work-no-religion', 'human-resources', 'FORBID', 'special-category:religious-belief', 'Religion or belief may not decide at work.', 'Directive 2000/78/EC, Articles 2 and 3'),
  rule('work-no-sexual-orientation', 'human-resources', 'FORBID', 'special-category:sex-life-orientation', 'Sexual orientation may not decide at work.', 'Directive 2000/78/EC, Articles 2 and 3'),
  rule('work-no-ethnic-origin', 'human-resources', 'FORBID', 'special-category:racial-ethnic-origin', 'Racial or ethnic origin may not decide at work.', 'Directive 2000/43/EC, Articles 2 and 3(1)(a) to (c)'),
  rule('work-no-trade-union', 'human-resources', 'FORBID', 'special-category:trade-union', 'Membership of a trade union may not decide at work.', 'Charter of Fundamental Rights, Articles 12 and 21; GDPR, Article 9(1)'),
  rule('marketing-no-special-category', 'marketing', 'FORBID', 'special-category', 'Nobody is advertised to by special categories of personal data.', 'Regulation (EU) 2022/2065, Article 26(3); GDPR, Article 9(1)'),
  rule('special-category-basis', null, 'NEED_LEGAL_BASIS', 'special-category', 'Special categories of personal data are used only on an exception that the law names.', 'GDPR, Article 9(2); Article 22(4) where nobody decides but the model'),
  rule('criminal-record-basis', null, 'NEED_LEGAL_BASIS', 'personal-data:criminal', 'Data on convictions and offences are used only where law authorises it.', 'GDPR, Article 10'),
]; // prettier-ignore
