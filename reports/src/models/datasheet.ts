/** One dataset's datasheet: columns with what is known of each, consumers, origin, versions. */
import type {
  ColumnOriginsQuery,
  DatasheetIdentityQuery,
  DatasheetLineageQuery,
  DatasheetProfilesQuery,
  DatasheetTagsQuery,
  TagPathFragment,
} from '../gql/graphql.ts';
import type { Answer } from '../evidence.ts';
import {
  fieldOf,
  known,
  mapKnown,
  notRecorded,
  redacted,
  refusalOf,
  thenKnown,
  type Known,
  type Redactable,
} from '../known.ts';
import { section, type Section } from './dossier.ts';
import { lineagePicture, type LineagePicture } from './lineage.ts';
import { edgeView, kindOf, nameOr } from './names.ts';
import { byGravity, tagView, type TagView } from './paths.ts';

type DatasetOf<Q extends { nodes: readonly unknown[] }> = Extract<NonNullable<Q['nodes'][number]>, { id: string }>;
export type IdentityNode = DatasetOf<DatasheetIdentityQuery>;
export type TagsNode = DatasetOf<DatasheetTagsQuery>;
export type ProfilesNode = DatasetOf<DatasheetProfilesQuery>;
export type LineageNode = DatasetOf<DatasheetLineageQuery>;
export type OriginsNode = DatasetOf<ColumnOriginsQuery>;
type ColumnProfile = NonNullable<NonNullable<ProfilesNode['columns']>[number]['profile']>;

export interface OriginView {
  words: string;
  how: string;
  masked: boolean;
  ownerId: string;
}

export interface ColumnView {
  id: string;
  name: string;
  type: string;
  description: Known<string>;
  tags: Known<TagView[]>;
  profile: Known<ColumnProfile>;
  origins: Known<OriginView[]>;
}

export interface ColumnAnswers {
  identity: Answer<IdentityNode>;
  tags: Answer<TagsNode>;
  profiles: Answer<ProfilesNode>;
  origins: Answer<OriginsNode>;
}

export function columnsSection(answers: ColumnAnswers): Section<ColumnView[]> {
  return section(answers.identity, (node) =>
    mapKnown(fieldOf(node, 'columns'), (columns) =>
      [...columns]
        .sort((a, b) => (a.ordinal ?? Infinity) - (b.ordinal ?? Infinity) || (nameOr(a.name) < nameOr(b.name) ? -1 : 1))
        .map((column) => ({
          id: column.id,
          name: nameOr(column.name),
          type: nameOr(column.type),
          description: column.description ? known(column.description) : notRecorded(),
          tags: ofColumn(answers.tags, column.id, (found) =>
            mapKnown(fieldOf(found, 'tags'), (tags) => tags.map(tagView).sort(byGravity)),
          ),
          profile: ofColumn(answers.profiles, column.id, (found) => fieldOf(found, 'profile')),
          origins: ofColumn(answers.origins, column.id, (found) =>
            mapKnown(fieldOf(found, 'upstream'), (walk) =>
              walk.edges.nodes.map(edgeView).map(({ from, how, masked }) => ({
                words: from.words,
                how,
                masked,
                ownerId: from.ownerId,
              })),
            ),
          ),
        })),
    ),
  );
}

/** A column's share of an answer about all columns. */
function ofColumn<C extends { id: string }, T>(
  answer: Answer<Redactable & { columns: readonly C[] | null }>,
  id: string,
  make: (column: C) => Known<T>,
): Known<T> {
  if (answer.state === 'refused') return redacted(answer.by);
  return thenKnown(fieldOf(answer.data, 'columns'), (columns) => {
    const column = columns.find((one) => one.id === id);
    return column ? make(column) : notRecorded();
  });
}

export interface SheetView {
  project: Known<string>;
  description: Known<string>;
  owners: Known<string[]>;
  versions: Known<
    {
      id: string;
      name: string;
      digest: string;
      source: string | null;
      created: string;
      rows: number | string | null;
    }[]
  >;
  moreVersions: boolean;
}

export const sheetSection = (answer: Answer<IdentityNode>): Section<SheetView> =>
  section(answer, (node) =>
    known({
      project: mapKnown(fieldOf(node, 'project'), (project) => project.name),
      description: fieldOf(node, 'description'),
      owners: thenKnown(fieldOf(node, 'facets'), ownersIn),
      versions: mapKnown(fieldOf(node, 'versions'), (versions) =>
        versions.nodes.map((version) => ({
          id: version.id,
          name: nameOr(version.name),
          digest: version.digest,
          source: uriIn(version.source),
          created: version.createdAt,
          rows: version.rowCount,
        })),
      ),
      moreVersions: node.versions?.pageInfo.hasNextPage ?? false,
    }),
  );

/** MLflow's client gives a source as JSON with its `uri` in it, or as plain text. */
function uriIn(source: string | null): string | null {
  try {
    const { uri } = JSON.parse(source ?? '') as { uri?: unknown };
    return typeof uri === 'string' ? uri : source;
  } catch {
    return source;
  }
}

/** OpenLineage's ownership facet, if the producer sent one. */
function ownersIn(facets: unknown): Known<string[]> {
  const owners = (facets as { ownership?: { owners?: { name?: unknown }[] } }).ownership?.owners;
  const names = Array.isArray(owners) ? owners.flatMap((one) => (typeof one.name === 'string' ? [one.name] : [])) : [];
  return names.length === 0 ? notRecorded() : known(names);
}

export interface ConsumerView {
  words: string;
  kind: string;
  ownerId: string;
}

const consumerKinds = ['DATASET', 'MODEL_VERSION', 'DEPLOYMENT'];

/** What was made of the dataset, by any chain: datasets, then model versions, then deployments. */
export const consumersSection = (answer: Answer<LineageNode>): Section<ConsumerView[]> =>
  section(answer, (node) =>
    mapKnown(fieldOf(node, 'downstream'), (walk) => {
      const found = new Map<string, ConsumerView & { order: number }>();
      for (const { to, kind } of walk.edges.nodes.map(edgeView)) {
        if (!consumerKinds.includes(to.kind) || to.id === node.id || kind === 'EVALUATED') continue;
        const order = consumerKinds.indexOf(to.kind);
        found.set(to.id, { words: to.words, kind: kindOf(to), ownerId: to.ownerId, order });
      }
      return [...found.values()].sort((a, b) => a.order - b.order || (a.words < b.words ? -1 : 1));
    }),
  );

export function sheetLineage(
  answer: Answer<LineageNode>,
  tags: Answer<TagsNode>,
  focus: { id: string; words: string },
): Section<LineagePicture> {
  const paths: TagPathFragment[] = [];
  if (tags.state === 'answered' && !refusalOf(tags.data, 'columns'))
    for (const column of tags.data.columns ?? []) paths.push(...(column.tags ?? []));
  return section(answer, (node) =>
    thenKnown(fieldOf(node, 'upstream'), (up) =>
      mapKnown(fieldOf(node, 'downstream'), (down) => lineagePicture(focus, [up, down], paths)),
    ),
  );
}

/** Distinct tags of a dataset's columns, gravest first. */
export function tagsOfColumns(columns: Known<ColumnView[]>): Known<TagView[]> {
  return thenKnown(columns, (all) => {
    const hidden = all.find((column) => column.tags.state === 'redacted');
    if (hidden?.tags.state === 'redacted') return hidden.tags;
    const found = new Map<string, TagView>();
    for (const column of all)
      if (column.tags.state === 'known') for (const tag of column.tags.value) found.set(tag.name, tag);
    return known([...found.values()].sort(byGravity));
  });
}
