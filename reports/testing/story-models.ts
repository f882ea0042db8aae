import type { FixtureAsset, FixtureGraph } from './graph.ts';
import { blindMetrics, diabetesMetrics, runOf, sightedMetrics } from './story-runs.ts';

type FixtureProject = Record<'__typename' | 'id' | 'slug' | 'name', string>;

interface Trained {
  graph: FixtureGraph;
  credit: FixtureProject;
  clinic: FixtureProject;
  /** Versions of datasets, as the models used them. */
  train: FixtureAsset;
  test: FixtureAsset;
  blindTrain: FixtureAsset;
  clinicTrain: FixtureAsset;
}

/** What was learned from the story's tables: two models, their versions, where they run and for which use. */
export function models({ graph, credit, clinic, train, test, blindTrain, clinicTrain }: Trained) {
  const creditModel = graph.add('MODEL', 'credit-scoring', {
    project: credit,
    description: "Probability that an applicant's credit goes bad",
    createdAt: '2026-11-20T10:00:00.000Z',
  });
  const clinicModel = graph.add('MODEL', 'diabetes-progression', {
    project: clinic,
    description: null,
    createdAt: '2026-11-20T11:00:00.000Z',
  });
  const register = (
    model: FixtureAsset,
    number: number,
    alias: string,
    description: string | null,
    data: FixtureAsset,
    run: Record<string, unknown>,
    evaluatedOn?: FixtureAsset,
  ) => {
    const logged = graph.add('LOGGED_MODEL', 'model', {
      project: model.project,
      mlflowId: `m-${String(number).padStart(32, '0')}`,
      modelType: 'sklearn',
      status: 'READY',
      run,
    });
    const made = graph.add('MODEL_VERSION', `${model.name} ${number}`, {
      project: model.project,
      model,
      version: number,
      status: 'READY',
      description,
      createdAt: '2026-11-20T10:10:00.000Z',
      run,
      loggedModel: logged,
      aliases: [alias],
      trainedOn: [data],
    });
    const deployments: FixtureAsset[] = [];
    made.deployments = deployments;
    made.learnedFrom = (args: { categories?: string[] }) =>
      graph.learned(made).filter((one) => !args.categories || args.categories.includes(one.tag.category));
    graph.connect(data, logged, 'TRAINED');
    if (evaluatedOn) graph.connect(evaluatedOn, logged, 'EVALUATED');
    graph.connect(logged, made, 'REGISTERED');
    run.inputs = [
      { context: 'training', asset: data },
      ...(evaluatedOn ? [{ context: 'evaluation', asset: evaluatedOn }] : []),
    ];
    return { made, deployments };
  };
  const v1 = register(
    creditModel,
    1,
    'champion',
    'The incumbent: sees sex, age and nationality',
    train,
    runOf('logistic-regression', 'credit-scoring', { C: '0.3', max_iter: '500' }, sightedMetrics),
    test,
  );
  const v2 = register(
    creditModel,
    2,
    'challenger',
    'Sees no protected characteristic',
    blindTrain,
    runOf('gradient-boosting-blind', 'credit-scoring', { learning_rate: '0.05', n_estimators: '40' }, blindMetrics),
    test,
  );
  const d1 = register(
    clinicModel,
    1,
    'champion',
    null,
    clinicTrain,
    runOf('ridge', 'diabetes-progression', { alpha: '1.0' }, diabetesMetrics),
  );
  const aliasesOf = (list: [string, FixtureAsset][]) => () =>
    list.map(([alias, of]) => ({ alias, version: of, validFrom: '2026-11-20T10:20:00.000Z', validTo: null }));
  creditModel.aliases = aliasesOf([
    ['champion', v1.made],
    ['challenger', v2.made],
  ]);
  clinicModel.aliases = aliasesOf([['champion', d1.made]]);
  const deploy = (of: typeof v1, environment: string, purpose: unknown, from: string) => {
    const made = graph.add('DEPLOYMENT', `${of.made.name} in ${environment}`, {
      project: of.made.project,
      modelVersion: of.made,
      environment,
      purpose,
      validFrom: from,
      validTo: null,
      by: { __typename: 'Principal', id: 'PRINCIPAL-1', name: 'operator', kind: 'PERSON' },
      replaces: null,
    });
    of.deployments.push(made);
    graph.connect(of.made, made, 'DEPLOYED', { source: 'AVAL' });
    return made;
  };
  const scoring = {
    code: 'credit-scoring',
    label: 'Credit scoring',
    iri: 'https://w3id.org/dpv#CreditChecking',
    description: 'Evaluating the creditworthiness of natural persons',
    highRisk: true,
    highRiskSource: 'EU AI Act, Annex III, 5(b)',
  };
  const care = {
    code: 'care-planning',
    label: 'Care planning',
    iri: null,
    description: 'Planning the care of patients',
    highRisk: false,
    highRiskSource: null,
  };
  const deployments = [
    deploy(v1, 'production', scoring, '2026-11-21T08:00:00.000Z'),
    deploy(d1, 'production', care, '2026-11-21T09:00:00.000Z'),
  ];
  return { creditModel, clinicModel, versions: [v1.made, v2.made, d1.made], deployments };
}
