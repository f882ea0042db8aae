/** The list of models, put together from the same bulk answers as the dossiers. */
import { factsOf } from './batches.ts';
import type { ReportContext } from '../context.ts';
import { firstHidden, mapKnown, type Known, type Redactable, type Refusal } from '../known.ts';
import { ModelVersionPaths, DossierSensitivity, DossierUse } from '../queries/models.ts';
import { aliasesSection, deploymentsSection, sensitivitySection } from '../models/dossier.ts';
import type { TagView } from '../models/paths.ts';
import type { UseView } from '../models/uses.ts';
import type { Evidence } from '../evidence.ts';

export interface InventoryVersion {
  version: number;
  path: string;
  tags: Known<TagView[]>;
  uses: Known<UseView[]>;
  aliases: Known<string[]>;
}

export interface InventoryModel {
  name: string;
  slug: string;
  /** Newest first. */
  versions: InventoryVersion[];
}

export interface Inventory {
  models: InventoryModel[];
  evidence: Evidence;
  refused?: Refusal;
}

export async function askInventory({ client, addresses, stamp }: ReportContext): Promise<Inventory> {
  const list = await client.askAll(ModelVersionPaths, {}, (data) => data.modelVersions);
  if (list.state === 'refused') return { models: [], evidence: list.evidence, refused: list.by };
  const refused = firstHidden(list.data, (row) => [
    [row, 'model'],
    [row, 'version'],
    ...(row.model ? [[row.model, 'name'] as [Redactable, string]] : []),
  ]);
  if (refused) return { models: [], evidence: list.evidence, refused };
  const ids = addresses.versions.map((one) => one.id);
  const models = new Map<string, InventoryModel>();
  for (const { id, model, modelSlug, version, path } of addresses.versions) {
    const [sensitivity, use] = await Promise.all([
      factsOf(client, DossierSensitivity, ids, id, {}),
      factsOf(client, DossierUse, ids, id, {}),
    ]);
    const entry = models.get(modelSlug) ?? { name: model, slug: modelSlug, versions: [] };
    entry.versions.unshift({
      version,
      path,
      tags: sensitivitySection(sensitivity).content,
      uses: mapKnown(deploymentsSection(use, stamp.asOf).content, (all) => all.filter((one) => one.active)),
      aliases: mapKnown(aliasesSection(use).content, (all) => all.map((one) => one.alias)),
    });
    models.set(modelSlug, entry);
  }
  return { models: [...models.values()], evidence: list.evidence };
}
