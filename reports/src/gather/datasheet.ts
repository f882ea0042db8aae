/** Everything that a datasheet's page asks for. */
import { factsOf } from './batches.ts';
import type { DatasetAddress } from '../addresses.ts';
import type { ReportContext } from '../context.ts';
import { fieldOf, mapKnown } from '../known.ts';
import { lineageKinds } from './lineage-kinds.ts';
import {
  ColumnOrigins,
  DatasheetIdentity,
  DatasheetLineage,
  DatasheetLog,
  DatasheetProfiles,
  DatasheetTags,
} from '../queries/datasets.ts';
import { columnsSection, consumersSection, sheetLineage, sheetSection, tagsOfColumns } from '../models/datasheet.ts';
import { section } from '../models/dossier.ts';
import { logRow } from '../models/log.ts';

export async function askDatasheet({ client, addresses }: ReportContext, address: DatasetAddress) {
  const ids = addresses.datasets.map((one) => one.id);
  const [identity, tags, profiles, origins, lineage, log] = await Promise.all([
    factsOf(client, DatasheetIdentity, ids, address.id, {}),
    factsOf(client, DatasheetTags, ids, address.id, {}, 10),
    factsOf(client, DatasheetProfiles, ids, address.id, {}, 10),
    factsOf(client, ColumnOrigins, ids, address.id, {}, 10),
    factsOf(client, DatasheetLineage, ids, address.id, { up: 8, down: 8, kinds: lineageKinds }, 10),
    factsOf(client, DatasheetLog, ids, address.id, { first: 50 }),
  ]);
  const columns = columnsSection({ identity, tags, profiles, origins });
  return {
    sheet: sheetSection(identity),
    columns,
    tags: { content: tagsOfColumns(columns.content), evidence: tags.evidence },
    profilesEvidence: profiles.evidence,
    consumers: consumersSection(lineage),
    lineage: sheetLineage(lineage, tags, { id: address.id, words: address.name }),
    log: section(log, (node) => mapKnown(fieldOf(node, 'events'), (events) => events.nodes.map(logRow))),
  };
}

/** The list of datasets with the tags of their columns. */
export async function askDatasetTags({ client, addresses }: ReportContext) {
  const ids = addresses.datasets.map((one) => one.id);
  return Promise.all(
    addresses.datasets.map(async (address) => {
      const [identity, tags] = await Promise.all([
        factsOf(client, DatasheetIdentity, ids, address.id, {}),
        factsOf(client, DatasheetTags, ids, address.id, {}, 10),
      ]);
      const columns = columnsSection({ identity, tags, profiles: skipped(tags), origins: skipped(tags) });
      return { address, sheet: sheetSection(identity).content, tags: tagsOfColumns(columns.content) };
    }),
  );
}

/** An answer without columns, for what the list does not show. */
const skipped = ({ evidence }: { evidence: Awaited<ReturnType<typeof factsOf>>['evidence'] }) => ({
  state: 'answered' as const,
  data: { id: '', columns: [], redactions: [] },
  evidence,
});
