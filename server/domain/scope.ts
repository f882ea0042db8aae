import { sql, type Expression, type SqlBool } from 'kysely';
import type { Actor } from '../access/actor.ts';
import { notFound } from '../shared/errors.ts';

/** The actor's row scope as a predicate on a project column. Every read model uses it. */
export function inScope(actor: Actor, column: string): Expression<SqlBool> {
  if (actor.projects === 'all') return sql<SqlBool>`true`;
  return sql<SqlBool>`${sql.ref(column)} = any(${sql.val(actor.projects)}::uuid[])`;
}

/** The actor's projects as a value of a column, for a statement about several actors: null stands for all. */
export const scopeOf = ({ projects }: Actor): string | null => (projects === 'all' ? null : `{${projects.join()}}`);

/** As `inScope`, where a column has what `scopeOf` gives. */
export const inScopeOf = (scope: string, column: string): Expression<SqlBool> =>
  sql<SqlBool>`(${sql.ref(scope)} is null or ${sql.ref(column)} = any(${sql.ref(scope)}::uuid[]))`;

/** True when the actor sees rows of that project. */
export const seesProject = (actor: Actor, projectId: string): boolean =>
  actor.projects === 'all' || actor.projects.includes(projectId);

/** NOT_FOUND when the project is outside the actor's scope: outside and missing look alike. */
export function requireProject(actor: Actor, projectId: string, what: string, field?: string): void {
  if (!seesProject(actor, projectId)) throw notFound(what, field);
}
