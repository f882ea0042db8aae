import { classify, mergeLabels, type Labels } from '../access/classes.ts';
import type { TableLabels } from '../access/tables.ts';
import { artifactTables } from './artifacts/artifact.policy.ts';
import { assetTables } from './assets/asset.policy.ts';
import { auditPolicy, auditTables } from './audit/audit.policy.ts';
import { datasetsPolicy, datasetTables } from './datasets/datasets.policy.ts';
import { experimentsPolicy, experimentTables } from './experiments/experiments.policy.ts';
import { identityPolicy, identityTables } from './identity/identity.policy.ts';
import { ingestTables } from './ingest/ingest.policy.ts';
import { kpisPolicy, kpiTables } from './kpis/kpis.policy.ts';
import { lineagePolicy, lineageTables } from './lineage/lineage.policy.ts';
import { modelsPolicy, modelTables } from './models/models.policy.ts';
import { policiesPolicy, policyTables } from './policies/policies.policy.ts';
import { purposesPolicy, purposeTables } from './purposes/purposes.policy.ts';
import { sensitivityPolicy, sensitivityTables } from './sensitivity/sensitivity.policy.ts';
import type { Tables } from './tables.ts';
import { verdictsPolicy, verdictTables } from './verdicts/verdicts.policy.ts';

/** Every domain's labels: what each field is, as far as access cares. */
const domainLabels: readonly Labels[] = [
  auditPolicy,
  datasetsPolicy,
  experimentsPolicy,
  identityPolicy,
  kpisPolicy,
  lineagePolicy,
  modelsPolicy,
  policiesPolicy,
  purposesPolicy,
  sensitivityPolicy,
  verdictsPolicy,
];

/** All labels of the schema; `structural` names the types whose fields are plain structure (connections and their like). */
export function allLabels(structural: Readonly<Record<string, readonly string[]>>): Labels {
  const plain = Object.fromEntries(
    Object.entries(structural).map(([type, fields]) => [
      type,
      Object.fromEntries(fields.map((field) => [field, 'structural' as const])),
    ]),
  );
  return mergeLabels(classify(plain), ...domainLabels);
}

/** What the database lets readers have of every table: one without a label does not compile. */
export const tableLabels: TableLabels<keyof Tables> = {
  ...artifactTables,
  ...assetTables,
  ...auditTables,
  ...datasetTables,
  ...experimentTables,
  ...identityTables,
  ...ingestTables,
  ...kpiTables,
  ...lineageTables,
  ...modelTables,
  ...policyTables,
  ...purposeTables,
  ...sensitivityTables,
  ...verdictTables,
};
