import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkLength, checkText } from '../../shared/json.ts';
import { inScope } from '../scope.ts';
import { systemActor, type Store, type Tx } from '../store.ts';
import { requireAhead, requireHolder, requireKnown, requireVersion } from './input-checks.ts';
import { closeExpired } from './expiry.ts';
import { lineOf, parentsIn, ruleColumns } from './ground.read-model.ts';
import type { RuleView } from './judge.ts';
import { revoke } from './revoke.ts';
import { waiverColumns, type WaiverView } from './said.views.ts';

export interface NewWaiver {
  /** Code of the rule. */
  rule: string;
  /** For a version and a purpose... */
  modelVersionId?: string | undefined;
  purpose?: string | null | undefined;
  /** ...or for one deployment, whose purpose it is. */
  deploymentId?: string | undefined;
  reason: string;
  until: Date;
}

const dayMs = 86_400_000;

/** Rules set aside: by whom a rule names, for as long as it lets, with a reason. */
export function createWaivers(store: Store) {
  return {
    /** FORBIDDEN for whoever is not of the role that the rule names, or deployed the version: it takes two. */
    async grant(actor: Actor, input: NewWaiver): Promise<WaiverView> {
      checkText(input.rule, 'input.rule');
      checkLength(input.reason, 'input.reason', 1, 2_000);
      await store.write(systemActor, closeExpired); // one that is over does not stand in the way
      return store.write(actor, async (tx) => {
        const rule = await tx.db
          .selectFrom('use_rule')
          .select(ruleColumns)
          .where('code', '=', input.rule)
          .where('valid_to', 'is', null)
          .executeTakeFirst();
        if (!rule) throw badInput('input.rule', 'There is no such rule in force.', 'Take a code of `rules`.');
        checkTerms(rule, actor, input.until, tx.now);
        const target = await targetOf(tx, actor, input);
        await requireBearing(tx, rule, target.purpose);
        await requireAnother(tx, actor, target);
        const made = await tx.db
          .insertInto('waiver')
          .values({
            id: newId(),
            rule_code: rule.code,
            version_key: target.versionKey,
            purpose_code: target.purpose,
            deployment_key: target.deploymentKey,
            role: rule.waiverRole!,
            reason: input.reason.trim(),
            by_id: actor.principalId,
            until: input.until,
            valid_from: tx.now,
            valid_to: null,
          })
          .onConflict((c) => c.doNothing())
          .returning(waiverColumns)
          .executeTakeFirst();
        if (!made) {
          throw new AvalError('CONFLICT', 'A waiver of this rule stands here already.', {
            field: 'input.rule',
            remedy: 'Revoke it first, if its end or its reason is to change.',
          });
        }
        tx.record({
          action: 'waiver.granted',
          subject: { kind: 'ModelVersion', id: target.versionId },
          projectId: target.projectId,
          details: {
            rule: rule.code, version: rule.version, purpose: target.purpose, until: input.until.toISOString(), reason: made.reason,
          }, // prettier-ignore
        });
        return made as WaiverView;
      });
    },

    /** Ends a waiver before its time. NOT_FOUND when it does not stand. */
    async revoke(actor: Actor, id: string): Promise<WaiverView> {
      return store.write(actor, async (tx) => {
        const of = await revoke(tx, actor, 'waiver', id);
        if (!of) throw notFound('A waiver that stands', 'input.waiverId');
        const closed = await tx.db
          .selectFrom('waiver')
          .select(waiverColumns)
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        tx.record({
          action: 'waiver.revoked',
          subject: { kind: 'ModelVersion', id: of.versionId },
          projectId: of.projectId,
          details: { rule: closed.ruleCode, purpose: closed.purposeCode },
        });
        return closed as WaiverView;
      });
    },
  };
}

function checkTerms(rule: RuleView, actor: Actor, until: Date, now: Date): void {
  if (rule.waiverRole === null || rule.waiverDays === null) {
    throw new AvalError('FORBIDDEN', `Nobody may waive the rule ${rule.code}.`, {
      field: 'input.rule',
      remedy: 'Use another version, or ask a governance lead whether the rule still fits.',
    });
  }
  requireHolder(actor, rule.waiverRole, 'A waiver of this rule');
  requireAhead(until, now);
  const latest = new Date(now.getTime() + rule.waiverDays * dayMs);
  if (until.getTime() > latest.getTime()) {
    throw badInput('input.until', `A waiver of this rule lasts at most ${rule.waiverDays} days.`, `Give a moment up to ${latest.toISOString()}.`); // prettier-ignore
  }
}

interface Target {
  versionKey: number;
  versionId: string;
  projectId: string;
  purpose: string;
  deploymentKey: number | null;
}

async function targetOf(tx: Tx, actor: Actor, input: NewWaiver): Promise<Target> {
  if ((input.modelVersionId === undefined) === (input.deploymentId === undefined)) {
    throw badInput('input.modelVersionId', 'A waiver is for a model version or for a deployment.', 'Give one of modelVersionId and deploymentId.'); // prettier-ignore
  }
  if (input.modelVersionId !== undefined) {
    if (input.purpose == null) throw badInput('input.purpose', 'A waiver for a model version names a purpose.', 'Give the code of one.'); // prettier-ignore
    await requireKnown(tx, { purpose: input.purpose });
    const { key, id, projectId } = await requireVersion(tx, actor, input.modelVersionId);
    return { versionKey: key, versionId: id, projectId, purpose: input.purpose, deploymentKey: null };
  }
  if (input.purpose != null) throw badInput('input.purpose', 'A deployment has its own purpose.', 'Leave purpose out.');
  const row = await tx.db
    .selectFrom('deployment')
    .innerJoin('asset', 'asset.key', 'deployment.asset_key')
    .innerJoin('asset as version', 'version.key', 'deployment.version_key')
    .select(['asset.key', 'version.key as versionKey', 'version.id as versionId', 'asset.project_id as projectId', 'deployment.purpose_code as purpose', 'deployment.valid_to as ended'])
    .where('asset.id', '=', input.deploymentId!)
    .where(inScope(actor, 'asset.project_id'))
    .executeTakeFirst(); // prettier-ignore
  if (!row) throw notFound('The deployment', 'input.deploymentId');
  if (row.ended) throw new AvalError('CONFLICT', 'This deployment has ended.', { field: 'input.deploymentId' });
  const { key, versionKey, versionId, projectId, purpose } = row;
  return { versionKey, versionId, projectId, purpose, deploymentKey: key };
}

/** A waiver of a rule that says nothing of the purpose would only seem to be one. */
async function requireBearing(tx: Tx, rule: RuleView, purpose: string): Promise<void> {
  if (rule.purposeCode === null) return;
  const { purposes } = await parentsIn(tx.db, null);
  if (lineOf(purposes, purpose).has(rule.purposeCode) || lineOf(purposes, rule.purposeCode).has(purpose)) return;
  throw badInput('input.rule', 'This rule says nothing of that purpose.', `It is about ${rule.purposeCode}.`);
}

/** Who deployed the version does not waive the rule that stands against it. */
async function requireAnother(tx: Tx, actor: Actor, { versionKey, purpose }: Target): Promise<void> {
  const own = await tx.db
    .selectFrom('deployment')
    .select('asset_key')
    .where('version_key', '=', versionKey)
    .where('purpose_code', '=', purpose)
    .where('by_id', '=', actor.principalId)
    .where('valid_to', 'is', null)
    .executeTakeFirst();
  if (!own) return;
  throw new AvalError('FORBIDDEN', 'You deployed this version yourself: a waiver takes a second person.', {
    remedy: 'Ask someone else of the role that the rule names.',
  });
}
