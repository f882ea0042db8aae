import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { badInput } from '../../shared/errors.ts';
import { idOf } from '../../shared/ids.ts';
import { maxPageSize } from '../../shared/pages.ts';
import type { Action } from '../audit/actions.ts';
import { liveFrom, type Following, type Live } from '../audit/tail.service.ts';
import type { Context } from '../context.ts';
import { seesProject } from '../scope.ts';
import { KpiChangeType } from './kpi.type.ts';
import type { KpiView } from './kpi.read-model.ts';

interface KpiChange {
  kpi: KpiView;
  cursor: string;
}

const actions: readonly Action[] = ['kpi.defined', 'kpi.value-recorded'];

@Resolver()
export class KpiChangedResolver {
  @Subscription(() => KpiChangeType, {
    description:
      'Each change of a KPI that is for you, as you may see it at that moment. After a break, give the last `cursor` as `after`: nothing is missed.',
    subscribe: ({ args, context }) =>
      kpiChanges(context as Context, args as { ids?: string[] | null; after?: string | null }),
  })
  kpiChanged(
    @Root() change: KpiChange,
    @Arg('ids', () => [ID], { nullable: true, description: 'Only these KPIs; at most 100.' }) _ids: string[] | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'Only changes after the one that has this cursor; from now on unless given.',
    })
    _after: string | null,
  ): KpiChange {
    return change;
  }
}

function kpiChanges(
  { tail }: Context,
  { ids, after }: { ids?: string[] | null; after?: string | null },
): Following<Live<KpiChange>> {
  if (ids && ids.length > maxPageSize) throw badInput('ids', `At most ${maxPageSize} ids at once.`);
  const wanted = ids && new Set(ids.map((id, i) => idOf(id, ['Kpi'], `ids[${i}]`)));
  const from = after == null ? undefined : tail.places.indexOf(after, 'after');
  return liveFrom(tail.follow(actions, from), async (event, context) => {
    if (event.subjectId === null || (wanted && !wanted.has(event.subjectId))) return undefined;
    if (event.projectId !== null && !seesProject(context.actor, event.projectId)) return undefined;
    const kpi = (await context.nodes.byId('Kpi', event.subjectId)) as KpiView | null;
    return kpi ? { kpi, cursor: tail.places.of(event.index) } : undefined;
  });
}
