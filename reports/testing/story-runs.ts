/** Runs of the story: parameters, metrics by group, and one search with two candidates. */

type Metrics = Record<string, number>;

const groups = (rows: [string, number, number, number][]): Metrics =>
  Object.fromEntries(
    rows.flatMap(([group, n, selection, falsePositive]) => [
      [`eval/${group}/n`, n],
      [`eval/${group}/selection_rate`, selection],
      [`eval/${group}/false_positive_rate`, falsePositive],
    ]),
  );

export const sightedMetrics: Metrics = {
  training_accuracy_score: 0.781,
  'eval/n': 300,
  'eval/auc': 0.797,
  'eval/accuracy': 0.717,
  'eval/selection_rate': 0.593,
  'eval/false_positive_rate': 0.295,
  ...groups([
    ['sex/female', 95, 0.505, 0.404],
    ['sex/male', 205, 0.634, 0.248],
    ['age_band/under_26', 56, 0.339, 0.548],
    ['age_band/26_to_40', 155, 0.6, 0.282],
    ['age_band/over_40', 86, 0.744, 0.169],
    ['age_band/unknown', 3, 0.667, 0.5],
  ]),
};

export const blindMetrics: Metrics = {
  training_accuracy_score: 0.794,
  'eval/n': 300,
  'eval/auc': 0.781,
  'eval/accuracy': 0.703,
  'eval/selection_rate': 0.587,
  'eval/false_positive_rate': 0.314,
  ...groups([
    ['sex/female', 95, 0.568, 0.333],
    ['sex/male', 205, 0.595, 0.306],
    ['age_band/under_26', 56, 0.518, 0.387],
    ['age_band/26_to_40', 155, 0.587, 0.309],
    ['age_band/over_40', 86, 0.628, 0.277],
  ]),
};

export const diabetesMetrics: Metrics = { training_r2: 0.492, 'eval/n': 133, 'eval/r2': 0.471 };

const curve = (start: number, end: number, rate: number) =>
  Array.from({ length: 60 }, (_, i) => ({
    step: i,
    at: '2026-11-20T09:30:00.000Z',
    value: Number((end + (start - end) * Math.exp(-rate * i)).toFixed(6)),
  }));

export function runOf(name: string, experiment: string, params: Record<string, string>, metrics: Metrics) {
  const entries = (record: Record<string, string>) => Object.entries(record).map(([key, value]) => ({ key, value }));
  const run: Record<string, unknown> = {
    __typename: 'Run',
    id: `RUN-${name}`,
    mlflowId: name.length.toString(16).padStart(32, 'a'),
    kind: 'TRAINING',
    name,
    status: 'FINISHED',
    startedAt: '2026-11-20T09:30:00.000Z',
    endedAt: '2026-11-20T09:31:12.000Z',
    userName: 'analyst',
    experiment: { __typename: 'Experiment', id: `EXPERIMENT-${experiment}`, name: experiment },
    params: entries(params),
    tags: entries({ 'mlflow.source.name': 'train.py' }),
    metrics: Object.entries(metrics).map(([key, value]) => ({
      key,
      value,
      step: 0,
      datasetName: key.startsWith('eval') ? 'german_credit_test' : null,
      datasetDigest: null,
      history: { recorded: 1, points: [{ step: 0, at: '2026-11-20T09:31:00.000Z', value }] },
    })),
    children: [],
  };
  if (name === 'gradient-boosting-blind')
    run.children = [0.05, 0.2].map((rate) => ({
      __typename: 'Run',
      id: `RUN-learning-rate-${rate}`,
      parent: { id: run.id },
      name: `learning-rate-${rate}`,
      params: entries({ learning_rate: String(rate) }),
      metrics: [
        ['training_log_loss', curve(0.61, 0.38 - rate / 2, rate)] as const,
        ['held_back_log_loss', curve(0.62, 0.52, rate * 1.6)] as const,
      ].map(([key, points]) => ({ key, datasetName: null, history: { recorded: 150, points } })),
    }));
  return run;
}
