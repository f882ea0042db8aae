import { badInput } from '../../shared/errors.ts';
import type { Facets } from '../../domain/facets.ts';
import type { DatasetSighting } from '../../domain/ingest/event.ts';
import { datasetFacets, inputFacets, outputFacets } from './facets.ts';
import { facetsOf, nameAt, objectAt } from './read.ts';

/** A dataset of an event. Of the facets only those that Aval understands are read; all are kept. */
export function readDataset(value: unknown, field: string): DatasetSighting {
  const dataset = objectAt(value, field);
  const sides = { inputFacets: facetsOf(dataset['inputFacets']), outputFacets: facetsOf(dataset['outputFacets']) };
  const sighting: DatasetSighting = {
    namespace: nameAt(dataset['namespace'], `${field}.namespace`),
    name: nameAt(dataset['name'], `${field}.name`),
    facets: facetsOf(dataset['facets']),
    usage: { ...sides.inputFacets, ...sides.outputFacets },
    tags: [],
    symlinks: [],
    checks: [],
  };
  const read = (said: Facets, readers: typeof datasetFacets, at: string): void => {
    for (const [name, { read: reader }] of Object.entries(readers)) {
      const facet = said[name];
      if (facet && reader) reader(sighting, facet, `${at}.${name}`);
    }
  };
  // the facets of this one use first: what they count is nearer than what the dataset says of itself
  read(sides.outputFacets, outputFacets, `${field}.outputFacets`);
  read(sides.inputFacets, inputFacets, `${field}.inputFacets`);
  read(sighting.facets, datasetFacets, `${field}.facets`);
  return sighting;
}

/** How many datasets one event may name: beyond that it is a mistake or an attack. */
const maxDatasets = 2_000;

export function checkDatasets(count: number, field: string): void {
  if (count > maxDatasets) {
    throw badInput(field, `An event may name at most ${maxDatasets} datasets.`, 'Split it into several events.');
  }
}
