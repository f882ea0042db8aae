import type { Access } from '../../access/access.ts';
import type { JsonObject } from '../../shared/json.ts';

/**
 * The fields whose values an event repeats, by action: for all of its details, or key by key. What an event says of ids, counts and
 * choices stands for itself.
 */
const repeats: Readonly<Record<string, string | Readonly<Record<string, string>>>> = {
  'artifact.deleted': 'Run.artifactUri',
  'artifact.link-issued': { path: 'Run.artifactUri' },
  'artifact.written': 'Run.artifactUri',
  'dataset.created': { namespace: 'Dataset.namespace', name: 'Dataset.name' },
  'deployment.cleared': 'Deployment.verdict',
  'deployment.started': {
    environment: 'Deployment.environment',
    purpose: 'Deployment.purpose',
    verdict: 'Deployment.verdict',
  },
  'deployment.violated': 'Deployment.verdict',
  'experiment.created': { name: 'Experiment.name' },
  'kpi.defined': { name: 'Kpi.name', roles: 'Kpi.roles', subject: 'Kpi.subject' },
  'kpi.value-recorded': { value: 'Kpi.value' },
  'legal-basis.expired': { purpose: 'LegalBasis.purpose' },
  'legal-basis.recorded': { purpose: 'LegalBasis.purpose', tag: 'LegalBasis.tag', article: 'LegalBasis.article' },
  'legal-basis.withdrawn': { purpose: 'LegalBasis.purpose', tag: 'LegalBasis.tag', article: 'LegalBasis.article' },
  'lineage.recorded': { job: 'Job.name' },
  'logged-model.created': { name: 'LoggedModel.name' },
  'logged-model.finalised': { digest: 'LoggedModel.digest' },
  'model-version.approval-revoked': 'ModelVersion.approvals',
  'model-version.approved': 'ModelVersion.approvals',
  'model-version.registered': {
    model: 'Model.name',
    version: 'ModelVersion.version',
    source: 'ModelVersion.source',
    digest: 'ModelVersion.digest',
  },
  'model.registered': { name: 'Model.name' },
  'model.renamed': 'Model.name',
  'principal.created': 'Mutation.createPrincipal',
  'role.revoked': 'Mutation.createPrincipal',
  'run.created': { name: 'Run.name' },
  'token.issued': 'Mutation.issueToken',
  'use-rule.defined': { tag: 'RuleVersion.tag' },
  'waiver.expired': 'ModelVersion.waivers',
  'waiver.granted': {
    rule: 'ModelVersion.waivers',
    purpose: 'ModelVersion.waivers',
    until: 'ModelVersion.waivers',
    reason: 'Waiver.reason',
  },
  'waiver.revoked': 'ModelVersion.waivers',
};

/** An event's details without those that repeat a field which the caller may not read. */
export function detailsFor(
  access: Pick<Access, 'can'>,
  { action, details }: { action: string; details: JsonObject },
): JsonObject {
  const told = /^\w+\.(?:un)?tagged$/.test(action) && 'tag' in details ? { tag: 'TagAssignment.tag', note: 'TagAssignment.note' } : repeats[action]; // prettier-ignore
  if (told === undefined) return details;
  const coordinateOf = (key: string): string | undefined => (typeof told === 'string' ? told : told[key]);
  return Object.fromEntries(
    Object.entries(details).filter(([key]) => {
      const coordinate = coordinateOf(key);
      return coordinate === undefined || access.can(coordinate, 'select');
    }),
  );
}
