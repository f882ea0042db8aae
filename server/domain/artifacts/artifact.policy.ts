import { closed, ofProject, type TableLabels } from '../../access/tables.ts';

export const artifactTables = {
  artifact: ofProject(['artifact', 'lineage']), // a model's digest is over its files
  artifact_ticket: closed('Hashes of rights to a transfer.'),
} satisfies TableLabels;
