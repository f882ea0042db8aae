import { defineEntity, p } from '@mikro-orm/core';
import { column, interval } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Asset } from '../assets/asset.entity.ts';
import { Project, Principal } from '../identity/identity.entity.ts';
import { Experiment } from '../experiments/experiment.entity.ts';
import { Run } from '../experiments/run.entity.ts';
import { Purpose } from '../purposes/purpose.entity.ts';

/** MLflow 3's logged model: what a training run made, registered or not. Its MLflow id is `m-` and its UUID in hex. */
export const LoggedModel = defineEntity({
  name: 'LoggedModel',
  tableName: 'logged_model',
  policies: rows.ofProject(),
  properties: {
    asset: () => p.oneToOne(Asset).owner().primary().deleteRule('no action').updateRule('no action'),
    project: () => p.manyToOne(Project),
    experiment: () => p.manyToOne(Experiment),
    run: () => p.manyToOne(Run).nullable().deleteRule('no action'),
    /** Its run's id in the client's words, where the project has no such run. */
    saidRun: column.text().nullable(),
    name: column.text(),
    modelType: column.text(),
    status: p.text().$type<'PENDING' | 'READY' | 'FAILED'>(),
    artifactUri: column.text(),
    params: column.json<Record<string, string>>(),
    tags: column.json<Record<string, string>>(),
    createdAt: column.time(),
    updatedAt: column.time(),
    deletedAt: column.time().nullable(),
  },
  indexes: [
    { name: 'logged_model_by_experiment', properties: ['experiment', 'createdAt', 'asset'] },
    { name: 'logged_model_by_run', properties: ['run'] },
  ],
});

/** A registered model. */
export const Model = defineEntity({
  name: 'Model',
  tableName: 'model',
  policies: rows.ofProject(),
  properties: {
    asset: () => p.oneToOne(Asset).owner().primary().deleteRule('no action').updateRule('no action'),
    project: () => p.manyToOne(Project),
    name: column.text(),
    description: column.text().nullable(),
    tags: column.json<Record<string, string>>(),
    createdAt: column.time(),
    updatedAt: column.time(),
    /** Taken out of the registry: its name is free again, and what is known of it stays. */
    deletedAt: column.time().nullable(),
  },
  uniques: [{ name: 'model_name', properties: ['project', 'name'], where: 'deleted_at is null' }],
});

export const ModelVersion = defineEntity({
  name: 'ModelVersion',
  tableName: 'model_version',
  policies: rows.ofAsset('model_version.asset_key'),
  properties: {
    asset: () => p.oneToOne(Asset).owner().primary().deleteRule('no action').updateRule('no action'),
    model: () => p.manyToOne(Asset),
    version: p.integer(),
    run: () => p.manyToOne(Run).nullable().deleteRule('no action'),
    /** Its run's id in the client's words, where the project has no such run. */
    saidRun: column.text().nullable(),
    loggedModel: () => p.manyToOne(Asset).nullable().deleteRule('no action'),
    source: column.text(),
    /** Of its files, as they were when it was registered; null when Aval keeps none of them. */
    digest: column.text().nullable(),
    /** Where the files of the version lie that it is a copy of; null when its own source says where. */
    storage: column.text().nullable(),
    status: p.text().$type<'PENDING_REGISTRATION' | 'READY' | 'FAILED_REGISTRATION'>(),
    stage: column.text(),
    description: column.text().nullable(),
    tags: column.json<Record<string, string>>(),
    createdAt: column.time(),
    updatedAt: column.time(),
    /** Taken out of the registry; its number is not given again. */
    deletedAt: column.time().nullable(),
  },
  uniques: [{ name: 'model_version_number', properties: ['model', 'version'] }],
  indexes: [{ name: 'model_version_by_run', properties: ['run'] }],
});

/** Which version an alias stood for, and when: moving one closes the interval and opens another. */
export const ModelAlias = defineEntity({
  name: 'ModelAlias',
  tableName: 'model_alias',
  policies: rows.ofAsset('model_alias.model_key'),
  properties: {
    id: column.id(),
    model: () => p.manyToOne(Asset),
    alias: column.text(),
    version: () => p.manyToOne(Asset),
    ...interval(),
  },
  uniques: [{ name: 'model_alias_open', properties: ['model', 'alias'], where: 'valid_to is null' }],
  indexes: [{ name: 'model_alias_by_version', properties: ['version'], where: 'valid_to is null' }],
});

/** Those of MLflow's stages that models are loaded by. */
export const servedStages = ['Staging', 'Production'] as const;
export type ServedStage = (typeof servedStages)[number];

/** A version in use, somewhere, for a purpose. */
export const Deployment = defineEntity({
  name: 'Deployment',
  tableName: 'deployment',
  policies: rows.ofProject(),
  properties: {
    asset: () => p.oneToOne(Asset).owner().primary().deleteRule('no action').updateRule('no action'),
    project: () => p.manyToOne(Project),
    version: () => p.manyToOne(Asset),
    environment: column.text(),
    purpose: () => p.manyToOne(Purpose),
    /** The deployment that this one took the place of. */
    replaces: () => p.manyToOne(Asset).nullable().deleteRule('no action'),
    /** The one before that it went back to. */
    restores: () => p.manyToOne(Asset).nullable().deleteRule('no action'),
    /** The alias by which its model is loaded: where that moves, the deployment does. */
    alias: column.text().nullable(),
    /** As `alias`: the stage by which its model is loaded. */
    stage: p.text().$type<ServedStage>().nullable(),
    by: () => p.manyToOne(Principal),
    ...interval(),
  },
  indexes: [{ name: 'deployment_by_version', properties: ['version', 'validFrom'] }],
});
