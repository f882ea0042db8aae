import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { redactionsOf } from '../../access/object-redactions.ts';
import type { Context } from '../context.ts';
import { RedactionType } from '../policies/policies.type.ts';
import {
  compareInputs,
  compareMetrics,
  compareParams,
  compareTags,
  maxCompared,
  runsToCompare,
  type RunComparison,
} from './run-comparison.ts';
import { mayHavePart } from './run-parts.ts';
import { ComparedInputType, ComparedMetricType, ComparedTextType, RunComparisonType } from './run-comparison.type.ts';

@Resolver(() => RunComparisonType)
export class RunComparisonResolver {
  @Query(() => RunComparisonType, { description: 'Runs side by side, in the order of the ids.' })
  compareRuns(
    @Arg('ids', () => [ID], { description: `From 1 to ${maxCompared}, each once.` }) ids: string[],
    @Ctx() context: Context,
  ) {
    return runsToCompare(context, ids);
  }

  // What a run hides from the caller is hidden here too, its keys and whether they differ included.

  @FieldResolver(() => [ComparedTextType], { nullable: true })
  params(@Root() comparison: RunComparison, @Ctx() context: Context) {
    return mayHavePart(context.access, 'params') ? compareParams(context, comparison) : null;
  }

  @FieldResolver(() => [ComparedMetricType], { nullable: true })
  metrics(@Root() comparison: RunComparison, @Ctx() context: Context) {
    return mayHavePart(context.access, 'metrics') ? compareMetrics(context, comparison) : null;
  }

  @FieldResolver(() => [ComparedTextType], { nullable: true })
  tags(@Root() comparison: RunComparison, @Ctx() context: Context) {
    return mayHavePart(context.access, 'tags') ? compareTags(context, comparison) : null;
  }

  @FieldResolver(() => [ComparedInputType], { nullable: true, description: 'The datasets that the runs read.' })
  inputs(@Root() comparison: RunComparison, @Ctx() context: Context) {
    return mayHavePart(context.access, 'inputs') ? compareInputs(context, comparison) : null;
  }

  @FieldResolver(() => [RedactionType])
  async redactions(@Root() comparison: RunComparison, @Ctx() { access }: Context) {
    const own = await redactionsOf(access, 'RunComparison', comparison);
    const ofRuns = await redactionsOf(access, 'Run', comparison.runs[0]!);
    const lists = new Set(['params', 'metrics', 'tags', 'inputs'].map((name) => `Run.${name}`));
    return [...own, ...ofRuns.filter(({ field }) => lists.has(field))];
  }
}
