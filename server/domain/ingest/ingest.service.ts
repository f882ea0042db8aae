import type { Actor } from '../../access/actor.ts';
import { AvalError } from '../../shared/errors.ts';
import { ensureDatasets, lockNames } from '../datasets/ensure.service.ts';
import { insertRunEnds } from './run-ends.ts';
import { coverDerivations, link, linkPairs, linkRun, type NewEdge } from '../lineage/lineage.service.ts';
import { seesProject } from '../scope.ts';
import { closeImportedTags, importTags } from '../sensitivity/sensitivity.service.ts';
import { ensureTags } from '../sensitivity/taxonomy.service.ts';
import type { Store, Tx } from '../store.ts';
import { recordColumns, recordProfiles, storeDatasetFacets, type ColumnFacts, type KeyOf } from './dataset-facts.ts';
import type { DatasetSighting, LineageEvent } from './event.ts';
import type { StoredFacets } from './facets.ts';
import { recordJob, recordRun } from './jobs.ts';

/** Takes in what producers tell. */
export function createIngest(store: Store) {
  return {
    /**
     * Records these events in the actor's default project, all or none. Any order, and any number of times, ends in the same state:
     * each fact is decided by the events' own times. A bounded number of statements for each event.
     */
    async record(actor: Actor, events: readonly LineageEvent[]): Promise<void> {
      const projectId = actor.defaultProjectId;
      if (!seesProject(actor, projectId)) {
        throw new AvalError('FORBIDDEN', 'The token’s project is not one of yours any more.');
      }
      await store.write(actor, async (tx) => {
        await lockNames(tx, projectId);
        for (const event of events) await recordEvent(tx, projectId, event);
      });
    },
  };
}

async function recordEvent(tx: Tx, projectId: string, event: LineageEvent): Promise<void> {
  const { at, inputs, outputs, seen } = event;
  const sightings = [...inputs, ...outputs, ...seen];
  const jobId = await recordJob(tx, projectId, event.job, at);
  const runId = await recordRun(tx, projectId, jobId, event);
  const keyOf = await ensureDatasets(tx, projectId, [
    ...sightings,
    ...sightings.flatMap(({ columnLineage }) => columnLineage?.origins.map(({ input }) => input) ?? []),
  ]);
  if (sightings.length > 0) {
    const facets = await storeDatasetFacets(tx, sightings, keyOf, at);
    const facts = await recordColumns(tx, projectId, sightings, keyOf, at);
    await link(tx, [...facts.edges, ...columnEdges(sightings, facts, keyOf, at, runId)]);
    await recordTags(tx, sightings, facts, keyOf, facets, at);
    await recordProfiles(tx, runId, sightings, facts, keyOf, at);
    await coverDerivations(tx, jobId, explainedPairs(inputs, outputs, keyOf));
    const ends = (side: readonly DatasetSighting[]) =>
      side.map((one) => ({ dataset: keyOf(one), version: facts.versions.get(keyOf(one)) ?? null }));
    if (runId === null) await linkPairs(tx, jobId, ends(inputs), ends(outputs), at);
    else await insertRunEnds(tx, runId, ends(inputs), ends(outputs));
  }
  if (runId !== null) await linkRun(tx, [runId]); // even an event without datasets may tell that the run began earlier
  tx.record({
    action: 'lineage.recorded',
    ...(runId !== null ? { subject: { kind: 'Run', id: runId } } : jobId !== null ? { subject: { kind: 'Job', id: jobId } } : {}),
    projectId,
    details: { at: at.toISOString(), job: event.job ? `${event.job.namespace} ${event.job.name}` : null, inputs: inputs.length, outputs: outputs.length },
  }); // prettier-ignore
}

/** Column lineage as edges: column to column, or column to the whole dataset where it decided which rows there are. */
function columnEdges(
  sightings: readonly DatasetSighting[],
  { columnOf }: ColumnFacts,
  keyOf: KeyOf,
  at: Date,
  runId: string | null,
): NewEdge[] {
  return sightings.flatMap((one) =>
    (one.columnLineage?.origins ?? []).map(({ column, input, transformations }): NewEdge => {
      const src = columnOf(keyOf(input), input.field);
      const how = { source: 'OPENLINEAGE' as const, at, transformations, ...(runId !== null && { runId }) };
      return column === undefined
        ? { src, dst: keyOf(one), kind: 'DERIVED', ...how }
        : { src, dst: columnOf(keyOf(one), column), kind: 'COLUMN_DERIVED', ...how };
    }),
  );
}

/**
 * The pairs that column lineage explains: it names the input, or it accounts for every column of the output, so that what it does not
 * name gave nothing.
 */
function explainedPairs(
  inputs: readonly DatasetSighting[],
  outputs: readonly DatasetSighting[],
  keyOf: KeyOf,
): { src: number; dst: number }[] {
  return outputs.flatMap((output) => {
    const { columnLineage, schema } = output;
    if (!columnLineage) return [];
    const complete = schema !== undefined && schema.every(({ name }) => columnLineage.columns.has(name));
    const sources = [...columnLineage.origins.map(({ input }) => input), ...(complete ? inputs : [])];
    return sources.map((source) => ({ src: keyOf(source), dst: keyOf(output) })).filter(({ src, dst }) => src !== dst);
  });
}

/** Tags that the event names, unless a later one took them back; and takes back what it takes back. */
async function recordTags(
  tx: Tx,
  sightings: readonly DatasetSighting[],
  { columnOf }: ColumnFacts,
  keyOf: KeyOf,
  facets: ReadonlyMap<number, StoredFacets>,
  at: Date,
): Promise<void> {
  const takenBack = (dataset: number): boolean => {
    const { facets: now, times } = facets.get(dataset)!;
    return !('tags' in now) && times['tags'] !== undefined && times['tags'] >= at.toISOString();
  };
  const named = sightings.flatMap((one) => {
    const dataset = keyOf(one);
    return takenBack(dataset) ? [] : one.tags.map(({ field, tag }) => ({ dataset, field, tag }));
  });
  await ensureTags(tx, [...new Map(named.map(({ tag }) => [tag.name, tag])).values()]);
  await importTags(
    tx,
    named.map(({ dataset, field, tag }) => ({
      assetKey: field === undefined ? dataset : columnOf(dataset, field), tag: tag.name, at,
    })),
  ); // prettier-ignore
  const deleting = sightings.filter((one) => one.facets['tags'] === null && takenBack(keyOf(one)));
  await closeImportedTags(
    tx,
    [...new Set(deleting.map(keyOf))].map((dataset) => ({ dataset, at })),
  );
}
