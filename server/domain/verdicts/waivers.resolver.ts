import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { idOf, toGlobalId } from '../../shared/ids.ts';
import type { Context } from '../context.ts';
import { principalById } from '../identity/identity.read-model.ts';
import { PrincipalType } from '../identity/identity.type.ts';
import { ModelVersionType } from '../models/models.type.ts';
import type { ModelVersionView } from '../models/models.views.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { purposeByCode } from '../purposes/purpose.loader.ts';
import { PurposeType } from '../purposes/purpose.type.ts';
import { DateTime } from '../relay/scalars.ts';
import { RuleVersionType } from './rule.type.ts';
import type { WaiverView } from './said.views.ts';
import { newestRule, waiversOfVersion } from './verdict.loader.ts';
import { GrantWaiverInput, RevokeWaiverInput, WaiverPayload, WaiverType } from './waiver.type.ts';

@Resolver(() => ModelVersionType)
export class VersionWaiversResolver {
  @FieldResolver(() => [WaiverType], { nullable: true, description: 'Those that stand, or stood at a moment.' })
  waivers(
    @Root() version: ModelVersionView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<WaiverView[]> {
    return context.loader(waiversOfVersion).load({ key: version.assetKey, at: asOf });
  }
}

@Resolver(() => WaiverType)
export class WaiverResolver {
  @FieldResolver(() => ID)
  id(@Root() waiver: WaiverView): string {
    return toGlobalId('Waiver', waiver.id);
  }

  @FieldResolver(() => RuleVersionType, { nullable: true, description: 'The rule, in its newest version.' })
  rule(@Root() { ruleCode }: WaiverView, @Ctx() context: Context) {
    return context.loader(newestRule).load(ruleCode);
  }

  @FieldResolver(() => PurposeType, { nullable: true })
  purpose(@Root() { purposeCode }: WaiverView, @Ctx() context: Context) {
    return context.loader(purposeByCode).load(purposeCode);
  }

  @FieldResolver(() => PrincipalType, { nullable: true, description: 'Who granted it.' })
  by(@Root() { byId }: WaiverView, @Ctx() context: Context) {
    return context.loader(principalById).load(byId);
  }

  @FieldResolver(() => [RedactionType])
  redactions(): undefined {
    return undefined; // the guard answers
  }

  @Mutation(() => WaiverPayload, {
    description: 'Sets a rule aside until a moment. Only for the role that the rule names, and not for whoever deployed the version.',
  })
  async grantWaiver(@Arg('input', () => GrantWaiverInput) input: GrantWaiverInput, @Ctx() context: Context) {
    const { modelVersionId, deploymentId } = input;
    const waiver = await context.services.waivers.grant(context.actor, {
      ...input,
      modelVersionId: modelVersionId == null ? undefined : idOf(modelVersionId, ['ModelVersion'], 'input.modelVersionId'),
      deploymentId: deploymentId == null ? undefined : idOf(deploymentId, ['Deployment'], 'input.deploymentId'),
    });
    return { waiver };
  }

  @Mutation(() => WaiverPayload, { description: 'Ends a waiver before its time; that it was granted stays on record.' })
  async revokeWaiver(@Arg('input', () => RevokeWaiverInput) input: RevokeWaiverInput, @Ctx() context: Context) {
    const id = idOf(input.waiverId, ['Waiver'], 'input.waiverId');
    return { waiver: await context.services.waivers.revoke(context.actor, id) };
  }
} // prettier-ignore
