import type { InferKyselyDB } from '@mikro-orm/sql';
import { Artifact } from './artifacts/artifact.entity.ts';
import { ArtifactTicket } from './artifacts/ticket.entity.ts';
import { Asset } from './assets/asset.entity.ts';
import { EventInbox, EventLog } from './audit/event.entity.ts';
import {
  ColumnProfile,
  Dataset,
  DatasetChange,
  DatasetColumn,
  DatasetAlias,
  DatasetVersion,
  QualityCheck,
  VersionColumn,
} from './datasets/dataset.entity.ts';
import { Experiment, ExperimentTag } from './experiments/experiment.entity.ts';
import { MetricChunk, MetricSeries } from './experiments/metric.entity.ts';
import { Job, Run, RunInput, RunOutput, RunParam, RunTag } from './experiments/run.entity.ts';
import { RunMetric, RunSheet } from './experiments/settled.entity.ts';
import { ApiToken, Membership, Principal, Project, RoleGrant } from './identity/identity.entity.ts';
import { SeenEvent } from './ingest/event.entity.ts';
import { Kpi, KpiValue } from './kpis/kpi.entity.ts';
import { Derivation, Edge } from './lineage/edge.entity.ts';
import { Deployment, LoggedModel, Model, ModelAlias, ModelVersion } from './models/model.entity.ts';
import { OrganisationKey } from './policies/organisation-key.entity.ts';
import { PolicyProposal, PolicyVersion } from './policies/policy.entity.ts';
import { Purpose } from './purposes/purpose.entity.ts';
import { Barrier, BarrierTag } from './sensitivity/barrier.entity.ts';
import { EffectiveTag, TagChange } from './sensitivity/propagation.entity.ts';
import {
  FormerTagPlace,
  SensitivityTag,
  TagDeclaration,
  TagRetraction,
  TagSighting,
} from './sensitivity/sensitivity.entity.ts';
import { LegalBasis, ModelApproval, UseRule, Violation, Waiver } from './verdicts/verdict.entity.ts';

/** Every table, in one list: migrations, the drift check and the type of each statement come from it. */
export const entities = [
  Project, Principal, RoleGrant, Membership, ApiToken, PolicyProposal, PolicyVersion, OrganisationKey,
  EventInbox, EventLog,
  Asset, Edge, Derivation,
  Experiment, ExperimentTag, Job, Run, RunParam, RunTag, RunInput, RunOutput, MetricSeries, MetricChunk, RunMetric, RunSheet,
  Dataset, DatasetAlias, DatasetChange, DatasetVersion, DatasetColumn, VersionColumn, ColumnProfile, QualityCheck,
  SensitivityTag, FormerTagPlace, TagDeclaration, TagSighting, TagRetraction, Purpose, EffectiveTag, TagChange, Barrier, BarrierTag,
  SeenEvent,
  LoggedModel, Model, ModelVersion, ModelAlias, Deployment,
  UseRule, ModelApproval, LegalBasis, Waiver, Violation,
  Artifact, ArtifactTicket,
  Kpi, KpiValue,
] as const; // prettier-ignore

/** The database as statements see it: snake_case tables and columns. */
export type Tables = InferKyselyDB<(typeof entities)[number]>;
