import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkLength } from '../../shared/json.ts';
import { int4s } from '../../storage/arrays.ts';
import { edgeKinds, type EdgeKind } from '../lineage/edge.entity.ts';
import { edgeKeyOf } from '../lineage/lineage.loader.ts';
import { inScope } from '../scope.ts';
import { systemActor, type Store, type Tx } from '../store.ts';
import type { BarrierKind } from './barrier.entity.ts';

export interface Evidence {
  url: string;
  sha256: string;
}

export interface NewBarrier {
  edgeId: string;
  kind: BarrierKind;
  tags: readonly string[];
  statement: string;
  evidence?: Evidence | null | undefined;
}

export interface Signature {
  barrierId: string;
  expiresAt: Date;
  tags?: readonly string[] | null | undefined;
  evidence?: Evidence | null | undefined;
}

/** Two years: whoever signed has to look again. */
const longestMs = 2 * 366 * 24 * 3_600_000;
const maxTags = 50;

/** Part of a whole, or judging only: nothing is transformed there that a barrier could be about. */
const neverBarred: readonly EdgeKind[] = ['COLUMN_OF', 'IN_VERSION', 'VERSION_OF', 'EVALUATED'];

/** Barriers on edges: proposed by whoever built the step, in force once someone with the role for it has signed. */
export function createBarriers(store: Store) {
  return {
    /** Its id. A proposal stops nothing. */
    async propose(actor: Actor, input: NewBarrier): Promise<string> {
      const edgeId = edgeKeyOf(input.edgeId, 'input.edgeId');
      checkLength(input.statement, 'input.statement', 1, 2_000);
      const evidence = input.evidence ? checkedEvidence(input.evidence) : null;
      return store.write(actor, async (tx) => {
        const edge = await tx.db
          .selectFrom('edge')
          .innerJoin('asset as s', 's.key', 'edge.src')
          .innerJoin('asset as d', 'd.key', 'edge.dst')
          .select(['edge.id', 'edge.kind', 'edge.refined', 'edge.valid_to', 'd.project_id'])
          .where('edge.id', '=', edgeId)
          .where(inScope(actor, 's.project_id'))
          .where(inScope(actor, 'd.project_id'))
          .executeTakeFirst();
        if (!edge) throw notFound('The edge', 'input.edgeId');
        if (edge.valid_to) throw badInput('input.edgeId', 'This edge has ended: nothing passes there any more.');
        if (neverBarred.includes(edgeKinds[edge.kind]!)) {
          throw badInput('input.edgeId', 'Nothing is transformed on an edge of this kind.', 'Name the step that transforms: DERIVED, COLUMN_DERIVED, TRAINED...'); // prettier-ignore
        }
        if (edge.refined) {
          throw badInput('input.edgeId', 'Tags follow finer edges here.', 'Name the edges between the columns.');
        }
        await tagKeysOf(tx, input.tags);
        const id = newId();
        await tx.db
          .insertInto('barrier')
          .values({
            id,
            edge_id: edge.id,
            kind: input.kind,
            tags: JSON.stringify([...new Set(input.tags)]) as never,
            statement: input.statement.trim(),
            evidence_url: evidence?.url ?? null,
            evidence_sha256: evidence?.sha256 ?? null,
            proposed_by_id: actor.principalId,
            proposed_at: tx.now,
          })
          .execute();
        tx.record({
          action: 'barrier.proposed',
          subject: { kind: 'Barrier', id },
          projectId: edge.project_id,
          details: { edge: edge.id, kind: input.kind, tags: [...input.tags] },
        });
        return id;
      });
    },

    /** From now until `expiresAt` its tags do not pass. Tags and evidence may be given, or replaced, with the signature. */
    async sign(actor: Actor, input: Signature): Promise<void> {
      const given = input.evidence ? checkedEvidence(input.evidence) : null;
      await store.write(actor, async (tx) => {
        if (!(input.expiresAt > tx.now)) throw badInput('input.expiresAt', 'A barrier ends in the future.');
        if (input.expiresAt.getTime() - tx.now.getTime() > longestMs) {
          throw badInput('input.expiresAt', 'A barrier lasts two years at most.', 'Sign it again when it ends.');
        }
        const barrier = await openBarrier(tx, actor, input.barrierId);
        if (barrier.signed_at) throw new AvalError('CONFLICT', 'This barrier is signed already.', { remedy: 'Revoke it, and propose another.' }); // prettier-ignore
        const evidence = given ?? (barrier.evidence_url === null ? null : { url: barrier.evidence_url, sha256: barrier.evidence_sha256! }); // prettier-ignore
        if (!evidence) throw badInput('input.evidence', 'A barrier needs evidence.', 'Give a link to it, and its SHA-256.'); // prettier-ignore
        const tags = [...new Set(input.tags ?? barrier.tags)];
        const keys = await tagKeysOf(tx, tags);
        await tx.db
          .updateTable('barrier')
          .set({
            tags: JSON.stringify(tags) as never,
            evidence_url: evidence.url,
            evidence_sha256: evidence.sha256,
            signed_by_id: actor.principalId,
            signed_at: tx.now,
            expires_at: input.expiresAt,
          })
          .where('id', '=', input.barrierId)
          .execute();
        tx.changedGraph();
        await sql`
          insert into barrier_tag (barrier_id, tag_key, edge_id, valid_from, expires_at)
          select ${input.barrierId}::uuid, key, ${barrier.edge_id}::int8, ${tx.now}::timestamptz, ${input.expiresAt}::timestamptz
            from unnest(${int4s(keys)}) as key`.execute(tx.db);
        tx.record({
          action: 'barrier.signed',
          subject: { kind: 'Barrier', id: input.barrierId },
          projectId: barrier.project_id,
          details: { edge: barrier.edge_id, tags, expiresAt: input.expiresAt.toISOString(), evidence: evidence.sha256 },
        });
      });
    },

    /** Ends a barrier, or a proposal: its tags pass again. */
    async revoke(actor: Actor, input: { barrierId: string; reason: string }): Promise<void> {
      checkLength(input.reason, 'input.reason', 1, 2_000);
      await store.write(actor, async (tx) => {
        const barrier = await openBarrier(tx, actor, input.barrierId);
        await tx.db
          .updateTable('barrier')
          .set({
            ended_at: tx.now,
            ended_by_id: actor.principalId,
            outcome: 'REVOKED',
            end_reason: input.reason.trim(),
          })
          .where('id', '=', input.barrierId)
          .execute();
        if (barrier.signed_at) {
          tx.changedGraph();
          await tx.db
            .updateTable('barrier_tag')
            .set({ valid_to: tx.now })
            .where('barrier_id', '=', input.barrierId)
            .execute();
        }
        tx.record({
          action: 'barrier.revoked',
          subject: { kind: 'Barrier', id: input.barrierId },
          projectId: barrier.project_id,
          details: { edge: barrier.edge_id, reason: input.reason.trim() },
        });
      });
    },
  };
}

/** Of a barrier that has not ended; locked. */
async function openBarrier(tx: Tx, actor: Actor, id: string) {
  const row = await tx.db
    .selectFrom('barrier')
    .innerJoin('edge', 'edge.id', 'barrier.edge_id')
    .innerJoin('asset as s', 's.key', 'edge.src')
    .innerJoin('asset as d', 'd.key', 'edge.dst')
    .select(['barrier.edge_id', 'barrier.tags', 'barrier.evidence_url', 'barrier.evidence_sha256'])
    .select(['barrier.signed_at', 'barrier.expires_at', 'barrier.ended_at', 'd.project_id'])
    .where('barrier.id', '=', id)
    .where(inScope(actor, 's.project_id'))
    .where(inScope(actor, 'd.project_id'))
    .forUpdate('barrier')
    .executeTakeFirst();
  if (!row) throw notFound('The barrier', 'input.barrierId');
  if (row.ended_at || (row.expires_at && row.expires_at <= tx.now)) {
    throw new AvalError('CONFLICT', 'This barrier has ended.', {
      field: 'input.barrierId',
      remedy: 'Propose another.',
    });
  }
  return row;
}

/** Keys of these tags; a barrier stops exactly the tags that it names, not those below them. */
async function tagKeysOf(tx: Tx, names: readonly string[]): Promise<number[]> {
  if (names.length === 0 || names.length > maxTags) throw badInput('input.tags', `Name 1 to ${maxTags} tags.`);
  names.forEach((name, i) => checkLength(name, `input.tags[${i}]`, 1, 100));
  const rows = await tx.db.selectFrom('sensitivity_tag').select(['name', 'key']).where('name', 'in', names).execute();
  const known = new Set(rows.map(({ name }) => name));
  const unknown = names.findIndex((name) => !known.has(name));
  if (unknown !== -1) {
    throw badInput(`input.tags[${unknown}]`, 'There is no such tag.', 'Take a name from `sensitivityTags`.');
  }
  return rows.map(({ key }) => key);
}

function checkedEvidence({ url, sha256 }: Evidence): Evidence {
  checkLength(url, 'input.evidence.url', 1, 2_000);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw badInput('input.evidence.url', 'This is not a link.', 'Give an address that begins with https://.');
  }
  if (!/^[0-9a-f]{64}$/i.test(sha256)) {
    throw badInput(
      'input.evidence.sha256',
      'This is not a SHA-256.',
      'Give the 64 hex digits that `sha256sum` prints.',
    );
  }
  return { url, sha256: sha256.toLowerCase() };
}

/**
 * Ends the barriers whose time is over, as of then, and says so in the log. Until it has run, readers recompute: that a server stood still
 * delays the event, never the opening.
 */
export async function endExpiredBarriers(store: Store): Promise<void> {
  const due = await store.read
    .selectFrom('barrier_tag')
    .select('edge_id')
    .where('valid_to', 'is', null)
    .where('expires_at', '<=', store.clock.now())
    .limit(1)
    .executeTakeFirst();
  if (!due) return;
  await store.write(systemActor, async (tx) => {
    const { rows } = await sql<{ id: string; edge_id: number; tags: string[]; project_id: string }>`
      with over as (
        update barrier_tag set valid_to = expires_at where valid_to is null and expires_at <= ${tx.now} returning barrier_id),
      ended as (
        update barrier set ended_at = expires_at, outcome = 'EXPIRED'
         where id in (select barrier_id from over) and ended_at is null returning id, edge_id, tags)
      select b.id, b.edge_id, b.tags, a.project_id from ended b join edge e on e.id = b.edge_id join asset a on a.key = e.dst`.execute(tx.db); // prettier-ignore
    tx.changedGraph();
    for (const { id, edge_id, tags, project_id } of rows) {
      tx.record({
        action: 'barrier.expired',
        subject: { kind: 'Barrier', id },
        projectId: project_id,
        details: { edge: edge_id, tags },
      });
    }
  });
}
