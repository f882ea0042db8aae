import type { NonEmptyArray } from 'type-graphql';
import { AssetEventsResolver, AuditEventResolver } from './audit/audit.resolver.ts';
import { AccountResolver } from './identity/account.resolver.ts';
import {
  ColumnProfileResolver,
  ColumnResolver,
  DatasetResolver,
  DatasetVersionResolver,
  VersionColumnResolver,
} from './datasets/datasets.resolver.ts';
import {
  DatasetChangeResolver,
  DatasetFactsResolver,
  QualityCheckResolver,
} from './datasets/dataset-facts.resolver.ts';
import { ExperimentResolver } from './experiments/experiment.resolver.ts';
import { JobResolver } from './experiments/job.resolver.ts';
import { MetricResolver } from './experiments/metric.resolver.ts';
import { RunComparisonResolver } from './experiments/run-comparison.resolver.ts';
import { RunFacetsResolver, RunInputFacetsResolver, RunOutputResolver } from './experiments/run-facets.resolver.ts';
import { RunResolver } from './experiments/run.resolver.ts';
import { ApiTokenResolver, MembershipResolver, PrincipalResolver } from './identity/grants.resolver.ts';
import { AssetAccessResolver, ViewerResolver } from './identity/identity.resolver.ts';
import { KpiChangedResolver } from './kpis/kpi-changed.resolver.ts';
import { KpiResolver, KpiValueResolver } from './kpis/kpi.resolver.ts';
import {
  AssetLineageResolver,
  LineageEdgeResolver,
  LineageProducerResolver,
  LineageWalkResolver,
} from './lineage/lineage.resolver.ts';
import { DeploymentResolver, VersionDeploymentsResolver } from './models/deployment.resolver.ts';
import {
  LoggedModelResolver,
  ModelAliasResolver,
  ModelResolver,
  ModelVersionResolver,
} from './models/models.resolver.ts';
import { LoggedModelOriginsResolver, VersionOriginsResolver } from './models/origins.resolver.ts';
import { PoliciesResolver, PrincipalAccessResolver } from './policies/policies.resolver.ts';
import { PolicyImpactResolver, PolicyProposalResolver, PolicyVersionResolver } from './policies/versions.resolver.ts';
import { PurposeResolver } from './purposes/purpose.resolver.ts';
import { NodeResolver } from './relay/node.resolver.ts';
import { AssetBarriersResolver, BarrierResolver, EdgeBarriersResolver } from './sensitivity/barrier.resolver.ts';
import { LearnedFromResolver, RunSensitivityResolver } from './sensitivity/learned-from.resolver.ts';
import { AssetTagsResolver, TaggingResolver, TagAssignmentResolver } from './sensitivity/sensitivity.resolver.ts';
import { TaxonomyResolver } from './sensitivity/taxonomy.resolver.ts';
import {
  ApprovalResolver,
  LegalBasisResolver,
  ProjectLegalBasesResolver,
  VersionApprovalsResolver,
} from './verdicts/approvals.resolver.ts';
import { DeploymentJudgedResolver } from './verdicts/deployment-judged.resolver.ts';
import { RuleVersionResolver } from './verdicts/rules.resolver.ts';
import {
  ConditionResolver,
  DeploymentVerdictResolver,
  HeldBackTagResolver,
  VerdictReasonResolver,
  VerdictResolver,
  VersionVerdictResolver,
} from './verdicts/verdict.resolver.ts';
import { VersionWaiversResolver, WaiverResolver } from './verdicts/waivers.resolver.ts';

/** Every resolver class: the GraphQL schema is made of these. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- type-graphql's own type
export const resolvers: NonEmptyArray<Function> = [
  NodeResolver,
  ViewerResolver,
  PrincipalResolver,
  MembershipResolver,
  ApiTokenResolver,
  AccountResolver,
  AssetAccessResolver,
  ExperimentResolver,
  RunComparisonResolver,
  LoggedModelResolver,
  ModelResolver,
  ModelAliasResolver,
  ModelVersionResolver,
  LoggedModelOriginsResolver,
  VersionOriginsResolver,
  DeploymentResolver,
  VersionDeploymentsResolver,
  KpiResolver,
  KpiValueResolver,
  KpiChangedResolver,
  AuditEventResolver,
  AssetEventsResolver,
  PoliciesResolver,
  PrincipalAccessResolver,
  PolicyVersionResolver,
  PolicyProposalResolver,
  PolicyImpactResolver,
  PurposeResolver,
  JobResolver,
  MetricResolver,
  RunResolver,
  RunFacetsResolver,
  RunInputFacetsResolver,
  RunOutputResolver,
  DatasetResolver,
  DatasetFactsResolver,
  DatasetChangeResolver,
  QualityCheckResolver,
  DatasetVersionResolver,
  VersionColumnResolver,
  ColumnResolver,
  ColumnProfileResolver,
  AssetLineageResolver,
  LineageWalkResolver,
  LineageEdgeResolver,
  LineageProducerResolver,
  TaxonomyResolver,
  TaggingResolver,
  AssetTagsResolver,
  TagAssignmentResolver,
  LearnedFromResolver,
  RunSensitivityResolver,
  BarrierResolver,
  AssetBarriersResolver,
  EdgeBarriersResolver,
  RuleVersionResolver,
  DeploymentJudgedResolver,
  VersionVerdictResolver,
  DeploymentVerdictResolver,
  VerdictResolver,
  VerdictReasonResolver,
  ConditionResolver,
  HeldBackTagResolver,
  VersionApprovalsResolver,
  ProjectLegalBasesResolver,
  VersionWaiversResolver,
  ApprovalResolver,
  LegalBasisResolver,
  WaiverResolver,
];
