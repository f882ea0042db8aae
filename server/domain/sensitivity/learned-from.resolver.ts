import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TagCategory } from '../../access/classes.ts';
import type { AssetView, Context } from '../context.ts';
import type { RunView } from '../experiments/run.read-model.ts';
import { RunType } from '../experiments/run.type.ts';
import { ModelVersionType } from '../models/models.type.ts';
import { TagCategoryEnum } from './sensitivity.enums.ts';
import { learnedFrom, readBy, type AssignmentView } from './sensitivity.read-model.ts';
import { TagAssignmentType } from './sensitivity.type.ts';

@Resolver(() => ModelVersionType)
export class LearnedFromResolver {
  @FieldResolver(() => [TagAssignmentType], {
    nullable: true,
    description:
      'The tags of what it was trained on, directly or by any chain of derived data: each once, by its shortest path, now or at a moment.',
  })
  learnedFrom(
    @Root() version: AssetView,
    @Arg('categories', () => [TagCategoryEnum], { nullable: true }) categories: TagCategory[] | null,
    @Arg('asOf', () => Date, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<AssignmentView[]> {
    return learnedFrom(context, version.assetKey, categories, asOf);
  }
}

@Resolver(() => RunType)
export class RunSensitivityResolver {
  @FieldResolver(() => [TagAssignmentType], {
    nullable: true,
    description:
      'The tags of what it read: each once, on the input that is nearest to where it was declared, now or at a moment.',
  })
  sensitivity(
    @Root() { uuid }: RunView,
    @Arg('categories', () => [TagCategoryEnum], { nullable: true }) categories: TagCategory[] | null,
    @Arg('asOf', () => Date, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<AssignmentView[]> {
    return readBy(context, uuid, categories, asOf);
  }
}
