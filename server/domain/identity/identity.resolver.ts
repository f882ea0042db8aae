import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { redactionsOf } from '../../access/object-redactions.ts';
import type { Redaction } from '../../access/redaction.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { AssetType } from '../assets/asset.type.ts';
import type { AssetView, Context } from '../context.ts';
import { RedactionType } from '../policies/policies.type.ts';
import { projectById, projectsOf, type ProjectView } from './identity.read-model.ts';
import { ProjectType, ViewerType } from './identity.type.ts';

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType, { description: 'The caller, as Aval sees it.' })
  viewer(@Ctx() { actor }: Context): ViewerType {
    return { id: toGlobalId('Principal', actor.principalId), name: actor.name, roles: actor.roles };
  }

  @FieldResolver(() => [ProjectType])
  projects(@Ctx() context: Context): Promise<ProjectView[]> {
    return projectsOf(context);
  }

  @FieldResolver(() => [RedactionType], {
    nullable: true,
    description: 'Every field that is hidden from the caller, whatever the object.',
  })
  async redactions(@Ctx() { access }: Context): Promise<Redaction[]> {
    const types = [...access.policy.coordinates.ofType.keys()];
    // eslint-disable-next-line @typescript-eslint/await-thenable -- most answers need no promise, and the rule takes the union for none
    return (await Promise.all(types.map((type) => redactionsOf(access, type, {})))).flat();
  }
}

@Resolver(() => AssetType)
export class AssetAccessResolver {
  @FieldResolver(() => [RedactionType], { description: 'The fields of this asset that are hidden from the caller.' })
  redactions(@Root() asset: AssetView, @Ctx() { access }: Context) {
    return redactionsOf(access, asset.__typename, asset);
  }

  @FieldResolver(() => ProjectType, { nullable: true })
  project(@Root() asset: AssetView, @Ctx() context: Context): Promise<ProjectView | null> {
    return context.loader(projectById).load(asset.projectId);
  }
}
