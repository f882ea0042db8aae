import { classify } from '../../access/classes.ts';

export const purposesPolicy = classify({
  Query: { purposes: 'governance' },
  Mutation: { definePurpose: 'governance' },
  Purpose: {
    code: 'governance',
    parent: 'governance',
    label: 'governance',
    iri: 'governance',
    description: 'governance',
    highRisk: 'governance',
    highRiskSource: 'governance',
  },
  DefinePurposePayload: { purpose: 'structural' },
});
