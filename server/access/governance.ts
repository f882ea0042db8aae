import { cell, ALLOW, type CompiledPolicy } from './decisions.ts';
import { PolicyError } from './policy-text.ts';
import type { Use } from './uses.ts';

/** What a governance lead must keep, so that a policy can always be followed by another. */
const kept: readonly (readonly [coordinate: string, use: Use])[] = [
  ['Query.policy', 'select'],
  ['Query.policyProposals', 'select'],
  ['Mutation.proposePolicy', 'mutate'],
  ['Mutation.approvePolicy', 'mutate'],
];

/** Throws PolicyError when nobody could change the policy any more once it is in force. */
export function requireGovernance(policy: CompiledPolicy, field: string): void {
  const table = policy.tableFor(['governance_lead']);
  const lost = kept.filter(([coordinate, use]) => {
    const number = policy.coordinates.index.get(coordinate);
    return number !== undefined && table[cell(number, use)] !== ALLOW;
  });
  if (lost.length === 0) return;
  throw new PolicyError(
    lost.map(([coordinate, use]) => ({
      rule: policy.explain(['governance_lead'], policy.coordinates.index.get(coordinate)!, use).policyIds[0],
      message: `it would lock out governance_lead, who may no longer ${use} ${coordinate}`,
      help: 'nobody could put another policy in force',
    })),
    field,
  );
}
