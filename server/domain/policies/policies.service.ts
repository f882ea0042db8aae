import { createHash } from 'node:crypto';
import type { Actor } from '../../access/actor.ts';
import type { Compiler } from '../../access/compiler.ts';
import type { CompiledPolicy } from '../../access/decisions.ts';
import { requireGovernance } from '../../access/governance.ts';
import { PolicyError } from '../../access/policy-text.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkText } from '../../shared/json.ts';
import { systemActor, type Store, type SystemActor, type Tx } from '../store.ts';
import { versionAt } from './versions.read-model.ts';

export interface PolicyInForce {
  readonly version: number;
  readonly digest: string;
  readonly compiled: CompiledPolicy;
}

const maxText = 200_000;
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The access policies: which is in force, and how another comes in force. */
export function createPolicies(store: Store, { coordinates, compile }: Compiler) {
  let current: PolicyInForce | undefined;
  let loading: Promise<void> | undefined;

  async function load(): Promise<void> {
    const row = await versionAt(store.read);
    if (!row || row.version === current?.version) return;
    current = { version: row.version, digest: row.digest, compiled: compileInForce(row.text, row.version) };
  }

  /** A text that was approved under an earlier release may name what this one does not have: then nobody gets in. */
  function compileInForce(text: string, version: number): CompiledPolicy {
    try {
      return compile(text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(
        `The access policy in force, version ${version}, does not fit this release. ${why} Start the release that it was approved under, and approve a text without these rules.`,
        { cause: error },
      );
    }
  }

  function compilePast(text: string, version: number): CompiledPolicy {
    try {
      return compile(text);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw new AvalError('CONFLICT', `Version ${version} of the access policy, in force at that moment, speaks of what this release does not have.`, {
        field: 'asOf', remedy: 'Read its text in `policy(asOf:)`, or ask the release that it was written for.',
      }); // prettier-ignore
    }
  }

  /** Compiles a text as it would be put in force. Throws PolicyError, which names `field` and every problem. */
  function check(text: string, field: string): CompiledPolicy {
    checkText(text, field);
    if (text.length > maxText) throw badInput(field, `A policy has at most ${maxText} characters.`);
    const compiled = compile(text, { field });
    requireGovernance(compiled, field);
    return compiled;
  }

  async function activate(tx: Tx, text: string, after: number, proposalId: string | null): Promise<number> {
    if (after > 0) {
      const closed = await tx.db
        .updateTable('policy_version')
        .set({ valid_to: tx.now })
        .where('version', '=', after)
        .where('valid_to', 'is', null)
        .executeTakeFirst();
      if (closed.numUpdatedRows !== 1n) {
        throw new AvalError('CONFLICT', 'Another version of the policy came in force meanwhile.', {
          remedy: 'Look at what it changes, and propose anew.',
        });
      }
    }
    const [version, digest] = [after + 1, digestOf(text)];
    await tx.db
      .insertInto('policy_version')
      .values({ version, text, digest, proposal_id: proposalId, valid_from: tx.now, valid_to: null })
      .execute();
    tx.record({ action: 'policy.activated', details: { version, digest } });
    return version;
  }

  async function insertProposal(
    tx: Tx,
    actor: Actor | SystemActor,
    { text, reason, basedOn }: { text: string; reason: string; basedOn: number },
  ): Promise<string> {
    const [id, digest] = [newId(), digestOf(text)];
    await tx.db
      .insertInto('policy_proposal')
      .values({
        id,
        text,
        digest,
        reason,
        based_on: basedOn,
        proposed_by_id: actor.principalId,
        decision: null,
        decided_by_id: null,
        valid_from: tx.now,
        valid_to: null,
      }) // prettier-ignore
      .execute();
    tx.record({ action: 'policy.proposed', subject: { kind: 'PolicyProposal', id }, details: { digest, basedOn } });
    return id;
  }

  async function requireOpen(tx: Tx, id: string) {
    const proposal = await tx.db
      .selectFrom('policy_proposal')
      .select(['id', 'text', 'based_on', 'proposed_by_id', 'decision'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!proposal) throw notFound('The proposal', 'input.proposalId');
    if (proposal.decision !== null) {
      throw new AvalError('CONFLICT', 'This proposal is decided.', {
        field: 'input.proposalId',
        remedy: 'Propose its text anew.',
      });
    }
    return proposal;
  }

  const decide = (tx: Tx, actor: Actor, id: string, decision: 'APPROVED' | 'WITHDRAWN') =>
    tx.db
      .updateTable('policy_proposal')
      .set({ decision, decided_by_id: actor.principalId, valid_to: tx.now })
      .where('id', '=', id)
      .execute();

  return {
    coordinates,
    check,

    /** What decides from now on: contexts are made with it. */
    get inForce(): PolicyInForce {
      if (!current) throw new Error('No policy is in force'); // compose puts one in force before it listens
      return current;
    },

    /** What decided at that moment, over the fields that there are now. BAD_INPUT before the first version; CONFLICT where its text speaks of fields that are no more. */
    async at(asOf: Date): Promise<CompiledPolicy> {
      const row = await versionAt(store.read, asOf);
      if (!row) throw badInput('asOf', 'No access policy was in force at that moment.', 'Give a later one; `policies` lists them.'); // prettier-ignore
      return compilePast(row.text, row.version);
    },

    /** Waits until this process decides by that version or a later one: whoever authenticates has seen it. */
    async reach(version: number): Promise<void> {
      while (current && current.version < version) {
        loading ??= load().finally(() => (loading = undefined));
        await loading;
      }
    },

    /**
     * At start: the text that ships comes in force when there is none, or when the one in force came so too. An organisation's own stays;
     * a new shipped text is then proposed to it, once.
     */
    async start(shipped: string): Promise<void> {
      check(shipped, 'policy'); // a text that cannot decide is never put in force
      const digest = digestOf(shipped);
      const row = await versionAt(store.read);
      if (!row || (row.proposalId === null && row.digest !== digest)) {
        await store.write(systemActor, (tx) => activate(tx, shipped, row?.version ?? 0, null));
      } else if (row.digest !== digest && !(await isKnown(digest))) {
        const reason = 'The text that ships with this release is another than the organisation’s own.';
        await store.write(systemActor, (tx) =>
          insertProposal(tx, systemActor, { text: shipped, reason, basedOn: row.version }),
        );
      }
      await load();
    },

    /** Proposes a text to be put in force. BAD_INPUT when it is not valid, or is in force already. */
    async propose(actor: Actor, { text, reason }: { text: string; reason: string }): Promise<string> {
      checkText(reason, 'input.reason');
      if (reason.trim() === '' || reason.length > 2_000)
        throw badInput('input.reason', 'A reason has 1 to 2000 characters.');
      check(text, 'input.text');
      return store.write(actor, async (tx) => {
        const row = await versionAt(tx.db);
        if (row!.digest === digestOf(text)) throw badInput('input.text', 'This text is in force already.');
        return insertProposal(tx, actor, { text, reason, basedOn: row!.version });
      });
    },

    /** Puts a proposal in force. FORBIDDEN to whoever proposed it and to services; CONFLICT when it is decided, or out of date. */
    async approve(actor: Actor, id: string): Promise<void> {
      const version = await store.write(actor, async (tx) => {
        const proposal = await requireOpen(tx, id);
        await requireSecondPerson(tx, actor, proposal.proposed_by_id);
        check(proposal.text, 'input.proposalId');
        await decide(tx, actor, id, 'APPROVED');
        tx.record({ action: 'policy.approved', subject: { kind: 'PolicyProposal', id } });
        return activate(tx, proposal.text, proposal.based_on, id);
      });
      await this.reach(version);
    },

    async withdraw(actor: Actor, id: string): Promise<void> {
      await store.write(actor, async (tx) => {
        await requireOpen(tx, id);
        await decide(tx, actor, id, 'WITHDRAWN');
        tx.record({ action: 'policy.withdrawn', subject: { kind: 'PolicyProposal', id } });
      });
    },
  };

  async function isKnown(digest: string): Promise<boolean> {
    const known = await store.read
      .selectFrom('policy_version')
      .select('digest')
      .where('digest', '=', digest)
      .unionAll(store.read.selectFrom('policy_proposal').select('digest').where('digest', '=', digest))
      .limit(1)
      .executeTakeFirst();
    return known !== undefined;
  }
}

export type Policies = ReturnType<typeof createPolicies>;

/** BAD_INPUT unless the access policy knows the role: it ships, or a rule of the organisation brings it in. */
export function requireRole({ roles }: Pick<CompiledPolicy, 'roles'>, role: string, field: string): void {
  if (roles.includes(role)) return;
  throw badInput(field, 'This is not a known role.', `Take one of ${roles.join(', ')}.`);
}

async function requireSecondPerson(tx: Tx, actor: Actor, proposedById: string | null): Promise<void> {
  if (actor.principalId === proposedById) {
    throw new AvalError('FORBIDDEN', 'Nobody approves a policy that is their own proposal.', {
      field: 'input.proposalId',
      remedy: 'Ask another governance lead to approve it.',
    });
  }
  const { kind } = await tx.db
    .selectFrom('principal')
    .select('kind')
    .where('id', '=', actor.principalId)
    .executeTakeFirstOrThrow();
  if (kind !== 'person') {
    throw new AvalError('FORBIDDEN', 'A policy is approved by a person.', {
      remedy: 'Approve it with a token of your own account, not of a service.',
    });
  }
}
