import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { redactionsOf } from '../../access/object-redactions.ts';
import type { Redaction } from '../../access/redaction.ts';
import type { Context } from '../context.ts';
import { hiddenForFew } from '../few-subjects.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import {
  columnByKey,
  columnsOfDataset,
  columnsOfVersion,
  datasetByKey,
  latestProfile,
  latestVersion,
} from './datasets.loader.ts';
import { pageOfDatasets, pageOfVersions } from './datasets.read-model.ts';
import {
  ColumnProfileType,
  ColumnType,
  DatasetConnection,
  DatasetFilter,
  DatasetType,
  DatasetVersionConnection,
  DatasetVersionType,
  VersionColumnType,
} from './datasets.type.ts';
import type {
  ColumnProfileView,
  ColumnView,
  DatasetVersionView,
  DatasetView,
  VersionColumnView,
} from './datasets.views.ts';

@Resolver(() => DatasetType)
export class DatasetResolver {
  @Query(() => DatasetConnection, { description: 'Datasets by namespace and name.' })
  async datasets(
    @Arg('where', () => DatasetFilter, { nullable: true }) where: DatasetFilter | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
  ) {
    return toConnection(await pageOfDatasets(context, where ?? {}, page), (row) => row, page.after);
  }

  @FieldResolver(() => [ColumnType], { nullable: true, description: 'Every column that it was ever said to have.' })
  columns(@Root() dataset: DatasetView, @Ctx() context: Context): Promise<ColumnView[]> {
    return context.loader(columnsOfDataset).load(dataset.assetKey);
  }

  @FieldResolver(() => DatasetVersionType, { nullable: true, description: 'The newest version.' })
  latest(@Root() dataset: DatasetView, @Ctx() context: Context): Promise<DatasetVersionView | null> {
    return context.loader(latestVersion).load(dataset.assetKey);
  }

  @FieldResolver(() => DatasetVersionConnection, { nullable: true, description: 'Newest first.' })
  async versions(@Root() dataset: DatasetView, @Args(() => PageArgs) page: PageArgs, @Ctx() context: Context) {
    return toConnection(await pageOfVersions(context, dataset.assetKey, page), (row) => row, page.after);
  }
}

@Resolver(() => DatasetVersionType)
export class DatasetVersionResolver {
  @FieldResolver(() => DatasetType, { nullable: true })
  dataset(@Root() version: DatasetVersionView, @Ctx() context: Context): Promise<DatasetView | null> {
    return context.loader(datasetByKey).load(version.datasetKey);
  }

  @FieldResolver(() => [VersionColumnType], { nullable: true, description: 'Its schema; empty when none is known.' })
  columns(@Root() version: DatasetVersionView, @Ctx() context: Context): Promise<VersionColumnView[]> {
    return context.loader(columnsOfVersion).load(version.assetKey);
  }
}

@Resolver(() => VersionColumnType)
export class VersionColumnResolver {
  @FieldResolver(() => ColumnType, { nullable: true })
  column(@Root() { columnKey }: VersionColumnView, @Ctx() context: Context): Promise<ColumnView | null> {
    return context.loader(columnByKey).load(columnKey);
  }
}

@Resolver(() => ColumnType)
export class ColumnResolver {
  @FieldResolver(() => DatasetType, { nullable: true })
  dataset(@Root() column: ColumnView, @Ctx() context: Context): Promise<DatasetView | null> {
    return context.loader(datasetByKey).load(column.datasetKey);
  }

  @FieldResolver(() => ColumnProfileType, { nullable: true, description: 'The newest.' })
  profile(@Root() column: ColumnView, @Ctx() context: Context) {
    return context.loader(latestProfile).load(column.assetKey);
  }
}

@Resolver(() => ColumnProfileType)
export class ColumnProfileResolver {
  @FieldResolver(() => [RedactionType], { description: 'The fields of this profile that are hidden from the caller.' })
  async redactions(@Root() profile: ColumnProfileView, @Ctx() { access }: Context): Promise<Redaction[]> {
    const byRole = await redactionsOf(access, 'ColumnProfile', profile);
    return profile.overFew ? [...byRole, ...overFew] : [...byRole];
  }
}

const overFew = hiddenForFew('ColumnProfile', ['nullCount', 'distinctCount', 'min', 'max', 'mean', 'quantiles']);
