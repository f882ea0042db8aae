import { badInput } from '../../shared/errors.ts';
import type { ColumnStatistics } from '../../domain/datasets/dataset.entity.ts';
import type { ColumnLineage, DatasetSighting, Facets, FieldSighting } from '../../domain/ingest/event.ts';
import type { Transformation } from '../../domain/lineage/edge.entity.ts';
import { tagOfText } from '../../domain/sensitivity/taxonomy.ts';
import { countOr, facetsOf, listOr, nameAt, numberOr, objectAt, objectOr, textOr } from './read.ts';

/** What one event may say of one dataset; a table of more columns is a mistake or an attack. */
const maxColumns = 10_000;
const maxOrigins = 50_000;

/** A dataset of an event. Of the facets only those that Aval understands are read; all are kept. */
export function readDataset(value: unknown, field: string): DatasetSighting {
  const dataset = objectAt(value, field);
  const facets = facetsOf(dataset['facets']);
  const ofRun = { ...facetsOf(dataset['inputFacets']), ...facetsOf(dataset['outputFacets']) };
  const quality = ofRun['dataQualityMetrics'] ?? facets['dataQualityMetrics'];
  const counted = [ofRun['outputStatistics'], ofRun['inputStatistics'], quality];
  return {
    namespace: nameAt(dataset['namespace'], `${field}.namespace`),
    name: nameAt(dataset['name'], `${field}.name`),
    facets,
    schema: schemaOf(facets, `${field}.facets.schema`),
    columnLineage: columnLineageOf(facets, `${field}.facets.columnLineage`),
    tags: tagsOf(facets, `${field}.facets.tags`),
    version: versionOf(facets, `${field}.facets.version`),
    rowCount: counted.map((facet) => countOr(facet?.['rowCount'])).find((count) => count !== undefined),
    profile: profileOf(quality),
  };
}

function versionOf(facets: Facets, field: string): string | undefined {
  const version = facets['version']?.['datasetVersion'];
  return version === undefined || version === null || version === ''
    ? undefined
    : nameAt(version, `${field}.datasetVersion`);
}

/** Fields with their nested ones, `address.city`, in the order of the schema. */
function schemaOf(facets: Facets, field: string): FieldSighting[] | undefined {
  const fields = facets['schema']?.['fields'];
  if (!Array.isArray(fields)) return undefined;
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
  return [...found.values()];
}

function columnLineageOf(facets: Facets, field: string): ColumnLineage | undefined {
  const facet = facets['columnLineage'];
  if (!facet) return undefined;
  const columns = new Set<string>();
  const origins: ColumnLineage['origins'] = [];
  const read = (inputs: unknown, column: string | undefined, fallback: Transformation[]): void => {
    for (const item of listOr(inputs)) {
      const input = objectOr(item);
      if (!input) continue;
      const at = `${field}.inputFields`;
      const transformations = listOr(input['transformations'])
        .map(transformationOf)
        .filter((one) => one !== undefined);
      origins.push({
        column,
        input: {
          namespace: nameAt(input['namespace'], `${at}.namespace`),
          name: nameAt(input['name'], `${at}.name`),
          field: nameAt(input['field'], `${at}.field`),
        },
        transformations: transformations.length > 0 ? transformations : fallback,
      });
      if (origins.length > maxOrigins) throw badInput(field, `Column lineage may name at most ${maxOrigins} inputs.`);
    }
  };
  for (const [name, value] of Object.entries(objectOr(facet['fields']) ?? {})) {
    const output = objectOr(value);
    if (!output) continue;
    columns.add(nameAt(name, `${field}.fields`));
    read(output['inputFields'], name, olderTransformation(output));
  }
  read(facet['dataset'], undefined, []);
  return { columns, origins };
}

function transformationOf(value: unknown): Transformation | undefined {
  const one = objectOr(value);
  const type = textOr(one?.['type']);
  if (!one || type === undefined) return undefined;
  const [subtype, description] = [textOr(one['subtype']), textOr(one['description'])];
  return {
    type,
    ...(subtype && { subtype }),
    ...(description && { description }),
    ...(one['masking'] === true && { masking: true }),
  };
}

/** Version 1-0 of the facet said it once for each output column. */
function olderTransformation(output: Record<string, unknown>): Transformation[] {
  const type = textOr(output['transformationType']);
  const description = textOr(output['transformationDescription']);
  if (type === undefined) return [];
  return [{ type, ...(description && { description }), ...(type.toUpperCase() === 'MASKED' && { masking: true }) }];
}

/** Tags under the key `sensitivity`; others stay in the facet. */
function tagsOf(facets: Facets, field: string): DatasetSighting['tags'] {
  return listOr(facets['tags']?.['tags']).flatMap((item) => {
    const one = objectOr(item);
    if (textOr(one?.['key'])?.toLowerCase() !== 'sensitivity') return [];
    const tag = tagOfText(textOr(one?.['value']) ?? '');
    if (!tag) return [];
    const column = textOr(one?.['field']);
    return [{ field: column === undefined ? undefined : nameAt(column, `${field}.tags.field`), tag }];
  });
}

function profileOf(quality: Facets[string] | undefined): Map<string, ColumnStatistics> | undefined {
  const metrics = objectOr(quality?.['columnMetrics']);
  if (!metrics) return undefined;
  return new Map(
    Object.entries(metrics).map(([name, value]) => [
      nameAt(name, 'dataQualityMetrics.columnMetrics'),
      statisticsOf(objectOr(value) ?? {}),
    ]),
  );
}

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
