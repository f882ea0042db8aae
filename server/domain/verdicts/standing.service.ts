import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { coalesce } from '../../shared/coalesce.ts';
import { newId } from '../../shared/ids.ts';
import type { Action } from '../audit/actions.ts';
import type { Tail } from '../audit/tail.service.ts';
import { tagActions } from '../audit/tag-event.ts';
import { systemActor, type Store, type Tx } from '../store.ts';
import { closeExpired } from './expiry.ts';
import { brokenRules } from './refusal.ts';
import { judgeMany } from './verdict.read-model.ts';

/** Any number, the same in every process: whoever holds it judges. */
const standingLock = 6963;
/** How many deployments one statement is about. */
const batchSize = 1_000;
/** Events that follow each other faster than this share a round. */
const gapMs = 100;
/** Before the log is asked again when it could not be read. */
const retryMs = 1_000;

/** After which events a verdict may be another one. */
const bearing: readonly Action[] = [
  ...tagActions,
  'tag.moved',
  'barrier.signed',
  'barrier.revoked',
  'barrier.expired',
  'lineage.recorded',
  'logged-model.created',
  'run.inputs-logged',
  'run.outputs-logged',
  'use-rule.defined',
  'use-rule.closed',
  'model-version.approved',
  'model-version.approval-revoked',
  'model-version.approval-expired',
  'legal-basis.recorded',
  'legal-basis.withdrawn',
  'legal-basis.expired',
  'waiver.granted',
  'waiver.revoked',
  'waiver.expired',
  'deployment.started',
  'deployment.ended',
];

/**
 * Judges what stands in use again, when something has changed that bears on it or time has run out for what allowed it. What it finds is
 * kept as intervals (`violation`), each begun and ended with an event. It judges from the present state and compares: a restart, a
 * second server or a change that nobody noticed costs nothing but a delay.
 */
export function createStanding(store: Store, onError: (error: unknown) => void) {
  const judgements = coalesce(() => store.write(systemActor, judgeStanding), { gapMs, onError });
  let events: ReturnType<Tail['follow']> | undefined;
  let stopped = false;

  async function follow(tail: Tail): Promise<void> {
    while (!stopped) {
      events = tail.follow(bearing); // ends where the log begins anew
      judgements.soon(); // for what was not heard of until now
      try {
        for await (const _ of events) judgements.soon();
      } catch (error) {
        onError(error);
        await sleep(retryMs, undefined, { ref: false });
      }
    }
  }

  return {
    /** Ends what has expired and judges all that stands. */
    judgeAll: judgements.run,
    /** Follows the log from here on, and looks at the clock every `everyMs`. */
    start(tail: Tail, everyMs: number): void {
      void follow(tail);
      judgements.every(everyMs, async () => {
        if (await hasExpired(store)) await judgements.run();
      });
    },
    async stop(): Promise<void> {
      stopped = true;
      await events?.return();
      await judgements.stop();
    },
  };
}

async function hasExpired({ read, clock }: Store): Promise<boolean> {
  const due = sql`valid_to is null and until <= ${clock.now()}`;
  const { rows } = await sql<{ due: boolean }>`
    select exists (select from waiver where ${due}) or exists (select from model_approval where ${due})
        or exists (select from legal_basis where ${due})
        or exists (select from barrier_tag where valid_to is null and expires_at <= ${clock.now()}) as due`.execute(
    read,
  );
  return rows[0]!.due;
}

async function judgeStanding(tx: Tx): Promise<void> {
  const lock = await sql<{ held: boolean }>`select pg_try_advisory_xact_lock(${standingLock}) as held`.execute(tx.db);
  if (!lock.rows[0]!.held) return; // another server is at it, and hears of the same events
  await closeExpired(tx);
  await clearEnded(tx);
  let after = 0;
  for (;;) {
    const batch = await inUse(tx, after);
    await judgeBatch(tx, batch);
    if (batch.length < batchSize) return;
    after = batch.at(-1)!.key;
  }
}

interface InUse {
  key: number;
  id: string;
  projectId: string;
  versionKey: number;
  purposeCode: string;
  /** Of the violation that is open, if one is. */
  violationId: string | null;
}

const inUse = (tx: Tx, after: number): Promise<InUse[]> =>
  tx.db
    .selectFrom('deployment')
    .innerJoin('asset', 'asset.key', 'deployment.asset_key')
    .leftJoin('violation', (join) =>
      join.onRef('violation.deployment_key', '=', 'asset.key').on('violation.valid_to', 'is', null),
    )
    .select([
      'asset.key',
      'asset.id',
      'asset.project_id as projectId',
      'deployment.version_key as versionKey',
      'deployment.purpose_code as purposeCode',
      'violation.id as violationId',
    ])
    .where('deployment.valid_to', 'is', null)
    .where('asset.key', '>', after)
    .orderBy('asset.key')
    .limit(batchSize)
    .execute();

async function judgeBatch(tx: Tx, deployments: readonly InUse[]): Promise<void> {
  const questions = deployments.map(({ key, versionKey, purposeCode }) => ({
    versionKey,
    purposeCode,
    deploymentKey: key,
  }));
  const judged = await judgeMany(tx.db, questions, { asOf: null, now: tx.now });
  const found = deployments.map((deployment, i) => ({ ...deployment, judged: judged[i]! }));
  const broken = found.filter(({ judged, violationId }) => !judged.deployable && violationId === null);
  const cleared = found.filter(({ judged, violationId }) => judged.deployable && violationId !== null);
  if (broken.length > 0) {
    const rows = broken.map(({ key, judged }) => ({
      id: newId(),
      deployment_key: key,
      rules: JSON.stringify(brokenRules(judged).map(({ code }) => code)) as never,
      valid_from: tx.now,
      valid_to: null,
    }));
    await tx.db.insertInto('violation').values(rows).execute();
  }
  if (cleared.length > 0) {
    const ids = cleared.map(({ violationId }) => violationId!);
    await tx.db.updateTable('violation').set({ valid_to: tx.now }).where('id', 'in', ids).execute();
  }
  for (const { id, projectId, judged } of broken) {
    tx.record({
      action: 'deployment.violated',
      subject: { kind: 'Deployment', id },
      projectId,
      details: { outcome: judged.outcome, rules: brokenRules(judged).map(({ code }) => code) },
    });
  }
  for (const { id, projectId, judged } of cleared) {
    tx.record({
      action: 'deployment.cleared',
      subject: { kind: 'Deployment', id },
      projectId,
      details: { outcome: judged.outcome },
    });
  }
}

/** What is out of use violates nothing any more. */
async function clearEnded(tx: Tx): Promise<void> {
  const { rows } = await sql<{ id: string; projectId: string }>`
    update violation v set valid_to = d.valid_to from deployment d join asset a on a.key = d.asset_key
     where v.deployment_key = d.asset_key and v.valid_to is null and d.valid_to is not null
    returning a.id, a.project_id as "projectId"`.execute(tx.db);
  for (const { id, projectId } of rows) {
    tx.record({ action: 'deployment.cleared', subject: { kind: 'Deployment', id }, projectId, details: { outcome: 'ENDED' } }); // prettier-ignore
  }
}
