/**
 * What a project left behind on a server, with names in place of the ids that the server made, so that two servers
 * can be compared. Read over MLflow's REST only: a stock server and Aval answer alike.
 */

export type Scalars = Record<string, string | number>;

export interface RunOutcome {
  status: string;
  params: Scalars;
  /** The latest value of each. */
  metrics: Scalars;
  tags: Scalars;
  /** `name@digest` to its source and context. */
  inputs: Record<string, Scalars>;
  /** Names of the models that came out of it. */
  outputs: string[];
}

export interface LoggedModelOutcome {
  status: string;
  params: Scalars;
  tags: Scalars;
  /** `metric on dataset@digest`. */
  metrics: Scalars;
}

export interface VersionOutcome {
  description: string;
  status: string;
  run: string;
  tags: Scalars;
}

export interface RegisteredModelOutcome {
  description: string;
  tags: Scalars;
  aliases: Scalars;
  versions: Record<string, VersionOutcome>;
}

export interface Outcome {
  /** `experiment`. */
  experiments: Record<string, Scalars>;
  /** `experiment/run` or `experiment/parent/run`. */
  runs: Record<string, RunOutcome>;
  /** `run: model`. */
  models: Record<string, LoggedModelOutcome>;
  registeredModels: Record<string, RegisteredModelOutcome>;
}

interface KeyValue {
  key: string;
  value?: string | number;
}

interface Metric extends KeyValue {
  dataset_name?: string;
  dataset_digest?: string;
}

interface Run {
  info: { run_id: string; run_name?: string; status: string; experiment_id: string; start_time?: number };
  data: { params?: KeyValue[]; metrics?: Metric[]; tags?: KeyValue[] };
  inputs?: {
    dataset_inputs?: { tags?: KeyValue[]; dataset: Record<'name' | 'digest' | 'source' | 'source_type', string> }[];
  };
  outputs?: { model_outputs?: { model_id: string }[] };
}

interface LoggedModel {
  info: { model_id: string; name: string; status: string; source_run_id?: string; tags?: KeyValue[] };
  data?: { params?: KeyValue[]; metrics?: Metric[] };
}

interface RegisteredModel {
  name: string;
  description?: string;
  tags?: KeyValue[];
  aliases?: { alias: string; version: string }[];
}

interface ModelVersion {
  name: string;
  version: string;
  description?: string;
  status: string;
  run_id?: string;
  tags?: KeyValue[];
}

/** Facts about who ran it and where, and ids that are told by name elsewhere. */
const NOT_COMPARED = /^mlflow\.(user|source\.|parentRunId|rootRunId|log-model\.history)/;

const API = '/api/2.0/mlflow';

export async function readOutcome(baseUrl: string, token?: string): Promise<Outcome> {
  const call = client(baseUrl, token);
  const all = await call.post<{ experiments?: { experiment_id: string; name: string; tags?: KeyValue[] }[] }>(
    'experiments/search',
    { max_results: 1000 },
  );
  const experiments = (all.experiments ?? []).filter(({ name }) => name !== 'Default');
  const experiment_ids = experiments.map(({ experiment_id }) => experiment_id);
  const nothing = experiment_ids.length === 0;
  const { runs = [] } = nothing
    ? {}
    : await call.post<{ runs?: Run[] }>('runs/search', { experiment_ids, max_results: 1000 });
  const { models = [] } = nothing
    ? {}
    : await call.post<{ models?: LoggedModel[] }>('logged-models/search', { experiment_ids, max_results: 50 });
  const { registered_models = [] } = await call.get<{ registered_models?: RegisteredModel[] }>(
    'registered-models/search?max_results=100',
  );
  const { model_versions = [] } = await call.get<{ model_versions?: ModelVersion[] }>(
    'model-versions/search?max_results=1000',
  );

  const experimentNames = new Map(experiments.map(({ experiment_id, name }) => [experiment_id, name]));
  const runNames = nameRuns(runs, experimentNames);
  const modelNames = new Map(
    models.map(({ info }) => [info.model_id, `${runNames.get(info.source_run_id ?? '')}: ${info.name}`]),
  );
  return {
    experiments: Object.fromEntries(experiments.map(({ name, tags }) => [name, scalars(tags)])),
    runs: Object.fromEntries(runs.map((run) => [runNames.get(run.info.run_id) ?? '', runOutcome(run, modelNames)])),
    models: Object.fromEntries(models.map((model) => [modelNames.get(model.info.model_id) ?? '', modelOutcome(model)])),
    registeredModels: Object.fromEntries(
      registered_models.map((model) => [model.name, registeredOutcome(model, model_versions, runNames)]),
    ),
  };
}

function runOutcome({ info, data, inputs, outputs }: Run, modelNames: Map<string, string>): RunOutcome {
  const datasets = inputs?.dataset_inputs ?? [];
  return {
    status: info.status,
    params: scalars(data.params),
    metrics: scalars(data.metrics),
    tags: scalars(data.tags),
    inputs: Object.fromEntries(
      datasets.map(({ tags, dataset }) => [
        `${dataset.name}@${dataset.digest}`,
        { ...scalars(tags), source: dataset.source, source_type: dataset.source_type },
      ]),
    ),
    outputs: (outputs?.model_outputs ?? []).map(({ model_id }) => modelNames.get(model_id) ?? '?').sort(),
  };
}

function modelOutcome({ info, data }: LoggedModel): LoggedModelOutcome {
  const metrics = (data?.metrics ?? []).map(({ key, value, dataset_name, dataset_digest }) => ({
    key: dataset_name === undefined ? key : `${key} on ${dataset_name}@${dataset_digest}`,
    ...(value === undefined ? {} : { value }),
  }));
  return { status: info.status, params: scalars(data?.params), tags: scalars(info.tags), metrics: scalars(metrics) };
}

function registeredOutcome(
  { name, description = '', tags, aliases = [] }: RegisteredModel,
  versions: ModelVersion[],
  runNames: Map<string, string>,
): RegisteredModelOutcome {
  return {
    description,
    tags: scalars(tags),
    aliases: Object.fromEntries(aliases.map(({ alias, version }) => [alias, version])),
    versions: Object.fromEntries(
      versions
        .filter((version) => version.name === name)
        .map((version) => [
          version.version,
          {
            description: version.description ?? '',
            status: version.status,
            run: runNames.get(version.run_id ?? '') ?? '',
            tags: scalars(version.tags),
          },
        ]),
    ),
  };
}

/** `experiment/parent/run`; a name that comes again is numbered in the order of starting. */
function nameRuns(runs: Run[], experiments: Map<string, string>): Map<string, string> {
  const byId = new Map(runs.map((run) => [run.info.run_id, run]));
  const taken = new Map<string, number>();
  const names = new Map<string, string>();
  const inOrder = [...runs].sort((a, b) => (a.info.start_time ?? 0) - (b.info.start_time ?? 0));
  for (const { info, data } of inOrder) {
    const parent = data.tags?.find(({ key }) => key === 'mlflow.parentRunId')?.value;
    const parentName = byId.get(String(parent))?.info.run_name;
    const path = [experiments.get(info.experiment_id), parentName, info.run_name].filter((part) => part !== undefined);
    const count = (taken.get(path.join('/')) ?? 0) + 1;
    taken.set(path.join('/'), count);
    names.set(info.run_id, path.join('/') + (count > 1 ? ` #${count}` : ''));
  }
  return names;
}

function scalars(pairs: KeyValue[] = []): Scalars {
  const kept = pairs.filter(({ key }) => !NOT_COMPARED.test(key));
  return Object.fromEntries(kept.map(({ key, value = '' }) => [key, value]));
}

function client(baseUrl: string, token: string | undefined) {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(new URL(`${API}/${path}`, baseUrl), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 400)}`);
    return (await answer.json()) as T;
  }
  return {
    get: <T>(path: string) => call<T>('GET', path),
    post: <T>(path: string, body: object) => call<T>('POST', path, body),
  };
}
