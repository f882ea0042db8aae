import type { Actor } from '../../access/actor.ts';
import { AvalError, notFound } from '../../shared/errors.ts';
import { inScope } from '../scope.ts';
import type { SystemActor, Tx } from '../store.ts';

// Who manages accounts reaches no further by them: a token of someone who sees more would be a way round every decision.

const listed = { list: 'input.projectIds', one: (i: number) => `input.projectIds[${i}]` };

/** FORBIDDEN for all projects unless the actor has them all; NOT_FOUND for one that is missing or not the actor's. */
export async function requireProjects(
  tx: Tx,
  actor: Actor | SystemActor,
  projects: 'all' | readonly string[],
  field: { list: string; one: (i: number) => string } = listed,
): Promise<void> {
  if (!('projects' in actor)) return;
  if (projects === 'all') {
    if (actor.projects === 'all') return;
    throw new AvalError('FORBIDDEN', 'Only who sees every project may give every project.', {
      field: field.list,
      remedy: 'Name some of your own projects.',
    });
  }
  if (projects.length === 0) return;
  const rows = await tx.db
    .selectFrom('project')
    .select('id')
    .where('id', 'in', projects)
    .where(inScope(actor, 'project.id'))
    .execute();
  const known = new Set(rows.map(({ id }) => id));
  const missing = projects.findIndex((id) => !known.has(id));
  if (missing >= 0) throw notFound('The project', field.one(missing));
}

/** NOT_FOUND for a principal that is missing, or that sees a project which the actor does not. */
export async function requirePrincipal(tx: Tx, actor: Actor | SystemActor, id: string): Promise<void> {
  if (!('projects' in actor)) return;
  const found = await tx.db.selectFrom('principal').select('id').where('id', '=', id).executeTakeFirst();
  const memberships = await tx.db
    .selectFrom('membership')
    .select('project_id')
    .where('principal_id', '=', id)
    .where('valid_to', 'is', null)
    .execute();
  const { projects } = actor;
  const within = memberships.every(
    ({ project_id: one }) => projects === 'all' || (one !== null && projects.includes(one)),
  );
  if (!found || !within) throw notFound('The principal', 'input.principalId');
}
