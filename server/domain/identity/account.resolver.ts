import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { AvalError, notFound } from '../../shared/errors.ts';
import { idOf, idsOf } from '../../shared/ids.ts';
import type { Context } from '../context.ts';
import {
  CreatePrincipalInput,
  CreateProjectInput,
  IssueTokenInput,
  MemberInput,
  RevokeTokensInput,
  RoleInput,
} from './account.input.ts';
import { principalById, projectById, projectView } from './identity.read-model.ts';
import { PrincipalType, ProjectType } from './identity.type.ts';

@ObjectType({ simpleResolvers: true })
class CreateProjectPayload {
  @Field(() => ProjectType)
  project: ProjectType;
}

@ObjectType({ simpleResolvers: true })
class CreatePrincipalPayload {
  @Field(() => PrincipalType)
  principal: PrincipalType;
}

@ObjectType({ simpleResolvers: true })
class IssueTokenPayload {
  @Field(() => String, { nullable: true, description: 'This answer is the only place where it can ever be read.' })
  token: string;
}

@ObjectType({ simpleResolvers: true })
class RevokeTokensPayload {
  @Field(() => PrincipalType)
  principal: PrincipalType;
}

@ObjectType({ simpleResolvers: true })
class PrincipalPayload {
  @Field(() => PrincipalType)
  principal: PrincipalType;
}

/** Accounts and tokens by hand; sign-on through OIDC will stand beside it. */
@Resolver()
export class AccountResolver {
  @Mutation(() => CreateProjectPayload)
  async createProject(@Arg('input', () => CreateProjectInput) input: CreateProjectInput, @Ctx() context: Context) {
    const id = await context.services.identity.createProject(context.actor, input);
    return { project: projectView({ id, ...input }) };
  }

  @Mutation(() => CreatePrincipalPayload, {
    description: 'A person or a service account, with its roles and projects.',
  })
  async createPrincipal(
    @Arg('input', () => CreatePrincipalInput) { name, kind, roles, projectIds }: CreatePrincipalInput,
    @Ctx() context: Context,
  ) {
    const projects = projectIds ? idsOf(projectIds, ['Project'], 'input.projectIds') : ('all' as const);
    const id = await context.services.identity.createPrincipal(context.actor, { name, kind, roles, projects });
    return { principal: await found(context.loader(principalById).load(id)) };
  }

  @Mutation(() => IssueTokenPayload)
  async issueToken(
    @Arg('input', () => IssueTokenInput) { principalId, projectId, label, expiresAt }: IssueTokenInput,
    @Ctx() context: Context,
  ) {
    const principal = await context.loader(principalById).load(idOf(principalId, ['Principal'], 'input.principalId'));
    if (!principal) throw notFound('The principal', 'input.principalId');
    const project = await context.loader(projectById).load(idOf(projectId, ['Project'], 'input.projectId'));
    if (!project) throw notFound('The project', 'input.projectId');
    if (expiresAt && expiresAt <= context.store.clock.now()) {
      throw new AvalError('BAD_INPUT', 'The token would have expired already.', { field: 'input.expiresAt' });
    }
    const token = await context.services.identity.issueToken(context.actor, {
      principalId: principal.uuid,
      label,
      defaultProjectId: project.uuid,
      ...(expiresAt && { expiresAt }),
    });
    return { token };
  }

  @Mutation(() => RevokeTokensPayload)
  async revokeTokens(
    @Arg('input', () => RevokeTokensInput) { principalId }: RevokeTokensInput,
    @Ctx() context: Context,
  ) {
    const principal = await context.loader(principalById).load(idOf(principalId, ['Principal'], 'input.principalId'));
    if (!principal) throw notFound('The principal', 'input.principalId');
    await context.services.identity.revokeTokens(context.actor, principal.uuid);
    return { principal };
  }

  @Mutation(() => PrincipalPayload, {
    description: 'Gives a role, from now on. One that it has already stays as it is.',
  })
  grantRole(@Arg('input', () => RoleInput) input: RoleInput, @Ctx() context: Context) {
    return changed(context, input, ({ grants }, principalId) =>
      grants.grantRole(context.actor, { principalId, role: input.role }),
    );
  }

  @Mutation(() => PrincipalPayload, { description: 'Takes a role, from now on; that it was given stays on record.' })
  revokeRole(@Arg('input', () => RoleInput) input: RoleInput, @Ctx() context: Context) {
    return changed(context, input, ({ grants }, principalId) =>
      grants.revokeRole(context.actor, { principalId, role: input.role }),
    );
  }

  @Mutation(() => PrincipalPayload, {
    description: 'Lets it see the rows of a project, or of every project, from now on.',
  })
  addMember(@Arg('input', () => MemberInput) input: MemberInput, @Ctx() context: Context) {
    return changed(context, input, ({ grants }, principalId) =>
      grants.addMember(context.actor, { principalId, project: projectOf(input) }),
    );
  }

  @Mutation(() => PrincipalPayload, {
    description: 'Ends a membership; that it was one stays on record. Tokens that write into the project end with it.',
  })
  removeMember(@Arg('input', () => MemberInput) input: MemberInput, @Ctx() context: Context) {
    return changed(context, input, ({ grants }, principalId) =>
      grants.removeMember(context.actor, { principalId, project: projectOf(input) }),
    );
  }
}

const projectOf = ({ projectId }: MemberInput): string =>
  projectId == null ? 'all' : idOf(projectId, ['Project'], 'input.projectId');

async function changed(
  context: Context,
  input: { principalId: string },
  change: (services: Context['services'], principalId: string) => Promise<void>,
) {
  const principalId = idOf(input.principalId, ['Principal'], 'input.principalId');
  await change(context.services, principalId);
  return { principal: await found(context.loader(principalById).load(principalId)) };
}

/** What was written a moment ago is there. */
async function found<T>(loading: Promise<T | null>): Promise<T> {
  const value = await loading;
  if (value === null) throw notFound('What was just made');
  return value;
}
