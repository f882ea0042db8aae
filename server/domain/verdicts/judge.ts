import type { RuleEffect } from './verdict.entity.ts';

export interface RuleView {
  id: string;
  code: string;
  version: number;
  /** Null for every purpose. */
  purposeCode: string | null;
  tagName: string;
  effect: RuleEffect;
  approvalRole: string | null;
  waiverRole: string | null;
  waiverDays: number | null;
  reason: string;
  source: string;
  byId: string | null;
  validFrom: Date;
  validTo: Date | null;
}

/** What people have said, as far as it decides; the whole of it is found by its id. */
export interface SaidApproval {
  id: string;
  purposeCode: string;
  role: string;
  byId: string;
  until: Date | null;
}

export interface SaidLegalBasis {
  id: string;
  purposeCode: string;
  tagName: string;
  until: Date | null;
}

export interface SaidWaiver {
  id: string;
  ruleCode: string;
  purposeCode: string;
  /** Where it is for that deployment alone. */
  deploymentKey: number | null;
  role: string;
  byId: string;
}

/** May this version be used for this purpose? */
export interface Question {
  versionKey: number;
  purposeCode: string;
  /** Where it is about one deployment: waivers may be for that one alone. */
  deploymentKey: number | null;
}

export interface HeldBack {
  tag: string;
  /** Ids of those in force on its ways; none where they are only supposed. */
  barriers: readonly string[];
  /** When the barriers that hold it back end, the first of them; null while none has an end. */
  until: Date | null;
}

/** All that bears on one question, as it stood at a moment. */
export interface Facts {
  /** Tags that reach the version, its own included. */
  tags: readonly string[];
  /** Tags that would reach it, were it not for signed barriers. */
  heldBack: readonly HeldBack[];
  /** Some training data is on record. */
  lineageKnown: boolean;
  /** Those in force on the purpose; so are the approvals, legal bases and waivers, each of the version or its project. */
  rules: readonly RuleView[];
  approvals: readonly SaidApproval[];
  legalBases: readonly SaidLegalBasis[];
  waivers: readonly SaidWaiver[];
  /** Whether the tag is that one or lies below it. */
  isA(tag: string, wider: string): boolean;
}

export type Outcome = 'ALLOWED' | 'CONDITIONAL' | 'FORBIDDEN' | 'UNDETERMINABLE';
export type ConditionKind = 'APPROVAL' | 'LEGAL_BASIS' | 'BARRIER';

export interface Condition {
  kind: ConditionKind;
  rule: RuleView;
  tag: string;
  met: boolean;
  /** Until when it is met, as far as that is known. */
  until: Date | null;
  /** Who has to act for it to be met. */
  role: string | null;
  approval: SaidApproval | null;
  legalBasis: SaidLegalBasis | null;
}

/** A tag that a rule bears on. */
export interface Bearing {
  rule: RuleView;
  tag: string;
  waiver: SaidWaiver | null;
}

export interface Judgement {
  outcome: Outcome;
  /** Not forbidden, and no condition unmet: what deploying asks. */
  deployable: boolean;
  bearings: Bearing[];
  conditions: Condition[];
  /** Tags that rules are about, and that only barriers keep away. */
  heldBack: HeldBack[];
  waivers: SaidWaiver[];
}

/**
 * The verdict on one question. A rule bears on it where a tag that the rule is about reaches the version. FORBIDDEN: a rule forbids it,
 * and nobody has waived that. CONDITIONAL: it may be used as long as the conditions hold, each of which is met or not. UNDETERMINABLE: nothing
 * speaks against it, but no training data is on record either. ALLOWED: no rule bears on it, or each that does is waived.
 */
export function judge(facts: Facts, deploymentKey: number | null): Judgement {
  const bearings: Bearing[] = [];
  const conditions: Condition[] = [];
  const heldBack: HeldBack[] = [];
  const waivers: SaidWaiver[] = [];
  let forbidden = false;
  for (const rule of facts.rules) {
    const tags = facts.tags.filter((tag) => facts.isA(tag, rule.tagName));
    if (tags.length > 0) {
      const waiver = facts.waivers.find((one) => sets(one, rule, deploymentKey)) ?? null;
      for (const tag of tags) bearings.push({ rule, tag, waiver });
      if (waiver) addOnce(waivers, waiver);
      else if (rule.effect === 'FORBID') forbidden = true;
      else conditions.push(...needs(facts, rule, tags));
    }
    for (const held of facts.heldBack) {
      if (!facts.isA(held.tag, rule.tagName) || tags.includes(held.tag)) continue;
      addOnce(heldBack, held);
      conditions.push({ ...unmet('BARRIER', rule, held.tag, null), met: true, until: held.until });
    }
  }
  const unmetOnes = conditions.some(({ met }) => !met);
  const outcome = forbidden
    ? 'FORBIDDEN'
    : unmetOnes
      ? 'CONDITIONAL'
      : !facts.lineageKnown
        ? 'UNDETERMINABLE'
        : conditions.length > 0
          ? 'CONDITIONAL'
          : 'ALLOWED';
  return {
    outcome,
    deployable: !forbidden && !unmetOnes,
    bearings,
    conditions,
    heldBack,
    waivers,
  };
}

/** Few: an array does what a set would, and there are a thousand verdicts. */
function addOnce<T>(list: T[], one: T): void {
  if (!list.includes(one)) list.push(one);
}

const sets = (waiver: SaidWaiver, rule: RuleView, deploymentKey: number | null): boolean =>
  waiver.ruleCode === rule.code &&
  waiver.role === rule.waiverRole &&
  (waiver.deploymentKey === null || waiver.deploymentKey === deploymentKey);

const unmet = (kind: ConditionKind, rule: RuleView, tag: string, role: string | null): Condition => ({
  kind,
  rule,
  tag,
  met: false,
  until: null,
  role,
  approval: null,
  legalBasis: null,
});

function needs(facts: Facts, rule: RuleView, tags: readonly string[]): Condition[] {
  switch (rule.effect) {
    case 'NEED_APPROVAL': {
      const approval = facts.approvals.find((one) => one.role === rule.approvalRole) ?? null;
      return tags.map((tag) => ({
        ...unmet('APPROVAL', rule, tag, rule.approvalRole),
        met: approval !== null,
        until: approval?.until ?? null,
        approval,
      }));
    }
    case 'NEED_LEGAL_BASIS':
      return tags.map((tag) => {
        const legalBasis = facts.legalBases.find((one) => facts.isA(tag, one.tagName)) ?? null;
        return {
          ...unmet('LEGAL_BASIS', rule, tag, 'governance_lead'),
          met: legalBasis !== null,
          until: legalBasis?.until ?? null,
          legalBasis,
        };
      });
    default:
      return tags.map((tag) => unmet('BARRIER', rule, tag, null));
  }
}
