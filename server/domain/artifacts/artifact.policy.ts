import { closed, ofProject, type TableLabels } from '../../access/tables.ts';

export const artifactTables = {
  artifact: ofProject(['artifact']),
  artifact_ticket: closed('Hashes of rights to a transfer.'),
} satisfies TableLabels;
