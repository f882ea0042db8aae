import { classify, mergeLabels, type Labels } from '../access/classes.ts';
import { auditPolicy } from './audit/audit.policy.ts';
import { datasetsPolicy } from './datasets/datasets.policy.ts';
import { experimentsPolicy } from './experiments/experiments.policy.ts';
import { identityPolicy } from './identity/identity.policy.ts';
import { kpisPolicy } from './kpis/kpis.policy.ts';
import { lineagePolicy } from './lineage/lineage.policy.ts';
import { modelsPolicy } from './models/models.policy.ts';
import { policiesPolicy } from './policies/policies.policy.ts';
import { purposesPolicy } from './purposes/purposes.policy.ts';
import { sensitivityPolicy } from './sensitivity/sensitivity.policy.ts';
import { verdictsPolicy } from './verdicts/verdicts.policy.ts';

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
