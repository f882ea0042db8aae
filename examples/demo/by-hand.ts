import { graphql } from './graphql.ts';
import type { People } from './people.ts';

interface Version {
  id: string;
  version: number;
  name: string;
  model: { name: string };
}

const kpis = [
  {
    model: 'credit-scoring',
    name: 'Good applicants refused',
    unit: '%',
    direction: 'LOWER_IS_BETTER',
    definition: 'Of the applicants who would have paid, the share that the champion refuses.',
    warnAt: 30,
    failAt: 40,
    roles: ['business_viewer', 'operator', 'ml_engineer', 'data_scientist'],
    values: [34.1, 33.2, 31.8],
  },
  {
    model: 'diabetes-progression',
    name: 'Mean error of the forecast',
    unit: 'points',
    direction: 'LOWER_IS_BETTER',
    definition: 'Mean absolute error of the forecast disease progression, in points of the study’s scale.',
    warnAt: 45,
    failAt: 60,
    roles: ['business_viewer', 'operator', 'ml_engineer', 'data_scientist'],
    values: [44.2, 43.6],
  },
] as const;

/** What people do by hand after their clients have recorded the work: put versions in use, define KPIs, tag a column. */
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

  const lead = people.byRole.governance_lead;
  for (const { model, values, ...definition } of kpis) {
    const { defineKpi } = await graphql<{ defineKpi: { kpi: { id: string } } }>(
      url,
      lead,
      'mutation ($input: DefineKpiInput!) { defineKpi(input: $input) { kpi { id } } }',
      { input: { ...definition, subjectId: version(model, 1) } },
    );
    for (const value of values) {
      await graphql(
        url,
        lead,
        'mutation ($input: RecordKpiValueInput!) { recordKpiValue(input: $input) { kpi { id } } }',
        {
          input: { kpiId: defineKpi.kpi.id, value },
        },
      );
    }
  }
}
