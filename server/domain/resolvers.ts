import type { NonEmptyArray } from 'type-graphql';
import { AccountResolver } from './identity/account.resolver.ts';
import { ExperimentResolver } from './experiments/experiment.resolver.ts';
import { AssetAccessResolver, ViewerResolver } from './identity/identity.resolver.ts';
import { KpiResolver } from './kpis/kpi.resolver.ts';
import { DeploymentResolver, VersionDeploymentsResolver } from './models/deployment.resolver.ts';
import {
  LoggedModelResolver,
  ModelAliasResolver,
  ModelResolver,
  ModelVersionResolver,
} from './models/models.resolver.ts';
import { NodeResolver } from './relay/node.resolver.ts';

/** Every resolver class: the GraphQL schema is made of these. */
export const resolvers: NonEmptyArray<Function> = [
  NodeResolver,
  ViewerResolver,
  AccountResolver,
  AssetAccessResolver,
  ExperimentResolver,
  LoggedModelResolver,
  ModelResolver,
  ModelAliasResolver,
  ModelVersionResolver,
  DeploymentResolver,
  VersionDeploymentsResolver,
  KpiResolver,
]; // eslint-disable-line @typescript-eslint/no-unsafe-function-type -- type-graphql's own type
