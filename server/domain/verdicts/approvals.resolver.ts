import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { idOf, toGlobalId } from '../../shared/ids.ts';
import type { Context } from '../context.ts';
import { principalById, type ProjectView } from '../identity/identity.read-model.ts';
import { PrincipalType, ProjectType } from '../identity/identity.type.ts';
import { ModelVersionType } from '../models/models.type.ts';
import type { ModelVersionView } from '../models/models.views.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { purposeByCode } from '../purposes/purpose.loader.ts';
import { PurposeType } from '../purposes/purpose.type.ts';
import { DateTime } from '../relay/scalars.ts';
import { tagByName } from '../sensitivity/sensitivity.loader.ts';
import { SensitivityTagType } from '../sensitivity/sensitivity.type.ts';
import type { ApprovalView, LegalBasisView } from './said.views.ts';
import { approvalsOfVersion, legalBasesOfProject } from './verdict.loader.ts';
import {
  ApprovalPayload,
  ApprovalType,
  ApproveModelVersionInput,
  LegalBasisPayload,
  LegalBasisType,
  RecordLegalBasisInput,
  RevokeApprovalInput,
  WithdrawLegalBasisInput,
} from './approval.type.ts';

@Resolver(() => ModelVersionType)
export class VersionApprovalsResolver {
  @FieldResolver(() => [ApprovalType], { nullable: true, description: 'Those that stand, or stood at a moment.' })
  approvals(
    @Root() version: ModelVersionView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<ApprovalView[]> {
    return context.loader(approvalsOfVersion).load({ key: version.assetKey, at: asOf });
  }
}

@Resolver(() => ProjectType)
export class ProjectLegalBasesResolver {
  @FieldResolver(() => [LegalBasisType], {
    nullable: true,
    description: 'Those that stand in it, or stood at a moment; the oldest first.',
  })
  legalBases(
    @Root() { uuid }: ProjectView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<LegalBasisView[]> {
    return context.loader(legalBasesOfProject).load({ key: uuid, at: asOf });
  }
}

@Resolver(() => ApprovalType)
export class ApprovalResolver {
  @FieldResolver(() => ID)
  id(@Root() approval: ApprovalView): string {
    return toGlobalId('Approval', approval.id);
  }

  @FieldResolver(() => PurposeType, { nullable: true })
  purpose(@Root() { purposeCode }: ApprovalView, @Ctx() context: Context) {
    return context.loader(purposeByCode).load(purposeCode);
  }

  @FieldResolver(() => PrincipalType, { nullable: true })
  by(@Root() { byId }: ApprovalView, @Ctx() context: Context) {
    return context.loader(principalById).load(byId);
  }

  @FieldResolver(() => [RedactionType])
  redactions(): undefined {
    return undefined; // the guard answers
  }

  @Mutation(() => ApprovalPayload, { description: 'Approves a version for a purpose, in a role of yours.' })
  async approveModelVersion(
    @Arg('input', () => ApproveModelVersionInput) input: ApproveModelVersionInput,
    @Ctx() context: Context,
  ) {
    const modelVersionId = idOf(input.modelVersionId, ['ModelVersion'], 'input.modelVersionId');
    return { approval: await context.services.approvals.approve(context.actor, { ...input, modelVersionId }) };
  }

  @Mutation(() => ApprovalPayload, { description: 'Takes an approval back; that it was given stays on record.' })
  async revokeApproval(@Arg('input', () => RevokeApprovalInput) input: RevokeApprovalInput, @Ctx() context: Context) {
    const id = idOf(input.approvalId, ['Approval'], 'input.approvalId');
    return { approval: await context.services.approvals.revoke(context.actor, id) };
  }
}

@Resolver(() => LegalBasisType)
export class LegalBasisResolver {
  @FieldResolver(() => ID)
  id(@Root() basis: LegalBasisView): string {
    return toGlobalId('LegalBasis', basis.id);
  }

  @FieldResolver(() => PurposeType, { nullable: true })
  purpose(@Root() { purposeCode }: LegalBasisView, @Ctx() context: Context) {
    return context.loader(purposeByCode).load(purposeCode);
  }

  @FieldResolver(() => SensitivityTagType, { nullable: true })
  tag(@Root() { tagName }: LegalBasisView, @Ctx() context: Context) {
    return context.loader(tagByName).load(tagName);
  }

  @FieldResolver(() => PrincipalType, { nullable: true })
  by(@Root() { byId }: LegalBasisView, @Ctx() context: Context) {
    return context.loader(principalById).load(byId);
  }

  @FieldResolver(() => [RedactionType])
  redactions(): undefined {
    return undefined; // the guard answers
  }

  @Mutation(() => LegalBasisPayload, {
    description: 'Writes down on which ground in law a project uses data of a tag for a purpose, and all below both.',
  })
  async recordLegalBasis(
    @Arg('input', () => RecordLegalBasisInput) input: RecordLegalBasisInput,
    @Ctx() context: Context,
  ) {
    const projectId = input.projectId == null ? undefined : idOf(input.projectId, ['Project'], 'input.projectId');
    return { legalBasis: await context.services.approvals.recordLegalBasis(context.actor, { ...input, projectId }) };
  }

  @Mutation(() => LegalBasisPayload, { description: 'Ends a legal basis; that it was there stays on record.' })
  async withdrawLegalBasis(
    @Arg('input', () => WithdrawLegalBasisInput) input: WithdrawLegalBasisInput,
    @Ctx() context: Context,
  ) {
    const id = idOf(input.legalBasisId, ['LegalBasis'], 'input.legalBasisId');
    return { legalBasis: await context.services.approvals.withdrawLegalBasis(context.actor, id) };
  }
}
