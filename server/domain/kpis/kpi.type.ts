import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AssetType } from '../assets/asset.type.ts';
import { connectionOf } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import { DateTime, Float64 } from '../relay/scalars.ts';
import { StringFilter } from '../relay/string.filter.ts';
import type { KpiStatus } from './kpi.read-model.ts';
import type { Direction } from './kpi.service.ts';

const DirectionEnum = { HIGHER_IS_BETTER: 'HIGHER_IS_BETTER', LOWER_IS_BETTER: 'LOWER_IS_BETTER' } as const;
registerEnumType(DirectionEnum, { name: 'Direction', description: 'Which way is good.' });

const KpiStatusEnum = { OK: 'OK', WARN: 'WARN', FAIL: 'FAIL' } as const;
registerEnumType(KpiStatusEnum, { name: 'KpiStatus', description: 'How a value stands against the thresholds.' });

@ObjectType('KpiValue', { description: 'A figure at a moment.', simpleResolvers: true })
export class KpiValueType {
  @Field(() => DateTime)
  at: Date;
  @Field(() => Float64, { nullable: true })
  value: number | null;
  @Field(() => KpiStatusEnum, { nullable: true })
  status: KpiStatus | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'How many subjects it was measured over, where that was recorded. Over fewer than 5 the figure is shown to nobody.',
  })
  subjects: number | null;
}

@ObjectType('Kpi', {
  description:
    'A figure that a role steers by. Only the roles that it is for, and those who answer for all, know of it.',
  implements: [Node, AssetType],
  simpleResolvers: true,
})
export class KpiType extends AssetType {
  @Field(() => String, { nullable: true, description: 'UCUM or a plain word; null for a pure number.' })
  unit: string | null;
  @Field(() => DirectionEnum, { nullable: true })
  direction: Direction;
  @Field(() => String, { nullable: true, description: 'How the figure is made, in words.' })
  definition: string;
  @Field(() => String, {
    nullable: true,
    description: 'The metric of the subject’s run whose latest value it started with.',
  })
  metricKey: string | null;
  @Field(() => Float, { nullable: true, description: 'A value worse than this warns.' })
  warnAt: number | null;
  @Field(() => Float, { nullable: true, description: 'A value worse than this fails.' })
  failAt: number | null;
  @Field(() => [String], { nullable: true, description: 'The roles that it is for.' })
  roles: string[];
  @Field(() => DateTime)
  createdAt: Date;
}

export const KpiConnection = connectionOf('Kpi', () => KpiType);

@InputType('KpiFilter')
export class KpiFilterInput {
  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;
}

@InputType('DefineKpiInput')
export class DefineKpiInput {
  @Field(() => String)
  name: string;
  @Field(() => String, { nullable: true, description: 'UCUM or a plain word: `%`, `ms`, `EUR`.' })
  unit?: string | null;
  @Field(() => DirectionEnum)
  direction: Direction;
  @Field(() => String, { description: 'How the figure is made, in words.' })
  definition: string;
  @Field(() => String, {
    nullable: true,
    description: 'A metric of the subject’s run, whose latest value it starts with.',
  })
  metricKey?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'The model, model version, deployment or dataset, such as scores, that it is about.',
  })
  subjectId?: string | null;
  @Field(() => Float, { nullable: true })
  warnAt?: number | null;
  @Field(() => Float, { nullable: true })
  failAt?: number | null;
  @Field(() => [String], { description: 'Names of the roles that it is for.' })
  roles: string[];
}

@InputType('RecordKpiValueInput')
export class RecordKpiValueInput {
  @Field(() => ID)
  kpiId: string;
  @Field(() => Float64)
  value: number;
  @Field(() => DateTime, { nullable: true, description: 'Now unless given.' })
  at?: Date | null;
  @Field(() => Int, { nullable: true, description: 'How many subjects it was measured over.' })
  subjects?: number | null;
}

@ObjectType('DefineKpiPayload', { simpleResolvers: true })
export class DefineKpiPayload {
  @Field(() => KpiType)
  kpi: KpiType;
}

@ObjectType('RecordKpiValuePayload', { simpleResolvers: true })
export class RecordKpiValuePayload {
  @Field(() => KpiType)
  kpi: KpiType;
}

@ObjectType('KpiChange', { description: 'A KPI was defined, or got a value.', simpleResolvers: true })
export class KpiChangeType {
  @Field(() => KpiType)
  kpi: KpiType;
  @Field(() => String, { description: 'Where the change stands; give it as `after` to go on from there.' })
  cursor: string;
}
