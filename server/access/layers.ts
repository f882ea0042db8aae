import type { Role } from './actor.ts';
import { cedarPolicySet, type CedarPolicySet, type Circumstances, type Resource } from './cedar.ts';
import type { TagCategory } from './classes.ts';
import { mentionsTags, type Rule } from './policy-text.ts';
import { isShown, type Use } from './uses.ts';

export const DENY = 0;
export const ALLOW = 1;
/** Depends on the effective tags of the object at hand. */
export const DEPENDS = 2;
/** Shown, but masked; for every use but select and export this is a denial. */
export const MASK = 3;
export const outcomes = ['DENY', 'ALLOW', 'DEPENDS', 'MASK'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Settled {
  readonly outcome: typeof DENY | typeof ALLOW | typeof DEPENDS | typeof MASK;
  /** The rules that decided, or that would; none for a denial by default. */
  readonly ids: readonly string[];
}

type Ask = readonly [roles: readonly Role[], resource: Resource, use: Use];

export interface Layers {
  /** What can be settled without an object's tags. */
  settle(...ask: [...Ask, circumstances: Circumstances]): Settled;
  /** What is settled once they are known: never DEPENDS. */
  settleTags(...ask: [...Ask, circumstances: Circumstances, categories: readonly TagCategory[]]): Settled;
}

/**
 * Rules in layers. Those that hide or show decide first; those that mask then turn what is shown into what is shown in part. In each,
 * rules that do not speak of tags come first; where one that does could turn the answer, it is left open.
 */
export function layers(rules: readonly Rule[]): Layers {
  const plain = layer(rules.filter((rule) => rule.mask === undefined));
  const masks = rules.filter((rule) => rule.mask !== undefined);
  const masking = layer(masks);
  const masked = (use: Use, ids: readonly string[]): Settled => ({ outcome: isShown(use) ? MASK : DENY, ids });

  return {
    settle(roles, resource, use, circumstances) {
      const shown = plain.settle(roles, resource, use, circumstances);
      if (shown.outcome === DENY || masks.length === 0) return shown;
      const always = masking.fixed.decide(roles, resource, use, [], circumstances).rules;
      if (always.length > 0) return shown.outcome === ALLOW || !isShown(use) ? masked(use, always) : shown;
      const sometimes = masking.could(roles, resource, use, circumstances);
      if (sometimes.length === 0) return shown;
      // Objects without tags to look at: what a tag could mask is masked.
      return resource.tagged ? { outcome: DEPENDS, ids: sometimes } : masked(use, sometimes);
    },
    settleTags(roles, resource, use, circumstances, categories) {
      const { allowed, rules: ids } = plain.whole.decide(roles, resource, use, categories, circumstances);
      if (!allowed) return { outcome: DENY, ids };
      if (masks.length === 0) return { outcome: ALLOW, ids };
      const applying = masking.whole.decide(roles, resource, use, categories, circumstances).rules;
      return applying.length > 0 ? masked(use, applying) : { outcome: ALLOW, ids };
    },
  };
}

interface Layer {
  readonly whole: CedarPolicySet;
  /** The rules that do not speak of tags. */
  readonly fixed: CedarPolicySet;
  /** Those that do, and that apply to the roles, the resource and the use whatever their conditions on tags say. */
  could(...ask: [...Ask, circumstances: Circumstances]): readonly string[];
  settle(...ask: [...Ask, circumstances: Circumstances]): Settled;
}

function layer(rules: readonly Rule[]): Layer {
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
  // Without their conditions on tags and as forbids, so that Cedar lists each that applies.
  const open = cedarPolicySet(
    byId(conditional, ({ json }) => ({
      ...json,
      effect: 'forbid' as const,
      conditions: json.conditions.filter((clause) => !mentionsTags(clause)),
    })),
  );
  const effects = new Map(conditional.map((rule) => [rule.id, rule.effect]));

  const could: Layer['could'] = (roles, resource, use, circumstances) =>
    conditional.length === 0 ? [] : open.decide(roles, resource, use, [], circumstances).rules;

  return {
    whole,
    fixed,
    could,
    settle(roles, resource, use, circumstances) {
      const { allowed, rules: ids } = fixed.decide(roles, resource, use, [], circumstances);
      if (!allowed && ids.length > 0) return { outcome: DENY, ids }; // forbidden whatever the tags
      const turn = could(roles, resource, use, circumstances).filter(
        (id) => effects.get(id) === (allowed ? 'forbid' : 'permit'),
      );
      if (turn.length === 0) return { outcome: allowed ? ALLOW : DENY, ids };
      if (resource.tagged) return { outcome: DEPENDS, ids: allowed ? turn : [] };
      // Objects of this type have no tags to look at: what a tag could forbid is forbidden, what it could permit is not permitted.
      return { outcome: DENY, ids: allowed ? turn : [] };
    },
  };
}

const byId = <T>(list: readonly Rule[], of: (rule: Rule) => T): Record<string, T> =>
  Object.fromEntries(list.map((rule) => [rule.id, of(rule)]));
