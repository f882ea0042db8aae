import type { CompiledPolicy } from '../../access/decisions.ts';
import { badInput } from '../../shared/errors.ts';

/** BAD_INPUT unless the access policy knows the role: it ships, or a rule of the organisation brings it in. */
export function requireRole({ roles }: Pick<CompiledPolicy, 'roles'>, role: string, field: string): void {
  if (roles.includes(role)) return;
  throw badInput(field, 'This is not a known role.', `Take one of ${roles.join(', ')}.`);
}
