import { canonicalJson } from '../../domain/audit/event.ts';
import { badInput } from '../../shared/errors.ts';
import { tagOfLabel } from '../../domain/sensitivity/taxonomy.ts';
import { idFromName } from '../../shared/ids.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { RunStatus } from '../../domain/experiments/run.entity.ts';
import type { DatasetSighting, LineageEvent } from '../../domain/ingest/event.ts';
import { facetsOf, listAt, listOr, nameAt, objectAt, objectOr, textOr, timeAt } from './read.ts';
import { checkDatasets, readDataset } from './sighting.ts';
import { readJobLineage } from './stated-lineage.ts';

const statuses: Record<string, RunStatus> = {
  START: 'RUNNING',
  RUNNING: 'RUNNING',
  COMPLETE: 'FINISHED',
  ABORT: 'KILLED',
  FAIL: 'FAILED',
};

/** How many events one request may carry. */
const maxBatch = 1_000;

/** One event or a list of them. BAD_INPUT names the event and field at fault. */
export function readEvents(body: unknown): LineageEvent[] {
  if (!Array.isArray(body)) return [readEvent(body, 'event')];
  if (body.length === 0 || body.length > maxBatch) throw badInput('events', `Send 1 to ${maxBatch} events at once.`);
  return body.map((event, i) => readEvent(event, `events[${i}]`));
}

/**
 * A run, job or dataset event of OpenLineage 2. Real producers break its JSON schema in small ways (a third of the events at hand
 * do), so that only what identifies things is required: eventTime, run.runId, and the job's or dataset's namespace and name.
 */
function readEvent(value: unknown, field: string): LineageEvent {
  const event = objectAt(value, field);
  const at = timeAt(event['eventTime'], `${field}.eventTime`);
  const digest = idFromName('event', canonicalJson(event));
  const datasets = (side: string) => {
    const list = listAt(event[side], `${field}.${side}`);
    checkDatasets(list.length, `${field}.${side}`);
    return list.map((one, i) => readDataset(one, `${field}.${side}[${i}]`));
  };
  if (event['dataset'] !== undefined && event['job'] === undefined) {
    return { digest, at, inputs: [], outputs: [], seen: [readDataset(event['dataset'], `${field}.dataset`)] };
  }
  const job = readJob(event['job'], `${field}.job`);
  const run = event['run'] === undefined ? undefined : readRun(event, `${field}.run`);
  const outputs = datasets('outputs');
  if (run) readDbtTags(run.facets['tags'], outputs);
  const stated = job.facets['lineage'] && readJobLineage(job.facets['lineage'], `${field}.job.facets.lineage`);
  return {
    digest,
    at,
    job,
    ...(run && { run }),
    inputs: [...datasets('inputs'), ...(stated?.inputs ?? [])],
    outputs,
    seen: stated?.targets ?? [],
  };
}

/** dbt tells the tags and meta of a model as tags of the run that makes it: they are about what it wrote. */
function readDbtTags(facet: JsonObject | null | undefined, outputs: readonly DatasetSighting[]): void {
  for (const one of listOr(facet?.['tags']).map(objectOr)) {
    if (!textOr(one?.['source'])?.startsWith('DBT')) continue;
    const tag = tagOfLabel(textOr(one?.['key']) ?? '', textOr(one?.['value']) ?? '');
    if (tag) for (const output of outputs) output.tags.push({ field: undefined, tag });
  }
}

function readJob(value: unknown, field: string): NonNullable<LineageEvent['job']> {
  const job = objectAt(value, field);
  return {
    namespace: nameAt(job['namespace'], `${field}.namespace`),
    name: nameAt(job['name'], `${field}.name`),
    facets: facetsOf(job['facets']),
  };
}

function readRun(event: Record<string, unknown>, field: string): NonNullable<LineageEvent['run']> {
  const run = objectAt(event['run'], field);
  const facets = facetsOf(run['facets']);
  const type = textOr(event['eventType'])?.toUpperCase() ?? 'OTHER';
  return {
    id: nameAt(run['runId'], `${field}.runId`),
    facets,
    status: statuses[type],
    ended: type === 'COMPLETE' || type === 'ABORT' || type === 'FAIL',
  };
}
