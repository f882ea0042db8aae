import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { JsonObject } from '../../shared/json.ts';
import type { Context } from '../context.ts';
import { runById } from '../experiments/run.read-model.ts';
import { RunType } from '../experiments/run.type.ts';
import { facetsNamed, hierarchyIn, labelsIn, ownersIn, textsIn } from '../facets.views.ts';
import { OwnerType } from '../relay/facet.type.ts';
import { JsonScalar } from '../relay/scalars.ts';
import { tagOfLabel } from '../sensitivity/taxonomy.service.ts';
import {
  changesOfDataset,
  checksOfDataset,
  droppedAt,
  formerNamesOf,
  namesOfDataset,
  type ChangeView,
  type CheckView,
} from './dataset-facts.loader.ts';
import {
  DatasetCatalogType,
  DatasetChangeType,
  DatasetLabelType,
  DatasetNameType,
  DatasetStorageType,
  FormerNameType,
  HierarchyLevelType,
  QualityCheckType,
} from './dataset-facts.type.ts';
import { columnByKey, datasetByKey } from './datasets.loader.ts';
import { ColumnType, DatasetType } from './datasets.type.ts';
import { shownFacets, type DatasetView } from './datasets.views.ts';

/** What producers tell of a dataset beside its columns and versions. */
@Resolver(() => DatasetType)
export class DatasetFactsResolver {
  @FieldResolver(() => JsonScalar, {
    nullable: true,
    description:
      'OpenLineage’s facets as their producers sent them, the newest of each, but those that fields of their own show. Unknown ones too.',
  })
  facets(
    @Root() { stored }: DatasetView,
    @Arg('names', () => [String], { nullable: true }) names: string[] | null,
  ): JsonObject {
    return facetsNamed(shownFacets(stored), names);
  }

  @FieldResolver(() => [DatasetNameType], {
    nullable: true,
    description: 'All names that it goes by, its own first: producers’ symlinks say which are the same.',
  })
  names(@Root() dataset: DatasetView, @Ctx() context: Context) {
    return context.loader(namesOfDataset).load(dataset.assetKey);
  }

  @FieldResolver(() => [FormerNameType], { nullable: true, description: 'What it was called before, newest first.' })
  formerNames(@Root() dataset: DatasetView, @Ctx() context: Context) {
    return context.loader(formerNamesOf).load(dataset.assetKey);
  }

  @FieldResolver(() => [DatasetChangeType], {
    nullable: true,
    description: 'What happened to it as a whole, oldest first; a rename stands at both of its ends.',
  })
  changes(@Root() dataset: DatasetView, @Ctx() context: Context) {
    return context.loader(changesOfDataset).load(dataset.assetKey);
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When it was dropped or renamed away; null while nothing was told of that, or it was made anew.',
  })
  async droppedAt(@Root() dataset: DatasetView, @Ctx() context: Context): Promise<Date | null> {
    return droppedAt(await context.loader(changesOfDataset).load(dataset.assetKey));
  }

  @FieldResolver(() => [OwnerType], { nullable: true })
  owners(@Root() { stored }: DatasetView) {
    return ownersIn(stored);
  }

  @FieldResolver(() => [DatasetLabelType], {
    nullable: true,
    description: 'Producers’ tags that are not about sensitivity.',
  })
  labels(@Root() { stored }: DatasetView) {
    return labelsIn(stored).filter(({ key, value }) => !tagOfLabel(key, value));
  }

  @FieldResolver(() => DatasetStorageType, { nullable: true })
  storage(@Root() { stored }: DatasetView) {
    return textsIn(stored, 'storage', ['storageLayer', 'fileFormat']);
  }

  @FieldResolver(() => DatasetCatalogType, { nullable: true })
  catalog(@Root() { stored }: DatasetView) {
    return textsIn(stored, 'catalog', ['framework', 'type', 'name', 'metadataUri', 'warehouseUri', 'source']);
  }

  @FieldResolver(() => [HierarchyLevelType], { nullable: true, description: 'From the highest level to the lowest.' })
  hierarchy(@Root() { stored }: DatasetView) {
    return hierarchyIn(stored);
  }

  @FieldResolver(() => [QualityCheckType], { nullable: true, description: 'The newest result of each check.' })
  checks(@Root() dataset: DatasetView, @Ctx() context: Context) {
    return context.loader(checksOfDataset).load(dataset.assetKey);
  }
}

@Resolver(() => DatasetChangeType)
export class DatasetChangeResolver {
  @FieldResolver(() => DatasetType, { nullable: true, description: 'Of a rename: the dataset under its former name.' })
  previous(@Root() { previousKey }: ChangeView, @Ctx() context: Context) {
    return previousKey && context.loader(datasetByKey).load(previousKey);
  }

  @FieldResolver(() => DatasetType, {
    nullable: true,
    description: 'Of a rename that led away from here: the dataset under its new name.',
  })
  next(@Root() { nextKey }: ChangeView, @Ctx() context: Context) {
    return nextKey && context.loader(datasetByKey).load(nextKey);
  }
}

@Resolver(() => QualityCheckType)
export class QualityCheckResolver {
  @FieldResolver(() => ColumnType, { nullable: true, description: 'Null when the whole dataset was checked.' })
  column(@Root() { columnKey }: CheckView, @Ctx() context: Context) {
    return columnKey && context.loader(columnByKey).load(columnKey);
  }

  @FieldResolver(() => RunType, { nullable: true })
  run(@Root() { runId }: CheckView, @Ctx() context: Context) {
    return runId && context.loader(runById).load(runId);
  }
}
