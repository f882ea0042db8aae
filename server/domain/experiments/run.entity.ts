import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Asset } from '../assets/asset.entity.ts';
import { Project } from '../identity/identity.entity.ts';
import { Experiment, type Lifecycle } from './experiment.entity.ts';
import type { JsonObject } from '../../shared/json.ts';

export const runKinds = ['TRAINING', 'TRANSFORMATION', 'SCORING', 'EVALUATION', 'RECALIBRATION', 'OTHER'] as const;
export type RunKind = (typeof runKinds)[number];
export const runStatuses = ['SCHEDULED', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What an OpenLineage job is: the thing that runs again and again. */
export const Job = defineEntity({
  name: 'Job',
  tableName: 'job',
  policies: rows.ofProject(),
  properties: {
    id: column.id(),
    project: () => p.manyToOne(Project),
    namespace: column.text(),
    name: column.text(),
    facets: column.json<JsonObject>(),
    facetTimes: column.json<Record<string, string>>().nullable(),
    createdAt: column.time(),
    updatedAt: column.time(),
  },
  uniques: [{ name: 'job_name', properties: ['project', 'namespace', 'name'] }],
});

/** Any execution: MLflow runs and OpenLineage job runs are the same thing. */
export const Run = defineEntity({
  name: 'Run',
  tableName: 'run',
  policies: rows.ofProject(),
  properties: {
    id: column.id(),
    project: () => p.manyToOne(Project),
    experiment: () => p.manyToOne(Experiment).nullable().deleteRule('no action'),
    /** Of several jobs that its events name (a producer may rename one while it runs), the one with the least id. */
    job: () => p.manyToOne(Job).nullable().deleteRule('no action'),
    /** The others, where there are several. */
    otherJobs: column.array<string>('uuid').nullable(),
    /** Not a foreign key: OpenLineage may name a parent before its own events arrive. */
    parentRunId: p.uuid().nullable(),
    kind: p.text().$type<RunKind>(),
    name: column.text().nullable(),
    status: p.text().$type<RunStatus>(),
    userName: column.text(),
    startedAt: column.time().nullable(),
    endedAt: column.time().nullable(),
    lifecycle: p.text().$type<Lifecycle>(),
    deletedAt: column.time().nullable(),
    artifactUri: column.text().nullable(),
    /** The producer's run id, as it was sent (OpenLineage ids need not be UUIDs). */
    externalId: column.text().nullable(),
    facets: column.json<JsonObject>(),
    /** When each facet was said: the newest counts, in whatever order events arrive. A deleted facet leaves its time. */
    facetTimes: column.json<Record<string, string>>().nullable(),
    /** The times of the first and the last event about it; null when no event told of it. */
    firstEventAt: column.time().nullable(),
    lastEventAt: column.time().nullable(),
    createdAt: column.time(),
    /** Since when it has been written to without being settled (settle.ts); null when it is settled, or holds nothing to settle. */
    openSince: column.time().nullable(),
    /** Since when it is settled but for small chunks of its points that wait to be merged (metric-chunks.ts); null where none wait. */
    unmergedSince: column.time().nullable(),
  },
  indexes: [
    // runs.source.ts and Experiment.runs: newest first, ties by id
    {
      name: 'run_by_experiment',
      properties: ['experiment', 'lifecycle', 'startedAt', 'id'],
      columns: [{ name: 'experiment' }, { name: 'lifecycle' }, { name: 'startedAt', sort: 'DESC' }, { name: 'id' }],
    },
    {
      name: 'run_by_project',
      properties: ['project', 'lifecycle', 'startedAt', 'id'],
      columns: [{ name: 'project' }, { name: 'lifecycle' }, { name: 'startedAt', sort: 'DESC' }, { name: 'id' }],
    },
    // settle.ts, and the searches that look at open runs apart
    { name: 'run_open', properties: ['openSince'], where: 'open_since is not null' },
    { name: 'run_unmerged', properties: ['unmergedSince'], where: 'unmerged_since is not null' }, // settle.ts
    { name: 'run_by_job', properties: ['job', 'startedAt'] },
    { name: 'run_by_parent', properties: ['parentRunId'] },
  ],
});

export const RunParam = defineEntity({
  name: 'RunParam',
  tableName: 'run_param',
  policies: rows.ofRun('run_param.run_id'),
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    key: column.text().primary(),
    value: column.text(),
  },
  indexes: [
    // runs.source.ts: runs by the value of a param; cut, for an index entry holds 2,700 bytes
    {
      name: 'run_param_by_value',
      expression: 'create index "run_param_by_value" on "run_param" ("key", left("value", 100), "run_id")',
    },
  ],
});

export const RunTag = defineEntity({
  name: 'RunTag',
  tableName: 'run_tag',
  policies: rows.ofRun('run_tag.run_id'),
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    key: column.text().primary(),
    value: column.text(),
  },
  indexes: [
    // runs.source.ts: runs by the value of a tag; cut, for an index entry holds 2,700 bytes
    {
      name: 'run_tag_by_value',
      expression: 'create index "run_tag_by_value" on "run_tag" ("key", left("value", 100), "run_id")',
    },
  ],
});

/** A run's input: a dataset version, or a dataset where the producer named no version. */
export const RunInput = defineEntity({
  name: 'RunInput',
  tableName: 'run_input',
  policies: rows.ofRun('run_input.run_id'),
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    asset: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    /** MLflow's `mlflow.data.context`: training, eval...; '' when none was given. */
    context: column.text().primary(),
    tags: column.json<Record<string, string>>(),
    /** OpenLineage's facets of this reading; the newest of each, and when it was said. */
    facets: column.json<JsonObject>().nullable(),
    facetTimes: column.json<Record<string, string>>().nullable(),
  },
  indexes: [{ name: 'run_input_by_asset', properties: ['asset', 'run'] }],
});

export const RunOutput = defineEntity({
  name: 'RunOutput',
  tableName: 'run_output',
  policies: rows.ofRun('run_output.run_id'),
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    asset: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    step: p.bigint('number').nullable(),
    /** OpenLineage's facets of this writing; the newest of each, and when it was said. */
    facets: column.json<JsonObject>().nullable(),
    facetTimes: column.json<Record<string, string>>().nullable(),
  },
  indexes: [{ name: 'run_output_by_asset', properties: ['asset', 'run'] }],
});
