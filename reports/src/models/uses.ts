/** Deployments: what a version is used for. */
import type { UseFactsFragment } from '../gql/graphql.ts';
import { nameOr } from './names.ts';
import { verdictView, type VerdictView } from './verdicts.ts';
import { fieldOf, mapKnown, type Known } from '../known.ts';

export interface PurposeView {
  code: string;
  label: string;
  description: string;
  iri: string | null;
  highRisk: boolean;
  /** Where it says so, e.g. a clause of Annex III; the text comes with the data. */
  source: string | null;
}

export interface UseView {
  id: string;
  environment: string;
  purpose: Known<PurposeView>;
  verdict: Known<VerdictView>;
  since: string;
  until: string | null;
}

export function useView(one: UseFactsFragment): UseView {
  return {
    id: one.id,
    environment: nameOr(one.environment),
    purpose: mapKnown(fieldOf(one, 'purpose'), (purpose) => ({
      code: purpose.code,
      label: purpose.label,
      description: purpose.description,
      iri: purpose.iri,
      highRisk: purpose.highRisk,
      source: purpose.highRiskSource,
    })),
    verdict: mapKnown(fieldOf(one, 'verdict'), verdictView),
    since: one.validFrom,
    until: one.validTo,
  };
}

export const isActive = (use: UseView, asOf: string): boolean => use.until === null || use.until > asOf;

/** Only where the purpose may be seen: a hidden one counts for nothing. */
export const isHighRisk = (use: UseView): boolean => use.purpose.state === 'known' && use.purpose.value.highRisk;
