import { readFileSync } from 'node:fs';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import type { Use } from '../../access/uses.ts';

// From the committed matrix, not from the running policy: what is attacked does not say by itself who may.
const [head, ...lines] = readFileSync(new URL('../../../schema/access-matrix.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(','));

export interface Sides {
  readonly may: readonly ShippedRole[];
  readonly mayNot: readonly ShippedRole[];
}

/** Who may use the field so and who may not, by role; who may for some objects only is on neither side. */
export function sidesOf(coordinate: string, use: Use): Sides {
  const column = head!.indexOf(use);
  const rows = lines.filter(([name]) => name === coordinate);
  if (rows.length === 0) throw new Error(`The access matrix has no ${coordinate}`);
  const those = (outcome: string) => rows.filter((row) => row[column] === outcome).map((row) => row[2] as ShippedRole);
  return { may: those('allow'), mayNot: those('') };
}

/** All roles, in groups that may take the same along and read it in the same ways: a site of one is a site of each. */
export function takingAlike(): readonly (readonly ShippedRole[])[] {
  const [role, exporting] = [head!.indexOf('role'), head!.indexOf('export')];
  const apart = [role, head!.indexOf('subscribe'), head!.indexOf('mutate')]; // which no site does
  const taken = (who: ShippedRole): string =>
    lines
      .filter((row) => row[role] === who && row[exporting] !== '')
      .map((row) => row.filter((_, column) => !apart.includes(column)).join())
      .join('\n');
  return [...Map.groupBy(shippedRoles, taken).values()];
}

/** What the role may do so with each field that the matrix has, by `Type.field`: empty where it may not. */
export function outcomesOf(role: ShippedRole, use: Use): ReadonlyMap<string, string> {
  const column = head!.indexOf(use);
  return new Map(lines.filter((row) => row[2] === role).map((row) => [row[0]!, row[column]!]));
}
