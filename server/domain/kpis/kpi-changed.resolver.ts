import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { changesOf, type ChangesArgs } from '../audit/changes.ts';
import type { Context } from '../context.ts';
import { KpiChangeType } from './kpi.type.ts';
import type { KpiView } from './kpi.read-model.ts';

interface KpiChange {
  kpi: KpiView;
  cursor: string;
}

@Resolver()
export class KpiChangedResolver {
  @Subscription(() => KpiChangeType, {
    description:
      'Each change of a KPI that is for you, as you may see it at that moment. After a break, give the last `cursor` as `after`: nothing is missed.',
    subscribe: ({ args, context }) =>
      changesOf<KpiView, KpiChange>(
        context as Context,
        { type: 'Kpi', actions: ['kpi.defined', 'kpi.value-recorded'] },
        args as ChangesArgs,
        ({ subject, cursor }) => ({ kpi: subject, cursor }),
      ),
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
