import type { JsonObject } from '../../shared/json.ts';
import type { ColumnStatistics } from '../datasets/dataset.entity.ts';
import type { DatasetName } from '../datasets/naming.ts';
import type { RunStatus } from '../experiments/run.entity.ts';
import type { Transformation } from '../lineage/edge.entity.ts';
import type { TagDefinition } from '../sensitivity/taxonomy.ts';

/** What a producer told of one moment, in our own words: of a run of a job, of a job, or of a dataset. */
export interface LineageEvent {
  /** The producer's time. Events come late, twice and in any order; this alone decides what counts. */
  at: Date;
  job?: { namespace: string; name: string; facets: Facets };
  run?: {
    /** As the producer wrote it; not always a UUID. */
    id: string;
    facets: Facets;
    /** Undefined when the event does not say. */
    status: RunStatus | undefined;
    ended: boolean;
  };
  inputs: DatasetSighting[];
  outputs: DatasetSighting[];
  /** Of a dataset event: neither read nor written. */
  seen: DatasetSighting[];
}

/** Facets by name; one that was deleted is null. */
export type Facets = Record<string, JsonObject | null>;

export interface DatasetSighting extends DatasetName {
  facets: Facets;
  /** Nested fields by their dotted names. Undefined when the event does not tell. */
  schema: FieldSighting[] | undefined;
  columnLineage: ColumnLineage | undefined;
  tags: { field: string | undefined; tag: TagDefinition }[];
  version: string | undefined;
  rowCount: number | undefined;
  profile: Map<string, ColumnStatistics> | undefined;
}

export interface FieldSighting {
  name: string;
  type: string;
  description: string | null;
}

export interface ColumnLineage {
  /** The output's columns that it explains, those that come from nowhere included. */
  columns: Set<string>;
  origins: {
    /** Undefined when the input column bears on the whole dataset (a filter, a join). */
    column: string | undefined;
    input: DatasetName & { field: string };
    transformations: Transformation[];
  }[];
}
