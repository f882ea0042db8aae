import { classify } from '../../access/classes.ts';
import { ofAll, type TableLabels } from '../../access/tables.ts';

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

export const purposeTables = {
  purpose: ofAll('Purposes are the organisation’s, and whoever asks for a verdict names one.', 'everyone'),
} satisfies TableLabels;
