import { sql } from 'kysely';
import { toGlobalId } from '../../shared/ids.ts';
import { uuids } from '../../storage/arrays.ts';
import type { Context, NodeView } from '../context.ts';
import { openAt } from '../intervals.ts';
import { manyByKeyAt, oneByKey } from '../loader.ts';
import { inScope } from '../scope.ts';

export interface ProjectView extends NodeView {
  slug: string;
  name: string;
}

export const projectView = (row: { id: string; slug: string; name: string }): ProjectView => ({
  __typename: 'Project',
  id: toGlobalId('Project', row.id),
  uuid: row.id,
  slug: row.slug,
  name: row.name,
});

export const projectById = oneByKey<string, ProjectView>(
  async ({ store, actor }, ids) => {
    const rows = await store.read
      .selectFrom('project')
      .select(['id', 'slug', 'name'])
      .where('id', 'in', ids)
      .where(inScope(actor, 'id'))
      .execute();
    return rows.map(projectView);
  },
  (project) => project.uuid,
);

export interface PrincipalView {
  id: string;
  uuid: string;
  name: string;
  kind: 'person' | 'service';
}

export const principalView = (row: { id: string; name: string; kind: 'person' | 'service' }): PrincipalView => ({
  ...row,
  id: toGlobalId('Principal', row.id),
  uuid: row.id,
});

export const principalById = oneByKey<string, PrincipalView>(
  async ({ store }, ids) => {
    const rows = await store.read
      .selectFrom('principal')
      .select(['id', 'name', 'kind'])
      .where('id', 'in', ids)
      .execute();
    return rows.map(principalView);
  },
  (principal) => principal.uuid,
);

/** Every project of the caller's, by slug. */
export async function projectsOf({ store, actor }: Context): Promise<ProjectView[]> {
  const rows = await store.read
    .selectFrom('project')
    .select(['id', 'slug', 'name'])
    .where(inScope(actor, 'id'))
    .orderBy('slug')
    .execute();
  return rows.map(projectView);
}

/** The roles and projects of `principal p`, now or at a moment. */
export const rolesOf = (asOf: Date | null = null) => sql`array(select g.role from role_grant g
         where g.principal_id = p.id and ${openAt('g', asOf)} order by g.role)`;
export const projectsAt = (asOf: Date | null = null) => sql`array(select m.project_id::text from membership m
         where m.principal_id = p.id and ${openAt('m', asOf)} order by m.project_id)`;

export interface Standing {
  id: string;
  roles: string[];
  projects: 'all' | string[];
}

/** The roles and projects that a principal has, or had at a moment; no role while it was suspended. One or none. */
export const standingsAt = manyByKeyAt<Standing, string>(
  async ({ store }, ids, asOf) => {
    const { rows } = await sql<{ id: string; roles: string[]; projects: (string | null)[] }>`
      select p.id, case when p.suspended_at <= ${asOf ?? store.clock.now()} then '{}' else ${rolesOf(asOf)} end as roles,
             ${projectsAt(asOf)} as projects from principal p where p.id = any(${uuids(ids)})`.execute(store.derive);
    return rows.map(({ id, roles, projects }) => ({
      id,
      roles,
      projects: projects.includes(null) ? 'all' : (projects as string[]),
    }));
  },
  (standing) => standing.id,
);
