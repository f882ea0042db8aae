import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { DateTime } from '../relay/scalars.ts';
import {
  aliasesOfModel,
  aliasesOfVersion,
  loggedModelByKey,
  modelByKey,
  versionByKey,
  versionsOfLoggedModel,
  type AliasRow,
} from './models.loader.ts';
import { pageOfLoggedModels, pageOfModels, pageOfVersions, versionsOfModel } from './models.read-model.ts';
import {
  LoggedModelConnection,
  LoggedModelFilterInput,
  LoggedModelType,
  ModelAliasType,
  ModelConnection,
  ModelFilterInput,
  ModelType,
  ModelVersionConnection,
  ModelVersionFilterInput,
  ModelVersionType,
} from './models.type.ts';
import type { LoggedModelView, ModelVersionView, ModelView } from './models.views.ts';

@Resolver(() => LoggedModelType)
export class LoggedModelResolver {
  @Query(() => LoggedModelConnection, { description: 'Newest first.' })
  async loggedModels(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => LoggedModelFilterInput, { nullable: true }) where: LoggedModelFilterInput | null,
    @Ctx() context: Context,
  ) {
    return toConnection(await pageOfLoggedModels(context, { ...page, where }), (view) => view, page.after);
  }

  @FieldResolver(() => [ModelVersionType], { nullable: true, description: 'The versions registered from it.' })
  versions(@Root() model: LoggedModelView, @Ctx() context: Context): Promise<ModelVersionView[]> {
    return context.loader(versionsOfLoggedModel).load(model.assetKey);
  }
}

@Resolver(() => ModelType)
export class ModelResolver {
  @Query(() => ModelConnection, { description: 'Registered models, by name.' })
  async models(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => ModelFilterInput, { nullable: true }) where: ModelFilterInput | null,
    @Ctx() context: Context,
  ) {
    return toConnection(await pageOfModels(context, { ...page, where }), (view) => view, page.after);
  }

  @FieldResolver(() => ModelVersionConnection, { nullable: true, description: 'Newest first.' })
  async versions(@Root() model: ModelView, @Args(() => PageArgs) page: PageArgs, @Ctx() context: Context) {
    return toConnection(
      await context.loader(versionsOfModel).load({ key: model.assetKey, ...page }),
      (view) => view,
      page.after,
    );
  }

  @FieldResolver(() => [ModelAliasType], {
    nullable: true,
    description: 'The aliases that stand now, or stood at a moment, by name.',
  })
  aliases(
    @Root() model: ModelView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<AliasRow[]> {
    return context.loader(aliasesOfModel).load({ key: model.assetKey, at: asOf });
  }

  @FieldResolver(() => ModelVersionType, { nullable: true, description: 'The version that the alias stands for now.' })
  async alias(
    @Root() model: ModelView,
    @Arg('name', () => String) name: string,
    @Ctx() context: Context,
  ): Promise<ModelVersionView | null> {
    const aliases = await context.loader(aliasesOfModel).load({ key: model.assetKey });
    const found = aliases.find((one) => one.alias === name);
    return found ? context.loader(versionByKey).load(found.versionKey) : null;
  }
}

@Resolver(() => ModelAliasType)
export class ModelAliasResolver {
  @FieldResolver(() => ModelVersionType, { nullable: true })
  version(@Root() alias: AliasRow, @Ctx() context: Context): Promise<ModelVersionView | null> {
    return context.loader(versionByKey).load(alias.versionKey);
  }
}

@Resolver(() => ModelVersionType)
export class ModelVersionResolver {
  @Query(() => ModelVersionConnection, {
    description:
      'Newest first. `where: { learnedFrom: [SPECIAL_CATEGORY, PROTECTED_CHARACTERISTIC], deployed: true }` asks which models in use ' +
      'learned from such data.',
  })
  async modelVersions(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => ModelVersionFilterInput, { nullable: true }) where: ModelVersionFilterInput | null,
    @Ctx() context: Context,
  ) {
    return toConnection(await pageOfVersions(context, { ...page, where }), (view) => view, page.after);
  }

  @FieldResolver(() => ModelType, { nullable: true })
  model(@Root() version: ModelVersionView, @Ctx() context: Context): Promise<ModelView | null> {
    return context.loader(modelByKey).load(version.modelKey);
  }

  @FieldResolver(() => LoggedModelType, { nullable: true, description: 'What it was registered from.' })
  loggedModel(@Root() version: ModelVersionView, @Ctx() context: Context): Promise<LoggedModelView | null> | null {
    return version.loggedModelKey === null ? null : context.loader(loggedModelByKey).load(version.loggedModelKey);
  }

  @FieldResolver(() => [String], { nullable: true, description: 'The aliases that stand for it now.' })
  async aliases(@Root() version: ModelVersionView, @Ctx() context: Context): Promise<string[]> {
    return (await context.loader(aliasesOfVersion).load({ key: version.assetKey })).map((row) => row.alias);
  }
}
