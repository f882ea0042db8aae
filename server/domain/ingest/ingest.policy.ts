import { closed, type TableLabels } from '../../access/tables.ts';

export const ingestTables = {
  seen_event: closed('Digests of what was recorded before.'),
} satisfies TableLabels;
