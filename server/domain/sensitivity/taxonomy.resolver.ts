import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { tagByName } from './sensitivity.loader.ts';
import { DateTime } from '../relay/scalars.ts';
import { listTags, tagThen, type TagView } from './taxonomy.read-model.ts';
import {
  DefineTagInput,
  MoveTagInput,
  RetireTagInput,
  SensitivityTagPayload,
  SensitivityTagType,
} from './sensitivity.type.ts';

const payloadOf = async (context: Context, name: string) => ({ tag: await context.loader(tagByName).load(name) });

@Resolver(() => SensitivityTagType)
export class TaxonomyResolver {
  @Query(() => [SensitivityTagType], {
    description: 'Every tag there is, by name; or was at a moment, where it stood then.',
  })
  sensitivityTags(
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<TagView[]> {
    return listTags(context, asOf);
  }

  @FieldResolver(() => SensitivityTagType, { nullable: true })
  async parent(@Root() { parent, asOf }: TagView, @Ctx() context: Context): Promise<TagView | null> {
    if (parent === null) return null;
    if (!asOf) return context.loader(tagByName).load(parent);
    return (await context.loader(tagThen).load({ key: parent, at: asOf }))[0] ?? null;
  }

  @Mutation(() => SensitivityTagPayload, { description: 'Adds a tag of your own, below another or as a new family.' })
  async defineTag(@Arg('input', () => DefineTagInput) input: DefineTagInput, @Ctx() context: Context) {
    return payloadOf(context, await context.services.taxonomy.define(context.actor, input));
  }

  @Mutation(() => SensitivityTagPayload, {
    description:
      'Moves a tag, and all below it, below another one. It takes over its category and rules; verdicts of the past keep the old place.',
  })
  async moveTag(@Arg('input', () => MoveTagInput) input: MoveTagInput, @Ctx() context: Context) {
    return payloadOf(context, await context.services.taxonomy.move(context.actor, input));
  }

  @Mutation(() => SensitivityTagPayload, {
    description: 'No new declaration takes the tag from now on; those that stand go on.',
  })
  async retireTag(@Arg('input', () => RetireTagInput) input: RetireTagInput, @Ctx() context: Context) {
    return payloadOf(context, await context.services.taxonomy.retire(context.actor, input));
  }
}
