import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { checkText } from '../../shared/json.ts';
import { inScope } from '../scope.ts';
import type { Tx } from '../store.ts';

/** BAD_INPUT unless there is such a purpose and such a tag; null passes. */
export async function requireKnown(tx: Tx, { purpose, tag }: { purpose: string | null; tag?: string }): Promise<void> {
  if (purpose !== null) {
    checkText(purpose, 'input.purpose');
    const found = await tx.db.selectFrom('purpose').select('code').where('code', '=', purpose).executeTakeFirst();
    if (!found) throw badInput('input.purpose', 'This is not a known purpose.', 'Take a code of `purposes`.');
  }
  if (tag !== undefined) {
    checkText(tag, 'input.tag');
    const found = await tx.db.selectFrom('sensitivity_tag').select('name').where('name', '=', tag).executeTakeFirst();
    if (!found) throw badInput('input.tag', 'There is no such tag.', 'Take a name from `sensitivityTags`.');
  }
}

/** FORBIDDEN unless the actor holds that role. */
export function requireHolder(actor: Actor, role: string, what: string): void {
  if (actor.roles.includes(role)) return;
  throw new AvalError('FORBIDDEN', `${what} takes the role ${role}.`, { remedy: `Ask someone of the role ${role}.` });
}

/** An end that lies ahead. */
export function requireAhead(until: Date, now: Date): void {
  if (until.getTime() <= now.getTime()) throw badInput('input.until', 'This moment has passed.', 'Give one that lies ahead.'); // prettier-ignore
}

export interface VersionRow {
  key: number;
  id: string;
  projectId: string;
}

/** NOT_FOUND when absent or outside the actor's projects. */
export async function requireVersion(tx: Tx, actor: Actor, id: string): Promise<VersionRow> {
  const row = await tx.db
    .selectFrom('asset')
    .select(['key', 'id', 'project_id as projectId'])
    .where('id', '=', id)
    .where('kind', '=', 'MODEL_VERSION')
    .where(inScope(actor, 'project_id'))
    .executeTakeFirst();
  if (!row) throw notFound('The model version', 'input.modelVersionId');
  return row;
}
