import { AvalError } from '../../shared/errors.ts';

/** What MLflow's server can do and Aval leaves to others: by the first part of the path, the feature's name. */
export const unsupportedFeatures: Readonly<Record<string, string>> = {
  '/mlflow/traces': 'traces',
  '/mlflow/unified-traces': 'traces',
  '/mlflow/get-online-trace-details': 'traces',
  '/mlflow/get-trace-artifact': 'traces',
  '/mlflow/assessments': 'assessments',
  '/mlflow/scorers': 'scorers',
  '/mlflow/scorer': 'scorers',
  '/mlflow/datasets': 'evaluation datasets',
  '/mlflow/evaluation-datasets': 'evaluation datasets',
  '/mlflow/evaluations': 'evaluations of traces',
  '/mlflow/genai': 'evaluations of traces',
  '/mlflow/label-schemas': 'labelling of traces',
  '/mlflow/review-queues': 'review queues',
  '/mlflow/issues': 'issues of traces',
  '/mlflow/prompt-optimization': 'prompt optimisation',
  '/mlflow/runs/create-promptlab-run': 'prompt engineering',
  '/mlflow/gateway': 'gateway',
  '/mlflow/gateway-proxy': 'gateway',
  '/mlflow/secrets': 'secrets of the gateway',
  '/mlflow/webhooks': 'webhooks',
  '/mlflow/workspaces': 'workspaces',
  '/mlflow/users': 'accounts',
  '/mlflow/mcp-servers': 'register of MCP servers',
  '/mlflow/skills': 'register of skills',
  '/mlflow/assistant': 'assistant',
  '/mlflow/ui-telemetry': 'telemetry',
  '/mlflow/demo': 'demonstration data',
  '/mlflow/jobs': 'server jobs',
  '/jobs': 'server jobs',
};

/** The same, of paths that stand at the top. */
export const unsupportedAtRoot: Readonly<Record<string, string>> = {
  '/v1/traces': 'traces',
  '/v1/metrics': 'metrics of traces',
  '/gateway': 'gateway',
};

export const doesNotOffer = (feature: string): AvalError =>
  new AvalError('NOT_IMPLEMENTED', `Aval does not offer MLflow's ${feature}.`);

/** MLflow keeps prompts among registered models, marked by a tag. Here they would stand among the models that are answered for. */
export function refusePrompt(tags: Readonly<Record<string, string>>): void {
  if (tags['mlflow.prompt.is_prompt']?.toLowerCase() === 'true') throw doesNotOffer('prompts');
}
