import { GraphQLError, type ASTNode } from 'graphql';
import { AvalError } from '../shared/errors.ts';
import type { TagCategory } from './classes.ts';
import type { CompiledPolicy, Explanation } from './decisions.ts';
import type { MaskKind } from './masks.ts';
import { useVerbs, type Use } from './uses.ts';

/** Hidden, as opposed to absent: which field, for which use, by which rule, and whom to ask. */
export interface Redaction {
  /** `Type.field` */
  readonly field: string;
  readonly use: Use;
  /** The rule's id; `default-deny` when no rule allows. */
  readonly policy: string;
  readonly reason: string;
  readonly howToRequest: string | null;
  /** How it is shown in part; absent when it is not shown. */
  readonly mask?: MaskKind;
}

function redaction(field: string, explanation: Explanation): Redaction {
  return {
    field,
    use: explanation.use,
    policy: explanation.policyIds[0]!,
    reason: explanation.reason,
    howToRequest: explanation.howToRequest ?? null,
    ...(explanation.mask && { mask: explanation.mask }),
  };
}

const sentence = ({ field, use, reason }: Redaction): string => `You may not ${useVerbs[use]} ${field}. ${reason}`;

/** For services and REST doors. */
export function forbidden(hidden: Redaction): AvalError {
  return new AvalError('FORBIDDEN', sentence(hidden), {
    extensions: { redaction: hidden },
    ...(hidden.howToRequest === null ? {} : { remedy: hidden.howToRequest }),
  });
}

/** For GraphQL: `extensions` are `{ code: 'FORBIDDEN', redaction }`. */
export function forbiddenInGraphQL(hidden: Redaction, nodes?: readonly ASTNode[]): GraphQLError {
  return new GraphQLError(sentence(hidden), {
    ...(nodes ? { nodes } : {}),
    extensions: { code: 'FORBIDDEN', redaction: hidden },
  });
}

/** Why this use of the field is refused to these roles. */
export function redactionFor(
  policy: CompiledPolicy,
  roles: readonly string[],
  coordinate: number,
  use: Use,
  categories?: readonly TagCategory[],
): Redaction {
  return redaction(policy.coordinates.names[coordinate]!, policy.explain(roles, coordinate, use, categories));
}
