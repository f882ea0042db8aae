/** The credit-scoring and diabetes projects in small: what the report is developed and tested against. */
import { FixtureGraph, page, type FixtureAsset, type FixtureTag } from './graph.ts';
import { models } from './story-models.ts';

const tag = (name: string, label: string, category: string): FixtureTag => ({
  name,
  label,
  category,
  iri: `https://w3id.org/dpv/pd#${label}`,
  description: `${label}, in the sense of the Data Privacy Vocabulary`,
});
const sex = tag('protected-characteristic:sex', 'sex', 'PROTECTED_CHARACTERISTIC');
const age = tag('protected-characteristic:age', 'age', 'PROTECTED_CHARACTERISTIC');
const nationality = tag('protected-characteristic:nationality', 'nationality', 'PROTECTED_CHARACTERISTIC');
const health = tag('special-category:health', 'health', 'SPECIAL_CATEGORY');

const step = (subtype: string, description = '', masking = false) => ({
  transformations: [{ type: 'DIRECT', subtype, description, masking }],
});

interface TableShape {
  namespace: string;
  name: string;
  description: string | null;
  owner: string;
  /** column -> type, and optionally what was said of it */
  columns: Record<string, [type: string, tag?: FixtureTag]>;
}

export function story() {
  const graph = new FixtureGraph();
  const project = (slug: string, name: string) => ({ __typename: 'Project', id: `PROJECT-${slug}`, slug, name });
  const credit = project('credit-scoring', 'Credit scoring');
  const clinic = project('clinic', 'Clinic');

  const table = (shape: TableShape, of: typeof credit) => {
    const dataset = graph.add('DATASET', shape.name, {
      namespace: shape.namespace,
      description: shape.description,
      project: of,
      facets: { ownership: { owners: [{ name: shape.owner }] } },
    });
    const columns: Record<string, FixtureAsset> = {};
    Object.entries(shape.columns).forEach(([name, [type, declared]], i) => {
      const profile =
        type === 'object'
          ? null
          : {
              measuredAt: '2026-11-20T09:00:00.000Z',
              rowCount: 1000,
              nullCount: 0,
              distinctCount: 53 + i,
              min: 19 + i,
              max: 75 + i,
              mean: 35.546 + i,
              quantiles: [{ q: 0.5, value: 33 }],
            };
      const column = graph.add('COLUMN', name, { ordinal: i, type, description: null, dataset, project: of, profile });
      graph.connect(column, dataset, 'COLUMN_OF', { refined: true });
      if (declared) graph.declare(column, declared);
      columns[name] = column;
    });
    dataset.columns = Object.values(columns);
    const versions: FixtureAsset[] = [];
    dataset.versions = (args: { first: number }) => page(versions, args);
    return { dataset, columns, versions, of };
  };
  type Table = ReturnType<typeof table>;

  const derive = (from: Table, to: Table, map: Record<string, [string, string?, boolean?][]>) => {
    graph.connect(from.dataset, to.dataset, 'DERIVED', { refined: true });
    for (const [target, origins] of Object.entries(map))
      for (const [origin, description, masking] of origins)
        graph.connect(
          from.columns[origin]!,
          to.columns[target]!,
          'COLUMN_DERIVED',
          step(description ? 'TRANSFORMATION' : 'IDENTITY', description, masking),
        );
  };

  const version = (of: Table, name: string, digest: string, rowCount: number, columns: string[]) => {
    const made = graph.add('DATASET_VERSION', name, {
      dataset: of.dataset,
      digest,
      sourceType: 's3',
      source: `${String(of.dataset.namespace)}/${of.dataset.name}`,
      createdAt: '2026-11-20T09:05:00.000Z',
      rowCount,
      project: of.of,
    });
    of.versions.push(made);
    graph.connect(of.dataset, made, 'VERSION_OF', { refined: true });
    for (const column of columns) graph.connect(of.columns[column]!, made, 'IN_VERSION');
    return made;
  };

  const extract = table(
    {
      namespace: 's3://credit-landing',
      name: 'statlog/german_credit.csv',
      description: 'German Credit (Statlog), as delivered',
      owner: 'team:data-platform',
      columns: {
        age_in_years: ['int64'],
        foreign_worker: ['object'],
        credit_amount: ['int64'],
        creditability: ['object'],
      },
    },
    credit,
  );
  const applications = table(
    {
      namespace: 's3://credit-warehouse',
      name: 'raw/applications',
      description: 'What applicants said about themselves and about the credit that they asked for',
      owner: 'team:lending',
      columns: {
        applicant_id: ['int64'],
        personal_status_and_sex: ['object', sex],
        age_in_years: ['int64', age],
        foreign_worker: ['object', nationality],
        credit_amount: ['int64'],
        duration_in_month: ['int64'],
        housing: ['object'],
        defaulted: ['int64'],
      },
    },
    credit,
  );
  const bureau = table(
    {
      namespace: 's3://credit-warehouse',
      name: 'raw/bureau',
      description: null,
      owner: 'team:lending',
      columns: { applicant_id: ['int64'], credit_history: ['object'], savings_account_and_bonds: ['object'] },
    },
    credit,
  );
  const features = table(
    {
      namespace: 's3://credit-warehouse',
      name: 'features/german_credit',
      description: 'One row for each applicant, everything that scoring may look at',
      owner: 'team:credit-risk',
      columns: {
        applicant_ref: ['object'],
        sex: ['object'],
        age_years: ['int64'],
        is_foreign_worker: ['bool'],
        residence_share_of_life: ['float64'],
        monthly_burden_dm: ['float64'],
        housing: ['object'],
        credit_history: ['object'],
        savings: ['object'],
        defaulted: ['int64'],
      },
    },
    credit,
  );
  const blind = table(
    {
      namespace: 's3://credit-warehouse',
      name: 'features/german_credit_blind',
      description: 'The features without sex, age, nationality and what derives from them',
      owner: 'team:credit-risk',
      columns: {
        monthly_burden_dm: ['float64'],
        housing: ['object'],
        credit_history: ['object'],
        savings: ['object'],
        defaulted: ['int64'],
      },
    },
    credit,
  );
  const patients = table(
    {
      namespace: 's3://clinic-warehouse',
      name: 'raw/diabetes_patients',
      description: '442 patients, ten measurements, and how far the disease had gone a year later',
      owner: 'team:endocrinology',
      columns: {
        bmi: ['float64', health],
        bp: ['float64', health],
        s6: ['float64', health],
        age: ['float64', age],
        progression: ['float64', health],
      },
    },
    clinic,
  );
  const clinical = table(
    {
      namespace: 's3://clinic-warehouse',
      name: 'features/diabetes',
      description: 'What the progression model may look at: neither sex nor age',
      owner: 'team:clinical-analytics',
      columns: { bmi: ['float64'], bp: ['float64'], blood_sugar: ['float64'], progression: ['float64'] },
    },
    clinic,
  );
  derive(extract, applications, {
    age_in_years: [['age_in_years']],
    foreign_worker: [['foreign_worker']],
    credit_amount: [['credit_amount']],
    defaulted: [['creditability', "= 'bad'"]],
  });
  derive(applications, features, {
    applicant_ref: [['applicant_id', 'BLAKE2b with a project key, 8 bytes', true]],
    sex: [['personal_status_and_sex', 'the word before the colon']],
    age_years: [['age_in_years']],
    is_foreign_worker: [['foreign_worker', "= 'yes'"]],
    residence_share_of_life: [['age_in_years', 'present_residence_since / age_in_years']],
    monthly_burden_dm: [
      ['credit_amount', 'credit_amount / duration_in_month'],
      ['duration_in_month', 'credit_amount / duration_in_month'],
    ],
    housing: [['housing']],
    defaulted: [['defaulted']],
  });
  derive(bureau, features, { credit_history: [['credit_history']], savings: [['savings_account_and_bonds']] });
  const kept = ['monthly_burden_dm', 'housing', 'credit_history', 'savings', 'defaulted'];
  derive(features, blind, Object.fromEntries(kept.map((name) => [name, [[name]]])));
  derive(patients, clinical, {
    bmi: [['bmi']],
    bp: [['bp']],
    blood_sugar: [['s6']],
    progression: [['progression']],
  });

  const seen = Object.keys(features.columns).filter((name) => name !== 'applicant_ref');
  const train = version(features, 'german_credit_train', '5e41c6b2', 700, seen);
  const test = version(features, 'german_credit_test', '9b07a410', 300, seen);
  const blindTrain = version(blind, 'german_credit_blind_train', 'c2f10d77', 700, kept);
  const clinicTrain = version(clinical, 'diabetes_train', '77aa0c19', 309, Object.keys(clinical.columns));
  const tables = { graph, credit, clinic, train, test, blindTrain, clinicTrain };
  return { ...tables, ...models(tables) };
}
