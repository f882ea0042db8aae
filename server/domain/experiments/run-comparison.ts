import { badInput, notFound } from '../../shared/errors.ts';
import { idsOf } from '../../shared/ids.ts';
import type { Context } from '../context.ts';
import { latestByKey, metricsOfRun, type MetricView } from './metric.read-model.ts';
import { inputsOfRun, paramsOfRun, runById, tagsOfRun, type RunView } from './run.read-model.ts';

export const maxCompared = 20;

export interface RunComparison {
  readonly runs: readonly RunView[];
}

interface Compared<Value> {
  key: string;
  differs: boolean;
  values: (Value | null)[];
}

/** The runs in the order asked for. BAD_INPUT for too many or for one twice, NOT_FOUND for one that the actor does not see. */
export async function runsToCompare(context: Context, ids: readonly string[]): Promise<RunComparison> {
  if (ids.length === 0 || ids.length > maxCompared) {
    throw badInput('ids', `From 1 to ${maxCompared} runs can be compared; these are ${ids.length}.`);
  }
  const uuids = idsOf(ids, ['Run'], 'ids');
  const again = uuids.findIndex((id, i) => uuids.indexOf(id) < i);
  if (again >= 0) throw badInput(`ids[${again}]`, 'This run is named twice.', 'Name each run once.');
  const runs = await Promise.all(uuids.map((id) => context.loader(runById).load(id)));
  return {
    runs: runs.map((run, i) => {
      if (!run) throw notFound('The run', `ids[${i}]`);
      return run;
    }),
  };
}

export const compareParams = (context: Context, { runs }: RunComparison) => compareTexts(context, runs, paramsOfRun);
export const compareTags = (context: Context, { runs }: RunComparison) => compareTexts(context, runs, tagsOfRun);

async function compareTexts(
  { loader }: Context,
  runs: readonly RunView[],
  textsOf: typeof paramsOfRun,
): Promise<Compared<string>[]> {
  const found = await Promise.all(runs.map((run) => loader(textsOf).load(run.uuid)));
  return sideBySide(
    found.map((texts) => new Map(texts.map(({ key, value }) => [key, value]))),
    (value) => value,
  );
}

export async function compareMetrics({ loader }: Context, { runs }: RunComparison): Promise<Compared<MetricView>[]> {
  const found = await Promise.all(runs.map((run) => loader(metricsOfRun).load(run.uuid)));
  return sideBySide(
    found.map((series) => new Map(latestByKey(series).map((metric) => [metric.key, metric]))),
    ({ value }) => value,
  );
}

export async function compareInputs({ loader, nodes }: Context, { runs }: RunComparison) {
  const found = await Promise.all(runs.map((run) => loader(inputsOfRun).load(run.uuid)));
  const rows = sideBySide(
    found.map(
      (inputs) =>
        new Map(inputs.map((input) => [`${String(input.assetKey).padStart(16, '0')} ${input.context}`, input])),
    ),
    () => true,
  );
  return rows.map(({ differs, values }) => {
    const { assetKey, context } = values.find((value) => value !== null)!;
    return {
      asset: nodes.asset(assetKey),
      context: context || null,
      differs,
      readBy: values.map((value) => value !== null),
    };
  });
}

/** One row for each key that any of the runs has: differences first, then by key. NaN is the same as NaN. */
function sideBySide<Value>(
  found: readonly ReadonlyMap<string, Value>[],
  same: (value: Value) => unknown,
): Compared<Value>[] {
  const keys = [...new Set(found.flatMap((values) => [...values.keys()]))].sort();
  const rows = keys.map((key) => {
    const values = found.map((one) => one.get(key) ?? null);
    const [first] = values;
    const differs = values.some((value) =>
      value === null || first === null ? value !== first : !Object.is(same(value), same(first!)),
    );
    return { key, differs, values };
  });
  return [...rows.filter(({ differs }) => differs), ...rows.filter(({ differs }) => !differs)];
}
