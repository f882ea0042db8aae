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
  const events: AuditEvent[] = [
    ...denials.map((denial) => ({
      action: 'access.denied',
      coordinate: denial.field,
      policy: denial.policy,
      details: { use: denial.use, roles: [...actor.roles], rows: [...denial.rowIds] },
    })),
    ...reads.map((read) => ({
      action: 'access.read',
      coordinate: read.coordinate,
      details: { use: 'select', roles: [...actor.roles], rows: [...read.rowIds] },
    })),
  ];
  await store.write(actor, async (tx) => events.forEach((event) => tx.record(event)));
}
