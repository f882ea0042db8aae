import { AvalError } from '../shared/errors.ts';
import type { Role } from './actor.ts';
import { cedar, type PolicyJson } from './cedar.ts';
import { classNames, tagCategories } from './classes.ts';
import type { Coordinates } from './coordinates.ts';
import { maskKinds, type MaskKind } from './masks.ts';
import { readUses, uses } from './uses.ts';

/** One sentence of the policy, with what its annotations say. */
export interface Rule {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly reason: string;
  /** How to ask for what it forbids. */
  readonly ask: string | undefined;
  readonly text: string;
  /** Whether it speaks of the object's tags (`context.categories`), so that no table can hold its answer. */
  readonly conditional: boolean;
  /** How it shows a value instead of hiding it. */
  readonly mask: MaskKind | undefined;
  /** A role of the organisation's own that it brings in. */
  readonly defines: string | undefined;
  readonly json: PolicyJson;
  /** The fields that it names one by one. */
  readonly coordinates: readonly string[];
  /** The uses that it names one by one; `read` is not one. */
  readonly uses: readonly string[];
}

export interface PolicyProblem {
  /** The rule at fault, by its @id or its place. */
  readonly rule: string | undefined;
  readonly message: string;
  readonly help: string | undefined;
  /** In the text, from 1; where the problem has a place. */
  readonly line?: number | undefined;
}

/** BAD_INPUT that lists what is wrong with a policy; `extensions.problems` holds the same as data. */
export class PolicyError extends AvalError {
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[], field = 'policy') {
    const lines = problems.map(
      ({ rule, message, help, line }) =>
        `${rule ?? 'policy'}: ${message}${line === undefined ? '' : `, in line ${line}`}${help ? ` (${help})` : ''}`,
    );
    super('BAD_INPUT', `The policy is not valid. ${lines.join('; ')}`, {
      field,
      remedy: 'Mend what each problem names, and send the whole text again.',
      extensions: { problems },
    });
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

/** The id of the denial that no rule states. */
export const defaultDeny = 'default-deny';

/** The Cedar schema that policies are held to: closed lists, so that a misspelt role, class or use is an error, not a rule that never fires. */
function cedarSchema(roles: readonly Role[]): string {
  const list = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');
  const context = 'categories: Set<Category>, addressed: Bool, purpose?: String';
  const applies = `appliesTo { principal: [Principal], resource: [Coordinate], context: { ${context} } }`;
  const apart = uses.filter((use) => !readUses.includes(use));
  return [
    'namespace Aval {',
    `  entity Role enum [${list(roles)}];`,
    `  entity Class enum [${list(classNames)}];`,
    `  entity Category enum [${list(tagCategories)}];`,
    '  entity Principal in [Role];',
    '  entity Coordinate in [Class];',
    '  action "read";',
    `  action ${list(readUses)} in ["read"] ${applies};`,
    `  action ${list(apart)} ${applies};`,
    '}',
  ].join('\n');
}

/** The rules in a policy's text. Throws PolicyError with every problem found: syntax, types, names, annotations. */
export function parsePolicy(text: string, coordinates: Coordinates, roles: readonly Role[]): Rule[] {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure')
    throw new PolicyError(parts.errors.map((error) => problem(undefined, error, lineOf(text, text, error))));
  if (parts.policy_templates.length > 0) {
    throw new PolicyError([{ rule: undefined, message: 'templates are not used here', help: undefined }]);
  }
  const rules = parts.policies.map((policy, place) => readRule(policy, place));
  const problems: PolicyProblem[] = rules.flatMap((rule) =>
    checkRule(rule, coordinates).map((found) => ({ ...found, line: lineOf(text, rule.text) })),
  );
  const ids = rules.map((rule) => rule.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) {
    problems.push({ rule: id, message: 'two rules have this @id', help: undefined });
  }
  if (problems.length > 0) throw new PolicyError(problems);

  const byId = Object.fromEntries(rules.map((rule) => [rule.id, rule.text]));
  const answer = cedar.validate({ schema: cedarSchema(rolesIn(rules, roles)), policies: { staticPolicies: byId } });
  if (answer.type === 'failure') throw new PolicyError(answer.errors.map((error) => problem(undefined, error)));
  const invalid = [...answer.validationErrors, ...answer.validationWarnings];
  if (invalid.length > 0) {
    throw new PolicyError(
      invalid.map(({ policyId, error }) => problem(policyId, error, lineOf(text, byId[policyId] ?? '', error))),
    );
  }
  return rules;
}

/** These roles, and those that rules bring in. */
export const rolesIn = (rules: readonly Rule[], roles: readonly Role[]): Role[] => [
  ...new Set([...roles, ...rules.flatMap(({ defines }) => defines ?? [])]),
];

interface CedarError {
  readonly message: string;
  readonly help: string | null;
  /** In bytes of what was parsed. */
  readonly sourceLocations?: readonly { readonly start: number }[];
}

function problem(rule: string | undefined, { message, help }: CedarError, line?: number): PolicyProblem {
  return { rule, message, help: help ?? undefined, line };
}

/** The line on which a part of the text begins, or on which an error lies within it; undefined where that cannot be told. */
function lineOf(text: string, part: string, error?: CedarError): number | undefined {
  const start = error?.sourceLocations?.[0]?.start;
  const begin = text.indexOf(part);
  if (part === '' || begin < 0 || (part === text && start === undefined)) return undefined;
  const before = text.slice(0, begin) + Buffer.from(part).subarray(0, start ?? 0).toString(); // prettier-ignore
  return before.split('\n').length;
}

function readRule(text: string, place: number): Rule {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure')
    throw new PolicyError(answer.errors.map((error) => problem(`rule ${place + 1}`, error)));
  const { json } = answer;
  const annotations = json.annotations ?? {};
  return {
    id: annotations['id'] ?? `rule ${place + 1}`,
    effect: json.effect,
    reason: annotations['reason'] ?? '',
    ask: annotations['ask'],
    text,
    conditional: json.conditions.some(mentionsTags),
    mask: annotations['mask'] as MaskKind | undefined, // checkRule refuses any other
    defines: annotations['defines'] ?? undefined,
    json,
    coordinates: entitiesOf(json, 'Aval::Coordinate'),
    uses: entitiesOf(json, 'Aval::Action').filter((name) => name !== 'read'),
  };
}

function checkRule(rule: Rule, coordinates: Coordinates): PolicyProblem[] {
  const wrong: [boolean, string, string?][] = [
    [!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rule.id), '@id is missing, or is not words joined by hyphens'],
    [rule.id === defaultDeny, `@id("${defaultDeny}") stands for what no rule allows`],
    [rule.reason === '', '@reason is missing'],
    [rule.effect === 'forbid' && !rule.ask, '@ask is missing', 'a forbid says how to ask for what it hides'],
    [
      entitiesOf(rule.json, 'Aval::Principal').length > 0,
      'a rule speaks of roles, not of one principal',
      'write principal in Aval::Role::"..."',
    ],
    ...rule.coordinates
      .filter((name) => !coordinates.index.has(name))
      .map((name): [boolean, string] => [true, `the schema has no field ${name}`]),
    [
      rule.conditional && rule.coordinates.some((name) => coordinates.tagged[coordinates.index.get(name)!] === false),
      'context.categories is known only for fields of objects that have tags',
    ],
    [
      rule.mask !== undefined && !maskKinds.includes(rule.mask),
      `@mask("${rule.mask}") is not known`,
      `write one of ${maskKinds.join(', ')}`,
    ],
    [
      rule.defines !== undefined && !/^[a-z][a-z0-9_]{0,59}$/.test(rule.defines),
      '@defines names a role in lower-case letters, digits and underscores',
    ],
    [rule.mask !== undefined && rule.effect === 'permit', '@mask is for a forbid: it shows in part what it would hide'],
  ];
  return wrong.flatMap(([fails, message, help]) => (fails ? [{ rule: rule.id, message, help }] : []));
}

/** What of the context is settled before any object is looked at. */
const ofRequest = ['purpose', 'addressed'];

/** Whether a condition speaks of the object's tags: of the context in any way but by what the request says. */
export function mentionsTags(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(mentionsTags);
  if (node === null || typeof node !== 'object') return false;
  return Object.entries(node).some(([key, value]) => {
    const { left, attr } = ((key === '.' || key === 'has') && value ? value : {}) as {
      left?: { Var?: string };
      attr?: string;
    };
    if (left?.Var === 'context' && ofRequest.includes(attr!)) return false;
    return (key === 'Var' && value === 'context') || mentionsTags(value);
  });
}

/** Whether any rule speaks of the purpose of use. */
export const speaksOfPurpose = (rules: readonly Rule[]): boolean =>
  rules.some(({ json }) => someNode(json.conditions, ({ attr }) => attr === 'purpose'));

function entitiesOf(json: PolicyJson, type: string): string[] {
  const found = new Set<string>();
  someNode(json, (value) => {
    if (value['type'] === type && typeof value['id'] === 'string') found.add(value['id']);
    return false;
  });
  return [...found].sort();
}

function someNode(node: unknown, test: (value: Record<string, unknown>) => boolean): boolean {
  if (Array.isArray(node)) return node.some((item) => someNode(item, test));
  if (node === null || typeof node !== 'object') return false;
  const value = node as Record<string, unknown>;
  return test(value) || Object.values(value).some((item) => someNode(item, test));
}
