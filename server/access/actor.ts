import { AvalError } from '../shared/errors.ts';

/** The roles that ship. An organisation may define more, so a role is a string wherever the system runs. */
export const shippedRoles = [
  'data_scientist',
  'data_engineer',
  'ml_engineer',
  'operator',
  'governance_lead',
  'compliance_reviewer',
  'business_viewer',
  'admin',
  'ingest',
] as const;

export type ShippedRole = (typeof shippedRoles)[number];
export type Role = ShippedRole | (string & {});

/** Who asks: the first parameter of every service method. */
export interface Actor {
  readonly principalId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** The projects whose rows it sees. */
  readonly projects: 'all' | readonly string[];
  /** Where its writes go when a protocol has no word for projects. */
  readonly defaultProjectId: string;
  /** The code of the purpose of use that it states, if any. */
  readonly purpose?: string | undefined;
  /** True when its role is not its own: taken to see what others see, and not to write. */
  readonly borrowed?: boolean | undefined;
  /** True when it takes a copy away: what it reads it must also be allowed to export. */
  readonly exporting?: boolean | undefined;
}

/**
 * The same caller, answering for one of its roles only (the header `aval-role`). An admin may take any role, to see what others see; it
 * then writes nothing. Throws FORBIDDEN for a role that the caller does not hold.
 */
export function narrow(actor: Actor, role: Role): Actor {
  if (!actor.roles.includes(role) && !actor.roles.includes('admin')) {
    throw new AvalError('FORBIDDEN', 'You do not hold the role that the header aval-role names.', {
      field: 'aval-role',
      remedy: 'Leave the header out, or name one of your own roles.',
    });
  }
  return { ...actor, roles: [role], ...(!actor.roles.includes(role) && { borrowed: true }) };
}
