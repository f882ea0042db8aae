import type { Role } from './actor.ts';
import { shippedRoles } from './actor.ts';
import type { Circumstances, Resource } from './cedar.ts';
import { classes, tagCategories, type TagCategory } from './classes.ts';
import type { Coordinates } from './coordinates.ts';
import { ALLOW, DENY, DEPENDS, layers, MASK, outcomes, type Outcome, type Settled } from './layers.ts';
import { strictest, type MaskKind } from './masks.ts';
import { defaultDeny, parsePolicy, PolicyError, rolesIn, speaksOfPurpose, type Rule } from './policy-text.ts';
import { readUses, useIndex, uses, useVerbs, type Use } from './uses.ts';

export { ALLOW, DENY, DEPENDS, MASK, outcomes, type Outcome } from './layers.ts';

/** The place of a field's use in a table. */
export const cell = (coordinate: number, use: Use): number => coordinate * uses.length + useIndex[use];

export interface Explanation {
  readonly outcome: Outcome;
  /** The use that was decided upon: `export` where the field may be read, but not by a request that takes copies away. */
  readonly use: Use;
  /** The rules that decided, or that would, sorted; `default-deny` when none allows. */
  readonly policyIds: readonly string[];
  readonly reason: string;
  readonly howToRequest: string | undefined;
  /** For the outcome MASK. */
  readonly mask?: MaskKind;
}

/** A version of the policy, made ready to be asked. */
export interface CompiledPolicy {
  readonly coordinates: Coordinates;
  readonly rules: readonly Rule[];
  /** All that the organisation knows: those that ship, and those that its rules bring in by `@defines`. */
  readonly roles: readonly Role[];
  /** The same policy for requests of these circumstances, beside its own; the same object for the same ones. */
  under(circumstances: Circumstances): CompiledPolicy;
  /**
   * One outcome for each cell; the same array for the same roles, in any order. With the effective tag categories of an object, nothing
   * depends on tags any more.
   */
  tableFor(roles: readonly Role[], categories?: readonly TagCategory[]): Uint8Array;
  /** Settles a DEPENDS for an object with these effective tag categories. */
  allows(roles: readonly Role[], coordinate: number, use: Use, categories: readonly TagCategory[]): boolean;
  /** What is answered and why. Without `categories` the answer may be DEPENDS. Speaks only of roles, rules and the schema. */
  explain(roles: readonly Role[], coordinate: number, use: Use, categories?: readonly TagCategory[]): Explanation;
}

export interface CompileOptions {
  /** Known whatever the text says. */
  readonly roles?: readonly Role[];
  /** The input that errors name. */
  readonly field?: string;
}

/** A decision, and the use whose decision it is. */
interface Answer extends Settled {
  readonly use: Use;
}

/** From the least that is shown to the most. */
const strictness: readonly Settled['outcome'][] = [DENY, DEPENDS, MASK, ALLOW];

/** Of the answers to all that a request asks at once, the one that shows least; masks add up. */
function strictestOf(answers: readonly Answer[]): Answer {
  const outcome = strictness.find((one) => answers.some((answer) => answer.outcome === one))!;
  const [first, ...others] = answers.filter((answer) => answer.outcome === outcome) as [Answer, ...Answer[]];
  return outcome === MASK
    ? { ...first, ids: [...new Set([first, ...others].flatMap(({ ids }) => ids))].sort() }
    : first;
}

/** The id of the denial of writes in a role that is not the caller's own. */
const borrowedRole = 'borrowed-role-reads-only';
const borrowed = {
  reason: 'A role that is not your own is taken to see what others see, not to write as they do.',
  ask: 'Leave the header aval-role out, or ask for the role.',
};

/**
 * Validates the policy and compiles it. Throws PolicyError.
 * Decisions depend on roles, class, use, tags and what the request says only, so they are made once for each class, and for each field
 * or use that a rule names.
 */
export function compile(
  text: string,
  coordinates: Coordinates,
  { roles: given = shippedRoles, field = 'policy' }: CompileOptions = {},
): CompiledPolicy {
  const rules = parseFor(field, () => parsePolicy(text, coordinates, given));
  const roles = rolesIn(rules, given);
  const ruleById = new Map(rules.map((rule) => [rule.id, rule]));
  const named = new Set(rules.flatMap((rule) => rule.coordinates));
  const engine = layers(rules);
  const byPurpose = speaksOfPurpose(rules);
  // Uses that no rule names are all `read` to it, and are decided as one; but a mask tells select from the others.
  const masks = rules.some((rule) => rule.mask);
  const unnamed = readUses.filter(
    (use) => !(masks && use === 'select') && !rules.some((rule) => rule.uses.includes(use)),
  );

  const resourceOf = (coordinate: number): Resource => {
    const name = coordinates.names[coordinate]!;
    return {
      class: coordinates.classes[coordinate]!,
      coordinate: named.has(name) ? name : undefined,
      tagged: coordinates.tagged[coordinate]!,
    };
  };

  function build(circumstances: Circumstances): CompiledPolicy {
    /** What a use asks for: of a request that exports, all that its answer is made of leaves with it. */
    const askedBy = (use: Use): readonly Use[] =>
      circumstances.exporting && readUses.includes(use) ? [use, 'export'] : [use];
    const settleOne = memoised((roleSet: readonly Role[], resource: Resource, use: Use): Settled => {
      if (use === 'mutate' && circumstances.borrowed) return { outcome: DENY, ids: [borrowedRole] };
      return unnamed.includes(use) && use !== unnamed[0]
        ? settleOne(roleSet, resource, unnamed[0]!)
        : engine.settle(roleSet, resource, use, circumstances);
    });
    const settle = (roleSet: readonly Role[], resource: Resource, use: Use): Answer =>
      strictestOf(askedBy(use).map((one) => ({ ...settleOne(roleSet, resource, one), use: one })));
    const settleTags = memoised(
      (roleSet: readonly Role[], resource: Resource, use: Use, tags: readonly TagCategory[]): Answer =>
        tags.every((tag) => tagCategories.includes(tag))
          ? strictestOf(
              askedBy(use).map((one) => ({
                ...engine.settleTags(roleSet, resource, one, circumstances, tags),
                use: one,
              })),
            )
          : { ...settle(roleSet, resource, use), outcome: DENY }, // a tag of which no rule can speak opens nothing
    );
    const rolesThatMay = memoised((_: readonly Role[], resource: Resource, use: Use) =>
      roles.filter((role) => [ALLOW, DEPENDS].includes(settle([role], resource, use).outcome)),
    );

    const tables = new Map<string, Uint8Array>();
    const tableFor: CompiledPolicy['tableFor'] = (roleSet, categories) => {
      const key = `${keyOf(roleSet)} ${categories ? keyOf(categories) : ''}`;
      let table = tables.get(key);
      if (!table) {
        table = new Uint8Array(coordinates.names.length * uses.length);
        for (let coordinate = 0; coordinate < coordinates.names.length; coordinate++) {
          const resource = resourceOf(coordinate);
          for (const use of uses) {
            const { outcome } = settle(roleSet, resource, use);
            table[cell(coordinate, use)] =
              outcome === DEPENDS && categories ? settleTags(roleSet, resource, use, categories).outcome : outcome;
          }
        }
        tables.set(key, table);
      }
      return table;
    };

    const explain: CompiledPolicy['explain'] = (roleSet, coordinate, use, categories) => {
      const resource = resourceOf(coordinate);
      const open = settle(roleSet, resource, use);
      const answer = open.outcome === DEPENDS && categories ? settleTags(roleSet, resource, use, categories) : open;
      const { outcome, ids } = answer;
      if (ids.length === 0) {
        const may = rolesThatMay([], resource, use);
        const { noun } = classes[resource.class];
        return {
          outcome: outcomes[outcome],
          use: answer.use,
          policyIds: [defaultDeny],
          reason: `No rule lets ${listed([...new Set(roleSet)].sort()) || 'a caller without roles'} ${useVerbs[answer.use]} ${noun}.`,
          howToRequest: may.length > 0 ? `Ask a governance lead for a role that may: ${listed(may)}.` : undefined,
        };
      }
      const decisive = ids.map((id) => (id === borrowedRole ? borrowed : ruleById.get(id)!));
      return {
        outcome: outcomes[outcome],
        use: answer.use,
        policyIds: ids,
        reason: decisive.map((rule) => rule.reason).join(' '),
        howToRequest: decisive.find((rule) => rule.ask)?.ask,
        ...(outcome === MASK && { mask: strictest(ids.map((id) => ruleById.get(id)!.mask!)) }),
      };
    };

    return {
      coordinates,
      rules,
      roles,
      under: (more) => under({ ...circumstances, ...more }),
      tableFor,
      allows: (roleSet, coordinate, use, categories) =>
        settleTags(roleSet, resourceOf(coordinate), use, categories).outcome === ALLOW,
      explain,
    };
  }

  const built = new Map<string, CompiledPolicy>();
  /** One for each that makes a difference: what a request says may be anything, and what no rule hears is not kept. */
  function under(circumstances: Circumstances): CompiledPolicy {
    const { purpose, borrowed: isBorrowed = false, exporting = false, addressed = true } = circumstances;
    const heard = { purpose: byPurpose ? purpose : undefined, borrowed: isBorrowed, exporting, addressed };
    const key = JSON.stringify(heard);
    let policy = built.get(key);
    if (!policy) built.set(key, (policy = build(heard)));
    return policy;
  }

  return under({});
}

/** A parser's problems, as problems of the input that held the text. */
function parseFor<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof PolicyError && error.field !== field ? new PolicyError(error.problems, field) : error;
  }
}

// As JSON: a role or tag may hold any character, so no separator is safe.
const keyOf = (names: readonly string[]): string => JSON.stringify([...new Set(names)].sort());
const listed = (names: readonly string[]): string => names.join(', ');

function memoised<Result>(
  decide: (roles: readonly Role[], resource: Resource, use: Use, tags: readonly TagCategory[]) => Result,
): (roles: readonly Role[], resource: Resource, use: Use, tags?: readonly TagCategory[]) => Result {
  const known = new Map<string, Result>();
  return (roles, resource, use, tags = []) => {
    const key = `${keyOf(roles)}|${resource.coordinate ?? resource.class}|${resource.tagged}|${use}|${keyOf(tags)}`;
    let result = known.get(key);
    if (result === undefined) {
      result = decide(roles, resource, use, tags);
      known.set(key, result);
    }
    return result;
  };
}
