import { ofProject, type TableLabels } from '../../access/tables.ts';

export const assetTables = { asset: ofProject('everyone') } satisfies TableLabels;
