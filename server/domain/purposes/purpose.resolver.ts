import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { DateTime } from '../relay/scalars.ts';
import { listPurposes, purposeByCode } from './purpose.loader.ts';
import { DefinePurposeInput, DefinePurposePayload, PurposeType } from './purpose.type.ts';
import type { PurposeDefinition } from './purposes.ts';

@Resolver(() => PurposeType)
export class PurposeResolver {
  @Query(() => [PurposeType], { description: 'Every purpose there is, or was at a moment, by code.' })
  purposes(
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<PurposeDefinition[]> {
    return listPurposes(context, asOf);
  }

  @FieldResolver(() => PurposeType, {
    nullable: true,
    description: 'The wider purpose that it is a case of: its rules hold here too.',
  })
  parent(@Root() purpose: PurposeDefinition, @Ctx() context: Context): Promise<PurposeDefinition | null> | null {
    return purpose.parent === null ? null : context.loader(purposeByCode).load(purpose.parent);
  }

  @Mutation(() => DefinePurposePayload, { description: 'Adds a purpose of your own. It is never changed afterwards.' })
  async definePurpose(@Arg('input', () => DefinePurposeInput) input: DefinePurposeInput, @Ctx() context: Context) {
    const code = await context.services.purposes.define(context.actor, input);
    return { purpose: await context.loader(purposeByCode).load(code) };
  }
}
