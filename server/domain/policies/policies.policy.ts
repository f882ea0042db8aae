import { classify } from '../../access/classes.ts';
import { closed, ofAll, type TableLabels } from '../../access/tables.ts';

export const policiesPolicy = classify(
  {
    Query: {
      policy: 'governance',
      policyVersion: 'governance',
      policies: 'governance',
      policyProposals: 'governance',
      policyImpact: 'governance',
      accessMatrix: 'governance',
      explainAccess: 'structural', // a denial says as much
    },
    Principal: { access: 'governance' },
    Mutation: { proposePolicy: 'governance', approvePolicy: 'governance', withdrawPolicy: 'governance' },
    PolicyVersionInfo: {
      version: 'governance',
      digest: 'governance',
      text: 'governance',
      proposal: 'governance',
      validFrom: 'governance',
      validTo: 'governance',
    },
    PolicyProposal: {
      id: 'governance',
      text: 'governance',
      digest: 'governance',
      reason: 'governance',
      basedOn: 'governance',
      proposedBy: 'governance',
      proposedAt: 'governance',
      state: 'governance',
      decidedBy: 'governance',
      decidedAt: 'governance',
    },
    ProposePolicyPayload: { proposal: 'structural' },
    ApprovePolicyPayload: { proposal: 'structural', policy: 'structural' },
    WithdrawPolicyPayload: { proposal: 'structural' },
    PolicyImpact: { changes: 'governance', changeCount: 'governance', touched: 'governance' },
    AccessChange: {
      coordinate: 'governance',
      role: 'governance',
      use: 'governance',
      from: 'governance',
      to: 'governance',
    },
    TouchedType: { type: 'governance', objects: 'governance' },
    AccessMatrixRow: { coordinate: 'governance', class: 'governance', role: 'governance', decisions: 'governance' },
    AccessDecision: { use: 'structural', outcome: 'structural' },
    AccessExplanation: {
      outcome: 'structural',
      policies: 'structural',
      reason: 'structural',
      howToRequest: 'structural',
      mask: 'structural',
    },
    Redaction: {
      field: 'structural',
      use: 'structural',
      policy: 'structural',
      reason: 'structural',
      howToRequest: 'structural',
      mask: 'structural',
    },
  },
  {
    'Query.explainAccess(coordinate:)': [],
    'Query.explainAccess(use:)': [],
    'Query.explainAccess(object:)': [], // which must be the caller's to see
    'Principal.access(coordinate:)': [],
    'Principal.access(use:)': [],
    'Principal.access(object:)': [],
    'Principal.access(asOf:)': [],
    // about others, and about the past, whoever reads the matrix may ask
    'Query.explainAccess(asOf:)': [{ coordinate: 'AccessMatrixRow.role', use: 'filter' }],
    'Query.explainAccess(role:)': [{ coordinate: 'AccessMatrixRow.role', use: 'filter' }],
    'Query.explainAccess(principalId:)': [{ coordinate: 'AccessMatrixRow.role', use: 'filter' }],
    'Query.policyImpact(text:)': [],
    'Query.policyImpact(proposalId:)': [],
  },
);

export const policyTables = {
  policy_proposal: ofAll('Policies are the organisation’s.', ['governance']),
  policy_version: ofAll('Policies are the organisation’s.', ['governance']),
  organisation_key: closed('The secret behind masks.'),
} satisfies TableLabels;
