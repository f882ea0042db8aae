import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkLength, checkText } from '../../shared/json.ts';
import { requireRole, type Policies } from '../policies/policies.service.ts';
import { systemActor, type Store, type SystemActor, type Tx } from '../store.ts';
import { requireKnown } from './input-checks.ts';
import { ruleColumns } from './ground.read-model.ts';
import type { RuleView } from './judge.ts';
import { shippedRules, type RuleDefinition } from './rules.ts';
import { ruleEffects } from './verdict.entity.ts';

export interface NewRule extends Partial<RuleDefinition> {
  code: string;
  tag: string;
  effect: RuleDefinition['effect'];
  reason: string;
  source: string;
}

/** No rule may be waived for longer at a time. */
const longestWaiver = 730;

/** The rules on use: what a tag forbids or needs for a purpose. */
export function createRules(store: Store, policies: Pick<Policies, 'inForce'>) {
  return {
    /**
     * Makes a rule, or the next version of one, which closes the version before. The same again changes nothing. CONFLICT where another
     * rule in force says the same, or the contrary, of the same purpose and tag.
     */
    async define(actor: Actor, input: NewRule): Promise<RuleView> {
      const rule = checked(input, policies);
      return store.write(actor, async (tx) => {
        await requireKnown(tx, { purpose: rule.purpose, tag: rule.tag });
        const open = await openRule(tx, rule.code);
        if (open && isSame(open, rule)) return open;
        await refuseContradiction(tx, rule);
        return (await put(tx, actor, [rule]))[0]!;
      });
    },

    /** Ends a rule; that it was in force stays on record. NOT_FOUND when it is not in force. */
    async close(actor: Actor, code: string): Promise<RuleView> {
      checkText(code, 'input.code');
      return store.write(actor, async (tx) => {
        const open = await openRule(tx, code);
        if (!open) throw notFound('A rule in force of this code', 'input.code');
        await tx.db.updateTable('use_rule').set({ valid_to: tx.now }).where('id', '=', open.id).execute();
        tx.record({ action: 'use-rule.closed', details: { code, version: open.version } });
        return { ...open, validTo: tx.now };
      });
    },
  };
}

/**
 * Puts the rules that ship in force, at each start: those that were never there, and a newer release's wording of those that stand as
 * they shipped. What an organisation has closed or replaced stays so.
 */
export async function seedRules(store: Store): Promise<void> {
  await store.write(systemActor, async (tx) => {
    const rows = await tx.db.selectFrom('use_rule').select(ruleColumns).orderBy('version').execute();
    const newest = new Map(rows.map((row) => [row.code, row]));
    const wanted = shippedRules.filter((rule) => {
      const last = newest.get(rule.code);
      return !last || (last.validTo === null && last.byId === null && !isSame(last, rule));
    });
    await put(tx, systemActor, wanted);
  });
}

function checked(input: NewRule, policies: Pick<Policies, 'inForce'>): RuleDefinition {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(input.code) || input.code.length > 60) {
    throw badInput('input.code', 'A code has 1 to 60 lower-case letters, digits and single dashes.');
  }
  if (!ruleEffects.includes(input.effect)) throw badInput('input.effect', `An effect is one of ${ruleEffects.join(', ')}.`); // prettier-ignore
  checkText(input.tag, 'input.tag');
  if (input.purpose != null) checkText(input.purpose, 'input.purpose');
  checkLength(input.reason, 'input.reason', 1, 500);
  checkLength(input.source, 'input.source', 1, 500);
  const { approvalRole = null, waiverRole = null, waiverDays = null } = input;
  if ((input.effect === 'NEED_APPROVAL') !== (approvalRole !== null)) {
    throw badInput(
      'input.approvalRole',
      'A rule that needs approval names the role that approves, and no other rule does.',
    );
  }
  if ((waiverRole === null) !== (waiverDays === null)) {
    throw badInput(waiverRole === null ? 'input.waiverRole' : 'input.waiverDays', 'Who may waive it and for how long at most go together.', 'Give both, or neither where nobody may.'); // prettier-ignore
  }
  if (approvalRole !== null) requireRole(policies.inForce.compiled, approvalRole, 'input.approvalRole');
  if (waiverRole !== null) requireRole(policies.inForce.compiled, waiverRole, 'input.waiverRole');
  if (waiverDays !== null && (!Number.isInteger(waiverDays) || waiverDays < 1 || waiverDays > longestWaiver)) {
    throw badInput('input.waiverDays', `A waiver lasts 1 to ${longestWaiver} days.`);
  }
  const { code, purpose = null, tag, effect, reason, source } = input;
  return { code, purpose, tag, effect, approvalRole, waiverRole, waiverDays, reason, source };
}

/** The open version, locked: two who change it at once do so one after the other. */
const openRule = (tx: Tx, code: string): Promise<RuleView | undefined> =>
  tx.db
    .selectFrom('use_rule')
    .select(ruleColumns)
    .where('code', '=', code)
    .where('valid_to', 'is', null)
    .forUpdate()
    .executeTakeFirst();

const isSame = (open: RuleView, rule: RuleDefinition): boolean =>
  open.purposeCode === rule.purpose &&
  open.tagName === rule.tag &&
  (['effect', 'approvalRole', 'waiverRole', 'waiverDays', 'reason', 'source'] as const).every(
    (field) => open[field] === rule[field],
  );

async function refuseContradiction(tx: Tx, rule: RuleDefinition): Promise<void> {
  const others = await tx.db
    .selectFrom('use_rule')
    .select(['code', 'effect', 'approval_role'])
    .where('valid_to', 'is', null)
    .where('code', '<>', rule.code)
    .where('tag_name', '=', rule.tag)
    .where('purpose_code', rule.purpose === null ? 'is' : '=', rule.purpose)
    .execute();
  for (const other of others) {
    const field = 'input.effect';
    if ((other.effect === 'FORBID') !== (rule.effect === 'FORBID')) {
      throw new AvalError('CONFLICT', `The rule ${other.code} says the contrary: what one forbids, the other lets be on a condition.`, { field, remedy: 'Close that rule first, or give this one its code.' }); // prettier-ignore
    }
    if (other.effect === rule.effect && other.approval_role === rule.approvalRole) {
      throw new AvalError('CONFLICT', `The rule ${other.code} says the same of this purpose and tag.`, { field, remedy: 'Give this one its code to make a new version of it.' }); // prettier-ignore
    }
  }
}

/** The next version of each of these rules, with the versions that they close. */
async function put(tx: Tx, actor: Actor | SystemActor, rules: readonly RuleDefinition[]): Promise<RuleView[]> {
  if (rules.length === 0) return [];
  const codes = rules.map(({ code }) => code);
  await tx.db
    .updateTable('use_rule')
    .set({ valid_to: tx.now })
    .where('code', 'in', codes)
    .where('valid_to', 'is', null)
    .execute();
  const before = await tx.db
    .selectFrom('use_rule')
    .select((q) => ['code', q.fn.max('version').as('version')])
    .where('code', 'in', codes)
    .groupBy('code')
    .execute();
  const last = new Map(before.map(({ code, version }) => [code, version]));
  const rows = rules.map(({ code, purpose, tag, effect, approvalRole, waiverRole, waiverDays, reason, source }) => ({
    id: newId(),
    code,
    version: (last.get(code) ?? 0) + 1,
    purpose_code: purpose,
    tag_name: tag,
    effect,
    approval_role: approvalRole,
    waiver_role: waiverRole,
    waiver_days: waiverDays,
    reason,
    source,
    by_id: actor.principalId,
    valid_from: tx.now,
    valid_to: null,
  }));
  const made = await tx.db
    .insertInto('use_rule')
    .values(rows)
    .onConflict((c) => c.doNothing())
    .returning(ruleColumns)
    .execute();
  if (made.length < rows.length) {
    throw new AvalError('CONFLICT', 'Someone else is changing this rule right now.', {
      field: 'input.code',
      remedy: 'Try again.',
    });
  }
  for (const { code, version, purposeCode, tagName, effect, approvalRole, waiverRole, waiverDays } of made) {
    tx.record({
      action: 'use-rule.defined',
      details: { code, version, purpose: purposeCode, tag: tagName, effect, approvalRole, waiverRole, waiverDays },
    });
  }
  return made;
}
