import { graphql } from './graphql.ts';
import type { People } from './people.ts';

interface Version {
  id: string;
  version: number;
  name: string;
  model: { name: string };
  project: { id: string };
}

/** Figures that start with what the registered version's own run measured. */
const kpis = [
  {
    model: 'credit-scoring',
    name: 'Good applicants refused',
    metricKey: 'eval/false_positive_rate',
    direction: 'LOWER_IS_BETTER',
    definition: 'Of the applicants who would have paid, the share that the champion refuses.',
    warnAt: 0.3,
    failAt: 0.4,
    roles: ['business_viewer', 'operator', 'ml_engineer', 'data_scientist'],
  },
  {
    model: 'diabetes-progression',
    name: 'Mean error of the forecast',
    metricKey: 'eval/mean_absolute_error',
    unit: 'points',
    direction: 'LOWER_IS_BETTER',
    definition: 'Mean absolute error of the forecast disease progression, in points of the study’s scale.',
    warnAt: 50,
    failAt: 60,
    roles: ['business_viewer', 'operator', 'ml_engineer', 'data_scientist'],
  },
] as const;

/**
 * What lets these models be used at all. The first credit model learned a sex and a nationality, which the law keeps out of credit
 * scoring: it serves under waivers that end, until the second one, which learned neither, takes over.
 */
async function letBeUsed(url: string, lead: string, of: { credit: string; diabetes: string }): Promise<void> {
  const by = (mutation: string, type: string, input: object): Promise<unknown> =>
    graphql(url, lead, `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`, { input });
  const until = new Date(Date.now() + 60 * 86_400_000).toISOString();
  const use = { modelVersionId: of.credit, purpose: 'credit-scoring' };
  for (const rule of ['services-no-sex', 'credit-no-discrimination']) {
    const reason = 'Serves until version 2, which learned from neither, has been judged in shadow.';
    await by('grantWaiver', 'GrantWaiverInput', { ...use, rule, reason, until });
  }
  await by('approveModelVersion', 'ApproveModelVersionInput', {
    ...use,
    role: 'governance_lead',
    note: 'Age bears on repayment over the term of the loan; the evaluation by age group was looked at.',
    until,
  });
  await by('recordLegalBasis', 'RecordLegalBasisInput', {
    projectId: of.diabetes,
    purpose: 'care-planning',
    tag: 'special-category:health',
    article: 'GDPR, Article 9(2)(h)',
    statement: 'Provision of care, by or under the responsibility of professionals bound to secrecy.',
  });
}

/** What people do by hand after their clients have recorded the work: put versions in use, define KPIs. */
export async function governByHand(url: string, people: People): Promise<void> {
  const { nodes } = (
    await graphql<{ modelVersions: { nodes: Version[] } }>(
      url,
      people.byRole.ml_engineer,
      '{ modelVersions(first: 50) { nodes { id version name model { name } project { id } } } }',
    )
  ).modelVersions;
  const versionOf = (model: string, number: number): Version => {
    const found = nodes.find((node) => node.model.name === model && node.version === number);
    if (!found) throw new Error(`The recording left no ${model} version ${number}.`);
    return found;
  };
  const version = (model: string, number: number): string => versionOf(model, number).id;

  const deploy = (engineer: string, modelVersionId: string, environment: string, purpose: string): Promise<unknown> =>
    graphql(
      url,
      engineer,
      'mutation ($input: DeployModelInput!) { deployModel(input: $input) { deployment { id } } }',
      { input: { modelVersionId, environment, purpose } },
    );
  await letBeUsed(url, people.byRole.governance_lead, {
    credit: version('credit-scoring', 1),
    diabetes: versionOf('diabetes-progression', 1).project.id,
  });
  const { 'credit-scoring': credit, 'diabetes-progression': diabetes } = people.engineerOf;
  await deploy(credit, version('credit-scoring', 1), 'production', 'credit-scoring');
  await deploy(credit, version('credit-scoring', 2), 'shadow', 'credit-scoring');
  await deploy(diabetes, version('diabetes-progression', 1), 'production', 'care-planning');

  for (const { model, ...definition } of kpis) {
    await graphql(
      url,
      people.byRole.governance_lead,
      'mutation ($input: DefineKpiInput!) { defineKpi(input: $input) { kpi { id } } }',
      { input: { ...definition, subjectId: version(model, 1) } },
    );
  }
}
