import type { Access } from '../../access/access.ts';
import type { JsonObject } from '../../shared/json.ts';
import { actions } from './actions.ts';

const told: Readonly<Record<string, Readonly<Record<string, string | null>>>> = actions;

/** An event's details without those that repeat a field which the caller may not read, and without those that nobody has thought of. */
export function detailsFor(
  access: Pick<Access, 'can'>,
  { action, details }: { action: string; details: JsonObject },
): JsonObject {
  const known = Object.hasOwn(told, action) ? told[action]! : {};
  return Object.fromEntries(
    Object.entries(details).filter(([key]) => {
      const coordinate = Object.hasOwn(known, key) ? known[key] : undefined;
      return coordinate === null || (coordinate !== undefined && access.can(coordinate, 'select'));
    }),
  );
}
