import type { Role } from './actor.ts';
import { shippedRoles } from './actor.ts';
import { cedarPolicySet, type CedarPolicySet, type Resource } from './cedar.ts';
import { classes, tagCategories, type TagCategory } from './classes.ts';
import type { Coordinates } from './coordinates.ts';
import { defaultDeny, mentionsContext, parsePolicy, PolicyError, type Rule } from './policy-text.ts';
import { readUses, useIndex, uses, useVerbs, type Use } from './uses.ts';

export const DENY = 0;
export const ALLOW = 1;
/** Depends on the effective tags of the object at hand. */
export const DEPENDS = 2;
export const outcomes = ['DENY', 'ALLOW', 'DEPENDS'] as const;
export type Outcome = (typeof outcomes)[number];

/** The place of a field's use in a table. */
export const cell = (coordinate: number, use: Use): number => coordinate * uses.length + useIndex[use];

export interface Explanation {
  readonly outcome: Outcome;
  /** The rules that decided, or that would, sorted; `default-deny` when none allows. */
  readonly policyIds: readonly string[];
  readonly reason: string;
  readonly howToRequest: string | undefined;
}

/** A version of the policy, made ready to be asked. */
export interface CompiledPolicy {
  readonly coordinates: Coordinates;
  readonly rules: readonly Rule[];
  /** One outcome for each cell; the same array for the same roles, in any order. */
  tableFor(roles: readonly Role[]): Uint8Array;
  /** Settles a DEPENDS for an object with these effective tag categories. */
  allows(roles: readonly Role[], coordinate: number, use: Use, categories: readonly TagCategory[]): boolean;
  /** What is answered and why. Without `categories` the answer may be DEPENDS. Speaks only of roles, rules and the schema. */
  explain(roles: readonly Role[], coordinate: number, use: Use, categories?: readonly TagCategory[]): Explanation;
}

export interface CompileOptions {
  /** All that the organisation knows. */
  readonly roles?: readonly Role[];
  /** The input that errors name. */
  readonly field?: string;
}

/**
 * Validates the policy and compiles it. Throws PolicyError.
 * Decisions depend on roles, class, use and tags only, so they are made once for each class, and for each field or use that a rule names.
 */
export function compile(
  text: string,
  coordinates: Coordinates,
  { roles = shippedRoles, field = 'policy' }: CompileOptions = {},
): CompiledPolicy {
  const rules = parseFor(field, () => parsePolicy(text, coordinates, roles));
  const ruleById = new Map(rules.map((rule) => [rule.id, rule]));
  const named = new Set(rules.flatMap((rule) => rule.coordinates));
  const engine = layers(rules);

  const resourceOf = (coordinate: number): Resource => {
    const name = coordinates.names[coordinate]!;
    return { class: coordinates.classes[coordinate]!, coordinate: named.has(name) ? name : undefined };
  };
  // Uses that no rule names are all `read` to it, and are decided as one.
  const unnamed = readUses.filter((use) => !rules.some((rule) => rule.uses.includes(use)));
  const settle = memoised((roleSet: readonly Role[], resource: Resource, use: Use): Settled =>
    unnamed.includes(use) && use !== unnamed[0]
      ? settle(roleSet, resource, unnamed[0]!)
      : engine.settle(roleSet, resource, use),
  );
  const settleTags = memoised(
    (roleSet: readonly Role[], resource: Resource, use: Use, tags: readonly TagCategory[]) =>
      tags.every((tag) => tagCategories.includes(tag))
        ? engine.whole.decide(roleSet, resource, use, tags)
        : { allowed: false, rules: settle(roleSet, resource, use).ids }, // a tag of which no rule can speak opens nothing
  );
  const rolesThatMay = memoised((_: readonly Role[], resource: Resource, use: Use) =>
    roles.filter((role) => settle([role], resource, use).outcome !== DENY),
  );

  const tables = new Map<string, Uint8Array>();
  const tableFor = (roleSet: readonly Role[]): Uint8Array => {
    const key = keyOf(roleSet);
    let table = tables.get(key);
    if (!table) {
      table = new Uint8Array(coordinates.names.length * uses.length);
      for (let coordinate = 0; coordinate < coordinates.names.length; coordinate++) {
        const resource = resourceOf(coordinate);
        for (const use of uses) table[cell(coordinate, use)] = settle(roleSet, resource, use).outcome;
      }
      tables.set(key, table);
    }
    return table;
  };

  const explain: CompiledPolicy['explain'] = (roleSet, coordinate, use, categories) => {
    const resource = resourceOf(coordinate);
    const open = settle(roleSet, resource, use);
    let { outcome, ids } = open;
    if (outcome === DEPENDS && categories) {
      const settled = settleTags(roleSet, resource, use, categories);
      outcome = settled.allowed ? ALLOW : DENY;
      ids = settled.rules;
    }
    if (ids.length === 0) {
      const may = rolesThatMay([], resource, use);
      const { noun } = classes[resource.class];
      return {
        outcome: outcomes[outcome],
        policyIds: [defaultDeny],
        reason: `No rule lets ${listed([...new Set(roleSet)].sort()) || 'a caller without roles'} ${useVerbs[use]} ${noun}.`,
        howToRequest: may.length > 0 ? `Ask a governance lead for a role that may: ${listed(may)}.` : undefined,
      };
    }
    const decisive = ids.map((id) => ruleById.get(id)!);
    return {
      outcome: outcomes[outcome],
      policyIds: ids,
      reason: decisive.map((rule) => rule.reason).join(' '),
      howToRequest: decisive.find((rule) => rule.ask)?.ask,
    };
  };

  return {
    coordinates,
    rules,
    tableFor,
    allows: (roleSet, coordinate, use, categories) =>
      settleTags(roleSet, resourceOf(coordinate), use, categories).allowed,
    explain,
  };
}

/** A parser's problems, as problems of the input that held the text. */
function parseFor<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof PolicyError && error.field !== field ? new PolicyError(error.problems, field) : error;
  }
}

interface Settled {
  readonly outcome: typeof DENY | typeof ALLOW | typeof DEPENDS;
  readonly ids: readonly string[];
}

interface Layers {
  readonly whole: CedarPolicySet;
  settle(roles: readonly Role[], resource: Resource, use: Use): Settled;
}

/**
 * Decides what can be decided without an object's tags: the rules that do not speak of tags decide first; where one that does could
 * turn the answer, it is left open. `could` holds those rules without their conditions on tags, as forbids, so that Cedar lists each
 * that applies to the roles, the class and the use.
 */
function layers(rules: readonly Rule[]): Layers {
  const byId = <T>(list: readonly Rule[], of: (rule: Rule) => T): Record<string, T> =>
    Object.fromEntries(list.map((rule) => [rule.id, of(rule)]));
  const conditional = rules.filter((rule) => rule.conditional);
  const whole = cedarPolicySet(byId(rules, (rule) => rule.text));
  const fixed =
    conditional.length === 0
      ? whole
      : cedarPolicySet(
          byId(
            rules.filter((rule) => !rule.conditional),
            (rule) => rule.text,
          ),
        );
  const could = cedarPolicySet(
    byId(conditional, ({ json }) => ({
      ...json,
      effect: 'forbid' as const,
      conditions: json.conditions.filter((clause) => !mentionsContext(clause)),
    })),
  );
  const effects = new Map(conditional.map((rule) => [rule.id, rule.effect]));

  return {
    whole,
    settle(roles, resource, use) {
      const { allowed, rules: ids } = fixed.decide(roles, resource, use, []);
      if (!allowed && ids.length > 0) return { outcome: DENY, ids }; // forbidden whatever the tags
      const turning = conditional.length === 0 ? [] : could.decide(roles, resource, use, []).rules;
      const turn = turning.filter((id) => effects.get(id) === (allowed ? 'forbid' : 'permit'));
      if (turn.length === 0) return { outcome: allowed ? ALLOW : DENY, ids };
      if (classes[resource.class].tagDependent) return { outcome: DEPENDS, ids: allowed ? turn : [] };
      // Objects of this class have no tags to look at: what a tag could forbid is forbidden, what it could permit is not permitted.
      return { outcome: DENY, ids: allowed ? turn : [] };
    },
  };
}

// As JSON: a role or tag may hold any character, so no separator is safe.
const keyOf = (names: readonly string[]): string => JSON.stringify([...new Set(names)].sort());
const listed = (names: readonly string[]): string => names.join(', ');

function memoised<Result>(
  decide: (roles: readonly Role[], resource: Resource, use: Use, tags: readonly TagCategory[]) => Result,
): (roles: readonly Role[], resource: Resource, use: Use, tags?: readonly TagCategory[]) => Result {
  const known = new Map<string, Result>();
  return (roles, resource, use, tags = []) => {
    const key = `${keyOf(roles)}|${resource.coordinate ?? resource.class}|${use}|${keyOf(tags)}`;
    let result = known.get(key);
    if (result === undefined) {
      result = decide(roles, resource, use, tags);
      known.set(key, result);
    }
    return result;
  };
}
