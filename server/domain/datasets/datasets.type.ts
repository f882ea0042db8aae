import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { TagCategory } from '../../access/classes.ts';
import { AssetType } from '../assets/asset.type.ts';
import { connectionOf } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import { BigIntScalar, Float64 } from '../relay/scalars.ts';
import { StringFilter } from '../relay/string.filter.ts';
import { TagCategoryEnum } from '../sensitivity/sensitivity.enums.ts';

const implementing = { implements: [Node, AssetType], simpleResolvers: true };

@ObjectType('Dataset', {
  ...implementing,
  description: 'Data under its logical name: OpenLineage’s (namespace, name), within a project.',
})
export class DatasetType extends AssetType {
  @Field(() => String, { nullable: true })
  namespace: string;
  @Field(() => String, { nullable: true })
  description: string | null;
}

@ObjectType('DatasetVersion', {
  ...implementing,
  description: 'What a dataset was at one moment: MLflow’s digest, or OpenLineage’s version.',
})
export class DatasetVersionType extends AssetType {
  @Field(() => String)
  digest: string;
  @Field(() => String, {
    nullable: true,
    description: 'MLflow’s word for where it came from, such as `s3`; `openlineage` for its versions.',
  })
  sourceType: string;
  @Field(() => String, { nullable: true })
  source: string | null;
  @Field(() => Date)
  createdAt: Date;
  @Field(() => BigIntScalar, { nullable: true })
  rowCount: number | bigint | null;
}

@ObjectType('Column', {
  ...implementing,
  description: 'A column of a dataset, by name: it and its tags outlive any one version.',
})
export class ColumnType extends AssetType {
  @Field(() => Int, { nullable: true, description: 'Its place, from 0; null when only column lineage named it.' })
  ordinal: number | null;
  @Field(() => String, { nullable: true, description: 'As the producer calls it; `unknown` when none told.' })
  type: string;
  @Field(() => String, { nullable: true })
  description: string | null;
}

const ColumnRole = { FEATURE: 'feature', TARGET: 'target' } as const;
registerEnumType(ColumnRole, { name: 'ColumnRole' });

@ObjectType('VersionColumn', { description: 'A column as a version has it.', simpleResolvers: true })
export class VersionColumnType {
  @Field(() => Int)
  ordinal: number;
  @Field(() => String)
  type: string;
  @Field(() => Boolean)
  required: boolean;
  @Field(() => ColumnRole)
  role: 'feature' | 'target';
}

@ObjectType('Quantile', { simpleResolvers: true })
export class QuantileType {
  @Field(() => Float, { description: 'From 0 to 1.' })
  q: number;
  @Field(() => Float64)
  value: number;
}

@ObjectType('ColumnProfile', {
  description: 'Aggregates over a column as a run measured them; never a row’s value.',
  simpleResolvers: true,
})
export class ColumnProfileType {
  @Field(() => Date)
  measuredAt: Date;
  @Field(() => BigIntScalar, { nullable: true })
  rowCount: number | bigint | null;
  @Field(() => BigIntScalar, { nullable: true })
  nullCount: number | null;
  @Field(() => BigIntScalar, { nullable: true })
  distinctCount: number | null;
  @Field(() => Float64, { nullable: true })
  min: number | null;
  @Field(() => Float64, { nullable: true })
  max: number | null;
  @Field(() => Float64, { nullable: true })
  mean: number | null;
  @Field(() => [QuantileType])
  quantiles: QuantileType[];
}

export const DatasetConnection = connectionOf('Dataset', () => DatasetType);
export const DatasetVersionConnection = connectionOf('DatasetVersion', () => DatasetVersionType);

@InputType('DatasetFilter')
export class DatasetFilter {
  @Field(() => StringFilter, {
    nullable: true,
    description: 'Any name that it goes by, or was called before it was renamed.',
  })
  name?: StringFilter | null;
  @Field(() => StringFilter, { nullable: true })
  namespace?: StringFilter | null;
  @Field(() => [TagCategoryEnum], {
    nullable: true,
    description: 'Datasets that hold such data, in any column, declared or derived from elsewhere.',
  })
  tags?: TagCategory[] | null;
}
