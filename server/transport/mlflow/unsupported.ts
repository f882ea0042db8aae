/** What MLflow's server can do and Aval leaves to others: by the first part of the path, the feature's name. */
export const unsupportedFeatures: Readonly<Record<string, string>> = {
  '/mlflow/traces': 'traces',
  '/mlflow/assessments': 'assessments',
  '/mlflow/scorers': 'scorers',
  '/mlflow/datasets': 'evaluation datasets',
  '/mlflow/evaluation-datasets': 'evaluation datasets',
  '/mlflow/evaluations': 'evaluations of traces',
  '/mlflow/label-schemas': 'labelling of traces',
  '/mlflow/review-queues': 'review queues',
  '/mlflow/issues': 'issues of traces',
  '/mlflow/prompt-optimization': 'prompt optimisation',
  '/mlflow/gateway': 'the gateway',
  '/mlflow/gateway-proxy': 'the gateway',
  '/mlflow/secrets': 'the gateway’s secrets',
  '/mlflow/webhooks': 'webhooks',
  '/mlflow/workspaces': 'workspaces',
  '/mlflow/jobs': 'server jobs',
};
