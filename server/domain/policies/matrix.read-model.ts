import type { CompiledPolicy } from '../../access/decisions.ts';
import { matrixOf, type MatrixRow } from '../../access/matrix.ts';
import { uses } from '../../access/uses.ts';
import { badInput } from '../../shared/errors.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';

export interface MatrixFilter {
  coordinate?: readonly string[] | null;
  class?: readonly string[] | null;
  role?: readonly string[] | null;
}

const order = 'matrix';

/** By field and role; a page costs no statement: it is read from the compiled policy. */
export function pageOfMatrix(
  policy: CompiledPolicy,
  { first, after, where }: PageRequest & { where?: MatrixFilter | null },
) {
  const size = pageSize(first);
  const last = decodeCursor(after, order, ['text', 'text']);
  const roles = policy.roles.filter((role) => where?.role?.includes(role) ?? true).sort();
  const known = new Set(policy.coordinates.names.flatMap((name) => [name, name.split('.')[0]!]));
  const strange = where?.coordinate?.findIndex((name) => !known.has(name)) ?? -1;
  if (strange >= 0) {
    throw badInput(
      `where.coordinate[${strange}]`,
      'The schema has no such field or type.',
      'Write `Type.field` or `Type`.',
    );
  }
  const rows = matrixOf(
    policy,
    roles,
    (name) =>
      (!last || name >= last[0]) &&
      (where?.coordinate?.some((one) => one === name || name.startsWith(`${one}.`)) ?? true),
  ).filter(
    ({ coordinate, role, class: name }) =>
      (!last || coordinate > last[0] || role > last[1]) && (where?.class?.includes(name) ?? true),
  );
  const page: Page<MatrixRow> = pageOf(rows.slice(0, size + 1), size, (row) =>
    encodeCursor(order, [row.coordinate, row.role]),
  );
  return page;
}

export const matrixRowView = ({ outcomes, ...row }: MatrixRow) => ({
  ...row,
  decisions: uses.map((use) => ({ use, outcome: outcomes[use] })),
});
