/** Where each page is, and how one links to another so that it works from a folder as well as from any web path. */
import { createHash } from 'node:crypto';
import { hiddenName } from './models/names.ts';

/** A name as a folder: lower case, no surprises on any file system. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80);
  return slug === '' ? `x-${createHash('sha256').update(name).digest('hex').slice(0, 8)}` : slug;
}

/** One slug for each entity; those that would share one get a piece of their id's digest behind it. */
export function uniqueSlugs<T extends { id: string }>(
  entities: readonly T[],
  name: (entity: T) => string,
): Map<string, string> {
  const users = new Map<string, number>();
  for (const entity of entities) users.set(slugOf(name(entity)), (users.get(slugOf(name(entity))) ?? 0) + 1);
  return new Map(
    entities.map((entity) => {
      const slug = slugOf(name(entity));
      if (users.get(slug) === 1) return [entity.id, slug];
      return [entity.id, `${slug}-${createHash('sha256').update(entity.id).digest('hex').slice(0, 8)}`];
    }),
  );
}

/**
 * A link from the page at `from` to `to`. Both count from the site's root; a page ends in `/` (the root is ``), and its
 * index.html is written out because a folder opened from disk has no default document.
 */
export function relativeLink(from: string, to: string): string {
  const [path = '', anchor] = to.split('#');
  const up = '../'.repeat(from.split('/').length - 1);
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  const link = path === from && anchor !== undefined ? '' : `${up}${file}`;
  return anchor === undefined ? link : `${link}#${anchor}`;
}

export interface VersionAddress {
  id: string;
  modelId: string;
  model: string;
  version: number;
  modelSlug: string;
  path: string;
}

export interface DatasetAddress {
  id: string;
  name: string;
  namespace: string;
  slug: string;
  path: string;
}

export interface AddressBook {
  versions: readonly VersionAddress[];
  datasets: readonly DatasetAddress[];
  /** The page of an asset, if it has one. */
  of: (id: string) => string | undefined;
}

interface VersionRow {
  id: string;
  version: number;
  model: { id: string; name: string };
}

interface DatasetRow {
  id: string;
  name: string;
  namespace: string;
}

type Hideable<T> = {
  [K in keyof T]: K extends 'id' ? T[K] : T[K] extends object ? Hideable<T[K]> | null : T[K] | null;
};

/** Those with a name: a page is called by it, and no page may be called by what is hidden. */
export const versionRows = (rows: readonly Hideable<VersionRow>[]): VersionRow[] =>
  rows.flatMap(({ id, version, model }) =>
    version === null || model?.name == null ? [] : [{ id, version, model: { id: model.id, name: model.name } }],
  );

export const datasetRows = (rows: readonly Hideable<DatasetRow>[]): DatasetRow[] =>
  rows.flatMap(({ id, name, namespace }) => (name === null ? [] : [{ id, name, namespace: namespace ?? hiddenName }]));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function addressBook(versionRows: readonly VersionRow[], datasetRows: readonly DatasetRow[]): AddressBook {
  const models = new Map(versionRows.map((row) => [row.model.id, row.model]));
  const modelSlugs = uniqueSlugs([...models.values()], (model) => model.name);
  const versions = versionRows
    .map((row) => {
      const modelSlug = modelSlugs.get(row.model.id)!;
      const path = `models/${modelSlug}/${row.version}/`;
      return { id: row.id, modelId: row.model.id, model: row.model.name, version: row.version, modelSlug, path };
    })
    .sort((a, b) => compare(a.modelSlug, b.modelSlug) || a.version - b.version);
  const datasetSlugs = uniqueSlugs(datasetRows, (row) => row.name);
  const datasets = datasetRows
    .map(({ id, name, namespace }) => {
      const slug = datasetSlugs.get(id)!;
      return { id, name, namespace, slug, path: `datasets/${slug}/` };
    })
    .sort((a, b) => compare(a.slug, b.slug));
  const paths = new Map([...versions, ...datasets].map(({ id, path }) => [id, path]));
  for (const { modelId, modelSlug } of versions) paths.set(modelId, `models/#${modelSlug}`);
  return { versions, datasets, of: (id) => paths.get(id) };
}
