import type { Case } from './cases.ts';
import type { AttackSurface } from './matrix.ts';
import { cacheLeaks } from './leaks/caches.ts';
import { errorLeaks } from './leaks/errors.ts';
import { namingLeaks } from './leaks/naming.ts';
import { oracleLeaks } from './leaks/oracles.ts';
import { pathLeaks } from './leaks/paths.ts';
import { subscriptionLeaks } from './leaks/subscriptions.ts';
import { surfaceLeaks } from './leaks/surfaces.ts';

/** A small change of a source. Anchors of several leaks may be the same text, but must not overlap. */
export interface Edit {
  /** From the repository's root. */
  readonly file: string;
  /** An expression, whole statements that end with `;`, or any text: it must be in the file exactly once. */
  readonly from: string;
  /** What stands in its place while the leak is open; or, where it says `PLANTED`, always, with that true while the leak is open. */
  readonly to: string;
}

/** A hole in the defences that the test of its case has to notice. */
export interface Leak {
  readonly case: Case;
  /** The surface that it opens, where that is not GraphQL: its attack there has to notice. */
  readonly on?: AttackSurface;
  /** In words, for the table. */
  readonly says: string;
  readonly edits: readonly Edit[];
  /** Needs a server of its own, since what it changes runs at a start or is remembered after. */
  readonly fresh?: boolean;
}

export const leaks: readonly Leak[] = [
  ...namingLeaks,
  ...oracleLeaks,
  ...pathLeaks,
  ...cacheLeaks,
  ...subscriptionLeaks,
  ...errorLeaks,
  ...surfaceLeaks,
];
