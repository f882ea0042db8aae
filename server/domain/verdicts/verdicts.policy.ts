import { classify } from '../../access/classes.ts';
import { ofAll, ofProject, type TableLabels } from '../../access/tables.ts';

/*
 * Whether a use is allowed, by which rule and whom to ask is a class of its own: whoever deploys has to know it. For which purpose, and who
 * said what, is governance. Because of which tag, and by which path, is sensitivity; and so are the words of a rule or a waiver,
 * which may name the tag.
 */
const said = {
  id: 'handle',
  purpose: 'governance',
  by: 'governance',
  validFrom: 'handle',
  validTo: 'handle',
  redactions: 'structural',
} as const;

export const verdictsPolicy = classify(
  {
    Project: { legalBases: 'governance' },
    Subscription: { deploymentJudged: 'operations' },
    DeploymentJudgement: { deployment: 'operations', violating: 'verdict', cursor: 'handle' },
    Query: { rules: 'governance', ruleVersions: 'governance', verdicts: 'verdict', whatIf: 'sensitivity' },
    Mutation: {
      defineRule: 'governance',
      closeRule: 'governance',
      approveModelVersion: 'governance',
      revokeApproval: 'governance',
      recordLegalBasis: 'governance',
      withdrawLegalBasis: 'governance',
      grantWaiver: 'governance',
      revokeWaiver: 'governance',
    },
    ModelVersion: { verdict: 'verdict', approvals: 'governance', waivers: 'governance' },
    Deployment: { verdict: 'verdict', violatingSince: 'verdict' },
    Verdict: {
      outcome: 'verdict',
      deployable: 'verdict',
      asOf: 'handle',
      purpose: 'governance',
      modelVersion: 'modelName',
      rules: 'verdict',
      because: 'sensitivity',
      conditions: 'verdict',
      waivers: 'verdict',
      completeness: 'verdict',
      heldBack: 'sensitivity',
      redactions: 'structural',
    },
    HeldBackTag: { tag: 'sensitivity', until: 'sensitivity', barriers: 'sensitivity' },
    VerdictReason: { rule: 'verdict', assignment: 'sensitivity', waiver: 'verdict' },
    Condition: {
      kind: 'verdict',
      met: 'verdict',
      until: 'verdict',
      role: 'verdict',
      rule: 'verdict',
      approval: 'governance',
      legalBasis: 'governance',
    },
    RuleVersion: {
      code: 'handle',
      version: 'handle',
      purpose: 'governance',
      tag: 'sensitivity',
      effect: 'verdict',
      approvalRole: 'verdict',
      waiverRole: 'verdict',
      waiverDays: 'verdict',
      reason: 'sensitivity',
      source: 'sensitivity',
      by: 'governance',
      validFrom: 'handle',
      validTo: 'handle',
      redactions: 'structural',
    },
    Approval: { ...said, role: 'governance', until: 'governance', note: 'sensitivity' },
    LegalBasis: {
      ...said,
      tag: 'sensitivity',
      article: 'sensitivity',
      statement: 'sensitivity',
      link: 'sensitivity',
      until: 'governance',
    },
    Waiver: { ...said, rule: 'verdict', role: 'verdict', until: 'verdict', reason: 'sensitivity' },
    DefineRulePayload: { rule: 'structural' },
    CloseRulePayload: { rule: 'structural' },
    ApprovalPayload: { approval: 'structural' },
    LegalBasisPayload: { legalBasis: 'structural' },
    WaiverPayload: { waiver: 'structural' },
  },
  {
    // which question is asked, not what is found
    'ModelVersion.verdict(purpose:)': [],
    'Query.verdicts(purpose:)': [],
    'Query.verdicts(modelVersionIds:)': [],
    'Query.ruleVersions(code:)': [],
    'DeploymentFilter.violating': [{ coordinate: 'Deployment.violatingSince', use: 'filter' }],
  },
);

export const verdictTables = {
  use_rule: ofAll('Rules on use are the organisation’s.', ['governance', 'verdict', 'sensitivity']),
  model_approval: ofProject(['governance', 'verdict']),
  legal_basis: ofProject(['governance', 'verdict']),
  waiver: ofProject(['governance', 'verdict']),
  violation: ofProject(['verdict']),
} satisfies TableLabels;
