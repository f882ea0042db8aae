import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor, Role } from '../../access/actor.ts';
import { createBatcher } from '../../shared/batcher.ts';
import { AvalError, badInput } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkText } from '../../shared/json.ts';
import { texts } from '../../storage/arrays.ts';
import { prepared } from '../../storage/prepared.ts';
import { projectsAt, rolesOf } from './identity.read-model.ts';
import { requireRole, type Policies } from '../policies/policies.service.ts';
import type { Store, SystemActor } from '../store.ts';
import { requirePrincipal, requireProjects } from './reach.ts';

/** The prefix lets secret scanners find a token that was committed by mistake. */
const tokenPrefix = 'aval_';

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export interface NewPrincipal {
  name: string;
  kind: 'person' | 'service';
  roles: readonly Role[];
  /** Project ids; 'all' sees every project, those to come included. */
  projects: 'all' | readonly string[];
}

export interface NewToken {
  principalId: string;
  label: string;
  /** Where writes go when the protocol names no project. */
  defaultProjectId: string;
  expiresAt?: Date;
  /** Made up unless given; only databases for tests take one. */
  token?: string;
}

interface Shown {
  readonly hash: string;
  readonly purpose: string | null;
}

interface HolderRow extends PrincipalRow {
  hash: string;
  default_project_id: string | null;
  stated: string | null;
  /** The one stated, if there is such a purpose. */
  purpose: string | null;
}

interface PrincipalRow {
  id: string;
  name: string;
  roles: string[];
  projects: (string | null)[];
  policy: number;
}

const keyOf = ({ hash, purpose }: Shown): string => `${hash} ${purpose ?? '\0'}`;

/** Of `principal p`, with the roles and projects that it has now; and the policy in force. */
const principalColumns = sql`p.id, p.name, ${rolesOf()} as roles, ${projectsAt()} as projects,
  (select max(version) from policy_version) as policy`;

const toActor = ({ id, name, roles, projects }: PrincipalRow, defaultProjectId: string): Actor => ({
  principalId: id,
  name,
  roles,
  projects: projects.includes(null) ? 'all' : (projects as string[]),
  defaultProjectId,
});

/** Accounts, their roles and projects, and the tokens they call with. OIDC will issue actors beside `authenticate`. */
export function createIdentity(store: Store, policies: Pick<Policies, 'reach' | 'inForce'>) {
  /** Who holds a token now. Requests that come at the same time ask in one statement; no answer is kept for the next. */
  const holderOf = createBatcher(
    async (shown: readonly Shown[]) => {
      const asked = new Map(shown.map((one) => [keyOf(one), one]));
      const { rows } = await sql<HolderRow>`${prepared}
        select a.hash, ${principalColumns}, t.default_project_id, a.stated, (select code from purpose where code = a.stated) as purpose
          from unnest(${texts([...asked.values()].map(({ hash }) => hash))}, ${texts([...asked.values()].map(({ purpose }) => purpose))}) as a(hash, stated)
          join api_token t on t.hash = a.hash join principal p on p.id = t.principal_id
         where t.revoked_at is null and p.suspended_at is null
           and (t.expires_at is null or t.expires_at > ${store.clock.now()})`.execute(store.read); // prettier-ignore
      const found = new Map(rows.map((row) => [keyOf({ hash: row.hash, purpose: row.stated }), row]));
      return shown.map((one) => found.get(keyOf(one)));
    },
    { lanes: 2, most: 100 },
  );

  return {
    /** The project of that slug, made when it is missing. */
    async ensureProject(actor: Actor | SystemActor, slug: string, name = slug): Promise<string> {
      const found = await store.read.selectFrom('project').select('id').where('slug', '=', slug).executeTakeFirst();
      return found?.id ?? this.createProject(actor, { slug, name });
    },

    /**
     * Throws ALREADY_EXISTS when the slug is taken. Slugs are the organisation's, so who sees some projects only makes none: they would
     * learn which others there are.
     */
    async createProject(actor: Actor | SystemActor, { slug, name }: { slug: string; name: string }): Promise<string> {
      if ('projects' in actor && actor.projects !== 'all') {
        throw new AvalError('FORBIDDEN', 'Only who sees every project may make another.', {
          field: 'input.slug',
          remedy: 'Ask an administrator of all projects.',
        });
      }
      return store.write(actor, async (tx) => {
        const id = newId();
        const made = await tx.db
          .insertInto('project')
          .values({ id, slug, name, created_at: tx.now })
          .onConflict((c) => c.column('slug').doNothing())
          .executeTakeFirst();
        if (made.numInsertedOrUpdatedRows !== 1n) {
          throw new AvalError('ALREADY_EXISTS', 'A project of this slug exists.', { field: 'input.slug' });
        }
        tx.record({ action: 'project.created', subject: { kind: 'Project', id }, projectId: id, details: { slug } });
        return id;
      });
    },

    /** Throws ALREADY_EXISTS when the name is taken, BAD_INPUT for a role of which no rule knows; nobody gives away projects that are not their own. */
    async createPrincipal(actor: Actor | SystemActor, input: NewPrincipal): Promise<string> {
      const { compiled } = policies.inForce;
      input.roles.forEach((role, i) => requireRole(compiled, role, `input.roles[${i}]`));
      return store.write(actor, async (tx) => {
        await requireProjects(tx, actor, input.projects);
        const id = newId();
        const { name, kind } = input;
        const made = await tx.db
          .insertInto('principal')
          .values({ id, name, kind, created_at: tx.now, suspended_at: null })
          .onConflict((c) => c.column('name').doNothing())
          .executeTakeFirst();
        if (made.numInsertedOrUpdatedRows !== 1n) {
          throw new AvalError('ALREADY_EXISTS', 'A principal of this name exists.', { field: 'input.name' });
        }
        const open = { principal_id: id, valid_from: tx.now, valid_to: null };
        const projects = input.projects === 'all' ? [null] : input.projects;
        if (input.roles.length > 0) {
          await tx.db
            .insertInto('role_grant')
            .values([...new Set(input.roles)].map((role) => ({ id: newId(), role, ...open })))
            .execute();
        }
        if (projects.length > 0) {
          await tx.db
            .insertInto('membership')
            .values(projects.map((project_id) => ({ id: newId(), project_id, ...open })))
            .execute();
        }
        tx.record({
          action: 'principal.created',
          subject: { kind: 'Principal', id },
          details: {
            name,
            kind,
            roles: [...input.roles],
            projects: input.projects === 'all' ? 'all' : [...input.projects],
          },
        });
        return id;
      });
    },

    /** The token of a first administrator, on an empty database only; null ever after. */
    async firstAdmin(actor: SystemActor): Promise<string | null> {
      const somebody = await store.read.selectFrom('principal').select('id').limit(1).executeTakeFirst();
      if (somebody) return null;
      const defaultProjectId = await this.ensureProject(actor, 'default', 'Default');
      const principalId = await this.createPrincipal(actor, {
        name: 'admin',
        kind: 'person',
        roles: ['admin'],
        projects: 'all',
      });
      return this.issueToken(actor, { principalId, label: 'first start', defaultProjectId });
    },

    /** A new token; this answer is the only place where it is ever readable. */
    async issueToken(actor: Actor | SystemActor, input: NewToken): Promise<string> {
      const token = input.token ?? tokenPrefix + randomBytes(32).toString('base64url');
      await store.write(actor, async (tx) => {
        await requirePrincipal(tx, actor, input.principalId);
        const id = newId();
        await tx.db
          .insertInto('api_token')
          .values({
            id,
            principal_id: input.principalId,
            label: input.label,
            hash: hashOf(token),
            default_project_id: input.defaultProjectId,
            created_at: tx.now,
            expires_at: input.expiresAt ?? null,
            revoked_at: null,
          })
          .execute();
        tx.record({
          action: 'token.issued',
          subject: { kind: 'Principal', id: input.principalId },
          details: { label: input.label },
        });
      });
      return token;
    },

    async revokeTokens(actor: Actor | SystemActor, principalId: string): Promise<void> {
      await store.write(actor, async (tx) => {
        await requirePrincipal(tx, actor, principalId);
        await tx.db
          .updateTable('api_token')
          .set({ revoked_at: tx.now })
          .where('principal_id', '=', principalId)
          .where('revoked_at', 'is', null)
          .execute();
        tx.record({ action: 'token.revoked', subject: { kind: 'Principal', id: principalId } });
      });
    },

    /**
     * The actor behind a token, and the purpose that it states. UNAUTHENTICATED, in the same words, for an unknown, expired, revoked or
     * suspended token; BAD_INPUT for an unknown purpose.
     */
    async authenticate(token: string, purpose?: string): Promise<Actor> {
      if (purpose !== undefined) checkText(purpose, 'aval-purpose');
      const row = await holderOf({ hash: hashOf(token), purpose: purpose ?? null });
      if (!row?.default_project_id) {
        throw new AvalError('UNAUTHENTICATED', 'The token is not valid.', {
          remedy: 'Send `Authorization: Bearer TOKEN` with a token that Aval issued and that has not expired.',
        });
      }
      if (purpose !== undefined && row.purpose === null) {
        throw badInput(
          'aval-purpose',
          'The header aval-purpose names no known purpose.',
          'Send a code of `purposes`, or leave the header out.',
        );
      }
      await policies.reach(row.policy); // no caller is decided upon by a version that is out of force
      return { ...toActor(row, row.default_project_id), ...(row.purpose !== null && { purpose: row.purpose }) };
    },

    /** Who a principal is now that acted in that project, by no more than those of its roles; undefined when it is suspended. */
    async actingStill(principalId: string, projectId: string, roles: readonly string[]): Promise<Actor | undefined> {
      const { rows } = await sql<PrincipalRow>`
        select ${principalColumns} from principal p where p.id = ${principalId} and p.suspended_at is null`.execute(
        store.read,
      );
      if (rows[0]) await policies.reach(rows[0].policy);
      const actor = rows[0] && toActor(rows[0], projectId);
      const holds = (role: string): boolean => actor!.roles.includes(role) || actor!.roles.includes('admin');
      const borrowed = actor?.roles.includes('admin') && roles.some((role) => !actor.roles.includes(role));
      return actor && { ...actor, roles: roles.filter(holds), ...(borrowed && { borrowed }) };
    },
  };
}

export type Identity = ReturnType<typeof createIdentity>;
