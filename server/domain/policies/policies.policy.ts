import { classify } from '../../access/classes.ts';

export const policiesPolicy = classify(
  {
    Query: {
      policyVersion: 'governance',
      accessMatrix: 'governance',
      explainAccess: 'structural', // a denial says as much
    },
    PolicyVersionInfo: { version: 'governance', digest: 'governance', validFrom: 'governance' },
    AccessMatrixRow: { coordinate: 'governance', class: 'governance', role: 'governance', decisions: 'governance' },
    AccessDecision: { use: 'structural', outcome: 'structural' },
    AccessExplanation: {
      outcome: 'structural',
      policies: 'structural',
      reason: 'structural',
      howToRequest: 'structural',
    },
    Redaction: {
      field: 'structural',
      use: 'structural',
      policy: 'structural',
      reason: 'structural',
      howToRequest: 'structural',
    },
  },
  { 'Query.explainAccess(coordinate:)': [], 'Query.explainAccess(use:)': [] },
);
