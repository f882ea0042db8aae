import type { TagCategory } from '../../access/classes.ts';
import type { Context } from '../context.ts';
import type { TagOrigin } from './sensitivity.entity.ts';
import {
  declarationById,
  declarationsAt,
  inputsOfRun,
  learnedAt,
  tagByName,
  type DeclarationView,
} from './sensitivity.loader.ts';

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
  return ofCategories(context, await learnedOf(context, assetKey, asOf), categories);
}

/** The tags of what a run read: each once, of the input that is nearest to where it was declared. */
export async function readBy(
  context: Context,
  runId: string,
  categories: readonly TagCategory[] | null,
  asOf: Date | null,
): Promise<AssignmentView[]> {
  const inputs = await context.loader(inputsOfRun).load(runId);
  const all: TagOrigin[] = ['DECLARED', 'IMPORTED', 'DERIVED'];
  const held = (await Promise.all(inputs.map((input) => tagsOf(context, input.asset_key, all, asOf)))).flat();
  const nearest = new Map<string, AssignmentView>();
  for (const one of held.sort((a, b) => a.path.length - b.path.length)) {
    if (!nearest.has(one.tagName)) nearest.set(one.tagName, one);
  }
  const found = [...nearest.values()].sort((a, b) => (a.tagName < b.tagName ? -1 : 1));
  return ofCategories(context, found, categories);
}

async function ofCategories(
  context: Context,
  assignments: AssignmentView[],
  categories: readonly TagCategory[] | null,
): Promise<AssignmentView[]> {
  if (!categories) return assignments;
  const tags = await Promise.all(assignments.map(({ tagName }) => context.loader(tagByName).load(tagName)));
  return assignments.filter((_, i) => categories.includes(tags[i]!.category));
}
