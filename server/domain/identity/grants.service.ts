import { sql } from 'kysely';
import type { Actor, Role } from '../../access/actor.ts';
import { AvalError, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { requireRole, type Policies } from '../policies/policies.service.ts';
import type { Store, SystemActor, Tx } from '../store.ts';
import { requirePrincipal, requireProjects } from './reach.ts';

export interface RoleOf {
  principalId: string;
  role: Role;
}

export interface MemberOf {
  principalId: string;
  /** 'all' for every project, those to come included. */
  project: string;
}

/** Who has which role, and whose rows: intervals, opened and closed. What is so already changes nothing. */
export function createGrants(store: Store, policies: Pick<Policies, 'inForce'>) {
  return {
    /** BAD_INPUT for a role that the access policy in force does not know. */
    async grantRole(actor: Actor | SystemActor, { principalId, role }: RoleOf): Promise<void> {
      requireRole(policies.inForce.compiled, role, 'input.role');
      await store.write(actor, async (tx) => {
        await lockPrincipal(tx, actor, principalId);
        const made = await tx.db
          .insertInto('role_grant')
          .values({ id: newId(), principal_id: principalId, role, valid_from: tx.now, valid_to: null })
          .onConflict((c) => c.doNothing())
          .executeTakeFirst();
        if (made.numInsertedOrUpdatedRows !== 1n) return;
        tx.record({ action: 'role.granted', subject: { kind: 'Principal', id: principalId }, details: { role } });
      });
    },

    /** NOT_FOUND for a role that it does not have; CONFLICT where nobody would be left to manage accounts. Sockets notice at their next event. */
    async revokeRole(actor: Actor | SystemActor, { principalId, role }: RoleOf): Promise<void> {
      await store.write(actor, async (tx) => {
        const administered = await isAdministered(tx);
        await lockPrincipal(tx, actor, principalId);
        const { numUpdatedRows } = await tx.db
          .updateTable('role_grant')
          .set({ valid_to: tx.now })
          .where('principal_id', '=', principalId)
          .where('role', '=', role)
          .where('valid_to', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) throw notFound('This role of this principal', 'input.role');
        if (administered && !(await isAdministered(tx))) throw nobodyLeft('input.role');
        tx.record({ action: 'role.revoked', subject: { kind: 'Principal', id: principalId }, details: { role } });
      });
    },

    /** Nobody gives away projects that are not their own. */
    async addMember(actor: Actor | SystemActor, { principalId, project }: MemberOf): Promise<void> {
      await store.write(actor, async (tx) => {
        await requireProjects(tx, actor, project === 'all' ? 'all' : [project], asked);
        await lockPrincipal(tx, actor, principalId);
        const { rows } = await sql`
          insert into membership (id, principal_id, project_id, valid_from)
          select ${newId()}::uuid, ${principalId}::uuid, ${idOrNull(project)}::uuid, ${tx.now}::timestamptz
           where not exists (${openMembership({ principalId, project })}) returning id`.execute(tx.db);
        if (rows.length === 0) return;
        tx.record({ action: 'member.added', ...about({ principalId, project }) });
      });
    },

    /**
     * NOT_FOUND where there is no such membership; CONFLICT where nobody would be left to manage all accounts. Tokens that write into the
     * project end with it.
     */
    async removeMember(actor: Actor | SystemActor, { principalId, project }: MemberOf): Promise<void> {
      await store.write(actor, async (tx) => {
        const administered = await isAdministered(tx);
        await lockPrincipal(tx, actor, principalId);
        const { rows } = await sql`
          update membership set valid_to = ${tx.now} where id in (${openMembership({ principalId, project })}) returning id`.execute(
          tx.db,
        );
        if (rows.length === 0) throw notFound('This membership', 'input.projectId');
        if (administered && !(await isAdministered(tx))) throw nobodyLeft('input.projectId');
        tx.record({ action: 'member.removed', ...about({ principalId, project }) });
        const ended = await sql`
          update api_token t set revoked_at = ${tx.now} where t.principal_id = ${principalId} and t.revoked_at is null
             and not exists (select from membership m where m.principal_id = t.principal_id and m.valid_to is null
               and (m.project_id is null or m.project_id = t.default_project_id)) returning id`.execute(tx.db);
        if (ended.rows.length > 0)
          tx.record({ action: 'token.revoked', subject: { kind: 'Principal', id: principalId } });
      });
    },
  };
}

const asked = { list: 'input.projectId', one: () => 'input.projectId' };

/** An event of the project that it is about, so that who reviews that reads it. */
const about = ({ principalId, project }: MemberOf) => ({
  subject: { kind: 'Principal' as const, id: principalId },
  ...(project !== 'all' && { projectId: project }),
  details: { project },
});

const idOrNull = (project: string): string | null => (project === 'all' ? null : project);

const openMembership = ({ principalId, project }: MemberOf) => sql`
  select id from membership where principal_id = ${principalId}::uuid and project_id is not distinct from ${idOrNull(project)}::uuid
     and valid_to is null`;

/** NOT_FOUND as `requirePrincipal`; what others change of it waits until the transaction ends. */
async function lockPrincipal(tx: Tx, actor: Actor | SystemActor, id: string): Promise<void> {
  await tx.db.selectFrom('principal').select('id').where('id', '=', id).forUpdate().execute();
  await requirePrincipal(tx, actor, id);
}

/** Whether somebody manages the accounts of every project. Two who take that from each other at once take turns. */
async function isAdministered(tx: Tx): Promise<boolean> {
  await sql`select id from role_grant where role = 'admin' and valid_to is null order by id for update`.execute(tx.db);
  const { rows } = await sql`
    select from role_grant g join principal p on p.id = g.principal_id
     where g.role = 'admin' and g.valid_to is null and p.suspended_at is null
       and exists (select from membership m where m.principal_id = p.id and m.project_id is null and m.valid_to is null)
     limit 1`.execute(tx.db);
  return rows.length > 0;
}

const nobodyLeft = (field: string): AvalError =>
  new AvalError('CONFLICT', 'Nobody would be left who manages accounts.', {
    field,
    remedy: 'Make another administrator of every project first.',
  });
