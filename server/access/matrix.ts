import type { Role } from './actor.ts';
import type { Class } from './classes.ts';
import { cell, outcomes, type CompiledPolicy, type Outcome } from './decisions.ts';
import { uses, type Use } from './uses.ts';

/** What one role may do with one field, use by use. */
export interface MatrixRow {
  /** `Type.field` */
  readonly coordinate: string;
  readonly class: Class;
  readonly role: Role;
  readonly outcomes: Readonly<Record<Use, Outcome>>;
}

/** Role x field x use under a policy, by field and then in the order of `roles`; only fields that `wanted` takes. */
export function matrixOf(
  policy: CompiledPolicy,
  roles: readonly Role[],
  wanted: (coordinate: string) => boolean = () => true,
): MatrixRow[] {
  const { names, classes } = policy.coordinates;
  const tables = roles.map((role) => ({ role, table: policy.tableFor([role]) }));
  return names.flatMap((coordinate, number) =>
    wanted(coordinate)
      ? tables.map(({ role, table }) => ({
          coordinate,
          class: classes[number]!,
          role,
          outcomes: Object.fromEntries(uses.map((use) => [use, outcomes[table[cell(number, use)]!]!])) as Record<
            Use,
            Outcome
          >,
        }))
      : [],
  );
}

/** One line for each field and role, so that a change of policy reads as the lines that it changes. */
export function matrixAsCsv(rows: readonly MatrixRow[]): string {
  const lines = rows.map(({ coordinate, class: name, role, outcomes: by }) =>
    [coordinate, name, role, ...uses.map((use) => (by[use] === 'DENY' ? '' : by[use].toLowerCase()))].join(','),
  );
  return `${[['coordinate', 'class', 'role', ...uses].join(','), ...lines].join('\n')}\n`;
}
