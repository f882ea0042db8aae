/** May a version be used so? The answer in words, with what speaks against it, what it hangs on, and who let it be. */
import type { VerdictFactsFragment, VerdictProofFragment } from '../gql/graphql.ts';
import { fieldOf, mapKnown, valueOr, type Known } from '../known.ts';
import { tagView, type TagView } from './paths.ts';
import { count, day, list, plain } from '../words.ts';

export type Tone = 'good' | 'warn' | 'grave';

export interface VerdictView {
  outcome: string;
  /** `forbidden`, `allowed by 2 waivers`, `conditional: met`. */
  words: string;
  tone: Tone;
  /** `services-no-sex v1` */
  rules: string[];
  conditions: string[];
  waivers: { rule: string; words: string; reason: Known<string> }[];
  /** `Of where its training data came from, 80 % is known.` Empty where that is hidden. */
  lineage: string;
}

export interface ProofRow {
  rule: string;
  effect: string;
  reason: Known<string>;
  source: Known<string>;
  tag: TagView | null;
  /** When its waiver ends; null where none stands. */
  waivedUntil: string | null;
}

export function verdictView(from: VerdictFactsFragment): VerdictView {
  const outcome = from.outcome ?? 'UNDETERMINABLE';
  const waivers = from.waivers ?? [];
  const conditions = from.conditions ?? [];
  const unmet = conditions.filter(({ met }) => !met).length;
  const waived = waivers.length === 0 ? '' : ` by ${count(waivers.length, 'waiver')} until ${day(firstEnd(waivers))}`;
  const words: Record<string, string> = {
    ALLOWED: `allowed${waived}`,
    CONDITIONAL:
      unmet > 0
        ? `not allowed: ${count(unmet, 'condition')} not met`
        : `allowed${waived}${waived === '' ? '' : ','} on ${count(conditions.length, 'condition')}`,
    FORBIDDEN: 'forbidden',
    UNDETERMINABLE: 'undeterminable: no training data on record',
  };
  return {
    outcome,
    words: words[outcome] ?? plain(outcome),
    tone: !from.deployable ? 'grave' : outcome === 'ALLOWED' && waived === '' ? 'good' : 'warn',
    rules: (from.rules ?? []).map(({ code, version }) => `${code} v${version}`),
    conditions: conditions.map(conditionWords),
    waivers: waivers.map((waiver) => ({
      rule: waiver.rule?.code ?? '',
      words: `${waiver.rule?.code ?? ''}, waived by a ${(waiver.role ?? '').replaceAll('_', ' ')} until ${day(waiver.until ?? from.asOf)}`,
      reason: fieldOf(waiver, 'reason'),
    })),
    lineage: from.completeness == null ? '' : lineageWords(from.completeness),
  };
}

/** Never rounded up to all of it. */
const lineageWords = (share: number): string =>
  share === 0
    ? 'Nothing is known of where its training data came from.'
    : `Of where its training data came from, ${Math.floor(share * 100)} % is known.`;

const firstEnd = (waivers: readonly { until?: string | null }[]): string =>
  waivers.map(({ until }) => until ?? '').sort()[0]!;

const needed: Record<string, string> = {
  APPROVAL: 'approval',
  LEGAL_BASIS: 'a legal basis on record',
  BARRIER: 'a signed barrier',
};

function conditionWords({ kind, met, until, role, rule }: NonNullable<VerdictFactsFragment['conditions']>[number]) {
  const by = role && kind === 'APPROVAL' ? ` by a ${role.replaceAll('_', ' ')}` : '';
  const state = met ? (until ? `met until ${day(until)}` : 'met') : 'not met';
  return `${needed[kind ?? ''] ?? 'a condition'}${by}: ${state} (${rule?.code ?? ''})`;
}

export const proofRows = (from: VerdictProofFragment): Known<ProofRow[]> =>
  mapKnown(fieldOf(from, 'because'), (reasons) =>
    reasons.flatMap(({ rule, assignment, waiver }) =>
      rule
        ? [
            {
              rule: `${rule.code} v${rule.version}`,
              effect: plain(rule.effect ?? ''),
              reason: fieldOf(rule, 'reason'),
              source: fieldOf(rule, 'source'),
              tag: assignment && tagView(assignment),
              waivedUntil: waiver?.until ?? null,
            },
          ]
        : [],
    ),
  );

/** `3 rules bear on it: a, b and c` */
export const rulesInWords = (rules: readonly string[]): string =>
  rules.length === 0
    ? 'No rule bears on it.'
    : `${count(rules.length, 'rule bears', 'rules bear')} on it: ${list(rules)}.`;

/** Nothing of it where it is hidden. */
export const isGrave = (verdict: Known<VerdictView>): boolean => valueOr(verdict, undefined)?.tone === 'grave';
