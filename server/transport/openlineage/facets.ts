import {
  readAssertions,
  readLifecycle,
  readMetrics,
  readSchema,
  readStatistics,
  readSymlinks,
  readTags,
  readVersion,
  type DatasetReader,
} from './dataset-readers.ts';
import { readColumnLineage, readLineage } from './stated-lineage.ts';

/**
 * A facet that Aval knows: the specification's schema and the newest version of it that was looked at, and where what it says can be
 * found: GraphQL coordinates and tables. Nowhere means that it is kept as it was sent, which every facet is.
 */
export interface KnownFacet {
  readonly schema: string;
  readonly version: string;
  readonly to: readonly string[];
}

/** What is read when an event arrives; the others are shown out of the facet that is kept. */
export interface ReadFacet extends KnownFacet {
  readonly read?: DatasetReader;
}

const tags = ['Asset.tags', 'Dataset.labels', 'tag_declaration', 'tag_sighting', 'tag_retraction'];
const profile = ['Column.profile', 'column_profile', 'DatasetVersion.rowCount'];
const checks = ['Dataset.checks', 'quality_check'];
const lineage = ['LineageWalk.edges', 'edge', 'derivation'];

export const datasetFacets: Readonly<Record<string, ReadFacet>> = {
  schema: { schema: 'SchemaDatasetFacet', version: '1-2-0', to: ['Dataset.columns', 'DatasetVersion.columns', 'dataset_column', 'version_column'], read: readSchema },
  columnLineage: { schema: 'ColumnLineageDatasetFacet', version: '1-2-0', to: lineage, read: readColumnLineage },
  lineage: { schema: 'LineageFacet', version: '1-0-0', to: [...lineage, 'LineageCompleteness.declaredSource'], read: readLineage },
  tags: { schema: 'TagsDatasetFacet', version: '1-0-0', to: tags, read: readTags },
  symlinks: { schema: 'SymlinksDatasetFacet', version: '1-0-1', to: ['Dataset.names', 'dataset_alias'], read: readSymlinks },
  lifecycleStateChange: { schema: 'LifecycleStateChangeDatasetFacet', version: '1-0-1', to: ['Dataset.changes', 'Dataset.droppedAt', 'Dataset.formerNames', 'dataset_change'], read: readLifecycle },
  version: { schema: 'DatasetVersionDatasetFacet', version: '1-0-1', to: ['DatasetVersion.digest', 'dataset_version'], read: readVersion },
  dataQualityMetrics: { schema: 'DataQualityMetricsDatasetFacet', version: '1-0-1', to: profile, read: readMetrics },
  dataQualityAssertions: { schema: 'DataQualityAssertionsDatasetFacet', version: '1-1-0', to: checks, read: readAssertions },
  documentation: { schema: 'DocumentationDatasetFacet', version: '1-1-0', to: ['Dataset.description'] },
  ownership: { schema: 'OwnershipDatasetFacet', version: '1-0-1', to: ['Dataset.owners'] },
  storage: { schema: 'StorageDatasetFacet', version: '1-0-1', to: ['Dataset.storage'] },
  catalog: { schema: 'CatalogDatasetFacet', version: '1-1-0', to: ['Dataset.catalog'] },
  hierarchy: { schema: 'HierarchyDatasetFacet', version: '1-0-0', to: ['Dataset.hierarchy'] },
  dataSource: { schema: 'DatasourceDatasetFacet', version: '1-0-1', to: [] },
  datasetType: { schema: 'DatasetTypeDatasetFacet', version: '1-0-1', to: [] },
}; // prettier-ignore

export const inputFacets: Readonly<Record<string, ReadFacet>> = {
  inputStatistics: { schema: 'InputStatisticsInputDatasetFacet', version: '1-0-0', to: ['RunInput.statistics', 'DatasetVersion.rowCount'], read: readStatistics },
  dataQualityMetrics: { schema: 'DataQualityMetricsInputDatasetFacet', version: '1-0-3', to: profile, read: readMetrics },
  dataQualityAssertions: { schema: 'DataQualityAssertionsDatasetFacet', version: '1-1-0', to: checks, read: readAssertions },
  subset: { schema: 'BaseSubsetDatasetFacet', version: '1-0-0', to: [] },
}; // prettier-ignore

export const outputFacets: Readonly<Record<string, ReadFacet>> = {
  outputStatistics: { schema: 'OutputStatisticsOutputDatasetFacet', version: '1-0-2', to: ['RunOutput.statistics', 'DatasetVersion.rowCount'], read: readStatistics },
  dataQualityMetrics: { schema: 'DataQualityMetricsDatasetFacet', version: '1-0-1', to: profile, read: readMetrics },
  subset: { schema: 'BaseSubsetDatasetFacet', version: '1-0-0', to: [] },
}; // prettier-ignore

export const jobFacets: Readonly<Record<string, KnownFacet>> = {
  documentation: { schema: 'DocumentationJobFacet', version: '1-1-0', to: ['Job.description'] },
  jobType: { schema: 'JobTypeJobFacet', version: '2-0-4', to: ['Job.type'] },
  lineage: { schema: 'LineageFacet', version: '1-0-0', to: lineage },
  ownership: { schema: 'OwnershipJobFacet', version: '1-0-1', to: ['Job.owners'] },
  tags: { schema: 'TagsJobFacet', version: '1-0-0', to: ['Job.tags'] },
  sourceCode: { schema: 'SourceCodeJobFacet', version: '1-0-1', to: [] },
  sourceCodeLocation: { schema: 'SourceCodeLocationJobFacet', version: '1-1-0', to: [] },
  sql: { schema: 'SQLJobFacet', version: '1-1-0', to: [] },
};

export const runFacets: Readonly<Record<string, KnownFacet>> = {
  errorMessage: { schema: 'ErrorMessageRunFacet', version: '1-0-1', to: ['Run.error'] },
  nominalTime: { schema: 'NominalTimeRunFacet', version: '1-0-1', to: ['Run.nominalTime', 'LineageEdge.stale'] },
  parent: { schema: 'ParentRunFacet', version: '1-2-0', to: ['Run.parent', 'Run.root'] },
  tags: { schema: 'TagsRunFacet', version: '1-0-0', to: ['Run.tags'] },
  environmentVariables: { schema: 'EnvironmentVariablesRunFacet', version: '1-0-0', to: [] },
  executionParameters: { schema: 'ExecutionParametersRunFacet', version: '1-0-0', to: [] },
  externalQuery: { schema: 'ExternalQueryRunFacet', version: '1-0-2', to: [] },
  extractionError: { schema: 'ExtractionErrorRunFacet', version: '1-1-2', to: [] },
  jobDependencies: { schema: 'JobDependenciesRunFacet', version: '1-0-1', to: [] },
  processing_engine: { schema: 'ProcessingEngineRunFacet', version: '1-1-1', to: [] },
  test: { schema: 'TestRunFacet', version: '1-0-1', to: [] },
};
