import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { TagCategory } from '../../access/classes.ts';
import { AssetType } from '../assets/asset.type.ts';
import { connectionOf } from '../relay/connection.ts';
import { KeyValueType } from '../relay/key-value.type.ts';
import { Node } from '../relay/node.type.ts';
import { DateTime } from '../relay/scalars.ts';
import { StringFilter } from '../relay/string.filter.ts';
import { TagCategoryEnum } from '../sensitivity/sensitivity.enums.ts';

const implementing = { implements: [Node, AssetType], simpleResolvers: true };

@ObjectType('LoggedModel', {
  ...implementing,
  description: 'What a training run made, registered or not: MLflow 3’s logged model.',
})
export class LoggedModelType extends AssetType {
  @Field(() => String, { description: 'As MLflow’s clients know it: `m-` and 32 hex digits.' })
  mlflowId: string;
  @Field(() => String, {
    nullable: true,
    description: '`PENDING` until its files are there, then `READY` or `FAILED`.',
  })
  status: string;
  @Field(() => String, { nullable: true })
  modelType: string | null;
  @Field(() => DateTime)
  createdAt: Date;
  @Field(() => DateTime, { nullable: true, description: 'When it was deleted; null while it is there.' })
  deletedAt: Date | null;
  @Field(() => String, { nullable: true, description: 'Where its files are. Whoever may select this may read them.' })
  artifactUri: string;
  @Field(() => [KeyValueType], { nullable: true })
  params: KeyValueType[];
  @Field(() => [KeyValueType], {
    nullable: true,
    description: 'What MLflow calls tags; nothing to do with sensitivity.',
  })
  mlflowTags: KeyValueType[];
}

@ObjectType('Model', { ...implementing, description: 'A registered model: a name that its versions share.' })
export class ModelType extends AssetType {
  @Field(() => String, { nullable: true })
  description: string | null;
  @Field(() => DateTime)
  createdAt: Date;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was taken out of the registry; null while it is there.',
  })
  deletedAt: Date | null;
  @Field(() => [KeyValueType], {
    nullable: true,
    description: 'What MLflow calls tags; nothing to do with sensitivity.',
  })
  mlflowTags: KeyValueType[];
}

@ObjectType('ModelVersion', { ...implementing, description: 'One version of a registered model.' })
export class ModelVersionType extends AssetType {
  @Field(() => Int, { nullable: true, description: 'From 1; no number is given twice.' })
  version: number;
  @Field(() => String, { nullable: true, description: 'Whether its files are there: `READY` in most cases.' })
  status: string;
  @Field(() => String, { nullable: true, description: 'MLflow’s older word for where it is used; aliases replace it.' })
  stage: string;
  @Field(() => String, { nullable: true, description: 'The URI that it was registered from, as the client gave it.' })
  source: string;
  @Field(() => String, {
    nullable: true,
    description:
      'What its files were when it was registered: the SHA-256, in hex, of a text with a line `SHA256 BYTES PATH` for each file, by path. Null ' +
      'when Aval keeps none of them.',
  })
  digest: string | null;
  @Field(() => String, { nullable: true })
  description: string | null;
  @Field(() => DateTime)
  createdAt: Date;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was taken out of the registry; null while it is there.',
  })
  deletedAt: Date | null;
  @Field(() => [KeyValueType], {
    nullable: true,
    description: 'What MLflow calls tags; nothing to do with sensitivity.',
  })
  mlflowTags: KeyValueType[];
}

@ObjectType('ModelAlias', {
  description: 'A name that stands for one version at a time, such as `champion`, and since when.',
  simpleResolvers: true,
})
export class ModelAliasType {
  @Field(() => String, { nullable: true })
  alias: string;
  @Field(() => DateTime)
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it stands.' })
  validTo: Date | null;
}

@ObjectType('Deployment', { ...implementing, description: 'A version in use: where, for what, since when.' })
export class DeploymentType extends AssetType {
  @Field(() => String, { nullable: true })
  environment: string;
  @Field(() => String, {
    nullable: true,
    description: 'The alias that its model is loaded by: where the alias moves, what is in use does.',
  })
  alias: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'As `alias`, of clients that load a stage of MLflow’s: where the stage stands for another version, what is in use moves.',
  })
  stage: string | null;
  @Field(() => DateTime)
  validFrom: Date;
  @Field(() => DateTime, { nullable: true, description: 'Null while it is in use.' })
  validTo: Date | null;
}

export const LoggedModelConnection = connectionOf('LoggedModel', () => LoggedModelType);
export const ModelConnection = connectionOf('Model', () => ModelType);
export const ModelVersionConnection = connectionOf('ModelVersion', () => ModelVersionType);
export const DeploymentConnection = connectionOf('Deployment', () => DeploymentType);

@InputType('LoggedModelFilter')
export class LoggedModelFilterInput {
  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;
}

@InputType('ModelFilter')
export class ModelFilterInput {
  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;
}

@InputType('ModelVersionFilter')
export class ModelVersionFilterInput {
  @Field(() => ID, { nullable: true })
  modelId?: string | null;
  @Field(() => [TagCategoryEnum], {
    nullable: true,
    description:
      'Only versions that learned, directly or through derived data, from data tagged in one of these categories.',
  })
  learnedFrom?: TagCategory[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Only versions that are in use now, or only those that are not.',
  })
  deployed?: boolean | null;
}

@InputType('DeploymentFilter')
export class DeploymentFilterInput {
  @Field(() => ID, { nullable: true })
  modelVersionId?: string | null;
  @Field(() => StringFilter, { nullable: true })
  environment?: StringFilter | null;
  @Field(() => [ID], { nullable: true, description: 'Codes of purposes.' })
  purpose?: string[] | null;
  @Field(() => Boolean, { nullable: true, description: 'Only those in use now, or only those that have ended.' })
  active?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Only those in use that stand against the rules now, or only the others.',
  })
  violating?: boolean | null;
}

@InputType('DeployModelInput')
export class DeployModelInput {
  @Field(() => ID)
  modelVersionId: string;
  @Field(() => String, { description: 'Where it runs, such as `production`.' })
  environment: string;
  @Field(() => ID, { description: 'Code of a purpose.' })
  purpose: string;
  @Field(() => ID, { nullable: true, description: 'The open deployment that this one takes the place of; it ends.' })
  replaces?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The alias that the model is loaded by there, such as `champion`; it stands for the version now. Whoever moves it then deploys, and is ' +
      'let through or refused as here.',
  })
  alias?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'As `alias`, where the model is loaded by MLflow’s stage `Staging` or `Production`: the version is the newest in it now.',
  })
  stage?: string | null;
}

@InputType('RollBackDeploymentInput')
export class RollBackDeploymentInput {
  @Field(() => ID, { description: 'What is in use now.' })
  deploymentId: string;
}

@InputType('EndDeploymentInput')
export class EndDeploymentInput {
  @Field(() => ID)
  deploymentId: string;
}

@ObjectType('DeployModelPayload', { simpleResolvers: true })
export class DeployModelPayload {
  @Field(() => DeploymentType)
  deployment: DeploymentType;
}

@ObjectType('RollBackDeploymentPayload', { simpleResolvers: true })
export class RollBackDeploymentPayload {
  @Field(() => DeploymentType, { description: 'What is in use instead.' })
  deployment: DeploymentType;
}

@ObjectType('EndDeploymentPayload', { simpleResolvers: true })
export class EndDeploymentPayload {
  @Field(() => DeploymentType)
  deployment: DeploymentType;
}
