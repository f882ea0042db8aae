export { recordVersions, type MlflowDataset } from './datasets.service.ts';
