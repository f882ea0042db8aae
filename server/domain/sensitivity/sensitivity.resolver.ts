import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { idOf } from '../../shared/ids.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';
import { AssetType } from '../assets/asset.type.ts';
import type { AssetView, Context } from '../context.ts';
import { principalById } from '../identity/identity.read-model.ts';
import { PrincipalType } from '../identity/identity.type.ts';
import { edgeById, type EdgeView } from '../lineage/lineage.loader.ts';
import { LineageEdgeType } from '../lineage/lineage.type.ts';
import { type AssignmentView, assignmentOf, tagsOf } from './sensitivity.read-model.ts';
import { TagOriginEnum } from './sensitivity.enums.ts';
import type { TagOrigin } from './sensitivity.entity.ts';
import { tagByName } from './sensitivity.loader.ts';
import {
  SensitivityTagType,
  TagAssetInput,
  TagAssetPayload,
  TagAssignmentType,
  UntagAssetInput,
  UntagAssetPayload,
} from './sensitivity.type.ts';
import type { TagView } from './taxonomy.read-model.ts';

const assetTypes = Object.values(typeOfKind);

@Resolver()
export class TaggingResolver {
  @Mutation(() => TagAssetPayload, { description: 'Declares a tag on an asset. To declare it again changes nothing.' })
  async tagAsset(@Arg('input', () => TagAssetInput) input: TagAssetInput, @Ctx() context: Context) {
    const assetId = idOf(input.assetId, assetTypes, 'input.assetId');
    const made = await context.services.sensitivity.tagAsset(context.actor, { ...input, assetId });
    return { assignment: assignmentOf(made) };
  }

  @Mutation(() => UntagAssetPayload, { description: 'Ends a tag on an asset; that it was there stays on record.' })
  async untagAsset(@Arg('input', () => UntagAssetInput) input: UntagAssetInput, @Ctx() context: Context) {
    const assetId = idOf(input.assetId, assetTypes, 'input.assetId');
    const closed = await context.services.sensitivity.untagAsset(context.actor, { ...input, assetId });
    return { assignment: assignmentOf(closed) };
  }
}

@Resolver(() => AssetType)
export class AssetTagsResolver {
  @FieldResolver(() => [TagAssignmentType], {
    nullable: true,
    description:
      'Its tags, now or at a moment: each that was set on it, and each that it learned, by the shortest path.',
  })
  tags(
    @Root() asset: AssetView,
    @Arg('origin', () => [TagOriginEnum], { nullable: true }) origin: TagOrigin[] | null,
    @Arg('asOf', () => Date, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<AssignmentView[]> {
    return tagsOf(context, asset.assetKey, origin ?? ['DECLARED', 'IMPORTED', 'DERIVED'], asOf);
  }
}

@Resolver(() => TagAssignmentType)
export class TagAssignmentResolver {
  @FieldResolver(() => SensitivityTagType)
  tag(@Root() { tagName }: AssignmentView, @Ctx() context: Context): Promise<TagView | null> {
    return context.loader(tagByName).load(tagName);
  }

  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() { assetKey }: AssignmentView, @Ctx() { nodes }: Context): Promise<AssetView | null> {
    return nodes.asset(assetKey);
  }

  @FieldResolver(() => AssetType, {
    nullable: true,
    description: 'Where it was declared or imported; null when that lies outside your projects.',
  })
  declaredOn(@Root() { declaredOn }: AssignmentView, @Ctx() { nodes }: Context): Promise<AssetView | null> {
    return nodes.asset(declaredOn);
  }

  @FieldResolver(() => [LineageEdgeType], {
    description:
      'For a learned tag: the edges from where it was declared to here, those outside your projects left out.',
  })
  async path(@Root() { path }: AssignmentView, @Ctx() context: Context): Promise<EdgeView[]> {
    const edges = await Promise.all(path.map((id) => context.loader(edgeById).load(id)));
    return edges.filter((edge) => edge !== null);
  }

  @FieldResolver(() => PrincipalType, {
    nullable: true,
    description: 'Who declared it; null when an event brought it, or when that lies outside your projects.',
  })
  async by(@Root() assignment: AssignmentView, @Ctx() context: Context) {
    if (assignment.byId === null || !(await saidInSight(assignment, context))) return null;
    return context.loader(principalById).load(assignment.byId);
  }

  @FieldResolver(() => String, { nullable: true })
  async note(@Root() assignment: AssignmentView, @Ctx() context: Context): Promise<string | null> {
    return assignment.note !== null && (await saidInSight(assignment, context)) ? assignment.note : null;
  }
}

/** A tag follows the data out of its project; who set it there, and with what words, does not. */
const saidInSight = async ({ assetKey, declaredOn }: AssignmentView, { nodes }: Context): Promise<boolean> =>
  declaredOn === assetKey || (await nodes.asset(declaredOn)) !== null;
