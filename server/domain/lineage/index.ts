export { link, linkRun, type NewEdge } from './lineage.service.ts';
