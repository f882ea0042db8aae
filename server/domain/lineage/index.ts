export { coverDerivations, link, linkRun, type NewEdge } from './lineage.service.ts';
export { edgeById, type EdgeView } from './lineage.loader.ts';
export { LineageEdgeType } from './lineage.type.ts';
