/** What this role may not see, rule by rule. It is about the policy, never about the data. */
import type { Refusal } from '../known.ts';
import { plain } from '../words.ts';

export interface HiddenRule {
  policy: string;
  anchor: string;
  fieldCount: number;
  /** One rule may have more than one reason: `default-deny` names what no rule allows. */
  reasons: {
    reason: string;
    howToRequest: string | null;
    /** Type by type: the fields and, where it is not for reading, the use. */
    types: { type: string; fields: { name: string; uses: string[] }[] }[];
  }[];
}

export const ruleAnchor = (policy: string): string => `rule-${policy.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;

/** What a role may not change is no matter of a report. */
export const aboutReading = <R extends Refusal>(hidden: readonly R[]): R[] =>
  hidden.filter((one) => one.use !== 'MUTATE' && !/^(Mutation|Subscription)\./.test(one.field));

export const hiddenRules = (hidden: readonly Refusal[]): HiddenRule[] =>
  grouped(hidden, (one) => one.policy).map(([policy, of]) => ({
    policy,
    anchor: ruleAnchor(policy),
    fieldCount: new Set(of.map((one) => one.field)).size,
    reasons: grouped(of, (one) => one.reason).map(([reason, same]) => ({
      reason,
      howToRequest: same[0]!.howToRequest ?? null,
      types: typesOf(same),
    })),
  }));

function grouped<T>(all: readonly T[], by: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function typesOf(of: Refusal[]): HiddenRule['reasons'][number]['types'] {
  const types = new Map<string, Map<string, Set<string>>>();
  for (const { field, use } of of) {
    const [type = '', name = ''] = field.split('.');
    const fields = types.get(type) ?? new Map<string, Set<string>>();
    fields.set(name, (fields.get(name) ?? new Set<string>()).add(plain(use ?? 'select')));
    types.set(type, fields);
  }
  const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
  return [...types].sort(byName).map(([type, fields]) => ({
    type,
    fields: [...fields].sort(byName).map(([name, uses]) => ({ name, uses: [...uses].sort() })),
  }));
}
