import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Class, TagCategory } from './classes.ts';
import type { Role } from './actor.ts';
import { readUses, type Use } from './uses.ts';

// The package's `nodejs` entry is CommonJS with no `import` condition; its ESM entry needs a bundler.
const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar;

/** What is decided upon: a field in its class, or the class as such, for all fields that no rule names. */
export interface Resource {
  readonly class: Class;
  /** `Type.field`; absent for the class as such. */
  readonly coordinate?: string | undefined;
  /** Whether its objects have tags to look at. */
  readonly tagged: boolean;
}

/** What a request says beside its roles. */
export interface Circumstances {
  /** The purpose of use that the caller states. */
  readonly purpose?: string | undefined;
  /** A role that is not the caller's own, taken to see what others see. */
  readonly borrowed?: boolean | undefined;
  /** What it reads is taken away. */
  readonly exporting?: boolean | undefined;
  /** Whether the object is meant for one of the caller's roles; true unless said otherwise. */
  readonly addressed?: boolean | undefined;
}

export interface CedarAnswer {
  readonly allowed: boolean;
  /** The rules that decided: the forbids if any, else the permits; none for a denial by default. */
  readonly rules: readonly string[];
}

export interface CedarPolicySet {
  decide(
    roles: readonly Role[],
    resource: Pick<Resource, 'class' | 'coordinate'>,
    use: Use,
    categories: readonly TagCategory[],
    circumstances: Circumstances,
  ): CedarAnswer;
}

const principal = { type: 'Aval::Principal', id: 'caller' };
// Not the name of any field: GraphQL names hold no colon.
const wholeClass = (name: Class): string => `class:${name}`;

/** Parses the rules once; a decision then costs about 0.1 ms. Rules are Cedar's text, or its JSON, by id. */
export function cedarPolicySet(rules: Readonly<Record<string, Cedar.Policy>>): CedarPolicySet {
  // The cache behind preparsing is never emptied, so the same rules must come under the same name.
  const id = createHash('sha256').update(JSON.stringify(rules)).digest('hex');
  const parsed = cedar.preparsePolicySet(id, { staticPolicies: { ...rules } });
  if (parsed.type === 'failure') throw new Error(parsed.errors.map((error) => error.message).join('; '));

  return {
    decide(roles, resource, use, categories, { purpose, addressed = true }) {
      const coordinate = { type: 'Aval::Coordinate', id: resource.coordinate ?? wholeClass(resource.class) };
      const action = { type: 'Aval::Action', id: use };
      const answer = cedar.statefulIsAuthorized({
        principal,
        action,
        resource: coordinate,
        context: {
          categories: categories.map((id) => ({ __entity: { type: 'Aval::Category', id } })),
          addressed,
          ...(purpose !== undefined && { purpose }),
        },
        preparsedPolicySetId: id,
        entities: [
          { uid: principal, attrs: {}, parents: roles.map((role) => ({ type: 'Aval::Role', id: role })) },
          { uid: coordinate, attrs: {}, parents: [{ type: 'Aval::Class', id: resource.class }] },
          { uid: action, attrs: {}, parents: readUses.includes(use) ? [{ type: 'Aval::Action', id: 'read' }] : [] },
        ],
      });
      if (answer.type === 'failure') throw new Error(answer.errors.map((error) => error.message).join('; '));
      const { decision, diagnostics } = answer.response;
      // Cedar skips a rule that fails to evaluate, a forbid too. Validation should leave none; if one is left, nobody passes.
      if (diagnostics.errors.length > 0) {
        return { allowed: false, rules: diagnostics.errors.map((error) => error.policyId).sort() };
      }
      return { allowed: decision === 'allow', rules: [...diagnostics.reason].sort() };
    },
  };
}

export { cedar };
export type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
