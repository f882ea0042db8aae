import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entities } from '../../domain/tables.ts';
import { datasetFacets, inputFacets, jobFacets, outputFacets, runFacets } from './facets.ts';

test('docs/openlineage-mapping.json says where each facet goes, as the code does', () => {
  const published = JSON.parse(readFileSync(new URL('../../../docs/openlineage-mapping.json', import.meta.url), 'utf8')) as unknown; // prettier-ignore
  const table = (facets: Readonly<Record<string, { schema: string; version: string; to: readonly string[] }>>) =>
    Object.fromEntries(
      Object.entries(facets).map(([name, { schema, version, to }]) => [
        name,
        { spec: `${version}/${schema}.json`, to: to.length > 0 ? to : 'known, unmapped, kept verbatim' },
      ]),
    );
  const actual = {
    dataset: table(datasetFacets), inputDataset: table(inputFacets), outputDataset: table(outputFacets), job: table(jobFacets), run: table(runFacets),
  }; // prettier-ignore
  expect((published as { facets: unknown }).facets).toEqual(actual);
  const sdl = readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8');
  const tables = new Set(entities.map(({ meta }) => meta.tableName));
  for (const to of Object.values(actual).flatMap((facets) => Object.values(facets).flatMap((one) => one.to))) {
    if (typeof to !== 'string' || to.startsWith('known,')) continue;
    const [type, field] = to.split('.');
    if (field === undefined) expect(tables).toContain(type);
    else expect(sdl).toMatch(new RegExp(`(type|interface) ${type} [^}]*\\b${field}\\b`));
  }
});
