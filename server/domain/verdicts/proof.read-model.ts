import type { AssetView, Context } from '../context.ts';
import { edgeById } from '../lineage/lineage.loader.ts';
import { tagsOf } from '../sensitivity/sensitivity.read-model.ts';
import { UseRefused } from './refusal.ts';

interface Named {
  type: string;
  id: string;
  name: string;
}

/**
 * Does the work; a refusal of a use that comes of it tells a caller who may see tags also because of which data, and by which path.
 * Others are told the rules and whom to ask.
 */
export async function withProof<T>(context: Context, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof UseRefused) || !context.access.can('Verdict.because', 'select')) throw error;
    const { judged } = error;
    const held = await tagsOf(context, judged.versionKey, ['DECLARED', 'IMPORTED', 'DERIVED'], null);
    const because = await Promise.all(
      judged.bearings
        .filter(({ waiver }) => waiver === null)
        .map(async ({ rule, tag }) => {
          const found = held.find(({ tagName }) => tagName === tag);
          const edges = await Promise.all((found?.path ?? []).map((id) => context.loader(edgeById).load(id)));
          const path = await Promise.all(
            edges
              .filter((edge) => edge !== null)
              .map(async ({ kind, src, dst }) => ({
                kind,
                from: named(context, await context.nodes.asset(src)),
                to: named(context, await context.nodes.asset(dst)),
              })),
          );
          return { rule: rule.code, reason: rule.reason, source: rule.source, tag, path };
        }),
    );
    Object.assign(error.extensions['verdict'] as object, { because });
    throw error;
  }
}

/** Null for what lies outside the caller's projects, or whose name is not for its eyes. */
const named = ({ access }: Context, asset: AssetView | null): Named | null =>
  asset && access.can(`${asset.__typename}.name`, 'select')
    ? { type: asset.__typename, id: asset.id, name: asset.name }
    : null;
