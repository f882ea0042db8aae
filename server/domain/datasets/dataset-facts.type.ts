import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { labelStructural } from '../relay/structural.ts';
import { lifecycleChanges, type LifecycleChange } from './dataset.entity.ts';

const LifecycleChangeEnum = Object.fromEntries(lifecycleChanges.map((one) => [one, one])) as Record<LifecycleChange, LifecycleChange>; // prettier-ignore
registerEnumType(LifecycleChangeEnum, { name: 'LifecycleChange', description: 'What happened to a dataset.' });

@ObjectType('DatasetName', { description: 'A name that a dataset goes by.', simpleResolvers: true })
export class DatasetNameType {
  @Field(() => String)
  namespace: string;
  @Field(() => String)
  name: string;
}
labelStructural('DatasetName'); // the list that holds it is labelled

@ObjectType('FormerName', { description: 'What a dataset was called before it was renamed.', simpleResolvers: true })
export class FormerNameType {
  @Field(() => String)
  namespace: string;
  @Field(() => String)
  name: string;
  @Field(() => Date, { description: 'When it was renamed.' })
  until: Date;
}
labelStructural('FormerName'); // the list that holds it is labelled

@ObjectType('DatasetChange', { description: 'Something that happened to a dataset as a whole.', simpleResolvers: true })
export class DatasetChangeType {
  @Field(() => Date)
  at: Date;
  @Field(() => LifecycleChangeEnum)
  change: LifecycleChange;
}

@ObjectType('DatasetStorage', { description: 'How a dataset is stored.', simpleResolvers: true })
export class DatasetStorageType {
  @Field(() => String, { nullable: true, description: 'Such as `iceberg` or `delta`.' })
  storageLayer: string | null;
  @Field(() => String, { nullable: true, description: 'Such as `parquet` or `csv`.' })
  fileFormat: string | null;
}
labelStructural('DatasetStorage'); // the field that holds it is labelled

@ObjectType('DatasetCatalog', { description: 'The catalogue that a dataset is kept in.', simpleResolvers: true })
export class DatasetCatalogType {
  @Field(() => String, { nullable: true, description: 'Such as `iceberg`.' })
  framework: string | null;
  @Field(() => String, { nullable: true, description: 'Such as `hive`, `jdbc`, `glue`.' })
  type: string | null;
  @Field(() => String, { nullable: true })
  name: string | null;
  @Field(() => String, { nullable: true })
  metadataUri: string | null;
  @Field(() => String, { nullable: true })
  warehouseUri: string | null;
  @Field(() => String, { nullable: true, description: 'Such as `spark`.' })
  source: string | null;
}
labelStructural('DatasetCatalog'); // the field that holds it is labelled

@ObjectType('HierarchyLevel', { description: 'A level above a dataset, such as a database.', simpleResolvers: true })
export class HierarchyLevelType {
  @Field(() => String)
  type: string;
  @Field(() => String)
  name: string;
}
labelStructural('HierarchyLevel'); // the list that holds it is labelled

@ObjectType('DatasetLabel', {
  description: 'A producer’s tag that is not about sensitivity; those that are stand in `tags`.',
  simpleResolvers: true,
})
export class DatasetLabelType {
  @Field(() => String)
  key: string;
  @Field(() => String)
  value: string;
  @Field(() => String, { nullable: true, description: 'Who set it, such as `DBT`.' })
  source: string | null;
  @Field(() => String, { nullable: true, description: 'The column that it is on; null for the whole dataset.' })
  field: string | null;
}
labelStructural('DatasetLabel'); // the list that holds it is labelled

@ObjectType('QualityCheck', { description: 'How a check of a dataset or a column went.', simpleResolvers: true })
export class QualityCheckType {
  @Field(() => String, { description: 'What was checked, such as `not_null`.' })
  assertion: string;
  @Field(() => String, { nullable: true })
  name: string | null;
  @Field(() => Boolean, { description: 'Nothing wrong was found.' })
  success: boolean;
  @Field(() => String, { nullable: true, description: '`error` stops a pipeline, `warn` does not.' })
  severity: string | null;
  @Field(() => Date)
  measuredAt: Date;
  @Field(() => String, { nullable: true })
  expected: string | null;
  @Field(() => String, { nullable: true })
  actual: string | null;
}
