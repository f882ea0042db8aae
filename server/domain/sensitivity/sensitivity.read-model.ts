import type { TagCategory } from '../../access/classes.ts';
import type { Context } from '../context.ts';
import type { TagOrigin } from './sensitivity.entity.ts';
import { declarationById, declarationsAt, learnedAt, tagByName, type DeclarationView } from './sensitivity.loader.ts';

export interface AssignmentView {
  assetKey: number;
  tagName: string;
  origin: TagOrigin;
  /** Ids of edges. */
  path: number[];
  declaredOn: number;
  coarse: boolean;
  validFrom: Date;
  validTo: Date | null;
  byId: string | null;
  note: string | null;
}

export const assignmentOf = (declaration: DeclarationView): AssignmentView => ({
  ...declaration,
  path: [],
  declaredOn: declaration.assetKey,
  coarse: false,
});

/** An asset's tags of these origins; its own first. */
export async function tagsOf(
  context: Context,
  assetKey: number,
  origins: readonly TagOrigin[],
  asOf: Date | null,
): Promise<AssignmentView[]> {
  const own = origins.includes('DECLARED') || origins.includes('IMPORTED');
  const [declared, learned] = await Promise.all([
    own ? context.loader(declarationsAt).load({ key: assetKey, at: asOf }) : [],
    origins.includes('DERIVED') ? learnedOf(context, assetKey, asOf) : [],
  ]);
  return [...declared.filter(({ origin }) => origins.includes(origin)).map(assignmentOf), ...learned];
}

async function learnedOf(context: Context, assetKey: number, asOf: Date | null): Promise<AssignmentView[]> {
  const learned = await context.loader(learnedAt).load({ key: assetKey, at: asOf });
  return Promise.all(
    learned.map(async ({ tag, declarationId, declaredOn, path, coarse }) => {
      const { validFrom, validTo, byId, note } = (await context.loader(declarationById).load(declarationId))!;
      return {
        assetKey,
        tagName: tag,
        origin: 'DERIVED' as const,
        path,
        declaredOn,
        coarse,
        validFrom,
        validTo,
        byId,
        note,
      };
    }),
  );
}

/** What a model's version learned from, by any path: one entry for each tag of these categories. */
export async function learnedFrom(
  context: Context,
  assetKey: number,
  categories: readonly TagCategory[] | null,
  asOf: Date | null,
): Promise<AssignmentView[]> {
  const learned = await learnedOf(context, assetKey, asOf);
  if (!categories) return learned;
  const tags = await Promise.all(learned.map(({ tagName }) => context.loader(tagByName).load(tagName)));
  return learned.filter((_, i) => categories.includes(tags[i]!.category));
}
