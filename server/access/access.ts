import type { Actor } from './actor.ts';
import { tagCategories, type TagCategory } from './classes.ts';
import { ALLOW, cell, DEPENDS, outcomes, type CompiledPolicy, type Outcome } from './decisions.ts';
import { forbidden, redactionFor, type Redaction } from './redaction.ts';
import { createTrail, type Trail } from './trail.ts';
import type { Use } from './uses.ts';

/** The categories of the tags in effect on the asset behind an object; undefined when there is no telling, which denies. */
export type CategoriesOf = (
  source: object,
) => Promise<readonly TagCategory[] | undefined> | readonly TagCategory[] | undefined;

/** What one caller may do, for the length of one request: `context.access` in GraphQL, and the door of each REST route. */
export interface Access {
  readonly actor: Actor;
  readonly policy: CompiledPolicy;
  /** Outcomes by `cell(coordinate, use)`. */
  readonly table: Uint8Array;
  readonly trail: Trail;
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
  /**
   * Looks at the tags of a list's objects together, for `isOpenByTags` to know them. `cells` are all that is asked of these objects and depends
   * on their tags; `list` stands for the list. An object whose tags cannot be told stays unknown.
   */
  look(list: object, sources: readonly object[], cells: readonly number[]): Promise<void>;
  /** Whether the tags of the object, which may be of that list, are known to allow the cell. */
  isOpenByTags(list: object | undefined, source: object, cell: number): boolean;
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

  const settled: (Uint8Array | undefined)[] = []; // tables by tag categories, each a bit
  function settledFor(categories: readonly TagCategory[] | undefined): Uint8Array | undefined {
    if (!categories) return undefined;
    let bits = 0;
    for (const category of categories) {
      const place = tagCategories.indexOf(category);
      if (place < 0) return undefined; // no rule can speak of it
      bits |= 1 << place;
    }
    return (settled[bits] ??= policy.tableFor(actor.roles, categories));
  }

  const openLists = new WeakSet<object>();
  let lastOpen: object | undefined; // fields of one list come one after another
  const tables = new WeakMap<object, Uint8Array>();
  const look: Access['look'] = async (list, sources, cells) => {
    const loading = sources.map((source) => categoriesOf?.(source));
    const found = loading.some((one) => one instanceof Promise)
      ? (await Promise.allSettled(loading.map((one) => Promise.resolve(one)))).map((one) =>
          one.status === 'fulfilled' ? one.value : undefined,
        )
      : (loading as (readonly TagCategory[] | undefined)[]);
    const own = found.map(settledFor);
    if ([...new Set(own)].every((one) => one && cells.every((at) => one[at] === ALLOW))) openLists.add(list);
    else own.forEach((one, i) => one && tables.set(sources[i]!, one));
  };
  const isOpenByTags: Access['isOpenByTags'] = (list, source, at) => {
    if (list !== undefined && (list === lastOpen || openLists.has(list))) {
      lastOpen = list;
      return true;
    }
    return tables.get(source)?.[at] === ALLOW;
  };

  return {
    actor,
    policy,
    table,
    trail,
    maskKey,
    look,
    isOpenByTags,
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
