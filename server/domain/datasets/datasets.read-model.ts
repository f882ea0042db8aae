import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { TagCategory } from '../../access/classes.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import type { Context } from '../context.ts';
import { manyByKey } from '../loader.ts';
import { matches, type TextFilter } from '../text-filter.ts';
import { inScope } from '../scope.ts';
import { holdsTagOf } from '../sensitivity/holders.read-model.ts';
import { datasetColumns, datasetView, versionColumns, versionView, type DatasetRow, type DatasetVersionRow } from './datasets.loader.ts'; // prettier-ignore
import type { DatasetVersionView, DatasetView } from './datasets.views.ts';

export interface DatasetWhere {
  name?: TextFilter | null;
  namespace?: TextFilter | null;
  /** Datasets that hold such a tag, on themselves or on a column, declared or derived. */
  tags?: readonly TagCategory[] | null;
}

/** Datasets by namespace and name. */
export async function pageOfDatasets(
  { store, actor }: Context,
  where: DatasetWhere,
  { first, after }: PageRequest,
): Promise<Page<DatasetView>> {
  const size = pageSize(first);
  const order = 'datasets:name';
  const from = decodeCursor(after, order, ['text', 'text', 'whole']);
  const read = where.tags ? store.derive : store.read; // a tag may come from any project
  let query = read
    .selectFrom('dataset')
    .innerJoin('asset', 'asset.key', 'dataset.asset_key')
    .select(datasetColumns)
    .where(inScope(actor, 'dataset.project_id'))
    .orderBy('dataset.namespace')
    .orderBy('dataset.name')
    .orderBy('dataset.asset_key')
    .limit(size + 1);
  const { name, namespace, tags } = where;
  if (name || namespace) query = query.where(isCalled(name, namespace));
  if (tags) query = query.where(holdsTagOf('dataset.asset_key', tags, store.clock.now()));
  if (from) {
    query = query.where(
      sql<boolean>`(dataset.namespace, dataset.name, dataset.asset_key) > (${from[0]}, ${from[1]}, ${from[2]}::bigint)`,
    );
  }
  const rows = ((await query.execute()) as DatasetRow[]).map(datasetView);
  return pageOf(rows, size, (row) => encodeCursor(order, [row.namespace, row.name, row.assetKey]));
}

/** It, or in a filter that only finds, any name that it goes by or was called before. */
function isCalled(name: TextFilter | null | undefined, namespace: TextFilter | null | undefined): RawBuilder<SqlBool> {
  const on = (alias: string) => {
    const parts = [
      ...(name ? [matches(`${alias}.name`, name, 'where.name')] : []),
      ...(namespace ? [matches(`${alias}.namespace`, namespace, 'where.namespace')] : []),
    ];
    return sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
  };
  const excludes = [name, namespace].some((filter) => filter && (filter.ne ?? filter.notIn ?? filter.isNull) != null);
  if (excludes || !name) return on('dataset');
  return sql<SqlBool>`dataset.asset_key in (
    with recursive called(key) as (
      select a.dataset_key from dataset_alias a where ${on('a')}
      union
      select c.dataset_key from called join dataset_change c on c.previous_key = called.key and c.change = 'RENAME')
    select key from called)`;
}

const versionOrder = 'dataset-versions:created';

/** What is asked of each dataset of a page, as a loader's key: all that ask alike are answered by one statement. */
const askFor = (dataset: number, size: number, after: string | null): string => JSON.stringify([dataset, size, after]);

const versionsOfDatasets = manyByKey<string, { ask: string; row: DatasetVersionRow }>(
  async ({ store }, asks) => {
    const parsed = asks.map((ask) => JSON.parse(ask) as [number, number, string | null]);
    const groups = Map.groupBy(parsed, ([, size, after]) => JSON.stringify([size, after]));
    const found = [...groups.values()].map(async (group) => {
      const [, size, after] = group[0]!;
      const from = decodeCursor(after, versionOrder, ['time', 'whole']);
      const rows = await store.read
        .selectFrom(
          sql<{ dataset: number }>`unnest(${sql.val(group.map(([key]) => key))}::bigint[])`.as<'d'>(sql`d(dataset)`),
        )
        .innerJoinLateral(
          (eb) =>
            eb
              .selectFrom('dataset_version')
              .innerJoin('asset', 'asset.key', 'dataset_version.asset_key')
              .select(versionColumns)
              .whereRef('dataset_version.dataset_key', '=', 'd.dataset')
              .where(
                from
                  ? sql<boolean>`(dataset_version.created_at, dataset_version.asset_key) < (${from[0]}::timestamptz, ${from[1]}::bigint)`
                  : sql<boolean>`true`,
              )
              .orderBy('dataset_version.created_at', 'desc')
              .orderBy('dataset_version.asset_key', 'desc')
              .limit(size)
              .as('v'),
          (join) => join.onTrue(),
        )
        .selectAll('v')
        .orderBy('v.created_at', 'desc')
        .orderBy('v.key', 'desc')
        .execute();
      return (rows as DatasetVersionRow[]).map((row) => ({ ask: askFor(row.dataset_key, size, after), row }));
    });
    return (await Promise.all(found)).flat();
  },
  ({ ask }) => ask,
);

/** A dataset's versions, newest first. */
export async function pageOfVersions(
  context: Context,
  dataset: number,
  { first, after }: PageRequest,
): Promise<Page<DatasetVersionView>> {
  const size = pageSize(first);
  const asked = await context.loader(versionsOfDatasets).load(askFor(dataset, size + 1, after ?? null));
  return pageOf(
    asked.map(({ row }) => versionView(row)),
    size,
    (row) => encodeCursor(versionOrder, [row.createdAt.getTime(), row.assetKey]),
  );
}
