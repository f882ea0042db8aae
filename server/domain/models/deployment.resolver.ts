import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { idOf } from '../../shared/ids.ts';
import type { Context } from '../context.ts';
import { principalById } from '../identity/identity.read-model.ts';
import { PrincipalType } from '../identity/identity.type.ts';
import { purposeByCode } from '../purposes/purpose.loader.ts';
import { PurposeType } from '../purposes/purpose.type.ts';
import { toConnection } from '../relay/connection.ts';
import { PageArgs } from '../relay/page.args.ts';
import { DateTime } from '../relay/scalars.ts';
import { withProof } from '../verdicts/proof.read-model.ts';
import { deploymentByKey, deploymentsOfVersion, versionByKey } from './models.loader.ts';
import { pageOfDeployments } from './models.read-model.ts';
import {
  DeploymentConnection,
  DeploymentFilterInput,
  DeploymentType,
  DeployModelInput,
  DeployModelPayload,
  EndDeploymentInput,
  EndDeploymentPayload,
  ModelVersionType,
  RollBackDeploymentInput,
  RollBackDeploymentPayload,
} from './models.type.ts';
import type { DeploymentView, ModelVersionView } from './models.views.ts';

@Resolver(() => DeploymentType)
export class DeploymentResolver {
  @Query(() => DeploymentConnection, {
    description: 'Newest first; as of a moment, those that had begun, and whether in use or against the rules then.',
  })
  async deployments(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('where', () => DeploymentFilterInput, { nullable: true }) where: DeploymentFilterInput | null,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ) {
    return toConnection(await pageOfDeployments(context, { ...page, where, asOf }), (view) => view, page.after);
  }

  @Mutation(() => DeployModelPayload, {
    description:
      'Registers that a version is put to use, somewhere, for a purpose. Refused, with the proof, where the rules in force do not let it be.',
  })
  async deployModel(@Arg('input', () => DeployModelInput) input: DeployModelInput, @Ctx() context: Context) {
    const deploying = context.services.deployments.deploy(context.actor, {
      modelVersionId: idOf(input.modelVersionId, ['ModelVersion'], 'input.modelVersionId'),
      environment: input.environment,
      purpose: input.purpose,
      alias: input.alias,
      stage: input.stage,
      replaces: input.replaces == null ? undefined : idOf(input.replaces, ['Deployment'], 'input.replaces'),
    });
    return { deployment: await context.nodes.byId('Deployment', await withProof(context, deploying)) };
  }

  @Mutation(() => RollBackDeploymentPayload, {
    description:
      'Puts the version before back in use, in its place; the alias or stage that it is loaded by goes back too. Refused, with the proof, where the ' +
      'rules in force do not let it be any more.',
  })
  async rollBackDeployment(
    @Arg('input', () => RollBackDeploymentInput) input: RollBackDeploymentInput,
    @Ctx() context: Context,
  ) {
    const id = idOf(input.deploymentId, ['Deployment'], 'input.deploymentId');
    const made = await withProof(context, context.services.deployments.rollBack(context.actor, id));
    return { deployment: await context.nodes.byId('Deployment', made) };
  }

  @Mutation(() => EndDeploymentPayload, { description: 'Registers that a deployment is no longer in use.' })
  async endDeployment(@Arg('input', () => EndDeploymentInput) input: EndDeploymentInput, @Ctx() context: Context) {
    const id = idOf(input.deploymentId, ['Deployment'], 'input.deploymentId');
    await context.services.deployments.end(context.actor, id);
    return { deployment: await context.nodes.byId('Deployment', id) };
  }

  @FieldResolver(() => ModelVersionType, { nullable: true })
  modelVersion(@Root() deployment: DeploymentView, @Ctx() context: Context): Promise<ModelVersionView | null> {
    return context.loader(versionByKey).load(deployment.versionKey);
  }

  @FieldResolver(() => PurposeType, { nullable: true, description: 'What it may be used for.' })
  purpose(@Root() deployment: DeploymentView, @Ctx() context: Context) {
    return context.loader(purposeByCode).load(deployment.purposeCode);
  }

  @FieldResolver(() => DeploymentType, { nullable: true, description: 'The deployment that it took the place of.' })
  replaces(@Root() deployment: DeploymentView, @Ctx() context: Context): Promise<DeploymentView | null> | null {
    return deployment.replacesKey === null ? null : context.loader(deploymentByKey).load(deployment.replacesKey);
  }

  @FieldResolver(() => DeploymentType, { nullable: true, description: 'The deployment before that it went back to.' })
  restores(@Root() deployment: DeploymentView, @Ctx() context: Context): Promise<DeploymentView | null> | null {
    return deployment.restoresKey === null ? null : context.loader(deploymentByKey).load(deployment.restoresKey);
  }

  @FieldResolver(() => PrincipalType, { nullable: true, description: 'Who registered it.' })
  by(@Root() deployment: DeploymentView, @Ctx() context: Context) {
    return context.loader(principalById).load(deployment.byId);
  }
}

@Resolver(() => ModelVersionType)
export class VersionDeploymentsResolver {
  @FieldResolver(() => [DeploymentType], {
    nullable: true,
    description: 'Its deployments that are in use now, or were at a moment; newest first.',
  })
  deployments(
    @Root() version: ModelVersionView,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Date | null,
    @Ctx() context: Context,
  ): Promise<DeploymentView[]> {
    return context.loader(deploymentsOfVersion).load({ key: version.assetKey, at: asOf });
  }
}
