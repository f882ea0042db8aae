import { sql, type RawBuilder } from 'kysely';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { uuids } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { openAt } from '../intervals.ts';
import { manyByKeyAt } from '../loader.ts';
import { inScope } from '../scope.ts';
import { principalView, type PrincipalView } from './identity.read-model.ts';

export interface GrantView {
  principalId: string;
  role: string;
  validFrom: Date;
  validTo: Date | null;
}

export interface MembershipView {
  principalId: string;
  /** Null for every project. */
  projectId: string | null;
  validFrom: Date;
  validTo: Date | null;
}

export interface TokenView {
  principalId: string;
  label: string;
  projectId: string | null;
  issuedAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** The roles of principals who share a project with the caller, by name. */
export const grantsAt = manyByKeyAt<GrantView, string>(
  async ({ store, actor }, ids, asOf) => {
    const { rows } = await sql<GrantView>`
      select g.principal_id as "principalId", g.role, g.valid_from as "validFrom", g.valid_to as "validTo" from role_grant g
       where g.principal_id = any(${uuids(ids)}) and ${openAt('g', asOf)}
         and exists (select from membership m where m.principal_id = g.principal_id and ${isShared(actor)})
       order by g.role`.execute(store.read);
    return rows;
  },
  ({ principalId }) => principalId,
);

/** Memberships of the caller's projects and of every project, that one first. */
export const membershipsAt = manyByKeyAt<MembershipView, string>(
  async ({ store, actor }, ids, asOf) => {
    const { rows } = await sql<MembershipView>`
      select m.principal_id as "principalId", m.project_id as "projectId", m.valid_from as "validFrom", m.valid_to as "validTo"
        from membership m where m.principal_id = any(${uuids(ids)}) and ${openAt('m', asOf)} and ${isShared(actor)}
       order by m.project_id nulls first`.execute(store.read);
    return rows;
  },
  ({ principalId }) => principalId,
);

/** The tokens that worked, or work now, of principals who share a project with the caller; the oldest first. */
export const tokensAt = manyByKeyAt<TokenView, string>(
  async ({ store, actor }, ids, asOf) => {
    const at = asOf ?? store.clock.now();
    const { rows } = await sql<TokenView>`
      select t.principal_id as "principalId", t.label, t.default_project_id as "projectId", t.created_at as "issuedAt",
             t.expires_at as "expiresAt", t.revoked_at as "revokedAt" from api_token t
       where t.principal_id = any(${uuids(ids)}) and t.created_at <= ${at} and (t.expires_at is null or t.expires_at > ${at})
         and (t.revoked_at is null or t.revoked_at > ${at})
         and exists (select from membership m where m.principal_id = t.principal_id and ${isShared(actor)})
       order by t.created_at, t.id`.execute(store.read);
    return rows;
  },
  ({ principalId }) => principalId,
);

const isShared = (actor: Context['actor']): RawBuilder<boolean> =>
  sql`(m.project_id is null or ${inScope(actor, 'm.project_id')})`;

export interface PrincipalFilter {
  role?: readonly string[] | null;
}

const byName = 'principals:name';

/** Who had a membership of one of the caller's projects, or of every project, at that moment or has it now; by name. */
export async function pageOfPrincipals(
  { store, actor }: Context,
  { first, after, where, asOf }: PageRequest & { where?: PrincipalFilter | null; asOf: Date | null },
): Promise<Page<PrincipalView>> {
  const size = pageSize(first);
  const last = decodeCursor(after, byName, ['text']);
  const { rows } = await sql<{ id: string; name: string; kind: PrincipalView['kind'] }>`
    select p.id, p.name, p.kind from principal p
     where exists (select from membership m where m.principal_id = p.id and ${openAt('m', asOf)} and ${isShared(actor)})
       and ${last ? sql`p.name > ${last[0]}` : sql`true`}
       and ${where?.role ? sql`exists (select from role_grant g where g.principal_id = p.id and ${openAt('g', asOf)} and g.role = any(${sql.val([...where.role])}::text[]))` : sql`true`}
     order by p.name limit ${size + 1}`.execute(store.read);
  return pageOf(rows.map(principalView), size, ({ name }) => encodeCursor(byName, [name]));
}
