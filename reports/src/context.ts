/**
 * What the build hands to the pages. Astro bundles them, but runs the bundle in the same process: so it goes
 * through a global, and pages stay free of configuration.
 */
import type { ReportClient } from './client.ts';
import type { AddressBook } from './addresses.ts';
import type { Refusal } from './known.ts';
import type { Stamp } from './models/stamp.ts';

export interface ReportContext {
  client: ReportClient;
  stamp: Stamp;
  addresses: AddressBook;
  /** Everything that is hidden from this role, by the policy alone. */
  hidden: readonly Refusal[];
  /** Graphviz: DOT in, SVG out. */
  draw: (dot: string) => string;
  /** Called for each page that is rendered. */
  rendered: () => void;
}

const slot = Symbol.for('aval.report');
const shelf = globalThis as { [slot]?: ReportContext };

export const setReport = (context: ReportContext): void => {
  shelf[slot] = context;
};

export function report(): ReportContext {
  const context = shelf[slot];
  if (!context) throw new Error('These pages are built by `npm run report`, not by `astro build`.');
  return context;
}
