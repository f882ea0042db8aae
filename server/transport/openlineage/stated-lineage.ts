import { badInput } from '../../shared/errors.ts';
import type { DatasetName } from '../../domain/datasets/naming.ts';
import type { DatasetSighting, Origin, StatedLineage } from '../../domain/ingest/event.ts';
import type { Transformation } from '../../domain/lineage/edge.entity.ts';
import type { JsonObject } from '../../shared/json.ts';
import { datasetOr, listOr, nameOr, objectOr, textOr } from './read.ts';

const maxOrigins = 50_000;

/** What the facets so far said of where the dataset came from; a second facet adds to it. */
function lineageOf(into: DatasetSighting): StatedLineage {
  return (into.lineage ??= { columns: new Set(), whole: false, origins: [] });
}

/** The facet `columnLineage`: what each column came from, and what bears on the whole dataset. */
export function readColumnLineage(into: DatasetSighting, facet: JsonObject, field: string): void {
  const lineage = lineageOf(into);
  const read = (inputs: unknown, column: string | undefined, fallback: Transformation[]): void => {
    for (const item of listOr(inputs)) {
      const input = objectOr(item);
      const from = datasetOr(input, `${field}.inputFields`);
      const own = nameOr(input?.['field'], `${field}.inputFields.field`);
      if (!input || !from || own === undefined) continue;
      const said = transformationsOf(input);
      push(lineage, field, {
        column,
        input: { ...from, field: own },
        transformations: said.length > 0 ? said : fallback,
      });
    }
  };
  for (const [name, value] of Object.entries(objectOr(facet['fields']) ?? {})) {
    const output = objectOr(value);
    if (!output || nameOr(name, `${field}.fields`) === undefined) continue;
    lineage.columns.add(name);
    read(output['inputFields'], name, olderTransformation(output));
  }
  read(facet['dataset'], undefined, []);
}

/**
 * The facet `lineage` of a dataset, and each dataset entry of a job's: sources outright, of the whole dataset and of its columns. An
 * empty list of inputs says that nothing upstream is tracked. What came from a job, no dataset tells: that stays in the facet.
 */
export function readLineage(into: DatasetSighting, facet: JsonObject, field: string): void {
  const lineage = lineageOf(into);
  const read = (inputs: unknown, column: string | undefined): void => {
    for (const item of listOr(inputs)) {
      const input = objectOr(item);
      if (!input || input['type'] === 'JOB') continue;
      const from = datasetOr(input, `${field}.inputs`);
      if (!from) continue;
      push(lineage, field, {
        column,
        input: { ...from, field: nameOr(input['field'], `${field}.inputs.field`) },
        transformations: transformationsOf(input),
      });
    }
  };
  if (Array.isArray(facet['inputs'])) lineage.whole = true;
  read(facet['inputs'], undefined);
  for (const [name, value] of Object.entries(objectOr(facet['fields']) ?? {})) {
    const output = objectOr(value);
    if (!output || nameOr(name, `${field}.fields`) === undefined) continue;
    lineage.columns.add(name);
    read(output['inputs'], name);
  }
}

/** The facet `lineage` of a job: datasets with what they came from, and what the job itself read. */
export function readJobLineage(
  facet: JsonObject,
  field: string,
): { targets: DatasetSighting[]; inputs: DatasetSighting[] } {
  const [targets, inputs]: DatasetSighting[][] = [[], []];
  listOr(facet['entries']).forEach((item, i) => {
    const entry = objectOr(item);
    const at = `${field}.entries[${i}]`;
    if (entry?.['type'] === 'DATASET') {
      const name = datasetOr(entry, at);
      if (!name) return;
      const target = bareSighting(name);
      readLineage(target, entry as JsonObject, at);
      targets!.push(target);
    } else if (entry?.['type'] === 'JOB' && entry['name'] === undefined) {
      for (const input of listOr(entry['inputs']).map(objectOr)) {
        const name = input?.['type'] === 'DATASET' ? datasetOr(input, `${at}.inputs`) : undefined;
        if (name) inputs!.push(bareSighting(name));
      }
    }
  });
  return { targets: targets!, inputs: inputs! };
}

/** A dataset that an event names without telling anything of it but its lineage. */
const bareSighting = (name: DatasetName): DatasetSighting => ({
  ...name,
  facets: {},
  usage: {},
  tags: [],
  symlinks: [],
  checks: [],
});

function push({ origins }: StatedLineage, field: string, origin: Origin): void {
  origins.push(origin);
  if (origins.length > maxOrigins) {
    throw badInput(field, `Lineage may name at most ${maxOrigins} inputs.`, 'Tell it in several events.');
  }
}

const transformationsOf = (input: Record<string, unknown>): Transformation[] =>
  listOr(input['transformations'])
    .map(transformationOf)
    .filter((one) => one !== undefined);

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
