import { Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { badInput } from '../../shared/errors.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../../shared/pages.ts';
import { AssetType } from '../assets/asset.type.ts';
import type { AssetView, Context } from '../context.ts';
import { jobById, type JobView } from '../experiments/job.read-model.ts';
import { JobType } from '../experiments/job.type.ts';
import { runById, type RunView } from '../experiments/run.read-model.ts';
import { RunType } from '../experiments/run.type.ts';
import { toConnection } from '../relay/connection.ts';
import { completenessOfAsset, type Completeness, type Producer } from './completeness.read-model.ts';
import { edgeById, type EdgeView } from './lineage.loader.ts';
import {
  AssetConnection,
  LineageEdgeConnection,
  LineageCompletenessType,
  LineageEdgeType,
  LineageProducerType,
  LineageWalkType,
  WalkArgs,
  WalkLimitEnum,
  WalkPageArgs,
} from './lineage.type.ts';
import { isStale, rhythmOfRun } from './rhythm.read-model.ts';
import { askExtent, edgesOfWalk, extent, maxDepth, type Extent, type Walk, type WalkLimit } from './walk.read-model.ts';

const walkFrom = (asset: AssetView, direction: Walk['direction'], { depth, kinds, asOf }: WalkArgs): Walk => {
  if (depth < 1 || depth > maxDepth) throw badInput('depth', `depth must be a whole number from 1 to ${maxDepth}.`);
  const ofKinds = kinds ? [...new Set(kinds)].sort() : null;
  return { start: asset.assetKey, direction, depth, kinds: ofKinds, asOf: asOf?.getTime() ?? null };
};

@Resolver(() => AssetType)
export class AssetLineageResolver {
  @FieldResolver(() => LineageWalkType, { nullable: true, description: 'What it came from.' })
  upstream(@Root() asset: AssetView, @Args(() => WalkArgs) args: WalkArgs): Walk {
    return walkFrom(asset, 'up', args);
  }

  @FieldResolver(() => LineageWalkType, { nullable: true, description: 'What came from it.' })
  downstream(@Root() asset: AssetView, @Args(() => WalkArgs) args: WalkArgs): Walk {
    return walkFrom(asset, 'down', args);
  }

  @FieldResolver(() => LineageCompletenessType, {
    nullable: true,
    description: 'How much of where it came from is known, by whom, and how fresh that is.',
  })
  completeness(@Root() asset: AssetView, @Ctx() context: Context): Promise<Completeness> {
    return context.loader(completenessOfAsset).load(asset.assetKey);
  }
}

@Resolver(() => LineageProducerType)
export class LineageProducerResolver {
  @FieldResolver(() => JobType, { nullable: true, description: 'Null when no job is known, as for MLflow’s runs.' })
  job(@Root() { jobId }: Producer, @Ctx() context: Context): Promise<JobView | null> | null {
    return jobId === null ? null : context.loader(jobById).load(jobId);
  }
}

/** Pages of a walk stand in the order of keys. */
const keyAfter = (cursor: string | null | undefined, order: string): number =>
  decodeCursor(cursor, order, ['whole'])?.[0] ?? 0;

const assetOrder = 'walk:key';
const edgeOrder = 'walk:edge';

@Resolver(() => LineageWalkType)
export class LineageWalkResolver {
  @FieldResolver(() => Int, { description: 'How many assets were found, the start excluded.' })
  async assetCount(@Root() walk: Walk, @Ctx() context: Context): Promise<number> {
    return (await load(context, walk)).assetCount;
  }

  @FieldResolver(() => WalkLimitEnum, { nullable: true, description: 'Null when this is all of it.' })
  async partial(@Root() walk: Walk, @Ctx() context: Context): Promise<WalkLimit | null> {
    return (await load(context, walk)).partial;
  }

  @FieldResolver(() => AssetConnection, { description: 'In the order in which Aval came to know them.' })
  async assets(@Root() walk: Walk, @Args(() => WalkPageArgs) page: WalkPageArgs, @Ctx() context: Context) {
    const size = pageSize(page.first);
    const after = keyAfter(page.after, assetOrder);
    const { keys } = await load(context, walk, after);
    const found = pageOf(keys.slice(0, size + 1), size, (key) => encodeCursor(assetOrder, [key]));
    const views = new Map(
      await Promise.all(found.rows.map(async (key) => [key, await context.nodes.asset(key)] as const)),
    );
    return toConnection(found, (key) => views.get(key)!, page.after);
  }

  @FieldResolver(() => LineageEdgeConnection, { description: 'The edges between what was found, the start included.' })
  async edges(@Root() walk: Walk, @Args(() => WalkPageArgs) page: WalkPageArgs, @Ctx() context: Context) {
    const size = pageSize(page.first);
    const after = keyAfter(page.after, edgeOrder);
    const ids = await edgesOfWalk(context, walk, { after, limit: size + 1 });
    const edges = (await Promise.all(ids.map((id) => context.loader(edgeById).load(id)))).filter(
      (edge) => edge !== null,
    );
    return toConnection(
      pageOf(edges, size, (row) => encodeCursor(edgeOrder, [row.key])),
      (row) => row,
      page.after,
    );
  }
}

const load = (context: Context, walk: Walk, after = 0): Promise<Extent> =>
  context.loader(extent).load(askExtent(walk, after));

@Resolver(() => LineageEdgeType)
export class LineageEdgeResolver {
  @FieldResolver(() => AssetType, { nullable: true })
  from(@Root() { src }: EdgeView, @Ctx() { nodes }: Context): Promise<AssetView | null> {
    return nodes.asset(src);
  }

  @FieldResolver(() => AssetType, { nullable: true })
  to(@Root() { dst }: EdgeView, @Ctx() { nodes }: Context): Promise<AssetView | null> {
    return nodes.asset(dst);
  }

  @FieldResolver(() => RunType, { nullable: true, description: 'The run that was last seen making it.' })
  run(@Root() { runId }: EdgeView, @Ctx() context: Context): Promise<RunView | null> | null {
    return runId === null ? null : context.loader(runById).load(runId);
  }

  @FieldResolver(() => Boolean)
  async stale(@Root() { runId, lastSeen }: EdgeView, @Ctx() context: Context): Promise<boolean> {
    if (runId === null) return false;
    const rhythm = await context.loader(rhythmOfRun).load(runId);
    return isStale(lastSeen, rhythm?.seconds ?? null, context.store.clock.now());
  }
}
