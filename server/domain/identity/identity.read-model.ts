import { toGlobalId } from '../../shared/ids.ts';
import type { Context, NodeView } from '../context.ts';
import { oneByKey } from '../loader.ts';
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

export const principalById = oneByKey<string, PrincipalView>(
  async ({ store }, ids) => {
    const rows = await store.read
      .selectFrom('principal')
      .select(['id', 'name', 'kind'])
      .where('id', 'in', ids)
      .execute();
    return rows.map((row) => ({ ...row, id: toGlobalId('Principal', row.id), uuid: row.id }));
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
