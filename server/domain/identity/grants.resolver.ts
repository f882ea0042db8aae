import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { DateTime } from '../relay/scalars.ts';
import {
  grantsAt,
  membershipsAt,
  pageOfPrincipals,
  tokensAt,
  type GrantView,
  type MembershipView,
  type TokenView,
} from './grants.read-model.ts';
import {
  ApiTokenType,
  MembershipType,
  PrincipalConnection,
  PrincipalFilterInput,
  RoleGrantType,
} from './grants.type.ts';
import { projectById, type PrincipalView, type ProjectView } from './identity.read-model.ts';
import { PrincipalType, ProjectType } from './identity.type.ts';

@Resolver(() => PrincipalType)
export class PrincipalResolver {
  @Query(() => PrincipalConnection, {
    description: 'Who is a member of one of your projects, or of every project, now or at a moment; by name.',
  })
  async principals(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => PrincipalFilterInput, { nullable: true }) where: PrincipalFilterInput | null,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ) {
    return toConnection(await pageOfPrincipals(context, { ...page, where, asOf }), (view) => view, page.after);
  }

  @FieldResolver(() => [RoleGrantType], {
    nullable: true,
    description: 'Its roles, now or at a moment, by name; none of a principal who shares no project with you.',
  })
  grants(
    @Root() { uuid }: PrincipalView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<GrantView[]> {
    return context.loader(grantsAt).load({ key: uuid, at: asOf });
  }

  @FieldResolver(() => [MembershipType], {
    nullable: true,
    description: 'Which of your projects it is a member of, now or at a moment; first of all, whether of every one.',
  })
  memberships(
    @Root() { uuid }: PrincipalView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<MembershipView[]> {
    return context.loader(membershipsAt).load({ key: uuid, at: asOf });
  }

  @FieldResolver(() => [ApiTokenType], {
    nullable: true,
    description: 'Its tokens that work, or worked at a moment, the oldest first. What makes them work is not kept.',
  })
  tokens(
    @Root() { uuid }: PrincipalView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<TokenView[]> {
    return context.loader(tokensAt).load({ key: uuid, at: asOf });
  }
}

@Resolver(() => MembershipType)
export class MembershipResolver {
  @FieldResolver(() => ProjectType, { nullable: true, description: 'Null for every project, those to come included.' })
  project(@Root() { projectId }: MembershipView, @Ctx() context: Context): Promise<ProjectView | null> | null {
    return projectId === null ? null : context.loader(projectById).load(projectId);
  }
}

@Resolver(() => ApiTokenType)
export class ApiTokenResolver {
  @FieldResolver(() => ProjectType, { nullable: true, description: 'Where it writes; null outside your projects.' })
  project(@Root() { projectId }: TokenView, @Ctx() context: Context): Promise<ProjectView | null> | null {
    return projectId === null ? null : context.loader(projectById).load(projectId);
  }
}
