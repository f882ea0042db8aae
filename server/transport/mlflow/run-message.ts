import type { Context } from '../../domain/context.ts';
import { sizesOfMlflowProfile } from '../../domain/datasets/mlflow-schema.ts';
import { experimentById, type ExperimentView } from '../../domain/experiments/experiment.read-model.ts';
import { latestByKey, metricsOfRun, type MetricView } from '../../domain/experiments/metric.read-model.ts';
import {
  datasetInputsOfRun,
  modelInputsOfRun,
  modelOutputsOfRun,
  type DatasetInput,
} from '../../domain/experiments/run-io.read-model.ts';
import { mayHavePart, type RunPart } from '../../domain/experiments/run-parts.ts';
import {
  paramsOfRun,
  runById,
  sheetOfRun,
  tagsOfRun,
  type RunSheet,
  type RunView,
} from '../../domain/experiments/run.read-model.ts';
import { AvalError } from '../../shared/errors.ts';
import { toHex } from '../../shared/ids.ts';
import { toBody } from './json.ts';
import { toMillis } from './translate.ts';

// A run as MLflow's messages have it. A part that the caller may not select is left out.

export async function requireRun(context: Context, id: string): Promise<RunView> {
  const run = await context.loader(runById).load(id);
  if (run?.experimentId) return run;
  throw new AvalError('NOT_FOUND', `Run with id=${toHex(id)} not found`, { field: 'run_id' });
}

export const toModelId = (uuid: string): string => `m-${toHex(uuid)}`;

export async function runInfo(context: Context, run: RunView): Promise<object> {
  return infoOf(context)(run, await context.loader(experimentById).load(run.experimentId!));
}

/** What the caller may see of a run's own fields: strings and safe integers, nothing else. */
function infoOf({ access }: Context): (run: RunView, experiment: ExperimentView | null) => object {
  const [seesName, seesUser] = [access.can('Run.name', 'select'), access.can('Run.userName', 'select')];
  // who may write a run's files must be told where
  const mayPlace = access.can('Run.artifactUri', 'select') || access.can('Run.artifactUri', 'mutate');
  return (run, experiment) => ({
    run_id: run.mlflowId,
    run_uuid: run.mlflowId,
    experiment_id: String(experiment?.number ?? 0),
    ...(seesName && { run_name: run.name ?? '' }),
    ...(seesUser && { user_id: run.userName }),
    status: run.status,
    ...(run.startedAt && { start_time: toMillis(run.startedAt) }),
    ...(run.endedAt && { end_time: toMillis(run.endedAt) }),
    ...(mayPlace && { artifact_uri: run.artifactUri ?? '' }),
    lifecycle_stage: run.lifecycle,
  });
}

export async function runMessage(context: Context, run: RunView): Promise<object> {
  const { access, loader } = context;
  const part = <Row>(name: RunPart, rows: () => Promise<readonly Row[]>): Promise<readonly Row[]> =>
    mayHavePart(access, name) ? rows() : Promise.resolve([]);
  const [info, metrics, params, tags, links] = await Promise.all([
    runInfo(context, run),
    part('metrics', () => loader(metricsOfRun).load(run.uuid)),
    part('params', () => loader(paramsOfRun).load(run.uuid)),
    part('tags', () => loader(tagsOfRun).load(run.uuid)),
    linksOf(context, run, { hasInputs: true, hasOutputs: true }),
  ]);
  return {
    info,
    data: {
      metrics: latestByKey(metrics).map(metricMessage),
      params: params.map(({ key, value }) => ({ key, value })),
      tags: tags.map(({ key, value }) => ({ key, value })),
    },
    ...links,
  };
}

/**
 * The messages as one JSON list. What settled runs hold is JSON text already and goes through as it is, by whole parts: a caller may see all
 * metrics of a run, or none.
 */
export async function runMessages(context: Context, runs: readonly RunView[]): Promise<string> {
  const { loader } = context;
  const [sheets, experiments] = await Promise.all([
    Promise.all(runs.map(({ uuid }) => loader(sheetOfRun).load(uuid))),
    Promise.all(runs.map(({ experimentId }) => loader(experimentById).load(experimentId!))),
  ]);
  const info = infoOf(context);
  const texts = await Promise.all(
    runs.map(async (run, i) => {
      const sheet = sheets[i];
      if (!sheet) return toBody(await runMessage(context, run));
      const own = `{"info":${JSON.stringify(info(run, experiments[i]!))},"data":{"metrics":${sheet.metrics},"params":${sheet.params},"tags":${sheet.tags}},`;
      if (!sheet.hasInputs && !sheet.hasOutputs) return own + noLinks;
      return own + toBody(await linksOf(context, run, sheet)).slice(1);
    }),
  );
  // not `join`: a concatenation is written down once, when it is sent
  return `[${texts.reduce((list, text) => (list === '' ? text : `${list},${text}`), '')}]`;
}

/** As `linksOf` has it for a run that read and made nothing. */
const noLinks = '"inputs":{"dataset_inputs":[],"model_inputs":[]},"outputs":{"model_outputs":[]}}';

/** What the run read and made. */
async function linksOf(
  context: Context,
  run: RunView,
  { hasInputs, hasOutputs }: Pick<RunSheet, 'hasInputs' | 'hasOutputs'>,
): Promise<{ inputs: object; outputs: object }> {
  const { access, loader } = context;
  const reads = hasInputs && mayHavePart(access, 'inputs');
  const makes = hasOutputs && mayHavePart(access, 'outputs');
  const [datasets, models, outputs] = await Promise.all([
    reads ? loader(datasetInputsOfRun).load(run.uuid) : [],
    reads ? loader(modelInputsOfRun).load(run.uuid) : [],
    makes ? loader(modelOutputsOfRun).load(run.uuid) : [],
  ]);
  return {
    inputs: {
      dataset_inputs: datasets.map(({ tags: own, ...dataset }) => ({
        tags: Object.entries(own).map(([key, value]) => ({ key, value })),
        dataset: datasetMessage(context, dataset),
      })),
      model_inputs: models.map(({ modelId }) => ({ model_id: toModelId(modelId) })),
    },
    outputs: { model_outputs: outputs.map(({ modelId, step }) => ({ model_id: toModelId(modelId), step: step ?? 0 })) },
  };
}

function datasetMessage({ access }: Context, dataset: Omit<DatasetInput, 'tags'>): object {
  const { name, digest, sourceType, source, schema, profile } = dataset;
  // statistics of the data are asked for by GraphQL, where the policy looks at the data's tags
  const sizes = access.can('DatasetVersion.rowCount', 'select') ? sizesOfMlflowProfile(profile) : undefined;
  return { name, digest, source_type: sourceType, source, ...(schema && { schema }), ...(sizes && { profile: sizes }) };
}

export const metricMessage = ({ key, value, at, step }: Pick<MetricView, 'key' | 'value' | 'at' | 'step'>) => ({
  key,
  value,
  timestamp: toMillis(at),
  step,
});
