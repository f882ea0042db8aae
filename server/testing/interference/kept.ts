import { island } from './furnish.ts';

/** SQL for a fresh value; `seed` is SQL too, and differs by world where the value is hidden. */
type Draw = (seed: string) => string;

const text: Draw = (seed) => `veil_text(${seed})`;
const maybe: Draw = (seed) => `case when veil_number(${seed} || '?', 4) > 0 then veil_text(${seed}) end`;
const policy: Draw = (seed) => `veil_policy(${seed})`;
const count: Draw = (seed) => `veil_number(${seed}, 100000)`;
const real: Draw = (seed) => `veil_number(${seed}, 100000) / 1000.0`;
const time: Draw = (seed) => `timestamptz '2026-01-01Z' + veil_number(${seed}, 9000000) * interval '1 second'`;
const flag: Draw = (seed) => `veil_number(${seed}, 2) = 0`;
const json =
  (column: string): Draw =>
  (seed) =>
    `veil_json(${seed}, ${column})`;
/** Only these keys of the object: what stands beside them is shown by other fields. */
const jsonKeys = (column: string, ...keys: readonly string[]): Draw => (seed) =>
  keys.reduce((whole, key) => `coalesce(jsonb_set(${whole}, '{${key}}', veil_json(${seed} || '${key}', ${column}->'${key}'), false), ${column})`, column); // prettier-ignore
const named =
  (key: string): Draw =>
  (seed) =>
    `veil_text(${seed}) || ' ' || substr(md5(${key}), 1, 6)`;
const oneOf =
  (...values: readonly string[]): Draw =>
  (seed) =>
    `(array[${values.map((value) => `'${value}'`).join(', ')}])[1 + veil_number(${seed}, ${values.length})]`;

/** Where values of the schema's fields are kept. In SQL, the row is `t`. */
export interface Kept {
  readonly table: string;
  /**
   * What shows these values, `Type.field`, or `*.field` for all types that have it. They are hidden from a role that may read none of
   * these fields, and in rows of other projects from everyone.
   */
  readonly at: readonly string[];
  /** The row's project; home where there is no telling. */
  readonly project: string;
  /** By what the row draws. */
  readonly key: string;
  readonly where?: string;
  readonly set: Readonly<Record<string, Draw>>;
  /** Tables that keep a copy of a value draw alike under one label. */
  readonly label?: string;
  /** The roles that the row is for, where it is for some only. */
  readonly roles?: string;
}

/** Rows that come and go as wholes, parents first. */
export interface Passing {
  readonly name: string;
  readonly at: readonly string[];
  readonly project: string;
  /** As `project`, of the first table's row. */
  readonly key: string;
  readonly rows: readonly { readonly table: string; readonly where: string; readonly key: string }[];
  /** As `roles` of what is kept, of the first table's row. */
  readonly roles?: string;
  /** Rows of other projects stay: what counts all projects together would tell. */
  readonly ownOnly?: boolean;
}

const ofAsset = (key: string): string => `(select a.project_id from asset a where a.key = ${key})`;
const ofRun = `(select r.project_id from run r where r.id = t.run_id)`;
const ofExperiment = `(select e.project_id from experiment e where e.id = t.experiment_id)`;
const rolesOf = (key: string): string => `(select k.roles from veil_kpi_kpi k where k.asset_key = ${key})`;
/** Home, where the principal is a member of that too; else another of its projects. */
const ofMember = `coalesce((select nullif(m.project_id, home) from membership m where m.principal_id = t.principal_id
  order by m.project_id is not null and m.project_id <> home limit 1), home)`;
const own = 't.project_id';
const anywhere = 'home';

const nameOf = (kind: string, type: string, ...more: readonly string[]): Kept => ({
  table: 'asset', key: 't.key::text', project: own, where: `t.kind = '${kind}'`, label: `${type}.name`,
  at: [`${type}.name`, ...more], set: { name: named('t.key::text') },
}); // prettier-ignore

const byAsset = (table: string, at: readonly string[], set: Kept['set'], more: Partial<Kept> = {}): Kept => ({
  table, at, set, key: 't.asset_key::text', project: ofAsset('t.asset_key'), ...more,
}); // prettier-ignore
const byId = (table: string, at: readonly string[], set: Kept['set'], project = own, more: Partial<Kept> = {}): Kept => ({
  table, at, set, key: 't.id::text', project, ...more,
}); // prettier-ignore

const datasetNames = ['Query.datasets', 'Dataset.names', 'Dataset.formerNames', 'DatasetVersion.name'] as const;
const profileFields = ['*.profile', 'ColumnProfile.min', 'ColumnProfile.max', 'ColumnProfile.rowCount'] as const;
const metricFields = [
  'Run.metrics',
  'LoggedModel.metrics',
  'RunComparison.metrics',
  'Metric.value',
  'Metric.history',
  'MetricPoint.value',
  'Kpi.value',
];

export const kept: readonly Kept[] = [
  byId('experiment', ['Experiment.name'], { name: named('t.id::text') }),
  { table: 'experiment_tag', at: ['Experiment.tags'], key: 't.experiment_id || t.key', project: ofExperiment, set: { value: text } },
  byId('job', ['Job.name', 'Job.namespace', 'Query.jobs', 'LineageProducer.job'], { name: named('t.id::text'), namespace: text }),
  byId('job', ['Job.facets', 'Job.description', 'Job.owners', 'Job.tags', 'Job.type'], { facets: json('t.facets') }),
  byId('run', ['Run.name', 'Run.userName'], { name: maybe, user_name: text }),
  byId('run', ['Run.artifactUri'], { artifact_uri: maybe }),
  byId('run', ['Run.facets', 'Run.error'], { facets: jsonKeys('t.facets', 'errorMessage', 'unheard_of') }),
  { table: 'run_param', at: ['Run.params', 'RunComparison.params'], key: 't.run_id || t.key', project: ofRun, set: { value: text } },
  { table: 'run_tag', at: ['Run.tags', 'RunComparison.tags'], key: 't.run_id || t.key', project: ofRun, set: { value: text } },
  { table: 'metric_series', at: metricFields, key: 't.run_id || t.key || t.n', project: ofRun, set: { latest_value: real, latest_step: count, latest_at: time } },
  {
    table: 'metric_chunk', at: metricFields, key: 't.id::text', project: ofRun,
    set: { measures: (seed) => `array(select veil_number(${seed} || i, 100000) / 1000.0 from generate_series(1, t.points) i)`, outline_points: () => 'null' }, // made anew of these
  },
  { table: 'run_input', at: ['RunInput.facets', 'RunInput.statistics'], key: 't.run_id || t.asset_key::text', project: ofRun, where: 't.facets is not null', set: { facets: json('t.facets') } },
  { table: 'run_output', at: ['RunOutput.facets', 'RunOutput.statistics'], key: 't.run_id || t.asset_key::text', project: ofRun, where: 't.facets is not null', set: { facets: json('t.facets') } },
  nameOf('DATASET', 'Dataset', ...datasetNames),
  byAsset('dataset', ['Dataset.name', ...datasetNames], { name: named('t.asset_key::text') }, { label: 'Dataset.name' }),
  byAsset('dataset', ['Dataset.description'], { description: maybe }),
  byAsset('dataset', ['Dataset.facets', 'Dataset.owners', 'Dataset.labels', 'Dataset.storage', 'Dataset.catalog', 'Dataset.hierarchy'], { facets: json('t.facets') }),
  byAsset('dataset', ['Dataset.facets'], { facets: jsonKeys('t.facets', 'unheard_of') }),
  { table: 'dataset_alias', at: ['Dataset.name', ...datasetNames], key: 't.dataset_key || t.name', project: own, where: 'not t.declares', set: { namespace: text } },
  nameOf('COLUMN', 'Column'),
  byAsset('dataset_column', ['Column.name'], { name: named('t.asset_key::text') }, { label: 'Column.name' }),
  byAsset('dataset_column', ['Column.type', 'Column.description', 'VersionColumn.type'], { type: text, description: maybe }),
  { table: 'version_column', at: ['VersionColumn.type', 'VersionColumn.required', 'VersionColumn.role'], key: 't.version_key || t.column_key::text', project: ofAsset('t.version_key'), set: { type: text, required: flag, role: oneOf('feature', 'target') } },
  byAsset('dataset_version', ['DatasetVersion.source', 'DatasetVersion.sourceType', 'DatasetVersion.rowCount'], { source: text, source_type: text, row_count: count }),
  { table: 'column_profile', at: profileFields, key: 't.column_key || t.told_by', project: ofAsset('t.column_key'), set: { statistics: json('t.statistics'), row_count: count } },
  { table: 'quality_check', at: ['QualityCheck.expected', 'QualityCheck.actual'], key: 't.check_id || t.told_by', project: ofAsset('t.dataset_key'), set: { expected: maybe, actual: maybe } },
  { table: 'quality_check', at: ['Dataset.checks', 'QualityCheck.assertion', 'QualityCheck.name'], key: 't.check_id || t.told_by', project: ofAsset('t.dataset_key'), set: { assertion: text, name: maybe, success: flag, severity: oneOf('warn', 'error') } },
  nameOf('LOGGED_MODEL', 'LoggedModel', 'Query.loggedModels'),
  byAsset('logged_model', ['LoggedModel.name', 'Query.loggedModels'], { name: named('t.asset_key::text') }, { label: 'LoggedModel.name' }),
  byAsset('logged_model', ['LoggedModel.modelType'], { model_type: text }),
  byAsset('logged_model', ['LoggedModel.artifactUri'], { artifact_uri: text }),
  byAsset('logged_model', ['LoggedModel.params'], { params: json('t.params') }),
  byAsset('logged_model', ['LoggedModel.mlflowTags'], { tags: json('t.tags') }),
  nameOf('MODEL', 'Model', 'ModelVersion.name', 'Query.models'),
  byAsset('model', ['Model.name', 'ModelVersion.name', 'Query.models'], { name: named('t.asset_key::text') }, { label: 'Model.name' }),
  byAsset('model', ['Model.description'], { description: maybe }),
  byAsset('model', ['Model.mlflowTags'], { tags: json('t.tags') }),
  byAsset('model_version', ['ModelVersion.description', 'ModelVersion.stage', 'ModelVersion.status'], { description: maybe, stage: text, status: text }),
  byAsset('model_version', ['ModelVersion.source'], { source: text }),
  byAsset('model_version', ['ModelVersion.digest'], { digest: maybe }),
  byAsset('model_version', ['ModelVersion.mlflowTags'], { tags: json('t.tags') }),
  byId('model_alias', ['Model.aliases', 'ModelVersion.aliases', 'ModelAlias.alias'], { alias: named('t.id::text') }, ofAsset('t.model_key')),
  nameOf('DEPLOYMENT', 'Deployment', 'Deployment.environment'),
  byAsset('deployment', ['Deployment.environment', 'Deployment.name'], { environment: text }),
  { ...nameOf('KPI', 'Kpi'), roles: rolesOf('t.key') },
  byAsset('kpi', ['Kpi.name'], { name: named('t.asset_key::text') }, { label: 'Kpi.name', roles: 't.roles' }),
  byAsset('kpi', ['Kpi.definition', 'Kpi.value', 'Kpi.warnAt'], { definition: text, unit: maybe, warn_at: real, fail_at: real, direction: oneOf('HIGHER_IS_BETTER', 'LOWER_IS_BETTER') }, { roles: 't.roles' }),
  { table: 'kpi_value', at: ['Kpi.value', 'Kpi.history', 'KpiValue.value'], key: 't.kpi_key || t.at::text', project: ofAsset('t.kpi_key'), roles: rolesOf('t.kpi_key'), set: { value: real, subjects: (seed) => `nullif(veil_number(${seed}, 12), 0)` } },
  byId('use_rule', ['RuleVersion.reason', 'RuleVersion.source'], { reason: text, source: text }, anywhere),
  byId('model_approval', ['Approval.note'], { note: maybe }, ofAsset('t.version_key')),
  byId('legal_basis', ['LegalBasis.article', 'LegalBasis.statement', 'LegalBasis.link'], { article: text, statement: text, link: maybe }),
  byId('waiver', ['Waiver.reason'], { reason: text }, ofAsset('t.version_key')),
  byId('tag_declaration', ['TagAssignment.note'], { note: maybe }, ofAsset('t.asset_key')),
  { table: 'sensitivity_tag', at: ['SensitivityTag.label', 'SensitivityTag.description', 'SensitivityTag.iri'], key: 't.name', project: anywhere, set: { label: text, description: text, iri: maybe } },
  { table: 'purpose', at: ['Purpose.label', 'Purpose.description', 'Purpose.iri', 'Purpose.highRisk'], key: 't.code', project: anywhere, set: { label: text, description: text, iri: maybe, high_risk: flag, high_risk_source: maybe } },
  byId('barrier', ['Barrier.statement', 'Barrier.evidenceUrl', 'Barrier.endReason'], { statement: text, evidence_url: maybe, evidence_sha256: maybe, end_reason: maybe }, '(select a.project_id from edge e join asset a on a.key = e.dst where e.id = t.edge_id)'),
  byId('edge', ['LineageEdge.transformations', 'LineageEdge.lastSeen', 'LineageEdge.firstSeen', 'LineageCompleteness.lastSeen'], { transformations: json('t.transformations'), last_seen: time }, `coalesce((select a.project_id from asset a where a.key in (t.src, t.dst) and a.project_id <> home limit 1), home)`),
  byId('policy_proposal', ['PolicyProposal.reason', 'PolicyProposal.text'], { reason: text, text: policy }, anywhere),
  { table: 'policy_version', at: ['Query.policy', 'Query.policies', 'PolicyVersionInfo.text'], key: 't.version::text', project: anywhere, set: { text: policy, digest: text } },
  { table: 'event_log', at: ['Query.auditEvents', 'AuditEvent.details', 'AuditEvent.actor', '*.events'], key: 't.idx::text', project: 'coalesce(t.project_id, home)', set: { details: json('t.details'), actor_name: text, coordinate: maybe, policy: maybe } },
  byId('principal', ['Principal.name'], { name: named('t.id::text') }, `coalesce((select m.project_id from membership m where m.principal_id = t.id and m.project_id <> home limit 1), home)`, { where: `t.name like '%@other' or t.name like '% %'` }),
  byId('project', ['Project.name'], { name: text }, 't.id'),
  byId('role_grant', ['Principal.grants', 'RoleGrant.validFrom'], { valid_from: time }, ofMember),
  byId('membership', ['Principal.memberships', 'Membership.validFrom'], { valid_from: time }, 'coalesce(t.project_id, home)'),
  byId('api_token', ['Principal.tokens', 'ApiToken.label'], { label: text }, ofMember),
]; // prettier-ignore

const all = (table: string, key: string, where = 'true') => ({ table, where, key });
const passing = (table: string, at: readonly string[], project: string, key: string, where = 'true'): Passing => ({
  name: table, at, project, key, rows: [{ table, where, key }],
}); // prettier-ignore
const own4 = "select d.asset_key from deployment d join asset v on v.key = d.version_key where v.name like 'quokka%'";
const bare = (kind: string): string => `select key from asset where kind = '${kind}' and name like 'bare-%'`;
const kpis = 'select asset_key from kpi';

/** Whoever may read none of these sees no deployment, on no walk. */
const deployments = [
  'Deployment.id',
  'Query.deployments',
  'ModelVersion.deployments',
  'Deployment.verdict',
  'ModelVersion.upstream',
];

export const passings: readonly Passing[] = [
  passing('run_param', ['Run.params', 'RunComparison.params'], ofRun, 't.run_id || t.key'),
  passing('run_tag', ['Run.tags', 'RunComparison.tags'], ofRun, 't.run_id || t.key', "t.key in ('team', 'okapi.seed')"),
  passing('experiment_tag', ['Experiment.tags'], ofExperiment, 't.experiment_id || t.key'),
  passing('quality_check', ['Dataset.checks', 'QualityCheck.actual'], ofAsset('t.dataset_key'), 't.check_id || t.told_by'),
  passing('dataset_change', ['Dataset.changes', 'Dataset.droppedAt', 'Dataset.formerNames'], ofAsset('t.dataset_key'), 't.dataset_key || t.change'),
  passing('policy_proposal', ['PolicyProposal.reason', 'Query.policyProposals'], anywhere, 't.id::text', 't.decision is null'),
  passing('barrier', ['*.barriers', 'Barrier.statement'], '(select a.project_id from edge e join asset a on a.key = e.dst where e.id = t.edge_id)', 't.id::text', 't.signed_at is null'),
  passing('tag_declaration', ['*.tags', 'TagAssignment.tag', 'Column.profile'], ofAsset('t.asset_key'), 't.id::text', `t.asset_key in (select c.asset_key from dataset_column c join dataset d on d.asset_key = c.dataset_key where d.name = '${island}')`),
  { name: 'run', at: ['Run.id'], project: own, key: 't.id::text', rows: [all('run', 't.id::text', "t.name like 'bare-%' and t.job_id is null"), all('run_tag', 't.run_id::text', "t.run_id in (select id from run where name like 'bare-%')")] },
  { name: 'model', at: ['Model.id'], project: own, key: 't.key::text', rows: [all('asset', 't.key::text', `t.key in (${bare('MODEL')})`), all('model', 't.asset_key::text', `t.asset_key in (${bare('MODEL')})`)] },
  {
    name: 'kpi', at: ['Kpi.id', 'Query.kpis'], project: own, key: 't.key::text', roles: rolesOf('t.key'),
    rows: [
      all('asset', 't.key::text', `t.key in (${kpis})`), all('kpi', 't.asset_key::text'),
      all('kpi_value', 't.kpi_key::text'), all('edge', 't.dst::text', `t.dst in (${kpis})`),
    ],
  },
  {
    name: 'deployment', at: deployments, project: own, key: 't.key::text',
    rows: [
      all('asset', 't.key::text', `t.key in (${own4})`), all('deployment', 't.asset_key::text', `t.asset_key in (${own4})`),
      all('edge', 't.dst::text', `t.dst in (${own4})`),
    ],
  },
  { name: 'event_log', at: ['Query.auditEvents', 'AuditEvent.details', 'Query.logHead', '*.events'], project: 'coalesce(t.project_id, home)', key: 't.idx::text', rows: [all('event_log', 't.idx::text')], ownOnly: true },
]; // prettier-ignore
