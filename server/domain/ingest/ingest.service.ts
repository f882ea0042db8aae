import { sql } from 'kysely';
import { prepared } from '../../storage/prepared.ts';
import type { Actor } from '../../access/actor.ts';
import { AvalError } from '../../shared/errors.ts';
import { ensureDatasets, lockNames } from '../datasets/names.service.ts';
import { writeRunEnds } from '../experiments/run-ends.service.ts';
import { saidAt } from '../facets.ts';
import { coverDerivations, link, linkPairs, linkRun } from '../lineage/lineage.service.ts';
import { seesProject } from '../scope.ts';
import { importTags } from '../sensitivity/imports.service.ts';
import { proposeMasking } from '../sensitivity/masking.service.ts';
import { ensureTags } from '../sensitivity/taxonomy.service.ts';
import type { Store, Tx } from '../store.ts';
import { recordColumns, storeDatasetFacets, type ColumnFacts } from './dataset-facts.ts';
import type { LineageEvent } from './event.ts';
import { recordJobs, recordRuns } from './jobs.ts';
import { explainedPairs, maskingsOf, recordChanges, statedEdges, statedPairs } from './lineage-facts.ts';
import { recordChecks, recordProfiles } from './measurements.ts';
import type { KeyOf, Sighted } from './sighted.ts';
import { together } from './together.ts';

/** How many events one transaction takes in when several requests of one producer wait. */
const mostTogether = 200;

/** Takes in what producers tell. */
export function createIngest(store: Store) {
  const record = together<{ actor: Actor; events: readonly LineageEvent[] }>(
    async (requests) => {
      const { actor } = requests[0]!;
      const projectId = actor.defaultProjectId;
      await store.write(actor, async (tx) => {
        await lockNames(tx, projectId);
        const fresh = await unseen(
          tx,
          projectId,
          requests.flatMap(({ events }) => events),
        );
        if (fresh.length > 0) await recordEvents(tx, projectId, fresh);
      });
    },
    ({ actor }) => `${actor.principalId} ${actor.defaultProjectId}`,
    { most: mostTogether, sizeOf: ({ events }) => events.length },
  );
  return {
    /**
     * Records these events in the actor's default project, all or none. Any order, and any number of times, ends in the same state:
     * each fact is decided by the events' own times, and an event that was already taken in changes nothing. A bounded number of
     * statements, however many events there are, and requests of one producer that come at once share them.
     */
    async record(actor: Actor, events: readonly LineageEvent[]): Promise<void> {
      if (!seesProject(actor, actor.defaultProjectId)) {
        throw new AvalError('FORBIDDEN', 'The token’s project is not one of yours any more.');
      }
      await record({ actor, events });
    },
  };
}

/** The events that were not taken in before. */
async function unseen(tx: Tx, projectId: string, events: readonly LineageEvent[]): Promise<LineageEvent[]> {
  const byDigest = new Map(events.map((event) => [event.digest, event]));
  const { rows } = await sql<{ digest: string }>`${prepared}
    insert into seen_event (project_id, digest, received_at)
    select ${projectId}::uuid, d, ${tx.now}::timestamptz from unnest(${sql.val([...byDigest.keys()])}::uuid[]) as d
    on conflict do nothing returning digest`.execute(tx.db);
  const fresh = new Set(rows.map(({ digest }) => digest));
  return [...byDigest.values()].filter(({ digest }) => fresh.has(digest));
}

async function recordEvents(tx: Tx, projectId: string, events: readonly LineageEvent[]): Promise<void> {
  const jobOf = await recordJobs(tx, projectId, events);
  const runOf = await recordRuns(tx, projectId, events, jobOf);
  const sightings = events.flatMap((event) => [...event.inputs, ...event.outputs, ...event.seen]);
  const keyOf = await ensureDatasets(
    tx,
    projectId,
    [
      ...sightings,
      ...sightings.flatMap(({ lineage }) => lineage?.origins.map(({ input }) => input) ?? []),
      ...sightings.flatMap(({ change }) => change?.previous ?? []),
    ],
    sightings.map((one) => ({ name: one, same: one.symlinks })),
  );
  const sighted = events.flatMap((event): Sighted[] => {
    const of = { event, at: event.at, runId: runOf(event), jobId: jobOf(event) };
    const on = (side: Sighted['side'], list: LineageEvent['inputs']) =>
      list.map((sighting) => ({ ...of, side, sighting, key: keyOf(sighting) }));
    return [...on('read', event.inputs), ...on('written', event.outputs), ...on('seen', event.seen)];
  });
  if (sighted.length > 0) await recordDatasets(tx, projectId, sighted, keyOf);
  const runs = events.map(runOf).filter((id) => id !== null);
  await linkRun(tx, runs); // even an event without datasets may tell that the run began earlier
  for (const event of events) {
    const [runId, jobId] = [runOf(event), jobOf(event)];
    tx.record({
      action: 'lineage.recorded',
      ...(runId !== null ? { subject: { kind: 'Run', id: runId } } : jobId !== null ? { subject: { kind: 'Job', id: jobId } } : {}),
      projectId,
      details: { at: event.at.toISOString(), job: event.job ? `${event.job.namespace} ${event.job.name}` : null, inputs: event.inputs.length, outputs: event.outputs.length },
    }); // prettier-ignore
  }
}

async function recordDatasets(tx: Tx, projectId: string, sighted: readonly Sighted[], keyOf: KeyOf): Promise<void> {
  await storeDatasetFacets(tx, sighted);
  const facts = await recordColumns(tx, projectId, sighted, keyOf);
  const stated = statedEdges(sighted, facts, keyOf);
  await link(tx, [...facts.edges, ...stated]);
  await proposeMasking(tx, stated.flatMap(maskingsOf));
  await recordTags(tx, sighted, facts);
  await recordProfiles(tx, sighted, facts);
  await recordChecks(tx, sighted, facts);
  await recordChanges(tx, sighted, facts, keyOf);
  await coverDerivations(tx, explainedPairs(sighted, keyOf));
  await linkPairs(tx, statedPairs(sighted, facts, keyOf));
  const ends = (side: Sighted['side']) =>
    sighted
      .filter((one) => one.side === side && one.runId !== null)
      .map((one) => ({
        runId: one.runId!,
        asset: facts.versionOf.get(one) ?? one.key,
        said: saidAt(one.sighting.usage, one.at),
      }));
  await writeRunEnds(tx, 'run_input', ends('read'));
  await writeRunEnds(tx, 'run_output', ends('written'));
}

/** Tags that the events name, and those that they take back. */
async function recordTags(tx: Tx, sighted: readonly Sighted[], { columnOf }: ColumnFacts): Promise<void> {
  const named = sighted.flatMap(({ sighting, key, at }) =>
    sighting.tags.map(({ field, tag }) => ({ assetKey: field === undefined ? key : columnOf(key, field), tag, at })),
  );
  await ensureTags(tx, [...new Map(named.map(({ tag }) => [tag.name, tag])).values()], 'PRODUCER');
  await importTags(
    tx,
    named.map(({ tag, ...rest }) => ({ ...rest, tag: tag.name })),
    sighted.filter(({ sighting }) => sighting.facets['tags'] === null).map(({ key, at }) => ({ dataset: key, at })),
  );
}
