import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { principalById } from '../identity/identity.read-model.ts';
import { PrincipalType } from '../identity/identity.type.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { purposeByCode } from '../purposes/purpose.loader.ts';
import { PurposeType } from '../purposes/purpose.type.ts';
import { DateTime } from '../relay/scalars.ts';
import { tagByName } from '../sensitivity/sensitivity.loader.ts';
import { SensitivityTagType } from '../sensitivity/sensitivity.type.ts';
import type { RuleView } from './judge.ts';
import { listRules, versionsOfRule } from './verdict.loader.ts';
import { CloseRuleInput, CloseRulePayload, DefineRuleInput, DefineRulePayload, RuleVersionType } from './rule.type.ts';

@Resolver(() => RuleVersionType)
export class RuleVersionResolver {
  @Query(() => [RuleVersionType], { description: 'The rules on use that are in force, or were at a moment, by code.' })
  rules(
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<RuleView[]> {
    return listRules(context, asOf);
  }

  @Query(() => [RuleVersionType], {
    description: 'Every version of one rule, the newest first; none for an unknown code.',
  })
  ruleVersions(@Arg('code', () => ID) code: string, @Ctx() context: Context): Promise<RuleView[]> {
    return code.includes('\0') ? Promise.resolve([]) : context.loader(versionsOfRule).load(code);
  }

  @Mutation(() => DefineRulePayload, {
    description: 'Makes a rule on use, or its next version. Standing deployments are judged again.',
  })
  async defineRule(@Arg('input', () => DefineRuleInput) input: DefineRuleInput, @Ctx() context: Context) {
    return { rule: await context.services.rules.define(context.actor, input) };
  }

  @Mutation(() => CloseRulePayload, { description: 'Ends a rule on use; that it was in force stays on record.' })
  async closeRule(@Arg('input', () => CloseRuleInput) { code }: CloseRuleInput, @Ctx() context: Context) {
    return { rule: await context.services.rules.close(context.actor, code) };
  }

  @FieldResolver(() => PurposeType, { nullable: true, description: 'Null where it is about every purpose.' })
  purpose(@Root() { purposeCode }: RuleView, @Ctx() context: Context) {
    return purposeCode === null ? null : context.loader(purposeByCode).load(purposeCode);
  }

  @FieldResolver(() => SensitivityTagType, { nullable: true })
  tag(@Root() { tagName }: RuleView, @Ctx() context: Context) {
    return context.loader(tagByName).load(tagName);
  }

  @FieldResolver(() => PrincipalType, { nullable: true, description: 'Who made it; null for a rule that ships.' })
  by(@Root() { byId }: RuleView, @Ctx() context: Context) {
    return byId === null ? null : context.loader(principalById).load(byId);
  }

  @FieldResolver(() => [RedactionType])
  redactions(): undefined {
    return undefined; // the guard answers
  }
}
