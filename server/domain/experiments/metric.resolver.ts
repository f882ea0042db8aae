import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { BigIntScalar } from '../relay/scalars.ts';
import { badInput } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { curveOfMetric } from './metric-curve.read-model.ts';
import type { MetricView } from './metric.read-model.ts';
import { MetricHistoryType, MetricType } from './metric.type.ts';

const maxHistory = 2_000;

@Resolver(() => MetricType)
export class MetricResolver {
  @FieldResolver(() => MetricHistoryType)
  history(
    @Root() { runId, n }: MetricView,
    @Arg('points', () => Int, { defaultValue: 500, description: `From 1 to ${maxHistory}.` }) points: number,
    @Arg('from', () => BigIntScalar, { nullable: true, description: 'Only steps from here on.' }) from: bigint | null,
    @Arg('to', () => BigIntScalar, { nullable: true, description: 'Only steps up to here, this one included.' })
    to: bigint | null,
    @Ctx() context: Context,
  ) {
    if (points < 1 || points > maxHistory) throw badInput('points', `points must be from 1 to ${maxHistory}.`);
    return context.loader(curveOfMetric).load({ runId, n, points, from, to });
  }
}
