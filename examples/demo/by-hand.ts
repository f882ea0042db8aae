import { graphql } from './graphql.ts';
import type { People } from './people.ts';

interface Version {
  id: string;
  version: number;
  name: string;
  model: { name: string };
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

/** What people do by hand after their clients have recorded the work: put versions in use, define KPIs. */
export async function governByHand(url: string, people: People): Promise<void> {
  const { nodes } = (
    await graphql<{ modelVersions: { nodes: Version[] } }>(
      url,
      people.byRole.ml_engineer,
      '{ modelVersions(first: 50) { nodes { id version name model { name } } } }',
    )
  ).modelVersions;
  const version = (model: string, number: number): string => {
    const found = nodes.find((node) => node.model.name === model && node.version === number);
    if (!found) throw new Error(`The recording left no ${model} version ${number}.`);
    return found.id;
  };

  const deploy = (engineer: string, modelVersionId: string, environment: string, purpose: string): Promise<unknown> =>
    graphql(
      url,
      engineer,
      'mutation ($input: DeployModelInput!) { deployModel(input: $input) { deployment { id } } }',
      { input: { modelVersionId, environment, purpose } },
    );
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
