import type { Actor } from './actor.ts';
import type { TagCategory } from './classes.ts';
import { ALLOW, cell, DEPENDS, outcomes, type CompiledPolicy, type Outcome } from './decisions.ts';
import { forbidden, redactionFor, type Redaction } from './redaction.ts';
import { TaggedObjects, type CategoriesOf } from './tagged-objects.ts';
import { createTrail, type Trail } from './trail.ts';
import type { Use } from './uses.ts';

/** What one caller may do, for the length of one request: `context.access` in GraphQL, and the door of each REST route. */
export interface Access {
  readonly actor: Actor;
  readonly policy: CompiledPolicy;
  /** Outcomes by `cell(coordinate, use)`. */
  readonly table: Uint8Array;
  readonly trail: Trail;
  /** What tags open, of the objects that were looked at. */
  readonly tagged: TaggedObjects;
  /** Throws when the schema has no such `Type.field`: a misspelt coordinate is a mistake of ours, not a denial. */
  outcome(coordinate: string, use: Use): Outcome;
  /** Whether any object allows it without a look at its tags; `canFor` looks. */
  can(coordinate: string, use: Use): boolean;
  canFor(coordinate: string, use: Use, source: object): Promise<boolean>;
  /** Throws FORBIDDEN with the redaction, and leaves a denial in the trail, unless `can`. */
  require(coordinate: string, use: Use): void;
  requireFor(coordinate: string, use: Use, source: object): Promise<void>;
  /** The key of masks that hash; undefined shows nothing in their place. */
  readonly maskKey: Buffer | undefined;
  /** Why the object hides the field or masks it, or undefined when it does neither. Leaves nothing in the trail. */
  hides(coordinate: number, use: Use, source: object): Promise<Redaction | undefined>;
}

export interface AccessOptions {
  /** Batched by the caller: it is asked once for each object whose fields depend on tags. Without it, such fields are denied. */
  readonly categoriesOf?: CategoriesOf;
  readonly maskKey?: Buffer;
}

export function createAccess(
  actor: Actor,
  general: CompiledPolicy,
  { categoriesOf, maskKey }: AccessOptions = {},
): Access {
  const policy = general.under({ purpose: actor.purpose, borrowed: actor.borrowed, exporting: actor.exporting });
  const { coordinates } = policy;
  const table = policy.tableFor(actor.roles);
  const trail = createTrail();

  const numberOf = (coordinate: string): number => {
    const number = coordinates.index.get(coordinate);
    if (number === undefined) throw new Error(`No field ${coordinate} is labelled`);
    return number;
  };
  const at = (coordinate: string, use: Use): number => table[cell(numberOf(coordinate), use)]!;
  const why = (coordinate: number, use: Use, categories?: readonly TagCategory[]): Redaction =>
    redactionFor(policy, actor.roles, coordinate, use, categories);

  const hides: Access['hides'] = async (coordinate, use, source) => {
    const outcome = table[cell(coordinate, use)];
    if (outcome === ALLOW) return undefined;
    if (outcome !== DEPENDS) return why(coordinate, use);
    const categories = await categoriesOf?.(source);
    if (!categories) return why(coordinate, use);
    return policy.allows(actor.roles, coordinate, use, categories) ? undefined : why(coordinate, use, categories);
  };

  const tagged = new TaggedObjects(categoriesOf, (categories) => policy.tableFor(actor.roles, categories));

  return {
    actor,
    policy,
    table,
    trail,
    maskKey,
    tagged,
    hides,
    outcome: (coordinate, use) => outcomes[at(coordinate, use)]!,
    can: (coordinate, use) => at(coordinate, use) === ALLOW,
    canFor: async (coordinate, use, source) => (await hides(numberOf(coordinate), use, source)) === undefined,
    require(coordinate, use) {
      if (at(coordinate, use) === ALLOW) return;
      const hidden = why(numberOf(coordinate), use);
      trail.denied(hidden);
      throw forbidden(hidden);
    },
    async requireFor(coordinate, use, source) {
      const hidden = await hides(numberOf(coordinate), use, source);
      if (!hidden) return;
      trail.denied(hidden, source);
      throw forbidden(hidden);
    },
  };
}
