import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { idOf } from '../../shared/ids.ts';
import { AssetType } from '../assets/asset.type.ts';
import type { AssetView, Context } from '../context.ts';
import { principalById } from '../identity/identity.read-model.ts';
import { PrincipalType } from '../identity/identity.type.ts';
import { edgeById, type EdgeView } from '../lineage/lineage.loader.ts';
import { LineageEdgeType } from '../lineage/lineage.type.ts';
import { DateTime } from '../relay/scalars.ts';
import { barrierById, barriersOfAsset, barriersOfEdge, type BarrierView } from './barrier.read-model.ts';
import {
  BarrierPayload,
  BarrierType,
  ProposeBarrierInput,
  RevokeBarrierInput,
  SignBarrierInput,
} from './barrier.type.ts';
import { tagByName } from './sensitivity.loader.ts';
import { SensitivityTagType } from './sensitivity.type.ts';
import type { TagView } from './taxonomy.read-model.ts';

@Resolver(() => BarrierType)
export class BarrierResolver {
  @FieldResolver(() => LineageEdgeType, { nullable: true })
  edge(@Root() { edgeKey }: BarrierView, @Ctx() context: Context): Promise<EdgeView | null> {
    return context.loader(edgeById).load(edgeKey);
  }

  @FieldResolver(() => [SensitivityTagType], {
    nullable: true,
    description: 'The tags that it stops; those below them pass.',
  })
  async tags(@Root() { tagNames }: BarrierView, @Ctx() context: Context): Promise<TagView[]> {
    const tags = await Promise.all(tagNames.map((name) => context.loader(tagByName).load(name)));
    return tags.filter((tag) => tag !== null);
  }

  @FieldResolver(() => PrincipalType, { nullable: true, description: 'Null when a producer’s event proposed it.' })
  proposedBy(@Root() { proposedById }: BarrierView, @Ctx() context: Context) {
    return proposedById === null ? null : context.loader(principalById).load(proposedById);
  }

  @FieldResolver(() => PrincipalType, { nullable: true })
  signedBy(@Root() { signedById }: BarrierView, @Ctx() context: Context) {
    return signedById === null ? null : context.loader(principalById).load(signedById);
  }

  @FieldResolver(() => PrincipalType, { nullable: true, description: 'Who revoked it.' })
  endedBy(@Root() { endedById }: BarrierView, @Ctx() context: Context) {
    return endedById === null ? null : context.loader(principalById).load(endedById);
  }

  @Mutation(() => BarrierPayload, {
    description: 'Proposes that tags do not pass an edge. It stops nothing until someone with the role for it signs.',
  })
  async proposeBarrier(@Arg('input', () => ProposeBarrierInput) input: ProposeBarrierInput, @Ctx() context: Context) {
    const id = await context.services.barriers.propose(context.actor, input);
    return { barrier: await context.loader(barrierById).load(id) };
  }

  @Mutation(() => BarrierPayload, { description: 'Signs a barrier on its evidence: from now on its tags do not pass.' })
  async signBarrier(@Arg('input', () => SignBarrierInput) input: SignBarrierInput, @Ctx() context: Context) {
    const barrierId = idOf(input.barrierId, ['Barrier'], 'input.barrierId');
    await context.services.barriers.sign(context.actor, { ...input, barrierId });
    return { barrier: await context.loader(barrierById).load(barrierId) };
  }

  @Mutation(() => BarrierPayload, { description: 'Ends a barrier or a proposal: its tags pass again.' })
  async revokeBarrier(@Arg('input', () => RevokeBarrierInput) input: RevokeBarrierInput, @Ctx() context: Context) {
    const barrierId = idOf(input.barrierId, ['Barrier'], 'input.barrierId');
    await context.services.barriers.revoke(context.actor, { ...input, barrierId });
    return { barrier: await context.loader(barrierById).load(barrierId) };
  }
}

@Resolver(() => AssetType)
export class AssetBarriersResolver {
  @FieldResolver(() => [BarrierType], {
    nullable: true,
    description:
      'Barriers on the edges that lead to it or from it, now or as they stood at a moment; the oldest first.',
  })
  barriers(
    @Root() { assetKey }: AssetView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<BarrierView[]> {
    return context.loader(barriersOfAsset).load({ key: assetKey, at: asOf });
  }
}

@Resolver(() => LineageEdgeType)
export class EdgeBarriersResolver {
  @FieldResolver(() => [BarrierType], {
    nullable: true,
    description: 'Its barriers, now or as they stood at a moment; the oldest first.',
  })
  barriers(
    @Root() { key }: EdgeView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<BarrierView[]> {
    return context.loader(barriersOfEdge).load({ key, at: asOf });
  }
}
