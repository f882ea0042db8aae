import type { Known } from '../known.ts';

/** What each page says of itself: when it was so, for whom, by which rules, and up to which entry of the log. */
export interface Stamp {
  asOf: string;
  role: string;
  logHead: Known<{ index: string; at: string | null; leafHash: string }>;
  policy: Known<{ version: number; digest: string; validFrom: string }>;
}
