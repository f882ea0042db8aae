import { badInput } from '../../shared/errors.ts';
import { lifecycleChanges, type ColumnStatistics, type LifecycleChange } from '../../domain/datasets/dataset.entity.ts';
import type { DatasetSighting, FieldSighting } from '../../domain/ingest/event.ts';
import { tagOfLabel } from '../../domain/sensitivity/taxonomy.ts';
import type { JsonObject } from '../../shared/json.ts';
import { countOr, datasetOr, listOr, nameAt, nameOr, numberOr, objectOr, textOr } from './read.ts';

/** Reads one facet into what its event says of a dataset. Throws BAD_INPUT only for what would do harm: the rest is left unread. */
export type DatasetReader = (into: DatasetSighting, facet: JsonObject, field: string) => void;

/** What one event may say of one dataset; a table of more columns is a mistake or an attack. */
const maxColumns = 10_000;
const maxChecks = 10_000;
const maxSymlinks = 100;

/** Fields with their nested ones, `address.city`, in the order of the schema. */
export const readSchema: DatasetReader = (into, facet, field) => {
  const fields = facet['fields'];
  if (!Array.isArray(fields)) return;
  const found = new Map<string, FieldSighting>();
  const visit = (list: readonly unknown[], prefix: string): void => {
    for (const item of list) {
      const one = objectOr(item);
      const own = textOr(one?.['name']);
      if (!one || own === undefined) continue;
      const name = nameAt(prefix + own, `${field}.fields.name`);
      if (!found.has(name)) {
        found.set(name, {
          name,
          type: textOr(one['type']) ?? 'unknown',
          description: textOr(one['description']) ?? null,
        });
      }
      if (found.size > maxColumns) throw badInput(field, `A schema may have at most ${maxColumns} fields.`);
      visit(listOr(one['fields']), `${name}.`);
    }
  };
  visit(fields, '');
  into.schema = [...found.values()];
};

export const readVersion: DatasetReader = (into, facet, field) => {
  const version = facet['datasetVersion']; // text, but table formats count theirs
  const told = nameOr(typeof version === 'number' ? String(version) : version, `${field}.datasetVersion`);
  if (told !== undefined) into.version = told;
};

export const readTags: DatasetReader = (into, facet, field) => {
  for (const item of listOr(facet['tags'])) {
    const one = objectOr(item);
    const tag = tagOfLabel(textOr(one?.['key']) ?? '', textOr(one?.['value']) ?? '');
    if (!tag) continue;
    into.tags.push({ field: nameOr(one?.['field'], `${field}.tags.field`), tag });
  }
};

export const readSymlinks: DatasetReader = (into, facet, field) => {
  for (const item of listOr(facet['identifiers'])) {
    const other = datasetOr(item, `${field}.identifiers`);
    if (!other) continue;
    into.symlinks.push(other);
    if (into.symlinks.length > maxSymlinks) {
      throw badInput(field, `A dataset may have at most ${maxSymlinks} symlinks in one event.`);
    }
  }
};

export const readLifecycle: DatasetReader = (into, facet, field) => {
  const change = textOr(facet['lifecycleStateChange'])?.toUpperCase() as LifecycleChange | undefined;
  if (change === undefined || !lifecycleChanges.includes(change)) return;
  const previous =
    change === 'RENAME' ? datasetOr(facet['previousIdentifier'], `${field}.previousIdentifier`) : undefined;
  into.change = { change, previous };
};

/** Input and output statistics: how many rows there were. */
export const readStatistics: DatasetReader = (into, facet) => {
  const count = countOr(facet['rowCount']);
  if (count !== undefined) into.rowCount ??= count;
};

export const readMetrics: DatasetReader = (into, facet, field) => {
  readStatistics(into, facet, field);
  const metrics = objectOr(facet['columnMetrics']);
  if (!metrics || into.profile) return;
  into.profile = new Map(
    Object.entries(metrics).flatMap(([key, value]) => {
      const name = nameOr(key, `${field}.columnMetrics`);
      return name === undefined ? [] : [[name, statisticsOf(objectOr(value) ?? {})]];
    }),
  );
};

function statisticsOf(value: Record<string, unknown>): ColumnStatistics {
  const quantiles = Object.fromEntries(
    Object.entries(objectOr(value['quantiles']) ?? {}).flatMap(([q, at]) => {
      const n = numberOr(at);
      return n === undefined || !(Number(q) >= 0 && Number(q) <= 1) ? [] : [[q, n]];
    }),
  );
  const statistics = {
    nullCount: countOr(value['nullCount']),
    distinctCount: countOr(value['distinctCount']),
    count: numberOr(value['count']),
    sum: numberOr(value['sum']),
    min: numberOr(value['min']),
    max: numberOr(value['max']),
    ...(Object.keys(quantiles).length > 0 && { quantiles }),
  };
  return Object.fromEntries(Object.entries(statistics).filter(([, one]) => one !== undefined));
}

export const readAssertions: DatasetReader = (into, facet, field) => {
  for (const one of listOr(facet['assertions']).map(objectOr)) {
    const assertion = nameOr(one?.['assertion'], `${field}.assertions.assertion`);
    if (!one || assertion === undefined || typeof one['success'] !== 'boolean') continue;
    const text = (key: string): string | null => textOr(one[key]) ?? null;
    into.checks.push({
      assertion,
      success: one['success'],
      column: nameOr(one['column'], `${field}.assertions.column`),
      name: text('name'),
      severity: text('severity'),
      expected: text('expected'),
      actual: text('actual'),
    });
    if (into.checks.length > maxChecks)
      throw badInput(field, `An event may tell of at most ${maxChecks} assertions on a dataset.`);
  }
};
