import { badInput } from '../../shared/errors.ts';
import { idsOf } from '../../shared/ids.ts';
import { maxPageSize } from '../../shared/pages.ts';
import type { Context, NodeView } from '../context.ts';
import { seesProject } from '../scope.ts';
import type { Action } from './actions.ts';
import { liveFrom, type Following, type Live } from './tail.service.ts';

export interface ChangesArgs {
  /** Global ids of what is followed; all of it without. */
  ids?: string[] | null;
  /** The cursor of the last change that was seen. */
  after?: string | null;
}

export interface Change<View> {
  readonly subject: View;
  readonly action: Action;
  readonly cursor: string;
}

/**
 * What such events of the log say of things of one type, as the follower may see them at that moment: what a subscription gives. Throws
 * BAD_INPUT for ids of another type, and for what is no place in the log.
 */
export function changesOf<View extends NodeView, T>(
  { tail }: Context,
  { type, actions }: { type: string; actions: readonly Action[] },
  { ids, after }: ChangesArgs,
  make: (change: Change<View>) => T,
): Following<Live<T>> {
  if (ids && ids.length > maxPageSize) throw badInput('ids', `At most ${maxPageSize} ids at once.`);
  const wanted = ids && new Set(idsOf(ids, [type], 'ids'));
  const from = after == null ? undefined : tail.places.indexOf(after, 'after');
  return liveFrom(tail.follow(actions, from), async (event, context) => {
    if (event.subjectId === null || (wanted && !wanted.has(event.subjectId))) return undefined;
    if (event.projectId !== null && !seesProject(context.actor, event.projectId)) return undefined;
    const subject = (await context.nodes.byId(type, event.subjectId)) as View | null;
    if (!subject) return undefined;
    return make({ subject, action: event.action as Action, cursor: tail.places.of(event.index) });
  });
}
