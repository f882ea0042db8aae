import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { badInput } from '../../shared/errors.ts';
import { idOf } from '../../shared/ids.ts';
import { maxPageSize } from '../../shared/pages.ts';
import { liveFrom, type Following, type Live } from '../audit/tail.service.ts';
import type { Context } from '../context.ts';
import { BigIntScalar } from '../relay/scalars.ts';
import { seesProject } from '../scope.ts';
import { KpiChangeType } from './kpi.type.ts';
import type { KpiView } from './kpi.read-model.ts';

interface KpiChange {
  kpi: KpiView;
  index: number;
}

const actions = ['kpi.defined', 'kpi.value-recorded'];

@Resolver()
export class KpiChangedResolver {
  @Subscription(() => KpiChangeType, {
    description:
      'Each change of a KPI that is for you, as you may see it at that moment. After a break, give the last `index` as `after`: nothing is missed.',
    subscribe: ({ args, context }) =>
      kpiChanges(context as Context, args as { ids?: string[] | null; after?: bigint | null }),
  })
  kpiChanged(
    @Root() change: KpiChange,
    @Arg('ids', () => [ID], { nullable: true, description: 'Only these KPIs; at most 100.' }) _ids: string[] | null,
    @Arg('after', () => BigIntScalar, {
      nullable: true,
      description: 'Only changes after this index of the log; from now on unless given.',
    })
    _after: bigint | null,
  ): KpiChange {
    return change;
  }
}

function kpiChanges(
  { tail }: Context,
  { ids, after }: { ids?: string[] | null; after?: bigint | null },
): Following<Live<KpiChange>> {
  if (ids && ids.length > maxPageSize) throw badInput('ids', `At most ${maxPageSize} ids at once.`);
  const wanted = ids && new Set(ids.map((id, i) => idOf(id, ['Kpi'], `ids[${i}]`)));
  if (after != null && (after < -1n || after > BigInt(Number.MAX_SAFE_INTEGER))) {
    throw badInput('after', 'This is no index of the log.', 'Give the `index` of an earlier change, or leave it out.');
  }
  return liveFrom(tail.follow(actions, after == null ? undefined : Number(after)), async (event, context) => {
    if (event.subjectId === null || (wanted && !wanted.has(event.subjectId))) return undefined;
    if (event.projectId !== null && !seesProject(context.actor, event.projectId)) return undefined;
    const kpi = (await context.nodes.byId('Kpi', event.subjectId)) as KpiView | null;
    return kpi ? { kpi, index: event.index } : undefined;
  });
}
