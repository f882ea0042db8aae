import type { Access } from '../../access/access.ts';

/** The fields that each part of a run is made of. */
const fieldsOf = {
  metrics: ['Run.metrics', 'Metric.key', 'Metric.value', 'Metric.step', 'Metric.at'],
  params: ['Run.params', 'KeyValue.key', 'KeyValue.value'],
  tags: ['Run.tags', 'KeyValue.key', 'KeyValue.value'],
  inputs: ['Run.inputs'],
  outputs: ['Run.outputs'],
} as const;

export type RunPart = keyof typeof fieldsOf;

/** Whether the caller may be given the part whole, by MLflow's API or compared: nothing guards its fields one by one there. */
export const mayHavePart = ({ can }: Pick<Access, 'can'>, part: RunPart): boolean =>
  fieldsOf[part].every((field) => can(field, 'select'));
