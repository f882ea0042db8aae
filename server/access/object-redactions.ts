import type { Access } from './access.ts';
import { cell, DENY, DEPENDS, MASK } from './decisions.ts';
import { redactionFor, type Redaction } from './redaction.ts';

interface TypeRedactions {
  readonly always: readonly Redaction[];
  /** Fields that depend on the object's tags. */
  readonly open: readonly number[];
}

// By table: the same for everyone in the same roles under the same policy version.
const known = new WeakMap<Uint8Array, Map<string, TypeRedactions>>();

/** The fields of this object that are hidden from the caller, whether asked for or not: the answer to its field `redactions`. */
export function redactionsOf(
  access: Access,
  typeName: string,
  source: object,
): readonly Redaction[] | Promise<readonly Redaction[]> {
  const { always, open } = redactionsOfType(access, typeName);
  return open.length === 0 ? always : withOpen(access, always, open, source);
}

async function withOpen(
  access: Access,
  always: readonly Redaction[],
  open: readonly number[],
  source: object,
): Promise<readonly Redaction[]> {
  const hidden = await Promise.all(open.map((coordinate) => access.hides(coordinate, 'select', source)));
  return [...always, ...hidden.filter((one) => one !== undefined)].sort((a, b) => (a.field < b.field ? -1 : 1));
}

function redactionsOfType({ policy, table, actor }: Access, typeName: string): TypeRedactions {
  let types = known.get(table);
  if (!types) known.set(table, (types = new Map<string, TypeRedactions>()));
  let found = types.get(typeName);
  if (!found) {
    const fields = policy.coordinates.ofType.get(typeName) ?? [];
    found = {
      always: fields
        .filter((coordinate) => [DENY, MASK].includes(table[cell(coordinate, 'select')]!))
        .map((coordinate) => redactionFor(policy, actor.roles, coordinate, 'select')),
      open: fields.filter((coordinate) => table[cell(coordinate, 'select')] === DEPENDS),
    };
    types.set(typeName, found);
  }
  return found;
}
