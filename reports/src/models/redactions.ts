/** What this role may not see, rule by rule. It is about the policy, never about the data. */
import type { Refusal } from '../known.ts';
import { plain } from '../words.ts';

export interface HiddenRule {
  policy: string;
  anchor: string;
  reason: string;
  howToRequest: string | null;
  /** Type by type: the fields and, where it is not for reading, the use. */
  types: { type: string; fields: { name: string; uses: string[] }[] }[];
  fieldCount: number;
}

export const ruleAnchor = (policy: string): string => `rule-${policy.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;

export function hiddenRules(hidden: readonly Refusal[]): HiddenRule[] {
  const rules = new Map<string, Refusal[]>();
  for (const one of hidden) rules.set(one.policy, [...(rules.get(one.policy) ?? []), one]);
  return [...rules]
    .map(([policy, of]) => ({
      policy,
      anchor: ruleAnchor(policy),
      reason: of[0]!.reason,
      howToRequest: of[0]!.howToRequest ?? null,
      types: typesOf(of),
      fieldCount: new Set(of.map((one) => one.field)).size,
    }))
    .sort((a, b) => (a.policy < b.policy ? -1 : 1));
}

function typesOf(of: Refusal[]): HiddenRule['types'] {
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
