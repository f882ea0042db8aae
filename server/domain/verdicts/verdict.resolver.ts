import { Arg, Args, Ctx, FieldResolver, Float, Query, Resolver, Root } from 'type-graphql';
import { typeOfKind } from '../assets/asset.read-model.ts';
import { badInput } from '../../shared/errors.ts';
import { idOf, idsOf } from '../../shared/ids.ts';
import type { Context } from '../context.ts';
import { DeploymentType, ModelVersionType } from '../models/models.type.ts';
import type { DeploymentView, ModelVersionView } from '../models/models.views.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { purposeByCode } from '../purposes/purpose.loader.ts';
import { PurposeType } from '../purposes/purpose.type.ts';
import { DateTime } from '../relay/scalars.ts';
import { barrierById } from '../sensitivity/barrier.read-model.ts';
import { BarrierType } from '../sensitivity/barrier.type.ts';
import { tagByName } from '../sensitivity/sensitivity.loader.ts';
import { tagsOf, type AssignmentView } from '../sensitivity/sensitivity.read-model.ts';
import { SensitivityTagType, TagAssignmentType } from '../sensitivity/sensitivity.type.ts';
import { ApprovalType, LegalBasisType } from './approval.type.ts';
import { groundOf } from './ground.read-model.ts';
import type { Bearing, Condition, HeldBack } from './judge.ts';
import { RuleVersionType } from './rule.type.ts';
import {
  approvalById,
  completenessOfVerdict,
  legalBasisById,
  verdictOf,
  violationsOf,
  waiverById,
} from './verdict.loader.ts';
import { judgeMany, type Judged } from './verdict.read-model.ts';
import {
  ConditionType,
  HeldBackTagType,
  VerdictArgs,
  VerdictReasonType,
  VerdictsArgs,
  VerdictType,
} from './verdict.type.ts';
import { WaiverType } from './waiver.type.ts';
import { judgeIf } from './what-if.read-model.ts';
import { WhatIfInput } from './what-if.type.ts';

const maxVerdicts = 1_000;

const noPurpose = () => badInput('purpose', 'This is not a known purpose.', 'Take a code of `purposes`.');

const needPurpose = async (context: Context, code: string): Promise<void> => {
  if (code.includes('\0') || !(await context.loader(purposeByCode).load(code))) throw noPurpose();
};

@Resolver(() => ModelVersionType)
export class VersionVerdictResolver {
  @FieldResolver(() => VerdictType, { nullable: true, description: 'May it be used for this purpose?' })
  async verdict(
    @Root() version: ModelVersionView,
    @Args(() => VerdictArgs) { purpose, asOf }: VerdictArgs,
    @Ctx() context: Context,
  ): Promise<Judged> {
    await needPurpose(context, purpose);
    const question = { versionKey: version.assetKey, purposeCode: purpose, deploymentKey: null, asOf: asOf ?? null };
    return context.loader(verdictOf).load(question);
  }
}

@Resolver(() => DeploymentType)
export class DeploymentVerdictResolver {
  @FieldResolver(() => VerdictType, {
    nullable: true,
    description: 'May its version be used for its purpose, now or at a moment?',
  })
  verdict(
    @Root() { versionKey, purposeCode, assetKey }: DeploymentView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<Judged> {
    return context.loader(verdictOf).load({ versionKey, purposeCode, deploymentKey: assetKey, asOf });
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'Since when it has stood against the rules, or had at a moment; null while it does not.',
  })
  async violatingSince(
    @Root() { assetKey }: DeploymentView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<Date | null> {
    const [violation] = await context.loader(violationsOf).load({ key: assetKey, at: asOf });
    return violation?.validFrom ?? null;
  }
}

/** A bearing, with the question that it belongs to. */
interface Reason extends Bearing {
  of: Judged;
}

@Resolver(() => VerdictType)
export class VerdictResolver {
  @Query(() => [VerdictType], {
    nullable: 'items',
    description: 'The verdicts on many versions, in the order of their ids; null for one that is not there for you.',
  })
  async verdicts(
    @Args(() => VerdictsArgs) { modelVersionIds, purpose, asOf }: VerdictsArgs,
    @Ctx() context: Context,
  ): Promise<(Judged | null)[]> {
    if (modelVersionIds.length > maxVerdicts) throw badInput('modelVersionIds', `At most ${maxVerdicts} ids at once.`);
    const ids = idsOf(modelVersionIds, ['ModelVersion'], 'modelVersionIds');
    const { store, nodes } = context;
    const moment = { asOf: asOf ?? null, now: store.clock.now() };
    const [keys, ground] = await Promise.all([nodes.keys('MODEL_VERSION', ids), groundOf(store.derive, moment)]);
    if (!ground.purposes.has(purpose)) throw noPurpose();
    const known = [...new Set(keys.values())];
    const questions = known.map((versionKey) => ({ versionKey, purposeCode: purpose, deploymentKey: null }));
    const judged = await judgeMany(store.derive, questions, moment, { ground });
    const verdicts = new Map(known.map((key, i) => [key, judged[i]!]));
    return ids.map((id) => verdicts.get(keys.get(id)!) ?? null);
  }

  @Query(() => VerdictType, {
    description: 'The verdict in a world where something were otherwise: a tag, a dataset left out, a barrier. Nothing is written.',
  })
  async whatIf(@Arg('input', () => WhatIfInput) input: WhatIfInput, @Ctx() context: Context): Promise<Judged> {
    await needPurpose(context, input.purpose);
    const ofAsset = (id: string, field: string): string => idOf(id, Object.values(typeOfKind), field);
    return judgeIf(context, {
      modelVersionId: idOf(input.modelVersionId, ['ModelVersion'], 'input.modelVersionId'),
      purpose: input.purpose,
      asOf: input.asOf ?? null,
      tags: (input.tags ?? []).map(({ assetId, tag }, i) => ({ assetId: ofAsset(assetId, `input.tags[${i}].assetId`), tag })),
      without: idsOf(input.without ?? [], ['Dataset'], 'input.without'),
      barriers: (input.barriers ?? []).map(({ fromId, toId, tag }, i) => ({
        fromId: ofAsset(fromId, `input.barriers[${i}].fromId`),
        toId: ofAsset(toId, `input.barriers[${i}].toId`),
        tag,
      })),
    });
  }

  @FieldResolver(() => PurposeType, { nullable: true })
  purpose(@Root() verdict: Judged, @Ctx() context: Context) {
    return context.loader(purposeByCode).load(verdict.purposeCode);
  }

  @FieldResolver(() => ModelVersionType, { nullable: true })
  modelVersion(@Root() verdict: Judged, @Ctx() { nodes }: Context) {
    return nodes.asset(verdict.versionKey);
  }

  @FieldResolver(() => [RuleVersionType], { nullable: true, description: 'The rules that bear on it, each once, by code.' })
  rules(@Root() { bearings, conditions }: Judged) {
    const rules = new Map([...bearings, ...conditions].map(({ rule }) => [rule.id, rule]));
    return [...rules.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  }

  @FieldResolver(() => [VerdictReasonType], {
    nullable: true,
    description: 'Each tag that reaches it and that a rule is about, with the shortest path there.',
  })
  because(@Root() of: Judged): Reason[] {
    return of.bearings.map((bearing) => ({ ...bearing, of }));
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'How much is known of the lineage that it stands on: of where the training data came from, the share that is explained, from 0 to 1. 0 ' +
      'where no training data are on record.',
  })
  completeness(@Root() judged: Judged, @Ctx() context: Context): Promise<number> {
    return context.loader(completenessOfVerdict).load(judged);
  }

  @FieldResolver(() => [HeldBackTagType], { nullable: true, description: 'What only barriers keep away.' })
  heldBack(@Root() { heldBack }: Judged): readonly HeldBack[] {
    return heldBack;
  }

  @FieldResolver(() => [WaiverType], { nullable: true, description: 'The waivers that decided.' })
  waivers(@Root() { waivers }: Judged, @Ctx() context: Context) {
    return Promise.all(waivers.map(({ id }) => context.loader(waiverById).load(id)));
  }

  @FieldResolver(() => [RedactionType])
  redactions(): undefined {
    return undefined; // the guard answers
  }
} // prettier-ignore

@Resolver(() => HeldBackTagType)
export class HeldBackTagResolver {
  @FieldResolver(() => SensitivityTagType, { nullable: true })
  tag(@Root() { tag }: HeldBack, @Ctx() context: Context) {
    return context.loader(tagByName).load(tag);
  }

  @FieldResolver(() => [BarrierType], {
    nullable: true,
    description: 'Those in force on its ways; none where they are only supposed.',
  })
  async barriers(@Root() { barriers }: HeldBack, @Ctx() context: Context) {
    const found = await Promise.all(barriers.map((id) => context.loader(barrierById).load(id)));
    return found.filter((one) => one !== null);
  }
}

@Resolver(() => ConditionType)
export class ConditionResolver {
  @FieldResolver(() => ApprovalType, { nullable: true, description: 'What meets it.' })
  approval(@Root() { approval }: Condition, @Ctx() context: Context) {
    return approval && context.loader(approvalById).load(approval.id);
  }

  @FieldResolver(() => LegalBasisType, { nullable: true, description: 'What meets it.' })
  legalBasis(@Root() { legalBasis }: Condition, @Ctx() context: Context) {
    return legalBasis && context.loader(legalBasisById).load(legalBasis.id);
  }
}

@Resolver(() => VerdictReasonType)
export class VerdictReasonResolver {
  @FieldResolver(() => TagAssignmentType, {
    nullable: true,
    description: 'The tag on the version: where it comes from, and by which path.',
  })
  async assignment(@Root() { tag, of }: Reason, @Ctx() context: Context): Promise<AssignmentView | null> {
    if (of.supposed) return supposedTag(of, tag);
    const held = await tagsOf(context, of.versionKey, ['DECLARED', 'IMPORTED', 'DERIVED'], of.asOf);
    return held.find(({ tagName }) => tagName === tag) ?? null;
  }

  @FieldResolver(() => WaiverType, { nullable: true, description: 'What set the rule aside here.' })
  waiver(@Root() { waiver }: Reason, @Ctx() context: Context) {
    return waiver && context.loader(waiverById).load(waiver.id);
  }
}

/** In a world that is only supposed, who declared what is beside the point. */
function supposedTag({ supposed, versionKey, asOf }: Judged, tag: string): AssignmentView | null {
  const found = supposed!.find((one) => one.tag === tag);
  if (!found) return null;
  const { declaredOn, path, coarse } = found;
  const origin = path.length > 0 ? 'DERIVED' : 'DECLARED';
  return { assetKey: versionKey, tagName: tag, origin, path, declaredOn, coarse, validFrom: asOf, validTo: null, byId: null, note: null }; // prettier-ignore
}
