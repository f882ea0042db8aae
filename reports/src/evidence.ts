/** What the pages know about where a figure comes from. */
import type { Refusal } from './known.ts';

/** The result lies beside the pages, so that `sha256sum` on it gives `resultDigest`. */
export interface Evidence {
  operation: string;
  /** SHA-256 of the document's text, hex. */
  documentHash: string;
  variables: Record<string, unknown>;
  /** Rows of the answer's list; undefined when the answer is one object or was refused. */
  rowCount?: number;
  resultDigest?: string;
  /** From the site's root. */
  resultFile?: string;
}

export type Answer<T> =
  { state: 'answered'; data: T; evidence: Evidence } | { state: 'refused'; by: Refusal; evidence: Evidence };
