import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { checkLength } from '../../shared/json.ts';
import { requireRole, type Policies } from '../policies/policies.service.ts';
import { inScope, requireProject } from '../scope.ts';
import { systemActor, type Store } from '../store.ts';
import { requireAhead, requireHolder, requireKnown, requireVersion } from './input-checks.ts';
import { closeExpired } from './expiry.ts';
import { revoke } from './revoke.ts';
import { approvalColumns, legalBasisColumns, type ApprovalView, type LegalBasisView } from './said.views.ts';

export interface NewApproval {
  modelVersionId: string;
  purpose: string;
  /** The role that it is given in: one of the approver's. */
  role: string;
  note?: string | null | undefined;
  until?: Date | null | undefined;
}

export interface NewLegalBasis {
  /** The caller's default project unless given. */
  projectId?: string | undefined;
  purpose: string;
  tag: string;
  article: string;
  statement: string;
  link?: string | null | undefined;
  until?: Date | null | undefined;
}

/** What conditions of rules are met by: approvals of versions, and the legal bases of a project. */
export function createApprovals(store: Store, policies: Pick<Policies, 'inForce'>) {
  return {
    /** Approves a version for a purpose and all below it. To approve again in the same role replaces the approval before. */
    async approve(actor: Actor, input: NewApproval): Promise<ApprovalView> {
      requireRole(policies.inForce.compiled, input.role, 'input.role');
      requireHolder(actor, input.role, 'This approval');
      if (input.note != null) checkLength(input.note, 'input.note', 0, 2_000);
      await store.write(systemActor, closeExpired); // what it takes the place of may be over already
      return store.write(actor, async (tx) => {
        if (input.until) requireAhead(input.until, tx.now);
        await requireKnown(tx, { purpose: input.purpose });
        const version = await requireVersion(tx, actor, input.modelVersionId);
        await tx.db
          .updateTable('model_approval')
          .set({ valid_to: tx.now })
          .where('version_key', '=', version.key)
          .where('purpose_code', '=', input.purpose)
          .where('role', '=', input.role)
          .where('valid_to', 'is', null)
          .execute();
        const made = await tx.db
          .insertInto('model_approval')
          .values({
            id: newId(),
            version_key: version.key,
            purpose_code: input.purpose,
            role: input.role,
            note: input.note?.trim() || null,
            by_id: actor.principalId,
            until: input.until ?? null,
            valid_from: tx.now,
            valid_to: null,
          })
          .onConflict((c) => c.doNothing())
          .returning(approvalColumns)
          .executeTakeFirst();
        if (!made) {
          throw new AvalError('CONFLICT', 'Someone else is approving this version right now.', { remedy: 'Try again.' });
        }
        tx.record({
          action: 'model-version.approved',
          subject: { kind: 'ModelVersion', id: version.id },
          projectId: version.projectId,
          details: { purpose: input.purpose, role: input.role, until: input.until?.toISOString() ?? null },
        });
        return made;
      }); // prettier-ignore
    },

    /** Takes an approval back. NOT_FOUND when it does not stand. */
    async revoke(actor: Actor, id: string): Promise<ApprovalView> {
      return store.write(actor, async (tx) => {
        const of = await revoke(tx, actor, 'model_approval', id);
        if (!of) throw notFound('An approval that stands', 'input.approvalId');
        const closed = await tx.db
          .selectFrom('model_approval')
          .select(approvalColumns)
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        tx.record({
          action: 'model-version.approval-revoked',
          subject: { kind: 'ModelVersion', id: of.versionId },
          projectId: of.projectId,
          details: { purpose: closed.purposeCode, role: closed.role },
        });
        return closed;
      });
    },

    /** Writes down on which ground in law a project uses data of a tag for a purpose. */
    async recordLegalBasis(actor: Actor, input: NewLegalBasis): Promise<LegalBasisView> {
      checkLength(input.article, 'input.article', 1, 200);
      checkLength(input.statement, 'input.statement', 1, 2_000);
      if (input.link != null) checkLink(input.link);
      const projectId = input.projectId ?? actor.defaultProjectId;
      requireProject(actor, projectId, 'The project', 'input.projectId');
      return store.write(actor, async (tx) => {
        if (input.until) requireAhead(input.until, tx.now);
        await requireKnown(tx, { purpose: input.purpose, tag: input.tag });
        const made = await tx.db
          .insertInto('legal_basis')
          .values({
            id: newId(),
            project_id: projectId,
            purpose_code: input.purpose,
            tag_name: input.tag,
            article: input.article,
            statement: input.statement,
            link: input.link ?? null,
            by_id: actor.principalId,
            until: input.until ?? null,
            valid_from: tx.now,
            valid_to: null,
          })
          .returning(legalBasisColumns)
          .executeTakeFirstOrThrow();
        tx.record({
          action: 'legal-basis.recorded',
          subject: { kind: 'Project', id: projectId },
          projectId,
          details: { purpose: input.purpose, tag: input.tag, article: input.article },
        });
        return made;
      });
    },

    /** Ends a legal basis. NOT_FOUND when it does not stand. */
    async withdrawLegalBasis(actor: Actor, id: string): Promise<LegalBasisView> {
      return store.write(actor, async (tx) => {
        const closed = await tx.db
          .updateTable('legal_basis')
          .set({ valid_to: tx.now })
          .where('id', '=', id)
          .where('valid_to', 'is', null)
          .where(inScope(actor, 'project_id'))
          .returning(legalBasisColumns)
          .executeTakeFirst();
        if (!closed) throw notFound('A legal basis that stands', 'input.legalBasisId');
        tx.record({
          action: 'legal-basis.withdrawn',
          subject: { kind: 'Project', id: closed.projectId },
          projectId: closed.projectId,
          details: { purpose: closed.purposeCode, tag: closed.tagName, article: closed.article },
        });
        return closed;
      });
    },
  };
}

function checkLink(link: string): void {
  checkLength(link, 'input.link', 1, 2_000);
  if (!/^https?:\/\//.test(link) || !URL.canParse(link)) {
    throw badInput('input.link', 'This is not an address.', 'Give one that begins with https:// or http://.');
  }
}
