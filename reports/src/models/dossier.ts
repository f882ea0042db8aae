/** One model version's dossier: the answers of its page to what the page says. */
import type {
  DossierIdentityQuery,
  DossierLineageQuery,
  DossierSensitivityQuery,
  DossierTrainingQuery,
  DossierUseQuery,
  TagPathFragment,
} from '../gql/graphql.ts';
import type { Answer, Evidence } from '../evidence.ts';
import { fieldOf, known, mapKnown, notApplicable, redacted, thenKnown, undeterminable, type Known } from '../known.ts';
import { groupMetrics, plainMetrics, type GroupMetric } from './evaluation.ts';
import { lineagePicture, type LineagePicture } from './lineage.ts';
import { named, nameOr } from './names.ts';
import { byGravity, tagView, type TagView } from './paths.ts';
import { isActive, useView, type UseView } from './uses.ts';
import { proofRows, type ProofRow } from './verdicts.ts';
import { duration, plain } from '../words.ts';

type Version<Q extends { nodes: readonly unknown[] }> = Extract<NonNullable<Q['nodes'][number]>, { id: string }>;
export type IdentityNode = Version<DossierIdentityQuery>;
export type SensitivityNode = Version<DossierSensitivityQuery>;
export type LineageNode = Version<DossierLineageQuery>;
export type TrainingNode = Version<DossierTrainingQuery>;
export type UseNode = Version<DossierUseQuery>;
type DeploymentNode = NonNullable<UseNode['deployments']>[number];
type RunNode = NonNullable<TrainingNode['run']>;

/** A section's content and where it comes from. */
export interface Section<T> {
  content: Known<T>;
  evidence: Evidence;
}

/** The whole section is redacted when its query was refused. */
export function section<N, T>(answer: Answer<N>, make: (node: N) => Known<T>): Section<T> {
  if (answer.state === 'refused') return { content: redacted(answer.by), evidence: answer.evidence };
  return { content: make(answer.data), evidence: answer.evidence };
}

export interface IdentityView {
  project: Known<string>;
  status: Known<string>;
  description: Known<string>;
  modelDescription: Known<string>;
  registered: string;
  modelType: Known<string>;
  mlflowId: Known<string>;
}

export const identitySection = (answer: Answer<IdentityNode>): Section<IdentityView> =>
  section(answer, (node) =>
    known({
      project: mapKnown(fieldOf(node, 'project'), (project) => project.name),
      status: mapKnown(fieldOf(node, 'status'), plain),
      description: fieldOf(node, 'description'),
      modelDescription: thenKnown(fieldOf(node, 'model'), (model) => fieldOf(model, 'description')),
      registered: node.createdAt,
      modelType: thenKnown(fieldOf(node, 'loggedModel'), (logged) => fieldOf(logged, 'modelType')),
      mlflowId: mapKnown(fieldOf(node, 'loggedModel'), (logged) => logged.mlflowId),
    }),
  );

export const sensitivitySection = (answer: Answer<SensitivityNode>): Section<TagView[]> =>
  section(answer, (node) =>
    mapKnown(fieldOf(node, 'learnedFrom'), (tags) => tags.map((tag) => tagView(tag)).sort(byGravity)),
  );

/** Redacted as soon as one direction is: half a picture would look whole. */
export function lineageSection(
  answer: Answer<LineageNode>,
  sensitivity: Answer<SensitivityNode>,
  focus: { id: string; words: string },
): Section<LineagePicture> {
  const tags: readonly TagPathFragment[] = sensitivity.state === 'answered' ? (sensitivity.data.learnedFrom ?? []) : [];
  return section(answer, (node) =>
    thenKnown(fieldOf(node, 'upstream'), (up) =>
      mapKnown(fieldOf(node, 'downstream'), (down) => lineagePicture(focus, [up, down], tags)),
    ),
  );
}

export interface RunView {
  id: string;
  name: Known<string>;
  mlflowId: string;
  status: Known<string>;
  started: Known<string>;
  took: string | null;
  user: Known<string>;
  experiment: Known<string>;
  params: Known<readonly { key: string; value: string }[]>;
  metrics: Known<readonly { key: string; value: number | string; step: number | string; datasetName: string | null }[]>;
  groups: Known<GroupMetric[]>;
  inputs: Known<{ words: string; context: string | null; ownerId: string }[]>;
  tags: Known<readonly { key: string; value: string }[]>;
}

export const runSection = (answer: Answer<TrainingNode>): Section<RunView> =>
  section(answer, (node) => mapKnown(fieldOf(node, 'run'), runView));

function runView(run: RunNode): RunView {
  const metrics = fieldOf(run, 'metrics');
  return {
    id: run.id,
    name: fieldOf(run, 'name'),
    mlflowId: run.mlflowId,
    status: mapKnown(fieldOf(run, 'status'), plain),
    started: fieldOf(run, 'startedAt'),
    took: run.startedAt && run.endedAt ? duration(run.startedAt, run.endedAt) : null,
    user: fieldOf(run, 'userName'),
    experiment: thenKnown(fieldOf(run, 'experiment'), (experiment) => fieldOf(experiment, 'name')),
    params: mapKnown(fieldOf(run, 'params'), (all) => [...all].sort(byKey)),
    metrics: mapKnown(metrics, plainMetrics),
    groups: thenKnown(metrics, groupMetrics),
    inputs: mapKnown(fieldOf(run, 'inputs'), (all) =>
      all.map(({ asset, context }) => {
        const { words, ownerId } = named(asset);
        return { words, context, ownerId };
      }),
    ),
    // MLflow's own tags say how the client works, not what the run is
    tags: mapKnown(fieldOf(run, 'tags'), (all) => all.filter((tag) => !tag.key.startsWith('mlflow.')).sort(byKey)),
  };
}

const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

export interface AliasView {
  alias: string;
  since: string;
}

export interface DeploymentView extends UseView {
  by: Known<string>;
  replaces: Known<string>;
  proof: Known<ProofRow[]>;
  active: boolean;
}

export const deploymentsSection = (answer: Answer<UseNode>, asOf: string): Section<DeploymentView[]> =>
  section(answer, (node) =>
    mapKnown(fieldOf(node, 'deployments'), (all) =>
      all
        .map((one) => {
          const use = useView(one);
          return {
            ...use,
            by: mapKnown(fieldOf(one, 'by'), (by) => by.name),
            replaces: replacedBy(one),
            proof: thenKnown(fieldOf(one, 'verdict'), proofRows),
            active: isActive(use, asOf),
          };
        })
        .sort((a, b) => (a.since < b.since ? 1 : -1)),
    ),
  );

function replacedBy(deployment: DeploymentNode): Known<string> {
  const replaces = mapKnown(
    fieldOf(deployment, 'replaces'),
    ({ modelVersion: before }) => `${nameOr(before?.model?.name)} ${nameOr(before?.version)}`,
  );
  return replaces.state === 'notRecorded' ? notApplicable('it took the place of nothing') : replaces;
}

export interface ApprovalView {
  purpose: Known<string>;
  role: string;
  by: Known<string>;
  since: string;
  until: string | null;
}

export const approvalsSection = (answer: Answer<UseNode>): Section<ApprovalView[]> =>
  section(answer, (node) =>
    mapKnown(fieldOf(node, 'approvals'), (all) =>
      all.map((one) => ({
        purpose: mapKnown(fieldOf(one, 'purpose'), ({ label }) => label),
        role: (one.role ?? '').replaceAll('_', ' '),
        by: mapKnown(fieldOf(one, 'by'), ({ name }) => name),
        since: one.validFrom,
        until: one.until ?? null,
      })),
    ),
  );

export const aliasesSection = (answer: Answer<UseNode>): Section<AliasView[]> =>
  section(answer, (node) =>
    thenKnown(fieldOf(node, 'model'), (model) =>
      thenKnown(fieldOf(model, 'aliases'), (aliases) =>
        aliases.some((one) => one.version === null)
          ? undeterminable('which version an alias stands for is hidden')
          : known(
              aliases
                .filter((one) => one.version?.id === node.id)
                .map(({ alias, validFrom }) => ({ alias: nameOr(alias), since: validFrom })),
            ),
      ),
    ),
  );

/** What the law expects a person to have written, and no client reports. */
export const humanText = [
  ['Intended purpose and instructions for use', 'EU AI Act, Annex IV 1'],
  ['Design rationale and assumptions', 'EU AI Act, Annex IV 2'],
  ['Known limits and foreseeable misuse', 'EU AI Act, Annex IV 3'],
  ['Human oversight, and who holds it', 'EU AI Act, Article 14'],
  ['Plan for monitoring in use', 'EU AI Act, Article 72'],
] as const;
