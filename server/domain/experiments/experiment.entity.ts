import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Project } from '../identity/identity.entity.ts';

export type Lifecycle = 'active' | 'deleted';

/** MLflow's experiment. `number` is the small id that MLflow's clients know; "0" is each project's Default. */
export const Experiment = defineEntity({
  name: 'Experiment',
  tableName: 'experiment',
  policies: rows.ofProject(),
  properties: {
    id: column.id(),
    number: p.bigint('number'),
    project: () => p.manyToOne(Project),
    name: column.text(),
    lifecycle: p.text().$type<Lifecycle>(),
    artifactLocation: column.text(),
    createdAt: column.time(),
    updatedAt: column.time(),
  },
  uniques: [
    { name: 'experiment_number', properties: ['project', 'number'] },
    { name: 'experiment_name', properties: ['project', 'name'] },
  ],
});

export const ExperimentTag = defineEntity({
  name: 'ExperimentTag',
  tableName: 'experiment_tag',
  policies: rows.ofExperiment('experiment_tag.experiment_id'),
  properties: {
    experiment: () => p.manyToOne(Experiment).primary().deleteRule('no action').updateRule('no action'),
    key: column.text().primary(),
    value: column.text(),
  },
});
