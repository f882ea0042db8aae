/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What is done with a field. */
export type AccessUse =
  | 'AGGREGATE'
  | 'CURSOR'
  | 'EXPORT'
  | 'FILTER'
  | 'GROUP'
  | 'MUTATE'
  | 'ORDER'
  | 'SEARCH'
  | 'SELECT'
  | 'SUBSCRIBE';

/** What an asset is. */
export type AssetKind =
  | 'COLUMN'
  | 'DATASET'
  | 'DATASET_VERSION'
  | 'DEPLOYMENT'
  | 'KPI'
  | 'LOGGED_MODEL'
  | 'MODEL'
  | 'MODEL_VERSION';

/** What must hold: an approval, a legal basis on record, or a signed barrier that stops the tag. */
export type ConditionKind =
  | 'APPROVAL'
  | 'BARRIER'
  | 'LEGAL_BASIS';

/** Which way is good. */
export type Direction =
  | 'HIGHER_IS_BETTER'
  | 'LOWER_IS_BETTER';

/** How one asset came from another. EVALUATED judged it only: nothing was learned. */
export type EdgeKind =
  | 'COLUMN_DERIVED'
  | 'COLUMN_OF'
  | 'DEPLOYED'
  | 'DERIVED'
  | 'EVALUATED'
  | 'IN_VERSION'
  | 'MEASURED'
  | 'REGISTERED'
  | 'TRAINED'
  | 'VERSION_OF';

/** Who told it last. */
export type EdgeSource =
  | 'AVAL'
  | 'MLFLOW'
  | 'OPENLINEAGE';

/** How a value stands against the thresholds. */
export type KpiStatus =
  | 'FAIL'
  | 'OK'
  | 'WARN';

/** What a rule makes of a tag. */
export type RuleEffect =
  | 'FORBID'
  | 'NEED_APPROVAL'
  | 'NEED_BARRIER'
  | 'NEED_LEGAL_BASIS';

export type RunStatus =
  | 'FAILED'
  | 'FINISHED'
  | 'KILLED'
  | 'RUNNING'
  | 'SCHEDULED';

/** What law makes of a kind of data. A protected characteristic is not a special category: other laws name it. */
export type TagCategory =
  | 'FINANCIAL'
  | 'OTHER'
  | 'PERSONAL_DATA'
  | 'PROTECTED_CHARACTERISTIC'
  | 'SPECIAL_CATEGORY';

/** Set by a person, sent with a producer’s event, or reached along lineage. */
export type TagOrigin =
  | 'DECLARED'
  | 'DERIVED'
  | 'IMPORTED';

/** May it be used? */
export type VerdictOutcome =
  /** No rule bears on it, or each that does is waived. */
  | 'ALLOWED'
  /** It may be used as long as the conditions hold; each is met or not. */
  | 'CONDITIONAL'
  /** A rule forbids it, and nobody has waived that. */
  | 'FORBIDDEN'
  /** Nothing speaks against it, but no training data is on record either. */
  | 'UNDETERMINABLE';

/** Why a walk is not all: some of it lies outside your projects, there is too much of it, or it goes deeper. */
export type WalkLimit =
  | 'DEPTH'
  | 'HIDDEN'
  | 'SIZE';

export type DatasetPathsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type DatasetPathsQuery = { datasets: { nodes: Array<{ id: string, name: string | null, namespace: string | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type DatasheetIdentityQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DatasheetIdentityQuery = { nodes: Array<
    | { id: string, name: string | null, namespace: string | null, description: string | null, facets: unknown, project: { name: string } | null, columns: Array<{ id: string, name: string | null, ordinal: number | null, type: string | null, description: string | null }> | null, versions: { nodes: Array<{ id: string, name: string | null, digest: string, sourceType: string | null, source: string | null, createdAt: string, rowCount: string | number | null }>, pageInfo: { hasNextPage: boolean } } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DatasheetTagsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DatasheetTagsQuery = { nodes: Array<
    | { id: string, tags: Array<{ origin: TagOrigin, coarse: boolean, validFrom: string, note: string | null, tag: { name: string, label: string, category: TagCategory, iri: string | null, description: string }, declaredOn:
          | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
          | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
          | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
         | null, path: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
           | null, to:
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
           | null }> }> | null, columns: Array<{ id: string, name: string | null, tags: Array<{ origin: TagOrigin, coarse: boolean, validFrom: string, note: string | null, tag: { name: string, label: string, category: TagCategory, iri: string | null, description: string }, declaredOn:
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
           | null, path: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null, to:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DatasheetProfilesQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DatasheetProfilesQuery = { nodes: Array<
    | { id: string, columns: Array<{ id: string, profile: { measuredAt: string, rowCount: string | number | null, nullCount: string | number | null, distinctCount: string | number | null, min: string | number | null, max: string | number | null, mean: string | number | null, quantiles: Array<{ q: number, value: string | number }>, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DatasheetLineageQueryVariables = Exact<{
  ids: Array<string> | string;
  up: number;
  down: number;
  kinds: Array<EdgeKind> | EdgeKind;
}>;


export type DatasheetLineageQuery = { nodes: Array<
    | { id: string, upstream: { assetCount: number, partial: WalkLimit | null, edges: { nodes: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null, to:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null }>, pageInfo: { hasNextPage: boolean } } } | null, downstream: { assetCount: number, partial: WalkLimit | null, edges: { nodes: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null, to:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null }>, pageInfo: { hasNextPage: boolean } } } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DatasheetLogQueryVariables = Exact<{
  ids: Array<string> | string;
  first: number;
}>;


export type DatasheetLogQuery = { nodes: Array<
    | { id: string, events: { nodes: Array<{ id: string, index: string | number | null, at: string | null, actor: string | null, action: string | null, subjectKind: string | null, coordinate: string | null, policy: string | null, details: unknown, leafHash: string | null, subject:
            | { __typename: 'AuditEvent', id: string }
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', id: string, namespace: string | null, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', id: string, digest: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', id: string, environment: string | null, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Experiment', id: string, experimentName: string | null }
            | { __typename: 'Job', id: string }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', id: string, version: number | null, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
            | { __typename: 'PolicyProposal', id: string }
            | { __typename: 'Project', id: string, projectName: string }
            | { __typename: 'Run', id: string, runName: string | null }
           | null }>, pageInfo: { hasNextPage: boolean } } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type ColumnOriginsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type ColumnOriginsQuery = { nodes: Array<
    | { id: string, columns: Array<{ id: string, upstream: { partial: WalkLimit | null, edges: { nodes: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
                | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
                | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
                | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
               | null, to:
                | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
                | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
                | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
               | null }> } } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

type AssetName_Column_Fragment = { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null };

type AssetName_Dataset_Fragment = { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null };

type AssetName_DatasetVersion_Fragment = { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null };

type AssetName_Deployment_Fragment = { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null };

type AssetName_Kpi_Fragment = { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null };

type AssetName_LoggedModel_Fragment = { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null };

type AssetName_Model_Fragment = { __typename: 'Model', id: string, kind: AssetKind, name: string | null };

type AssetName_ModelVersion_Fragment = { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null };

export type AssetNameFragment =
  | AssetName_Column_Fragment
  | AssetName_Dataset_Fragment
  | AssetName_DatasetVersion_Fragment
  | AssetName_Deployment_Fragment
  | AssetName_Kpi_Fragment
  | AssetName_LoggedModel_Fragment
  | AssetName_Model_Fragment
  | AssetName_ModelVersion_Fragment
;

type AssetHandle_Column_Fragment = { __typename: 'Column', id: string, kind: AssetKind, name: string | null };

type AssetHandle_Dataset_Fragment = { __typename: 'Dataset', id: string, kind: AssetKind, name: string | null };

type AssetHandle_DatasetVersion_Fragment = { __typename: 'DatasetVersion', id: string, kind: AssetKind, name: string | null };

type AssetHandle_Deployment_Fragment = { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, modelVersion: { id: string } | null };

type AssetHandle_Kpi_Fragment = { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null };

type AssetHandle_LoggedModel_Fragment = { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null };

type AssetHandle_Model_Fragment = { __typename: 'Model', id: string, kind: AssetKind, name: string | null };

type AssetHandle_ModelVersion_Fragment = { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null };

export type AssetHandleFragment =
  | AssetHandle_Column_Fragment
  | AssetHandle_Dataset_Fragment
  | AssetHandle_DatasetVersion_Fragment
  | AssetHandle_Deployment_Fragment
  | AssetHandle_Kpi_Fragment
  | AssetHandle_LoggedModel_Fragment
  | AssetHandle_Model_Fragment
  | AssetHandle_ModelVersion_Fragment
;

export type EdgeFactsFragment = { kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
    | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
    | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
    | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
    | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
    | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
   | null, to:
    | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
    | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
    | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
    | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
    | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
   | null };

export type TagPathFragment = { origin: TagOrigin, coarse: boolean, validFrom: string, note: string | null, tag: { name: string, label: string, category: TagCategory, iri: string | null, description: string }, declaredOn:
    | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
    | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
    | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
    | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
    | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
   | null, path: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
      | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
      | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
      | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
      | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
      | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
      | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
      | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
      | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
     | null, to:
      | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
      | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
      | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
      | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
      | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
      | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
      | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
      | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
     | null }> };

export type HiddenFragment = { field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null };

export type UseFactsFragment = { id: string, environment: string | null, validFrom: string, validTo: string | null, purpose: { code: string, label: string, iri: string | null, description: string, highRisk: boolean, highRiskSource: string | null } | null, verdict: { completeness: number | null, outcome: VerdictOutcome | null, deployable: boolean | null, asOf: string, rules: Array<{ code: string, version: number, waiverRole: string | null }> | null, conditions: Array<{ kind: ConditionKind | null, met: boolean | null, until: string | null, role: string | null, rule: { code: string, version: number } | null }> | null, waivers: Array<{ until: string | null, role: string | null, reason: string | null, rule: { code: string } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> };

export type VerdictFactsFragment = { completeness: number | null, outcome: VerdictOutcome | null, deployable: boolean | null, asOf: string, rules: Array<{ code: string, version: number, waiverRole: string | null }> | null, conditions: Array<{ kind: ConditionKind | null, met: boolean | null, until: string | null, role: string | null, rule: { code: string, version: number } | null }> | null, waivers: Array<{ until: string | null, role: string | null, reason: string | null, rule: { code: string } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> };

export type VerdictProofFragment = { because: Array<{ rule: { code: string, version: number, effect: RuleEffect | null, reason: string | null, source: string | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, assignment: { origin: TagOrigin, coarse: boolean, validFrom: string, note: string | null, tag: { name: string, label: string, category: TagCategory, iri: string | null, description: string }, declaredOn:
        | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
        | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
        | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
        | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
        | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
       | null, path: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
          | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
          | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
          | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
         | null, to:
          | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
          | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
          | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
         | null }> } | null, waiver: { until: string | null } | null }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> };

export type EventRowFragment = { id: string, index: string | number | null, at: string | null, actor: string | null, action: string | null, subjectKind: string | null, coordinate: string | null, policy: string | null, details: unknown, leafHash: string | null, subject:
    | { __typename: 'AuditEvent', id: string }
    | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
    | { __typename: 'Dataset', id: string, namespace: string | null, kind: AssetKind, name: string | null }
    | { __typename: 'DatasetVersion', id: string, digest: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
    | { __typename: 'Deployment', id: string, environment: string | null, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
    | { __typename: 'Experiment', id: string, experimentName: string | null }
    | { __typename: 'Job', id: string }
    | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
    | { __typename: 'ModelVersion', id: string, version: number | null, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
    | { __typename: 'PolicyProposal', id: string }
    | { __typename: 'Project', id: string, projectName: string }
    | { __typename: 'Run', id: string, runName: string | null }
   | null };

export type WalkEdgesFragment = { assetCount: number, partial: WalkLimit | null, edges: { nodes: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
        | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
        | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
        | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
        | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
        | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
       | null, to:
        | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
        | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
        | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
        | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
        | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
       | null }>, pageInfo: { hasNextPage: boolean } } };

export type CurvesOfRunFragment = { id: string, name: string | null, params: Array<{ key: string, value: string }> | null, metrics: Array<{ key: string, datasetName: string | null, history: { recorded: number, points: Array<{ step: string | number, value: string | number }> } }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> };

export type KpiListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type KpiListQuery = { kpis: { nodes: Array<{ id: string, name: string | null, unit: string | null, direction: Direction | null, definition: string | null, metricKey: string | null, warnAt: number | null, failAt: number | null, roles: Array<string> | null, createdAt: string, owner: { name: string } | null, subject:
        | { __typename: 'Column', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'Dataset', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'DatasetVersion', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, modelVersion: { id: string } | null }
        | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
       | null, value: { at: string, value: string | number | null, status: KpiStatus | null } | null, history: Array<{ at: string, value: string | number | null, status: KpiStatus | null }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type AuditLogQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { auditEvents: { nodes: Array<{ id: string, index: string | number | null, at: string | null, actor: string | null, action: string | null, subjectKind: string | null, coordinate: string | null, policy: string | null, details: unknown, leafHash: string | null, subject:
        | { __typename: 'AuditEvent', id: string }
        | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
        | { __typename: 'Dataset', id: string, namespace: string | null, kind: AssetKind, name: string | null }
        | { __typename: 'DatasetVersion', id: string, digest: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
        | { __typename: 'Deployment', id: string, environment: string | null, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
        | { __typename: 'Experiment', id: string, experimentName: string | null }
        | { __typename: 'Job', id: string }
        | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
        | { __typename: 'ModelVersion', id: string, version: number | null, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
        | { __typename: 'PolicyProposal', id: string }
        | { __typename: 'Project', id: string, projectName: string }
        | { __typename: 'Run', id: string, runName: string | null }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ModelVersionPathsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ModelVersionPathsQuery = { modelVersions: { nodes: Array<{ id: string, version: number | null, model: { id: string, name: string | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type DossierIdentityQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DossierIdentityQuery = { nodes: Array<
    | { id: string, version: number | null, status: string | null, description: string | null, createdAt: string, aliases: Array<string> | null, project: { name: string } | null, model: { id: string, name: string | null, description: string | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, loggedModel: { mlflowId: string, modelType: string | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DossierSensitivityQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DossierSensitivityQuery = { nodes: Array<
    | { id: string, learnedFrom: Array<{ origin: TagOrigin, coarse: boolean, validFrom: string, note: string | null, tag: { name: string, label: string, category: TagCategory, iri: string | null, description: string }, declaredOn:
          | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
          | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
          | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
         | null, path: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
           | null, to:
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
           | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DossierLineageQueryVariables = Exact<{
  ids: Array<string> | string;
  up: number;
  down: number;
  kinds: Array<EdgeKind> | EdgeKind;
}>;


export type DossierLineageQuery = { nodes: Array<
    | { id: string, upstream: { assetCount: number, partial: WalkLimit | null, edges: { nodes: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null, to:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null }>, pageInfo: { hasNextPage: boolean } } } | null, downstream: { assetCount: number, partial: WalkLimit | null, edges: { nodes: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null, to:
              | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
              | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
              | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
              | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
              | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
             | null }>, pageInfo: { hasNextPage: boolean } } } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DossierTrainingQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DossierTrainingQuery = { nodes: Array<
    | { id: string, trainedOn: Array<{ id: string, digest: string, rowCount: string | number | null, dataset: { id: string, name: string | null, namespace: string | null } | null }> | null, run: { id: string, mlflowId: string, name: string | null, status: RunStatus, startedAt: string | null, endedAt: string | null, userName: string | null, experiment: { id: string, name: string | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, params: Array<{ key: string, value: string }> | null, tags: Array<{ key: string, value: string }> | null, metrics: Array<{ key: string, value: string | number, step: string | number, datasetName: string | null, datasetDigest: string | null }> | null, inputs: Array<{ context: string | null, asset:
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
           }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type RunsDuringQueryVariables = Exact<{
  experiment: string;
  from: string;
  to: string;
}>;


export type RunsDuringQuery = { runs: { nodes: Array<{ id: string, parent: { id: string } | null }> } };

export type RunCurvesQueryVariables = Exact<{
  runs: Array<string> | string;
  points: number;
}>;


export type RunCurvesQuery = { nodes: Array<
    | { id: string, name: string | null, params: Array<{ key: string, value: string }> | null, metrics: Array<{ key: string, datasetName: string | null, history: { recorded: number, points: Array<{ step: string | number, value: string | number }> } }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DossierUseQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DossierUseQuery = { nodes: Array<
    | { id: string, model: { aliases: Array<{ alias: string | null, validFrom: string, version: { id: string } | null }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, approvals: Array<{ role: string | null, until: string | null, validFrom: string, purpose: { label: string } | null, by: { name: string } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, deployments: Array<{ id: string, environment: string | null, validFrom: string, validTo: string | null, verdict: { completeness: number | null, outcome: VerdictOutcome | null, deployable: boolean | null, asOf: string, because: Array<{ rule: { code: string, version: number, effect: RuleEffect | null, reason: string | null, source: string | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, assignment: { origin: TagOrigin, coarse: boolean, validFrom: string, note: string | null, tag: { name: string, label: string, category: TagCategory, iri: string | null, description: string }, declaredOn:
                | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
                | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
                | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
                | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
               | null, path: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
                  | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                  | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
                  | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                  | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
                  | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
                  | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
                  | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
                  | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
                 | null, to:
                  | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                  | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
                  | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
                  | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
                  | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
                  | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
                  | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
                  | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
                 | null }> } | null, waiver: { until: string | null } | null }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }>, rules: Array<{ code: string, version: number, waiverRole: string | null }> | null, conditions: Array<{ kind: ConditionKind | null, met: boolean | null, until: string | null, role: string | null, rule: { code: string, version: number } | null }> | null, waivers: Array<{ until: string | null, role: string | null, reason: string | null, rule: { code: string } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null } | null, by: { name: string } | null, replaces: { modelVersion: { id: string, version: number | null, model: { id: string, name: string | null } | null } | null } | null, purpose: { code: string, label: string, iri: string | null, description: string, highRisk: boolean, highRiskSource: string | null } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type DossierLogQueryVariables = Exact<{
  ids: Array<string> | string;
  first: number;
}>;


export type DossierLogQuery = { nodes: Array<
    | { id: string, events: { nodes: Array<{ id: string, index: string | number | null, at: string | null, actor: string | null, action: string | null, subjectKind: string | null, coordinate: string | null, policy: string | null, details: unknown, leafHash: string | null, subject:
            | { __typename: 'AuditEvent', id: string }
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', id: string, namespace: string | null, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', id: string, digest: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', id: string, environment: string | null, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Experiment', id: string, experimentName: string | null }
            | { __typename: 'Job', id: string }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', id: string, version: number | null, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
            | { __typename: 'PolicyProposal', id: string }
            | { __typename: 'Project', id: string, projectName: string }
            | { __typename: 'Run', id: string, runName: string | null }
           | null }>, pageInfo: { hasNextPage: boolean } } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }
    | Record<PropertyKey, never>
   | null> };

export type LearnedFromQuestionQueryVariables = Exact<{
  categories: Array<TagCategory> | TagCategory;
  first: number;
  after?: string | null | undefined;
}>;


export type LearnedFromQuestionQuery = { modelVersions: { nodes: Array<{ id: string, version: number | null, model: { id: string, name: string | null } | null, learnedFrom: Array<{ origin: TagOrigin, coarse: boolean, validFrom: string, note: string | null, tag: { name: string, label: string, category: TagCategory, iri: string | null, description: string }, declaredOn:
          | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
          | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
          | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
          | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
          | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
         | null, path: Array<{ kind: EdgeKind, source: EdgeSource, firstSeen: string, lastSeen: string, refined: boolean, transformations: Array<{ type: string, subtype: string | null, description: string | null, masking: boolean }>, from:
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
           | null, to:
            | { __typename: 'Column', id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Dataset', namespace: string | null, id: string, kind: AssetKind, name: string | null }
            | { __typename: 'DatasetVersion', digest: string, id: string, kind: AssetKind, name: string | null, dataset: { id: string, name: string | null, namespace: string | null } | null }
            | { __typename: 'Deployment', environment: string | null, id: string, kind: AssetKind, name: string | null, purpose: { label: string } | null, modelVersion: { id: string } | null }
            | { __typename: 'Kpi', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'LoggedModel', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'Model', id: string, kind: AssetKind, name: string | null }
            | { __typename: 'ModelVersion', version: number | null, id: string, kind: AssetKind, name: string | null, model: { id: string, name: string | null } | null }
           | null }> }> | null, deployments: Array<{ id: string, environment: string | null, validFrom: string, validTo: string | null, purpose: { code: string, label: string, iri: string | null, description: string, highRisk: boolean, highRiskSource: string | null } | null, verdict: { completeness: number | null, outcome: VerdictOutcome | null, deployable: boolean | null, asOf: string, rules: Array<{ code: string, version: number, waiverRole: string | null }> | null, conditions: Array<{ kind: ConditionKind | null, met: boolean | null, until: string | null, role: string | null, rule: { code: string, version: number } | null }> | null, waivers: Array<{ until: string | null, role: string | null, reason: string | null, rule: { code: string } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ActiveDeploymentsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ActiveDeploymentsQuery = { deployments: { nodes: Array<{ id: string, environment: string | null, validFrom: string, validTo: string | null, modelVersion: { id: string, version: number | null, model: { id: string, name: string | null } | null } | null, purpose: { code: string, label: string, iri: string | null, description: string, highRisk: boolean, highRiskSource: string | null } | null, verdict: { completeness: number | null, outcome: VerdictOutcome | null, deployable: boolean | null, asOf: string, rules: Array<{ code: string, version: number, waiverRole: string | null }> | null, conditions: Array<{ kind: ConditionKind | null, met: boolean | null, until: string | null, role: string | null, rule: { code: string, version: number } | null }> | null, waivers: Array<{ until: string | null, role: string | null, reason: string | null, rule: { code: string } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }> | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> } | null, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReportViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ReportViewerQuery = { viewer: { roles: Array<string>, redactions: Array<{ field: string, use: AccessUse, policy: string, reason: string, howToRequest: string | null }> | null } };

export type ReportLogHeadQueryVariables = Exact<{ [key: string]: never; }>;


export type ReportLogHeadQuery = { logHead: { size: string | number, at: string | null, leafHash: string | null } };

export type ReportPolicyQueryVariables = Exact<{ [key: string]: never; }>;


export type ReportPolicyQuery = { policyVersion: { version: number, digest: string, validFrom: string } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const AssetHandleFragmentDoc = new TypedDocumentString(`
    fragment AssetHandle on Asset {
  __typename
  id
  kind
  name
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    modelVersion {
      id
    }
  }
}
    `, {"fragmentName":"AssetHandle"}) as unknown as TypedDocumentString<AssetHandleFragment, unknown>;
export const HiddenFragmentDoc = new TypedDocumentString(`
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
    `, {"fragmentName":"Hidden"}) as unknown as TypedDocumentString<HiddenFragment, unknown>;
export const VerdictFactsFragmentDoc = new TypedDocumentString(`
    fragment VerdictFacts on Verdict {
  completeness
  outcome
  deployable
  asOf
  rules {
    code
    version
    waiverRole
  }
  conditions {
    kind
    met
    until
    role
    rule {
      code
      version
    }
  }
  waivers {
    until
    role
    reason
    rule {
      code
    }
    redactions {
      ...Hidden
    }
  }
  redactions {
    ...Hidden
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`, {"fragmentName":"VerdictFacts"}) as unknown as TypedDocumentString<VerdictFactsFragment, unknown>;
export const UseFactsFragmentDoc = new TypedDocumentString(`
    fragment UseFacts on Deployment {
  id
  environment
  validFrom
  validTo
  purpose {
    code
    label
    iri
    description
    highRisk
    highRiskSource
  }
  verdict {
    ...VerdictFacts
  }
  redactions {
    ...Hidden
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment VerdictFacts on Verdict {
  completeness
  outcome
  deployable
  asOf
  rules {
    code
    version
    waiverRole
  }
  conditions {
    kind
    met
    until
    role
    rule {
      code
      version
    }
  }
  waivers {
    until
    role
    reason
    rule {
      code
    }
    redactions {
      ...Hidden
    }
  }
  redactions {
    ...Hidden
  }
}`, {"fragmentName":"UseFacts"}) as unknown as TypedDocumentString<UseFactsFragment, unknown>;
export const AssetNameFragmentDoc = new TypedDocumentString(`
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
    `, {"fragmentName":"AssetName"}) as unknown as TypedDocumentString<AssetNameFragment, unknown>;
export const EdgeFactsFragmentDoc = new TypedDocumentString(`
    fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}`, {"fragmentName":"EdgeFacts"}) as unknown as TypedDocumentString<EdgeFactsFragment, unknown>;
export const TagPathFragmentDoc = new TypedDocumentString(`
    fragment TagPath on TagAssignment {
  origin
  coarse
  validFrom
  note
  tag {
    name
    label
    category
    iri
    description
  }
  declaredOn {
    ...AssetName
  }
  path {
    ...EdgeFacts
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}`, {"fragmentName":"TagPath"}) as unknown as TypedDocumentString<TagPathFragment, unknown>;
export const VerdictProofFragmentDoc = new TypedDocumentString(`
    fragment VerdictProof on Verdict {
  because {
    rule {
      code
      version
      effect
      reason
      source
      redactions {
        ...Hidden
      }
    }
    assignment {
      ...TagPath
    }
    waiver {
      until
    }
  }
  redactions {
    ...Hidden
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
fragment TagPath on TagAssignment {
  origin
  coarse
  validFrom
  note
  tag {
    name
    label
    category
    iri
    description
  }
  declaredOn {
    ...AssetName
  }
  path {
    ...EdgeFacts
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`, {"fragmentName":"VerdictProof"}) as unknown as TypedDocumentString<VerdictProofFragment, unknown>;
export const EventRowFragmentDoc = new TypedDocumentString(`
    fragment EventRow on AuditEvent {
  id
  index
  at
  actor
  action
  subjectKind
  subject {
    __typename
    id
    ...AssetName
    ... on Run {
      runName: name
    }
    ... on Project {
      projectName: name
    }
    ... on Experiment {
      experimentName: name
    }
  }
  coordinate
  policy
  details
  leafHash
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}`, {"fragmentName":"EventRow"}) as unknown as TypedDocumentString<EventRowFragment, unknown>;
export const WalkEdgesFragmentDoc = new TypedDocumentString(`
    fragment WalkEdges on LineageWalk {
  assetCount
  partial
  edges(first: 100) {
    nodes {
      ...EdgeFacts
    }
    pageInfo {
      hasNextPage
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}`, {"fragmentName":"WalkEdges"}) as unknown as TypedDocumentString<WalkEdgesFragment, unknown>;
export const CurvesOfRunFragmentDoc = new TypedDocumentString(`
    fragment CurvesOfRun on Run {
  id
  name
  params {
    key
    value
  }
  metrics {
    key
    datasetName
    history(points: $points) {
      recorded
      points {
        step
        value
      }
    }
  }
  redactions {
    ...Hidden
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`, {"fragmentName":"CurvesOfRun"}) as unknown as TypedDocumentString<CurvesOfRunFragment, unknown>;
export const DatasetPathsDocument = new TypedDocumentString(`
    query DatasetPaths($first: Int!, $after: String) {
  datasets(first: $first, after: $after) {
    nodes {
      id
      name
      namespace
      redactions {
        ...Hidden
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<DatasetPathsQuery, DatasetPathsQueryVariables>;
export const DatasheetIdentityDocument = new TypedDocumentString(`
    query DatasheetIdentity($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Dataset {
      id
      name
      namespace
      description
      facets
      project {
        name
      }
      columns {
        id
        name
        ordinal
        type
        description
      }
      versions(first: 50) {
        nodes {
          id
          name
          digest
          sourceType
          source
          createdAt
          rowCount
        }
        pageInfo {
          hasNextPage
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<DatasheetIdentityQuery, DatasheetIdentityQueryVariables>;
export const DatasheetTagsDocument = new TypedDocumentString(`
    query DatasheetTags($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Dataset {
      id
      tags {
        ...TagPath
      }
      columns {
        id
        name
        tags {
          ...TagPath
        }
        redactions {
          ...Hidden
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
fragment TagPath on TagAssignment {
  origin
  coarse
  validFrom
  note
  tag {
    name
    label
    category
    iri
    description
  }
  declaredOn {
    ...AssetName
  }
  path {
    ...EdgeFacts
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<DatasheetTagsQuery, DatasheetTagsQueryVariables>;
export const DatasheetProfilesDocument = new TypedDocumentString(`
    query DatasheetProfiles($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Dataset {
      id
      columns {
        id
        profile {
          measuredAt
          rowCount
          nullCount
          distinctCount
          min
          max
          mean
          quantiles {
            q
            value
          }
          redactions {
            ...Hidden
          }
        }
        redactions {
          ...Hidden
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<DatasheetProfilesQuery, DatasheetProfilesQueryVariables>;
export const DatasheetLineageDocument = new TypedDocumentString(`
    query DatasheetLineage($ids: [ID!]!, $up: Int!, $down: Int!, $kinds: [EdgeKind!]!) {
  nodes(ids: $ids) {
    ... on Dataset {
      id
      upstream(depth: $up, kinds: $kinds) {
        ...WalkEdges
      }
      downstream(depth: $down, kinds: $kinds) {
        ...WalkEdges
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment WalkEdges on LineageWalk {
  assetCount
  partial
  edges(first: 100) {
    nodes {
      ...EdgeFacts
    }
    pageInfo {
      hasNextPage
    }
  }
}`) as unknown as TypedDocumentString<DatasheetLineageQuery, DatasheetLineageQueryVariables>;
export const DatasheetLogDocument = new TypedDocumentString(`
    query DatasheetLog($ids: [ID!]!, $first: Int!) {
  nodes(ids: $ids) {
    ... on Dataset {
      id
      events(first: $first) {
        nodes {
          ...EventRow
        }
        pageInfo {
          hasNextPage
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment EventRow on AuditEvent {
  id
  index
  at
  actor
  action
  subjectKind
  subject {
    __typename
    id
    ...AssetName
    ... on Run {
      runName: name
    }
    ... on Project {
      projectName: name
    }
    ... on Experiment {
      experimentName: name
    }
  }
  coordinate
  policy
  details
  leafHash
}`) as unknown as TypedDocumentString<DatasheetLogQuery, DatasheetLogQueryVariables>;
export const ColumnOriginsDocument = new TypedDocumentString(`
    query ColumnOrigins($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Dataset {
      id
      columns {
        id
        upstream(depth: 1, kinds: [COLUMN_DERIVED]) {
          partial
          edges(first: 100) {
            nodes {
              ...EdgeFacts
            }
          }
        }
        redactions {
          ...Hidden
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<ColumnOriginsQuery, ColumnOriginsQueryVariables>;
export const KpiListDocument = new TypedDocumentString(`
    query KpiList($first: Int!, $after: String) {
  kpis(first: $first, after: $after) {
    nodes {
      id
      name
      unit
      direction
      definition
      metricKey
      warnAt
      failAt
      roles
      createdAt
      owner {
        name
      }
      subject {
        ...AssetHandle
      }
      value {
        at
        value
        status
      }
      history(points: 100) {
        at
        value
        status
      }
      redactions {
        ...Hidden
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AssetHandle on Asset {
  __typename
  id
  kind
  name
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    modelVersion {
      id
    }
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<KpiListQuery, KpiListQueryVariables>;
export const AuditLogDocument = new TypedDocumentString(`
    query AuditLog($first: Int!, $after: String) {
  auditEvents(first: $first, after: $after) {
    nodes {
      ...EventRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EventRow on AuditEvent {
  id
  index
  at
  actor
  action
  subjectKind
  subject {
    __typename
    id
    ...AssetName
    ... on Run {
      runName: name
    }
    ... on Project {
      projectName: name
    }
    ... on Experiment {
      experimentName: name
    }
  }
  coordinate
  policy
  details
  leafHash
}`) as unknown as TypedDocumentString<AuditLogQuery, AuditLogQueryVariables>;
export const ModelVersionPathsDocument = new TypedDocumentString(`
    query ModelVersionPaths($first: Int!, $after: String) {
  modelVersions(first: $first, after: $after) {
    nodes {
      id
      version
      model {
        id
        name
        redactions {
          ...Hidden
        }
      }
      redactions {
        ...Hidden
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<ModelVersionPathsQuery, ModelVersionPathsQueryVariables>;
export const DossierIdentityDocument = new TypedDocumentString(`
    query DossierIdentity($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ModelVersion {
      id
      version
      status
      description
      createdAt
      aliases
      project {
        name
      }
      model {
        id
        name
        description
        redactions {
          ...Hidden
        }
      }
      loggedModel {
        mlflowId
        modelType
        redactions {
          ...Hidden
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<DossierIdentityQuery, DossierIdentityQueryVariables>;
export const DossierSensitivityDocument = new TypedDocumentString(`
    query DossierSensitivity($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ModelVersion {
      id
      learnedFrom {
        ...TagPath
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
fragment TagPath on TagAssignment {
  origin
  coarse
  validFrom
  note
  tag {
    name
    label
    category
    iri
    description
  }
  declaredOn {
    ...AssetName
  }
  path {
    ...EdgeFacts
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<DossierSensitivityQuery, DossierSensitivityQueryVariables>;
export const DossierLineageDocument = new TypedDocumentString(`
    query DossierLineage($ids: [ID!]!, $up: Int!, $down: Int!, $kinds: [EdgeKind!]!) {
  nodes(ids: $ids) {
    ... on ModelVersion {
      id
      upstream(depth: $up, kinds: $kinds) {
        ...WalkEdges
      }
      downstream(depth: $down, kinds: $kinds) {
        ...WalkEdges
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment WalkEdges on LineageWalk {
  assetCount
  partial
  edges(first: 100) {
    nodes {
      ...EdgeFacts
    }
    pageInfo {
      hasNextPage
    }
  }
}`) as unknown as TypedDocumentString<DossierLineageQuery, DossierLineageQueryVariables>;
export const DossierTrainingDocument = new TypedDocumentString(`
    query DossierTraining($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ModelVersion {
      id
      trainedOn {
        id
        digest
        rowCount
        dataset {
          id
          name
          namespace
        }
      }
      run {
        id
        mlflowId
        name
        status
        startedAt
        endedAt
        userName
        experiment {
          id
          name
          redactions {
            ...Hidden
          }
        }
        params {
          key
          value
        }
        tags {
          key
          value
        }
        metrics {
          key
          value
          step
          datasetName
          datasetDigest
        }
        inputs {
          context
          asset {
            ...AssetName
          }
        }
        redactions {
          ...Hidden
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<DossierTrainingQuery, DossierTrainingQueryVariables>;
export const RunsDuringDocument = new TypedDocumentString(`
    query RunsDuring($experiment: ID!, $from: DateTime!, $to: DateTime!) {
  runs(
    where: {experimentId: $experiment, startedAt: {gt: $from, lt: $to}}
    first: 100
  ) {
    nodes {
      id
      parent {
        id
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RunsDuringQuery, RunsDuringQueryVariables>;
export const RunCurvesDocument = new TypedDocumentString(`
    query RunCurves($runs: [ID!]!, $points: Int!) {
  nodes(ids: $runs) {
    ... on Run {
      ...CurvesOfRun
    }
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment CurvesOfRun on Run {
  id
  name
  params {
    key
    value
  }
  metrics {
    key
    datasetName
    history(points: $points) {
      recorded
      points {
        step
        value
      }
    }
  }
  redactions {
    ...Hidden
  }
}`) as unknown as TypedDocumentString<RunCurvesQuery, RunCurvesQueryVariables>;
export const DossierUseDocument = new TypedDocumentString(`
    query DossierUse($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ModelVersion {
      id
      model {
        aliases {
          alias
          validFrom
          version {
            id
          }
        }
        redactions {
          ...Hidden
        }
      }
      approvals {
        role
        until
        validFrom
        purpose {
          label
        }
        by {
          name
        }
        redactions {
          ...Hidden
        }
      }
      deployments {
        ...UseFacts
        verdict {
          ...VerdictProof
        }
        by {
          name
        }
        replaces {
          modelVersion {
            id
            version
            model {
              id
              name
            }
          }
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
fragment TagPath on TagAssignment {
  origin
  coarse
  validFrom
  note
  tag {
    name
    label
    category
    iri
    description
  }
  declaredOn {
    ...AssetName
  }
  path {
    ...EdgeFacts
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment UseFacts on Deployment {
  id
  environment
  validFrom
  validTo
  purpose {
    code
    label
    iri
    description
    highRisk
    highRiskSource
  }
  verdict {
    ...VerdictFacts
  }
  redactions {
    ...Hidden
  }
}
fragment VerdictFacts on Verdict {
  completeness
  outcome
  deployable
  asOf
  rules {
    code
    version
    waiverRole
  }
  conditions {
    kind
    met
    until
    role
    rule {
      code
      version
    }
  }
  waivers {
    until
    role
    reason
    rule {
      code
    }
    redactions {
      ...Hidden
    }
  }
  redactions {
    ...Hidden
  }
}
fragment VerdictProof on Verdict {
  because {
    rule {
      code
      version
      effect
      reason
      source
      redactions {
        ...Hidden
      }
    }
    assignment {
      ...TagPath
    }
    waiver {
      until
    }
  }
  redactions {
    ...Hidden
  }
}`) as unknown as TypedDocumentString<DossierUseQuery, DossierUseQueryVariables>;
export const DossierLogDocument = new TypedDocumentString(`
    query DossierLog($ids: [ID!]!, $first: Int!) {
  nodes(ids: $ids) {
    ... on ModelVersion {
      id
      events(first: $first) {
        nodes {
          ...EventRow
        }
        pageInfo {
          hasNextPage
        }
      }
      redactions {
        ...Hidden
      }
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment EventRow on AuditEvent {
  id
  index
  at
  actor
  action
  subjectKind
  subject {
    __typename
    id
    ...AssetName
    ... on Run {
      runName: name
    }
    ... on Project {
      projectName: name
    }
    ... on Experiment {
      experimentName: name
    }
  }
  coordinate
  policy
  details
  leafHash
}`) as unknown as TypedDocumentString<DossierLogQuery, DossierLogQueryVariables>;
export const LearnedFromQuestionDocument = new TypedDocumentString(`
    query LearnedFromQuestion($categories: [TagCategory!]!, $first: Int!, $after: String) {
  modelVersions(where: {learnedFrom: $categories}, first: $first, after: $after) {
    nodes {
      id
      version
      model {
        id
        name
      }
      learnedFrom(categories: $categories) {
        ...TagPath
      }
      deployments {
        ...UseFacts
      }
      redactions {
        ...Hidden
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment AssetName on Asset {
  __typename
  id
  kind
  name
  ... on Dataset {
    namespace
  }
  ... on Column {
    dataset {
      id
      name
      namespace
    }
  }
  ... on DatasetVersion {
    digest
    dataset {
      id
      name
      namespace
    }
  }
  ... on ModelVersion {
    version
    model {
      id
      name
    }
  }
  ... on Deployment {
    environment
    purpose {
      label
    }
    modelVersion {
      id
    }
  }
}
fragment EdgeFacts on LineageEdge {
  kind
  source
  firstSeen
  lastSeen
  refined
  transformations {
    type
    subtype
    description
    masking
  }
  from {
    ...AssetName
  }
  to {
    ...AssetName
  }
}
fragment TagPath on TagAssignment {
  origin
  coarse
  validFrom
  note
  tag {
    name
    label
    category
    iri
    description
  }
  declaredOn {
    ...AssetName
  }
  path {
    ...EdgeFacts
  }
}
fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment UseFacts on Deployment {
  id
  environment
  validFrom
  validTo
  purpose {
    code
    label
    iri
    description
    highRisk
    highRiskSource
  }
  verdict {
    ...VerdictFacts
  }
  redactions {
    ...Hidden
  }
}
fragment VerdictFacts on Verdict {
  completeness
  outcome
  deployable
  asOf
  rules {
    code
    version
    waiverRole
  }
  conditions {
    kind
    met
    until
    role
    rule {
      code
      version
    }
  }
  waivers {
    until
    role
    reason
    rule {
      code
    }
    redactions {
      ...Hidden
    }
  }
  redactions {
    ...Hidden
  }
}`) as unknown as TypedDocumentString<LearnedFromQuestionQuery, LearnedFromQuestionQueryVariables>;
export const ActiveDeploymentsDocument = new TypedDocumentString(`
    query ActiveDeployments($first: Int!, $after: String) {
  deployments(where: {active: true}, first: $first, after: $after) {
    nodes {
      ...UseFacts
      modelVersion {
        id
        version
        model {
          id
          name
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}
fragment UseFacts on Deployment {
  id
  environment
  validFrom
  validTo
  purpose {
    code
    label
    iri
    description
    highRisk
    highRiskSource
  }
  verdict {
    ...VerdictFacts
  }
  redactions {
    ...Hidden
  }
}
fragment VerdictFacts on Verdict {
  completeness
  outcome
  deployable
  asOf
  rules {
    code
    version
    waiverRole
  }
  conditions {
    kind
    met
    until
    role
    rule {
      code
      version
    }
  }
  waivers {
    until
    role
    reason
    rule {
      code
    }
    redactions {
      ...Hidden
    }
  }
  redactions {
    ...Hidden
  }
}`) as unknown as TypedDocumentString<ActiveDeploymentsQuery, ActiveDeploymentsQueryVariables>;
export const ReportViewerDocument = new TypedDocumentString(`
    query ReportViewer {
  viewer {
    roles
    redactions {
      ...Hidden
    }
  }
}
    fragment Hidden on Redaction {
  field
  use
  policy
  reason
  howToRequest
}`) as unknown as TypedDocumentString<ReportViewerQuery, ReportViewerQueryVariables>;
export const ReportLogHeadDocument = new TypedDocumentString(`
    query ReportLogHead {
  logHead {
    size
    at
    leafHash
  }
}
    `) as unknown as TypedDocumentString<ReportLogHeadQuery, ReportLogHeadQueryVariables>;
export const ReportPolicyDocument = new TypedDocumentString(`
    query ReportPolicy {
  policyVersion {
    version
    digest
    validFrom
  }
}
    `) as unknown as TypedDocumentString<ReportPolicyQuery, ReportPolicyQueryVariables>;