import type { DatasetName } from '../datasets/naming.ts';
import type { DatasetSighting, LineageEvent } from './event.ts';

/** A dataset as one event tells of it, with what is already known of the event. */
export interface Sighted {
  event: LineageEvent;
  sighting: DatasetSighting;
  side: 'read' | 'written' | 'seen';
  at: Date;
  runId: string | null;
  jobId: string | null;
  /** Graph key of the dataset. */
  key: number;
}

export type KeyOf = (dataset: DatasetName) => number;

/** Who told it: the run, or the moment where none did. */
export const toldBy = ({ runId, at }: Sighted): string => runId ?? at.toISOString();
