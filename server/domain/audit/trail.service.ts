import type { AuditEvent } from './event.ts';
import type { Context } from '../context.ts';

/**
 * Writes down what a request was denied and which sensitive rows it read: one event for each field and use. Called
 * before the first byte of the answer; when the log cannot be written, there is no answer.
 */
export async function recordTrail({
  access,
  actor,
  store,
}: Pick<Context, 'access' | 'actor' | 'store'>): Promise<void> {
  const { reads, denials } = access.trail.take();
  if (reads.length === 0 && denials.length === 0) return;
  const asked = { roles: [...actor.roles], ...(actor.purpose !== undefined && { purpose: actor.purpose }) };
  // what no object stands for is of the project that a caller of one project asks in
  const own = actor.projects !== 'all' && actor.projects.length === 1 ? actor.projects[0] : undefined;
  const inProject = (projectId = own) => (projectId === undefined ? {} : { projectId });
  const events: AuditEvent<'access.denied' | 'access.read'>[] = [
    ...denials.map((denial) => ({
      action: 'access.denied' as const,
      coordinate: denial.field,
      policy: denial.policy,
      ...inProject(denial.projectId),
      details: { use: denial.use, ...asked, rows: [...denial.rowIds] },
    })),
    ...reads.map((read) => ({
      action: 'access.read' as const,
      coordinate: read.coordinate,
      ...inProject(read.projectId),
      details: { use: actor.exporting ? 'export' : 'select', ...asked, rows: [...read.rowIds] },
    })),
  ];
  await store.write(actor, async (tx) => events.forEach((event) => tx.record(event)));
}
