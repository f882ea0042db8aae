import type { Json } from '../../shared/json.ts';

const policyRequest = { use: null, roles: null, purpose: null, rows: null };
const barrier = { edge: 'Barrier.edge', kind: 'Barrier.kind', tags: 'Barrier.tags' };
const approval = { purpose: 'ModelVersion.approvals', role: 'ModelVersion.approvals', until: 'ModelVersion.approvals' };
const waiver = {
  rule: 'ModelVersion.waivers',
  version: 'ModelVersion.waivers',
  purpose: 'ModelVersion.waivers',
  until: 'ModelVersion.waivers',
  reason: 'Waiver.reason',
};
const legalBasis = {
  purpose: 'LegalBasis.purpose',
  tag: 'LegalBasis.tag',
  article: 'LegalBasis.article',
  until: 'LegalBasis.until',
};
const useRule = {
  code: null,
  version: null,
  purpose: 'RuleVersion.purpose',
  tag: 'RuleVersion.tag',
  effect: 'RuleVersion.effect',
  approvalRole: 'RuleVersion.approvalRole',
  waiverRole: 'RuleVersion.waiverRole',
  waiverDays: 'RuleVersion.waiverDays',
};
const deploymentJudged = { outcome: 'Deployment.verdict', rules: 'Deployment.verdict' };
const sensitivity = { tag: 'TagAssignment.tag', note: 'TagAssignment.note', origin: 'TagAssignment.origin' };
/** MLflow's tags: their keys. */
const keyOf = (coordinate: string) => ({ key: coordinate, keys: coordinate });
const principal = 'Mutation.createPrincipal';
const grant = { role: 'Principal.grants' };
const member = { project: 'Principal.memberships' };

/**
 * What the log can tell: each action, each detail that its events may have, and the field whose value that detail repeats. `null` is for
 * what stands for itself: ids, counts, choices. Who may not read a field is not told it by an event either, and a detail that is not
 * named here is told to nobody.
 */
export const actions = {
  'access.denied': policyRequest,
  'access.read': policyRequest,
  'alias.moved': { alias: 'Model.aliases', to: 'Model.aliases', from: 'Model.aliases' },
  'alias.removed': { alias: 'Model.aliases', from: 'Model.aliases' },
  'artifact.deleted': { path: 'Run.artifactUri', files: 'Run.artifactUri' },
  'artifact.link-issued': { path: 'Run.artifactUri', use: null, seconds: null },
  'artifact.written': {
    path: 'Run.artifactUri',
    bytes: 'Run.artifactUri',
    sha256: 'Run.artifactUri',
    replaced: 'Run.artifactUri',
  },
  'barrier.expired': barrier,
  'barrier.proposed': barrier,
  'barrier.revoked': { ...barrier, reason: 'Barrier.endReason' },
  'barrier.signed': { ...barrier, expiresAt: 'Barrier.expiresAt', evidence: 'Barrier.evidenceUrl' },
  'column.tagged': sensitivity,
  'column.untagged': sensitivity,
  'database.opened-for-tests': {},
  'dataset.created': { namespace: 'Dataset.namespace', name: 'Dataset.name' },
  'dataset.merged': {},
  'dataset.tagged': sensitivity,
  'dataset.untagged': sensitivity,
  'datasetVersion.tagged': sensitivity,
  'datasetVersion.untagged': sensitivity,
  'deployment.cleared': deploymentJudged,
  'deployment.ended': {},
  'deployment.rolled-back': { from: 'Deployment.modelVersion', to: 'Deployment.modelVersion' },
  'deployment.started': {
    modelVersion: 'Deployment.modelVersion',
    environment: 'Deployment.environment',
    purpose: 'Deployment.purpose',
    alias: 'Deployment.alias',
    stage: 'Deployment.stage',
    replaces: 'Deployment.replaces',
    verdict: 'Deployment.verdict',
  },
  'deployment.tagged': sensitivity,
  'deployment.untagged': sensitivity,
  'deployment.violated': deploymentJudged,
  'experiment.created': { name: 'Experiment.name', number: 'Experiment.number' },
  'experiment.deleted': {},
  'experiment.renamed': { name: 'Experiment.name' },
  'experiment.restored': {},
  'experiment.tagged': keyOf('Experiment.tags'),
  'experiment.untagged': keyOf('Experiment.tags'),
  'kpi.defined': { name: 'Kpi.name', roles: 'Kpi.roles', subject: 'Kpi.subject' },
  'kpi.tagged': sensitivity,
  'kpi.untagged': sensitivity,
  'kpi.value-recorded': { at: null, value: 'Kpi.value' },
  'legal-basis.expired': legalBasis,
  'legal-basis.recorded': legalBasis,
  'legal-basis.withdrawn': legalBasis,
  'lineage.recorded': { at: null, job: 'Job.name', inputs: null, outputs: null },
  'logged-model.created': { name: 'LoggedModel.name' },
  'logged-model.deleted': { name: 'LoggedModel.name' },
  'logged-model.finalised': { status: 'LoggedModel.status', digest: 'LoggedModel.digest' },
  'logged-model.params-logged': { keys: 'LoggedModel.params' },
  'logged-model.tagged': keyOf('LoggedModel.mlflowTags'),
  'logged-model.untagged': keyOf('LoggedModel.mlflowTags'),
  'loggedModel.tagged': sensitivity,
  'loggedModel.untagged': sensitivity,
  'member.added': member,
  'member.removed': member,
  'model-version.approval-expired': approval,
  'model-version.approval-revoked': approval,
  'model-version.approved': approval,
  'model-version.deleted': { model: 'Model.name', version: 'ModelVersion.version', aliases: 'ModelVersion.aliases' },
  'model-version.registered': {
    model: 'Model.name',
    version: 'ModelVersion.version',
    source: 'ModelVersion.source',
    digest: 'ModelVersion.digest',
  },
  'model-version.staged': { version: 'ModelVersion.version', stage: 'ModelVersion.stage', archiveOthers: null },
  'model-version.tagged': { version: 'ModelVersion.version', ...keyOf('ModelVersion.mlflowTags') },
  'model-version.untagged': { version: 'ModelVersion.version', ...keyOf('ModelVersion.mlflowTags') },
  'model-version.updated': { version: 'ModelVersion.version', fields: null },
  'model.deleted': { name: 'Model.name', versions: null },
  'model.registered': { name: 'Model.name' },
  'model.renamed': { from: 'Model.name', to: 'Model.name' },
  'model.tagged': { ...keyOf('Model.mlflowTags'), ...sensitivity },
  'model.untagged': { ...keyOf('Model.mlflowTags'), ...sensitivity },
  'model.updated': { fields: null },
  'modelVersion.tagged': sensitivity,
  'modelVersion.untagged': sensitivity,
  'policy.activated': { version: null, digest: null },
  'policy.approved': {},
  'policy.proposed': { digest: null, basedOn: null },
  'policy.withdrawn': {},
  'principal.created': { name: principal, kind: principal, roles: principal, projects: principal },
  'project.created': { slug: 'Project.slug' },
  'purpose.defined': { code: 'Purpose.code', parent: 'Purpose.parent' },
  'purposes.shipped': { codes: 'Purpose.code' },
  'role.granted': grant,
  'role.revoked': grant,
  'run.created': { name: 'Run.name' },
  'run.deleted': {},
  'run.inputs-logged': { datasets: null, models: null },
  'run.logged': { metrics: null, params: null, tags: null },
  'run.model-recorded': { path: 'Run.artifactUri' },
  'run.outputs-logged': { models: null },
  'run.restored': {},
  'run.untagged': keyOf('Run.tags'),
  'run.updated': { name: 'Run.name', status: 'Run.status' },
  'tag.defined': {
    tag: 'SensitivityTag.name',
    parent: 'SensitivityTag.parent',
    category: 'SensitivityTag.category',
  },
  'tag.moved': {
    tag: 'SensitivityTag.name',
    from: 'SensitivityTag.parent',
    to: 'SensitivityTag.parent',
    category: 'SensitivityTag.category',
  },
  'tag.retired': { tag: 'SensitivityTag.name', reason: 'SensitivityTag.retiredAt' },
  'tags.defined': { names: 'TagAssignment.tag' },
  'token.issued': { label: 'Mutation.issueToken' },
  'token.revoked': {},
  'use-rule.closed': useRule,
  'use-rule.defined': useRule,
  'waiver.expired': waiver,
  'waiver.granted': waiver,
  'waiver.revoked': waiver,
} as const satisfies Record<string, Readonly<Record<string, string | null>>>;

/** `noun.verb`. */
export type Action = keyof typeof actions;

/** What an event of that action may say besides. */
export type Details<A extends Action = Action> = { [Key in DetailOf<A>]?: Json | undefined };
type DetailOf<A extends Action> = A extends Action ? keyof (typeof actions)[A] & string : never;
