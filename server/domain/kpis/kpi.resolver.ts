import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { redactionsOf } from '../../access/object-redactions.ts';
import type { Redaction } from '../../access/redaction.ts';
import { badInput } from '../../shared/errors.ts';
import { idOf } from '../../shared/ids.ts';
import { AssetType } from '../assets/asset.type.ts';
import type { AssetView, Context } from '../context.ts';
import { hiddenForFew } from '../few-subjects.ts';
import { principalById } from '../identity/identity.read-model.ts';
import { PrincipalType } from '../identity/identity.type.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import {
  kpiHistory,
  latestKpiValue,
  pageOfKpis,
  valueView,
  type KpiValueView,
  type KpiView,
} from './kpi.read-model.ts';
import {
  DefineKpiInput,
  DefineKpiPayload,
  KpiConnection,
  KpiFilterInput,
  KpiType,
  KpiValueType,
  RecordKpiValueInput,
  RecordKpiValuePayload,
} from './kpi.type.ts';

const subjects = ['Model', 'ModelVersion', 'Deployment', 'Dataset'];

@Resolver(() => KpiType)
export class KpiResolver {
  @Query(() => KpiConnection, { description: 'The KPIs that are for you, by name.' })
  async kpis(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => KpiFilterInput, { nullable: true }) where: KpiFilterInput | null,
    @Ctx() context: Context,
  ) {
    return toConnection(await pageOfKpis(context, { ...page, where }), (view) => view, page.after);
  }

  @Mutation(() => DefineKpiPayload)
  async defineKpi(@Arg('input', () => DefineKpiInput) input: DefineKpiInput, @Ctx() context: Context) {
    const subjectId = input.subjectId == null ? null : idOf(input.subjectId, subjects, 'input.subjectId');
    const id = await context.services.kpis.define(context.actor, { ...input, subjectId });
    return { kpi: await context.nodes.byId('Kpi', id) };
  }

  @Mutation(() => RecordKpiValuePayload)
  async recordKpiValue(@Arg('input', () => RecordKpiValueInput) input: RecordKpiValueInput, @Ctx() context: Context) {
    const id = idOf(input.kpiId, ['Kpi'], 'input.kpiId');
    await context.services.kpis.recordValue(context.actor, id, input);
    return { kpi: await context.nodes.byId('Kpi', id) };
  }

  @FieldResolver(() => AssetType, { nullable: true, description: 'What it is about.' })
  subject(@Root() kpi: KpiView, @Ctx() context: Context): Promise<AssetView | null> | null {
    return kpi.subjectKey === null ? null : context.nodes.asset(kpi.subjectKey);
  }

  @FieldResolver(() => PrincipalType, { nullable: true, description: 'Who defined it, and answers for it.' })
  owner(@Root() kpi: KpiView, @Ctx() context: Context) {
    return context.loader(principalById).load(kpi.ownerId);
  }

  @FieldResolver(() => KpiValueType, { nullable: true, description: 'The newest value.' })
  async value(@Root() kpi: KpiView, @Ctx() context: Context): Promise<KpiValueView | null> {
    const row = await context.loader(latestKpiValue).load(kpi.assetKey);
    return row && valueView(kpi, row);
  }

  @FieldResolver(() => [KpiValueType], { nullable: true, description: 'Oldest first; the newest `points` of them.' })
  async history(
    @Root() kpi: KpiView,
    @Arg('points', () => Int, { defaultValue: 200 }) points: number,
    @Ctx() context: Context,
  ): Promise<KpiValueView[]> {
    if (points < 1 || points > 1_000) throw badInput('points', 'points must be a whole number from 1 to 1000.');
    const rows = await context.loader(kpiHistory).load(kpi.assetKey);
    return rows.slice(-points).map((row) => valueView(kpi, row));
  }
}

@Resolver(() => KpiValueType)
export class KpiValueResolver {
  @FieldResolver(() => [RedactionType], { description: 'The fields of this value that are hidden from the caller.' })
  async redactions(@Root() value: KpiValueView, @Ctx() { access }: Context): Promise<Redaction[]> {
    const byRole = await redactionsOf(access, 'KpiValue', value);
    return value.suppressed ? [...byRole, ...overFew] : [...byRole];
  }
}

const overFew = hiddenForFew('KpiValue', ['value', 'status', 'subjects']);
