import type { ColumnStatistics, LifecycleChange } from '../datasets/dataset.entity.ts';
import type { DatasetName } from '../datasets/naming.ts';
import type { RunStatus } from '../experiments/run.entity.ts';
import type { Facets } from '../facets.ts';
import type { Transformation } from '../lineage/edge.entity.ts';
import type { TagDefinition } from '../sensitivity/taxonomy.ts';

/** What a producer told of one moment, in our own words: of a run of a job, of a job, or of a dataset. */
export interface LineageEvent {
  /** Follows from all that the event says: the same event twice has it twice. */
  digest: string;
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
  /** Neither read nor written: of a dataset event, or named by lineage that a producer states outright. */
  seen: DatasetSighting[];
}

export interface DatasetSighting extends DatasetName {
  facets: Facets;
  /** Facets of this one reading or writing. */
  usage: Facets;
  /** Nested fields by their dotted names. Undefined when the event does not tell. */
  schema?: FieldSighting[];
  lineage?: StatedLineage;
  tags: { field: string | undefined; tag: TagDefinition }[];
  /** Other names of the same dataset. */
  symlinks: DatasetName[];
  change?: { change: LifecycleChange; previous: DatasetName | undefined };
  version?: string;
  rowCount?: number;
  profile?: Map<string, ColumnStatistics>;
  checks: CheckSighting[];
}

export interface FieldSighting {
  name: string;
  type: string;
  description: string | null;
}

/** What a producer says of where a dataset came from, beyond "these were read and this was written". */
export interface StatedLineage {
  /** The output's columns that it explains, those that come from nowhere included. */
  columns: Set<string>;
  /** It names all that the dataset came from: what else the run read gave nothing. */
  whole: boolean;
  origins: Origin[];
}

export interface Origin {
  /** Undefined when the input bears on the whole dataset (a filter, a join). */
  column: string | undefined;
  /** Without a field, all of the input dataset. */
  input: DatasetName & { field: string | undefined };
  transformations: Transformation[];
}

export interface CheckSighting {
  assertion: string;
  success: boolean;
  column: string | undefined;
  name: string | null;
  severity: string | null;
  expected: string | null;
  actual: string | null;
}
