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
    made.approvals = [];
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
  const deploy = (
    of: typeof v1,
    environment: string,
    purpose: unknown,
    from: string,
    verdict: Record<string, unknown>,
  ) => {
    const made = graph.add('DEPLOYMENT', `${of.made.name} in ${environment}`, {
      project: of.made.project,
      modelVersion: of.made,
      environment,
      purpose,
      verdict: { __typename: 'Verdict', asOf: '2026-11-22T12:00:00.000Z', waivers: [], conditions: [], ...verdict },
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
    iri: 'https://w3id.org/dpv/sector/finance#CreditChecking',
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
  const rule = (code: string, effect: string, reason: string, source: string, waiverRole: string | null) => ({
    __typename: 'RuleVersion', code, version: 1, effect, reason, source, waiverRole,
  }); // prettier-ignore
  const noSex = rule(
    'services-no-sex',
    'FORBID',
    'Sex may not decide who gets goods or services.',
    'Directive 2004/113/EC, Articles 4(1) and 5(1)',
    'governance_lead',
  );
  const noNationality = rule(
    'credit-no-discrimination',
    'FORBID',
    'Credit may not be refused or priced by nationality.',
    'Directive (EU) 2023/2225, Article 6',
    'governance_lead',
  );
  const ageApproved = rule(
    'credit-age-approval',
    'NEED_APPROVAL',
    'Age may bear on credit only where someone has found the difference justified.',
    'Directive (EU) 2023/2225, Article 6',
    'governance_lead',
  );
  const healthBasis = rule(
    'special-category-basis',
    'NEED_LEGAL_BASIS',
    'Special categories of personal data are used only on an exception that the law names.',
    'GDPR, Article 9(2)',
    null,
  );
  const lead = { __typename: 'Principal', id: 'PRINCIPAL-2', name: 'lead', kind: 'PERSON' };
  const waiver = (of: typeof noSex) => ({
    __typename: 'Waiver', rule: of, role: 'governance_lead', by: lead, until: '2027-01-20T00:00:00.000Z', reason: 'Until version 2 is judged in shadow.',
  }); // prettier-ignore
  const because = (of: typeof v1, tag: string, by: typeof noSex, waived = true) => ({
    __typename: 'VerdictReason', rule: by, waiver: waived ? waiver(by) : null, assignment: () => graph.learned(of.made).find((one) => one.tag.name === tag) ?? null,
  }); // prettier-ignore
  v1.made.approvals = [
    { __typename: 'Approval', role: 'governance_lead', by: lead, purpose: scoring, validFrom: '2026-11-21T07:00:00.000Z', until: null },
  ]; // prettier-ignore
  const deployments = [
    deploy(v1, 'production', scoring, '2026-11-21T08:00:00.000Z', {
      outcome: 'CONDITIONAL',
      deployable: true,
      completeness: 1,
      rules: [ageApproved, noNationality, noSex],
      conditions: [{ kind: 'APPROVAL', met: true, until: null, role: 'governance_lead', rule: ageApproved }],
      waivers: [waiver(noNationality), waiver(noSex)],
      because: [
        because(v1, 'protected-characteristic:age', ageApproved, false),
        because(v1, 'protected-characteristic:nationality', noNationality),
        because(v1, 'protected-characteristic:sex', noSex),
      ],
    }),
    deploy(d1, 'production', care, '2026-11-21T09:00:00.000Z', {
      outcome: 'CONDITIONAL',
      deployable: false,
      completeness: 0.75,
      rules: [healthBasis],
      conditions: [{ kind: 'LEGAL_BASIS', met: false, until: null, role: 'governance_lead', rule: healthBasis }],
      because: [because(d1, 'special-category:health', healthBasis, false)],
    }),
  ];
  return { creditModel, clinicModel, versions: [v1.made, v2.made, d1.made], deployments };
}
